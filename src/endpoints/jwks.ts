import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../protocol/paths.ts'
import type { KeyRing } from '../signing-keys/key-ring.ts'
import { openToOrigins } from './cors.ts'

export interface JwksEndpoint {
  readonly keyRing: Pick<KeyRing, 'publishedKeySet'>
  readonly keySetCacheSeconds: number
}

/** The key set (RFC 7517 §5) by which everybody verifies our tokens. */
export const jwksEndpoint =
  ({ keyRing, keySetCacheSeconds }: JwksEndpoint): FastifyPluginAsync =>
  async (app) => {
    // Applications in browsers verify ID tokens too.
    openToOrigins(app)
    app.get(paths.jwks, async (request, reply) => {
      const { body, etag } = await keyRing.publishedKeySet()
      // RFC 9110 §15.4.5: a 304 carries what the 200 would have said about caching.
      reply.header('cache-control', `public, max-age=${keySetCacheSeconds}`).header('etag', etag)
      if (matches(request.headers['if-none-match'], etag)) return reply.code(304).send()
      // Deviation from RFC 7517 §8.5, which registers application/jwk-set+json: for verifiers that insist on, or
      // parse only, application/json, the type most servers give their key sets.
      return reply.type('application/json').send(body)
    })
  }

/** RFC 9110 §13.1.2: any of the tags, compared weakly (§8.8.3.2). */
const matches = (ifNoneMatch: string | undefined, etag: string): boolean =>
  (ifNoneMatch ?? '').split(',').some((tag) => {
    const candidate = tag.trim()
    return candidate === '*' || candidate.replace(/^W\//, '') === etag
  })

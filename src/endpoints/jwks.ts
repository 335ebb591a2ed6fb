import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../protocol/paths.ts'
import type { KeyRing } from '../signing-keys/key-ring.ts'
import { answerCacheable } from './cacheable.ts'
import { openToOrigins } from './cors.ts'

export interface JwksEndpoint {
  readonly keyRing: Pick<KeyRing, 'publishedKeySet'>
  readonly keySetCacheSeconds: number
}

/**
 * The key set (RFC 7517 §5) by which everybody verifies our tokens.
 *
 * Deviation from RFC 7517 §8.5, which registers application/jwk-set+json: for verifiers that insist on, or parse only,
 * application/json, the type most servers give their key sets.
 */
export const jwksEndpoint =
  ({ keyRing, keySetCacheSeconds }: JwksEndpoint): FastifyPluginAsync =>
  async (app) => {
    // Applications in browsers verify ID tokens too.
    openToOrigins(app)
    app.get(paths.jwks, async (request, reply) =>
      answerCacheable(request, reply, await keyRing.publishedKeySet(), keySetCacheSeconds),
    )
  }

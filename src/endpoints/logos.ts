import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../protocol/paths.ts'
import type { Stores } from '../storage/index.ts'

export interface LogoEndpoint {
  readonly stores: Pick<Stores, 'logos'>
}

const HASH = /^[A-Za-z0-9_-]{43}$/

/** For whoever opens a picture by itself: nothing in it runs or loads, whatever it holds. */
const contentSecurityPolicy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"

/** Logos of applications, under the hash of their content: an address never shows another picture. */
export const logoEndpoint =
  ({ stores }: LogoEndpoint): FastifyPluginAsync =>
  async (app) => {
    app.get<{ Params: { hash: string } }>(`${paths.logos}/:hash`, async (request, reply) => {
      const { hash } = request.params
      const logo = HASH.test(hash) ? await stores.logos.byHash(hash) : undefined
      if (!logo) return reply.code(404).header('cache-control', 'no-store').send({ message: 'Not found.' })
      return reply
        .header('content-type', logo.contentType)
        .header('content-security-policy', contentSecurityPolicy)
        .header('cache-control', 'public, max-age=31536000, immutable')
        .send(Buffer.from(logo.content))
    })
  }

import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../protocol/paths.ts'

export interface HealthEndpoint {
  /** Throws while the server cannot do its work. */
  readonly checkReady: () => Promise<void>
  /** True when the server is about to go, and still does its work. */
  readonly isStopping: () => boolean
}

/** For whoever runs the server: is the process alive, and can it work (database, keys)? */
export const healthEndpoint =
  ({ checkReady, isStopping }: HealthEndpoint): FastifyPluginAsync =>
  async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.get(paths.health, async () => ({ status: 'alive' }))
    app.get(paths.ready, async (request, reply) => {
      if (isStopping()) return reply.code(503).send({ status: 'stopping' })
      try {
        await checkReady()
        return { status: 'ready' }
      } catch (error) {
        request.log.error({ err: error, requestId: request.id }, 'not ready')
        return reply.code(503).send({ status: 'not ready' })
      }
    })
  }

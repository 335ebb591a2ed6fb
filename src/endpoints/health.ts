import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../protocol/paths.ts'
import { within } from '../system/timer.ts'

export interface HealthEndpoint {
  /** What the server cannot work without, by name; each throws while it is not there. */
  readonly readiness: Readonly<Record<string, () => Promise<unknown>>>
  /** True when the server is about to go, and still does its work. */
  readonly isStopping: () => boolean
}

/** Whoever asks has a patience of their own, of seconds; an answer that says what is missing has to come before that. */
const PATIENCE_MILLISECONDS = 3_000

/** For whoever runs the server: is the process alive, and can it work? */
export const healthEndpoint = ({ readiness, isStopping }: HealthEndpoint): FastifyPluginAsync =>
  async function healthScope(app) {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('cache-control', 'no-store')
    })
    app.get(paths.health, async () => ({ status: 'alive' }))
    app.get(paths.ready, async (request, reply) => {
      if (isStopping()) return reply.code(503).send({ status: 'stopping' })
      const checks = await checkReadiness(readiness, (check, error) => {
        // Why is for the log: anybody may ask.
        request.log.error({ err: error, requestId: request.id, check }, 'not ready')
      })
      const isReady = Object.values(checks).every((result) => result === 'ok')
      return reply.code(isReady ? 200 : 503).send({ status: isReady ? 'ready' : 'not ready', checks })
    })
  }

/**
 * What each check says, by name.
 *
 * @param patience in milliseconds.
 */
export const checkReadiness = async (
  readiness: HealthEndpoint['readiness'],
  onFailure: (check: string, error: unknown) => void = () => {},
  patience: number = PATIENCE_MILLISECONDS,
): Promise<Readonly<Record<string, 'ok' | 'failed'>>> =>
  Object.fromEntries(
    await Promise.all(
      Object.entries(readiness).map(async ([check, run]) => {
        try {
          await within(patience, run(), () => new Error('It did not answer in time.'))
          return [check, 'ok'] as const
        } catch (error) {
          onFailure(check, error)
          return [check, 'failed'] as const
        }
      }),
    ),
  )

import cluster from 'node:cluster'
import type { Config } from '../../config/config.ts'
import { checkReadiness } from '../../endpoints/health.ts'
import { openFoundation } from '../../foundation.ts'
import type { Logger } from '../../observability/logger.ts'
import { serveCommand, type Telling } from '../serve.ts'
import type { Answers, Question, ToPrimary, ToWorker } from './messages.ts'

/**
 * `latchkey serve` in a worker: a node like any other, but that the primary tells it to stop, and is told what there is to
 * watch. With the primary gone it ends as well: nobody would hand it connections.
 */
export const serveAsWorker = async (config: Config, everybodys: Logger): Promise<number> => {
  const logger = everybodys.child({ worker: cluster.worker?.id, pid: process.pid })
  // Else a worker that loses its primary ends on the spot, with what runs, and with 0 whatever has happened.
  if (cluster.worker) cluster.worker.exitedAfterDisconnect = true
  let telling: Telling | undefined
  const stopped = new Promise<string>((resolve) => {
    process.on('message', (message: ToWorker) => {
      if (message.kind === 'stop') resolve(message.signal)
      else
        void answerOf(telling, message.question, logger).then((answer) =>
          tell({ kind: 'answer', id: message.id, answer }),
        )
    })
    process.once('disconnect', () => resolve('disconnect'))
    process.once('SIGTERM', () => resolve('SIGTERM'))
    // Of a terminal, which sends them to all its processes: the primary decides.
    for (const signal of ['SIGINT', 'SIGHUP'] as const) process.on(signal, () => {})
  })
  try {
    return await serveCommand(config, await openFoundation(config, logger), {
      ...{ logger, stopped },
      worker: {
        serving: (told) => {
          telling = told
          void tell({ kind: 'ready' })
        },
        ended: async ({ watched }) => {
          if (watched) await tell({ kind: 'farewell', metrics: await watched.counted() })
        },
      },
    })
  } finally {
    // The channel would keep the process alive.
    if (process.connected) process.disconnect()
  }
}

/** Less than the primary's (crew.ts), in milliseconds: an answer that says what is missing has to come before that. */
const READINESS_PATIENCE = 2_000

const answerOf = async (
  telling: Telling | undefined,
  question: Question,
  logger: Logger,
): Promise<Answers[Question] | undefined> => {
  try {
    if (question === 'metrics') return await telling?.watched?.snapshot()
    return (
      telling &&
      (await checkReadiness(
        telling.readiness,
        (check, error) => logger.error({ err: error, check }, 'not ready'),
        READINESS_PATIENCE,
      ))
    )
  } catch {
    return undefined
  }
}

/** To a primary that is gone nothing is told. */
const tell = (message: ToPrimary): Promise<void> =>
  new Promise((resolve) => {
    if (process.connected) process.send?.(message, undefined, undefined, () => resolve())
    else resolve()
  })

import cluster, { type Worker } from 'node:cluster'
import type { Logger } from '../../observability/logger.ts'
import type { MetricsSnapshot } from '../../observability/metrics-of-workers.ts'
import { after, afterHolding, soonOr, type Timer } from '../../system/timer.ts'
import type { Answers, Question, ToPrimary, ToWorker } from './messages.ts'

/*
 * The workers of a node: as many as there should be, replaced when one ends on its own or when all are to be new.
 */

export interface Crew {
  /** @throws WorkerFailed if the first does not come to serve. */
  start(): Promise<void>
  /** New ones take over from the old, one after another; who is there goes on serving if a new one fails. */
  replaceAll(): Promise<void>
  /** Of those that serve; undefined in place of who does not answer soon. */
  readiness(): Promise<(Answers['readiness'] | undefined)[]>
  /**
   * Of those there are and those that are gone. Who does not answer soon has counted what it said last: a number that
   * goes back is taken for one that began anew.
   */
  metrics(): Promise<readonly MetricsSnapshot[]>
  /** Lets each finish what runs. */
  stop(signal: string): Promise<void>
  /** Ends all on the spot. */
  kill(): void
}

/** It has said why itself. */
export class WorkerFailed extends Error {
  override readonly name = 'WorkerFailed'
  readonly code: number

  constructor(code: number) {
    super(`A worker ended with ${code} before it served.`)
    this.code = code
  }
}

/** Longer than a worker takes at most: five seconds of notice and 25 of grace, and what closing the store takes. */
const KILL_AFTER = 45_000

/** One that does not answer by then is left out, in milliseconds. */
const PATIENCE = 2_500

/** What ended soon after it began is not begun again at once, but ever later, in milliseconds. */
const FIRST_PAUSE = 250
const LONGEST_PAUSE = 30_000
const SETTLED = 60_000

interface Member {
  readonly worker: Worker
  /** @throws WorkerFailed */
  readonly ready: Promise<void>
  readonly exited: Promise<void>
  /** By the ID of the question. */
  readonly waiting: Map<number, (answer: Answers[Question] | undefined) => void>
  isReady: boolean
  isLeaving: boolean
  /** What it has counted, by what it said last; undefined once that is among what is gone. */
  counted: MetricsSnapshot | undefined
}

/** prom-client is loaded where somebody watches. */
const metricsOfWorkers = () => import('../../observability/metrics-of-workers.ts')

const countedBy = async (snapshots: readonly MetricsSnapshot[]): Promise<MetricsSnapshot> =>
  (await metricsOfWorkers()).countedBy(snapshots)

export const createCrew = (count: number, logger: Logger): Crew => {
  const members = new Set<Member>()
  let isStopping = false
  let failures = 0
  const joining = new Set<Timer>()
  let lastId = 0
  let gone: Promise<MetricsSnapshot> = Promise.resolve([])

  /** It says no more. */
  const remember = (member: Member, metrics = member.counted): void => {
    member.counted = undefined
    if (metrics) gone = gone.then((before) => countedBy([before, metrics]))
  }

  const join = (): Member => {
    const worker = cluster.fork()
    const waiting: Member['waiting'] = new Map()
    const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()))
    const ready = new Promise<void>((resolve, reject) => {
      worker.on('message', (message: ToPrimary) => {
        if (message.kind === 'ready') {
          member.isReady = true
          resolve()
        } else if (message.kind === 'farewell') remember(member, message.metrics)
        else waiting.get(message.id)?.(message.answer)
      })
      worker.once('exit', (code: number | null) => reject(new WorkerFailed(code ?? 1)))
    })
    // Who waits for it hears of it; nobody has to.
    ready.catch(() => {})
    const member: Member = {
      ...{ worker, ready, exited, waiting },
      ...{ isReady: false, isLeaving: false, counted: [] },
    }
    members.add(member)
    worker.once('exit', (code: number | null, signal: string | null) => {
      members.delete(member)
      remember(member)
      for (const answer of waiting.values()) answer(undefined)
      if (!member.isLeaving && !isStopping && member.isReady) {
        logger.error({ worker: worker.id, exitCode: code, signal }, 'a worker ended; another takes its place')
        joinLater()
      }
    })
    return member
  }

  const serves = (member: Member): boolean => member.isReady && !member.isLeaving && members.has(member)

  const joinLater = (): void => {
    const pause = failures === 0 ? 0 : Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (failures - 1))
    failures += 1
    const timer = afterHolding(pause, () => {
      joining.delete(timer)
      if (isStopping || members.size >= count) return
      const member = join()
      member.ready.then(
        () => {
          after(SETTLED, () => {
            if (members.has(member)) failures = 0
          })
        },
        () => {
          if (!isStopping) joinLater()
        },
      )
    })
  }

  const killNow = ({ worker }: Member): void => {
    worker.process.kill('SIGKILL')
  }

  const leave = async (member: Member, signal: string): Promise<void> => {
    member.isLeaving = true
    send(member, { kind: 'stop', signal })
    const killing = after(KILL_AFTER, () => {
      logger.error({ worker: member.worker.id }, 'a worker did not stop in time, and is killed')
      killNow(member)
    })
    await member.exited
    killing.cancel()
  }

  const send = ({ worker }: Member, message: ToWorker): void => {
    if (worker.isConnected()) worker.send(message, undefined, () => {})
  }

  const ask = <Asked extends Question>(
    member: Member,
    question: Asked,
  ): Promise<Answers[Asked] | undefined> => {
    lastId += 1
    const id = lastId
    const answered = new Promise<Answers[Asked] | undefined>((resolve) => {
      // It answers what it was asked.
      member.waiting.set(id, (answer) => resolve(answer as Answers[Asked] | undefined))
      send(member, { kind: 'ask', id, question })
    })
    return soonOr(PATIENCE, answered, undefined).finally(() => member.waiting.delete(id))
  }

  let replacing: Promise<void> = Promise.resolve()
  const replaceEach = async (): Promise<void> => {
    let areNew = true
    for (const old of [...members]) {
      if (isStopping || !members.has(old)) continue
      // Until it serves, its place is the old one's as well.
      const successor = join()
      try {
        await successor.ready
      } catch {
        logger.error('a new worker did not come to serve; those there were go on as they are')
        areNew = false
        break
      }
      await leave(old, 'SIGHUP')
    }
    if (areNew && !isStopping) logger.info('new workers have taken over')
    // One may have ended meanwhile, when there were enough.
    if (!isStopping && members.size < count) joinLater()
  }

  return {
    start: async () => {
      // One after another: what is wrong for one is wrong for all, and is said once.
      await join().ready
      if (isStopping) return
      await Promise.all(Array.from({ length: count - 1 }, () => join().ready))
    },
    replaceAll: () => {
      replacing = replacing.then(replaceEach)
      return replacing
    },
    readiness: async () => {
      const asked = [...members].filter(serves)
      const told = await Promise.all(asked.map((member) => ask(member, 'readiness')))
      // One that has ended meanwhile says nothing of the others.
      return told.filter((each, place) => each || (asked[place] && members.has(asked[place])))
    },
    metrics: async () => {
      const asked = [...members].filter(({ isReady }) => isReady)
      const told = await Promise.all(asked.map((member) => ask(member, 'metrics')))
      const counted = await Promise.all(told.map((each) => each && countedBy([each])))
      const there = asked.flatMap((member, place) => {
        // It has gone meanwhile.
        if (member.counted === undefined) return []
        member.counted = counted[place] ?? member.counted
        return [told[place] ?? member.counted]
      })
      const isReady = asked.some(serves) && asked.every((member, place) => told[place] || !serves(member))
      const { ofNode } = await metricsOfWorkers()
      return [...there, await gone, await ofNode([...members].filter(serves).length, isReady)]
    },
    stop: async (signal) => {
      isStopping = true
      for (const timer of joining) timer.cancel()
      await Promise.all([...members].map((member) => leave(member, signal)))
    },
    kill: () => members.forEach(killNow),
  }
}

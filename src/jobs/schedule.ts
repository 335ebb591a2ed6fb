import type { Random } from '../system/random.ts'
import { after, type Timer } from '../system/timer.ts'

/*
 * Work that recurs. Every node runs every job: which of them does the work is the job's own business, where the
 * database decides it (a lock around the change of keys, rows that are locked skipped by the sweep). A leader would
 * be one more thing that can be lost.
 */

export interface Job {
  readonly name: string
  readonly everySeconds: number
  /** Ends early, between two steps, once the signal is aborted. */
  run(signal: AbortSignal): Promise<void>
}

export interface ScheduledJobs {
  /** Runs a job now, or once more after the run that is under way: there is something for it to do. */
  soon(job: string): void
  /** Begins nothing more, and waits for what is running. */
  stop(): Promise<void>
}

export interface Scheduling {
  readonly random: Random
  /** A run that fails is not the end: the next one comes at its time. */
  readonly onError: (job: string, error: unknown) => void
}

/** Part of the interval by which runs vary, so that nodes started together drift apart. */
const JITTER = 0.1

export const scheduleJobs = (jobs: readonly Job[], scheduling: Scheduling): ScheduledJobs => {
  const scheduled = new Map(jobs.map((job) => [job.name, schedule(job, scheduling)]))
  return {
    soon: (job) => scheduled.get(job)?.soon(),
    stop: async () => {
      await Promise.all([...scheduled.values()].map(({ stop }) => stop()))
    },
  }
}

interface ScheduledJob {
  soon(): void
  stop(): Promise<void>
}

const schedule = ({ name, everySeconds, run }: Job, { random, onError }: Scheduling): ScheduledJob => {
  const stopping = new AbortController()
  /** Set while none is under way. */
  let timer: Timer | undefined
  let running: Promise<void> = Promise.resolve()
  let isWantedAgain = false

  // The next run is set when one has ended, so a job never overlaps itself on its node.
  const runAfter = (seconds: number): void => {
    timer = after(seconds * 1000, () => {
      timer = undefined
      running = runOnce()
    })
  }

  const runOnce = async (): Promise<void> => {
    isWantedAgain = false
    try {
      await run(stopping.signal)
    } catch (error) {
      onError(name, error)
    }
    if (stopping.signal.aborted) return
    runAfter(isWantedAgain ? 0 : everySeconds * (1 + JITTER * (2 * fraction(random) - 1)))
  }

  // The first run falls anywhere in the interval: nodes restarted in a row do not all begin with the same work.
  runAfter(everySeconds * fraction(random))

  return {
    soon: () => {
      isWantedAgain = true
      if (timer === undefined || stopping.signal.aborted) return
      timer.cancel()
      runAfter(0)
    },
    stop: async () => {
      stopping.abort()
      timer?.cancel()
      await running
    },
  }
}

/** From 0 to less than 1. */
const fraction = (random: Random): number => {
  const [high = 0, low = 0] = random.bytes(2)
  return (high * 256 + low) / 65_536
}

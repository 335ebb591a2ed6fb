import { HttpConnection } from './http-connection.ts'
import type { Operation, Step, VirtualUser } from './operations/operation.ts'
import type { Target } from './servers/target.ts'

export interface LoadResult {
  readonly count: number
  readonly elapsedMs: number
  /** Milliseconds of every operation, ascending. */
  readonly latencies: Float64Array
}

/** Everything of one server that a round needs, opened anew each time: idle connections would be closed. */
export const openUsers = (
  target: Target,
  cookies: readonly string[],
  concurrency: number,
): Promise<VirtualUser[]> =>
  Promise.all(
    Array.from({ length: concurrency }, async (_unused, index) => ({
      target,
      index,
      connection: await HttpConnection.open(target.port),
      cookie: cookies[index] ?? '',
    })),
  )

/**
 * Closed loop: every user starts its next operation when its last one has ended, until the time is up. What
 * has begun is finished and counted, and the clock runs until the last one is done.
 */
export const runLoad = async (
  operation: Operation,
  users: readonly VirtualUser[],
  seconds: number,
  onStart: () => Promise<void> = async () => {},
): Promise<LoadResult> => {
  const steps = await Promise.all(users.map((user) => operation.prepare(user)))
  await onStart()
  const latencies: number[] = []
  const started = performance.now()
  const deadline = started + seconds * 1000
  await Promise.all(
    steps.map(async (step) => {
      for (let before = performance.now(); before < deadline; ) {
        if (!(await step())) break
        const after = performance.now()
        latencies.push(after - before)
        before = after
      }
    }),
  )
  const elapsedMs = performance.now() - started
  return { count: latencies.length, elapsedMs, latencies: Float64Array.from(latencies).sort() }
}

/**
 * Open loop: operations are due at fixed instants, whether those before have ended or not, as it is when many callers do
 * not know of each other. Each is taken by the user that has been free for longest, so that none is idle until the server
 * closes its connection, unless arrivals are as rare as that; and its latency counts from when it was due, so that waiting
 * for a server that has fallen behind is part of it.
 */
export const runArrivals = async (
  operation: Operation,
  users: readonly VirtualUser[],
  { perSecond, seconds }: { readonly perSecond: number; readonly seconds: number },
): Promise<LoadResult> => {
  const free = await Promise.all(users.map((user) => operation.prepare(user)))
  const total = Math.round(perSecond * seconds)
  const latencies: number[] = []
  /** When those were due that nobody was free for. */
  const waiting: number[] = []
  const started = performance.now()
  const dueAt = (place: number): number => started + (place * 1000) / perSecond
  await new Promise<void>((resolve, reject) => {
    let placed = 0
    let underWay = 0
    const begin = (step: Step, due: number): void => {
      underWay += 1
      step().then((done) => {
        underWay -= 1
        if (done) latencies.push(performance.now() - due)
        const next = waiting.shift()
        if (next === undefined) free.push(step)
        else begin(step, next)
        if (placed === total && underWay === 0) resolve()
      }, reject)
    }
    const place = (): void => {
      const now = performance.now()
      for (; placed < total && dueAt(placed) <= now; placed++) {
        const step = free.shift()
        if (step) begin(step, dueAt(placed))
        else waiting.push(dueAt(placed))
      }
      if (placed < total) setTimeout(place, 1)
    }
    place()
  })
  const elapsedMs = performance.now() - started
  return { count: latencies.length, elapsedMs, latencies: Float64Array.from(latencies).sort() }
}

export const percentile = (sorted: Float64Array, share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * share))] ?? Number.NaN

export const median = (values: readonly number[]): number => {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  const upper = sorted[middle] ?? Number.NaN
  return sorted.length % 2 === 1 ? upper : (upper + (sorted[middle - 1] ?? Number.NaN)) / 2
}

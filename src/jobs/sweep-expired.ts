import type { Stores } from '../storage/index.ts'
import type { ExpiringTable } from '../storage/stores/expired-rows.ts'
import { type Clock, stopwatch } from '../system/clock.ts'
import { pause } from '../system/timer.ts'
import type { Job } from './schedule.ts'

export interface SweepExpired {
  readonly stores: { readonly expiredRows: Pick<Stores['expiredRows'], 'delete'> }
  /** `expiringTables` of storage/stores/expired-rows.ts: what is kept for how long, and why. */
  readonly tables: readonly ExpiringTable[]
  readonly clock: Clock
  readonly batchRows?: number
  readonly batchesPerRun?: number
  /** In milliseconds. */
  readonly rest?: typeof pause
}

const EVERY_SECONDS = 60

/** Short enough a statement not to keep anybody waiting. */
const BATCH_ROWS = 1_000

/**
 * With interval and rests some 4,000 rows a second where a batch takes 60 ms, which is twice what two cores write at their
 * peak; a backlog is worked off over several runs.
 */
const BATCHES_PER_RUN = 500

/** In milliseconds: what takes longer waited for others. */
const LONGEST_REST = 250

/**
 * Deletes expired rows until none is left. After a batch that was full it rests for as long as that took, so that requests
 * have the database to themselves half of the time. Nodes that sweep at once skip each other's rows, so they share the
 * work and need no lock; rows left over when the run is at its bound are for the next.
 */
export const sweepExpiredJob = (deps: SweepExpired): Job => ({
  name: 'sweep-expired',
  everySeconds: EVERY_SECONDS,
  run: async (signal) => {
    await sweepExpired(deps, signal)
  },
})

/** @returns how many rows were deleted. */
export const sweepExpired = async (
  {
    stores,
    tables,
    clock,
    batchRows = BATCH_ROWS,
    batchesPerRun = BATCHES_PER_RUN,
    rest = pause,
  }: SweepExpired,
  signal: AbortSignal,
): Promise<number> => {
  const now = clock.now()
  let deleted = 0
  let unfinished = tables
  let due = 0
  // In turns, so that one table with millions of rows does not starve the others.
  for (let batches = 0; unfinished.length > 0; ) {
    const remaining: ExpiringTable[] = []
    for (const table of unfinished) {
      if (batches >= batchesPerRun) return deleted
      if (due > 0 && !signal.aborted) await rest(due, signal)
      if (signal.aborted) return deleted
      batches += 1
      const taken = stopwatch()
      const rows = await stores.expiredRows.delete(table, batchRows, now)
      deleted += rows
      const isFull = rows === batchRows
      due = isFull ? Math.min(taken() * 1000, LONGEST_REST) : 0
      if (isFull) remaining.push(table)
    }
    unfinished = remaining
  }
  return deleted
}

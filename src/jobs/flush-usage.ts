import type { Job } from './schedule.ts'
import type { Usage } from './usage.ts'

/** A node that is killed forgets the uses of this long. */
const EVERY_SECONDS = 10

export type Flushed = Pick<Usage<never>, 'flush'>

/**
 * Writes down what was gathered: when credentials and keys were last used, what was refused. One kind that fails does not keep the others from it, and is
 * told of when they have done: whoever waits may close the database next.
 */
export const flushUsage = async (usages: readonly Flushed[]): Promise<void> => {
  const flushed = await Promise.allSettled(usages.map(({ flush }) => flush()))
  const failures = flushed.flatMap((result) => (result.status === 'rejected' ? [result.reason] : []))
  if (failures.length > 1) throw new AggregateError(failures, 'Uses could not be noted.')
  if (failures.length === 1) throw failures[0]
}

export const flushUsageJob = (usages: readonly Flushed[]): Job => ({
  name: 'flush-usage',
  everySeconds: EVERY_SECONDS,
  run: () => flushUsage(usages),
})

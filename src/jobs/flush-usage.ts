import type { Job } from './schedule.ts'
import type { Usage } from './usage.ts'

/** A node that is killed forgets the uses of this long. */
const EVERY_SECONDS = 10

export type Flushed = Pick<Usage<never>, 'flush'>

/** Writes down when credentials and keys were last used. One kind that fails does not keep the others waiting. */
export const flushUsage = async (usages: readonly Flushed[]): Promise<void> => {
  await Promise.all(usages.map(({ flush }) => flush()))
}

export const flushUsageJob = (usages: readonly Flushed[]): Job => ({
  name: 'flush-usage',
  everySeconds: EVERY_SECONDS,
  run: () => flushUsage(usages),
})

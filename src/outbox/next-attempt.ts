import { addSeconds } from '../system/clock.ts'
import type { Random } from '../system/random.ts'

/** Part of a delay by which it varies, so that what failed together does not come back together. */
const JITTER = 0.1

/**
 * When to try again what has failed; null once it has been tried often enough.
 *
 * @param attempts there have been so far
 * @param delaysSeconds how long after each failure the next attempt comes; after the last there is none
 */
export const nextAttempt = (
  attempts: number,
  delaysSeconds: readonly number[],
  now: Date,
  random: Random,
): Date | null => {
  const delay = delaysSeconds[attempts - 1]
  if (delay === undefined) return null
  const [byte = 0] = random.bytes(1)
  return addSeconds(now, Math.round(delay * (1 + JITTER * ((2 * byte) / 255 - 1))))
}

import type { Stores } from '../storage/index.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'

/*
 * How often a refusal is told of. Anybody can have as many as they like, and what is told is kept for a month.
 */

const DAY_SECONDS = 24 * 3600

/** So many refusals of one network are told of one by one in a day. */
const TOLD_IN_FULL = 100

/** Of one network the first hundred of a day, then every time their number has doubled. */
export const isToldOf = (stores: Pick<Stores, 'rateLimits'>, address: string, now: Date): Promise<boolean> =>
  isTold(stores, `sign-in refusals ${networkOf(address)}`, now)

/** The same of anything that is counted by itself. */
export const isTold = async (
  { rateLimits }: Pick<Stores, 'rateLimits'>,
  what: string,
  now: Date,
): Promise<boolean> => {
  const { count } = await rateLimits.count(sha256(what), DAY_SECONDS, now)
  return count <= TOLD_IN_FULL || isPowerOfTwo(count)
}

/** 1, 2, 4, 8 … */
export const isPowerOfTwo = (count: number): boolean => Number.isInteger(Math.log2(count))

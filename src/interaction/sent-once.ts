import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'

/*
 * A form that makes something which is shown once. Sent twice, by a double click or by loading its answer anew, it would make
 * two, and one of them would be seen by nobody, or hold no more: so each that is shown carries a name of its own (`once`), and
 * makes one.
 */

/** By then nobody has a form open that they have sent already. */
const REMEMBERED_SECONDS = 24 * 3600

const HANDLE = /^[\w-]{43}$/

/**
 * For the transaction of what is made, which takes the mark back if it is not.
 *
 * @param once what the form says it is called.
 * @param by who sends it.
 */
export const sentOnce = async (
  { seenOnce }: Pick<Stores, 'seenOnce'>,
  once: string,
  by: string,
  now: Date,
): Promise<'first' | 'again' | 'unnamed'> => {
  if (!HANDLE.test(once)) return 'unnamed'
  const isFirst = await seenOnce.mark(sha256(`form ${by} ${once}`), addSeconds(now, REMEMBERED_SECONDS))
  return isFirst ? 'first' : 'again'
}

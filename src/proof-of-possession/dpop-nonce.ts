import { toEpochSeconds } from '../system/clock.ts'
import { constantTimeEqual, hmacSha256 } from '../system/hash.ts'

/*
 * RFC 9449 §8: a value of ours in a proof says that it was made just now, whatever clock its maker has. Nothing is kept:
 * the nonce is the time, in steps of minutes, under a key that all nodes have, so each of them knows the others' nonces.
 */

/** A nonce is taken in its own step and in the next: for 150 to 300 seconds. */
const STEP_SECONDS = 150

/** After so long none of those handed out before is taken any more, in seconds. */
export const NONCE_SECONDS = 3 * STEP_SECONDS

export interface DpopNonces {
  current(now: Date): string
  isTaken(nonce: string, now: Date): boolean
}

export const createDpopNonces = (key: Uint8Array): DpopNonces => {
  const nonceOf = (step: number): string => hmacSha256(key, String(step))
  const stepAt = (now: Date): number => Math.floor(toEpochSeconds(now) / STEP_SECONDS)
  return {
    current: (now) => nonceOf(stepAt(now)),
    isTaken: (nonce, now) => {
      const step = stepAt(now)
      // The one to come is that of a node whose clock is ahead.
      return [step - 1, step, step + 1].filter((other) => constantTimeEqual(nonceOf(other), nonce)).length > 0
    },
  }
}

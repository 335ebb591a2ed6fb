import { z } from 'zod'
import type { UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import { openJson, type Sealer } from '../system/encryption.ts'
import { sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'

/*
 * WebAuthn §13.4.3: what an authenticator signs is to be fresh. A challenge travels sealed with its page: for this browser,
 * for one purpose, and, where the user is known, for them. Nothing is written until it has been answered; then that it was.
 */

/** `sign_in`: whoever it is. The others are for a user who is known. */
export type PasskeyPurpose = 'sign_in' | 'second_factor' | 'register'

export interface PasskeyChallenge {
  readonly challenge: string
  readonly purpose: PasskeyPurpose
  readonly userId: UserId | null
  readonly expiresAt: Date
}

export interface PasskeyChallenges {
  begin(
    purpose: PasskeyPurpose,
    userId: UserId | null,
    browser: string,
    now: Date,
  ): { readonly challenge: string; readonly sealed: string }
  /** Undefined if it is for another purpose, user or browser, or too old. */
  open(
    sealed: string,
    purpose: PasskeyPurpose,
    userId: UserId | null,
    browser: string,
    now: Date,
  ): PasskeyChallenge | undefined
}

const challengeSchema = z.object({
  challenge: z.string(),
  expiresAt: z.iso.datetime().transform((text) => new Date(text)),
})

const contextOf = (purpose: PasskeyPurpose, userId: UserId | null, browser: string): string =>
  `${purpose} ${userId ?? 'whoever'} ${browser}`

export const createPasskeyChallenges = (
  sealer: Sealer,
  seconds: number,
  random: Random,
): PasskeyChallenges => ({
  begin: (purpose, userId, browser, now) => {
    const challenge = newHandle(random)
    const text = JSON.stringify({ challenge, expiresAt: addSeconds(now, seconds) })
    return { challenge, sealed: sealer.seal(text, contextOf(purpose, userId, browser)) }
  },
  open: (sealed, purpose, userId, browser, now) => {
    const content = openJson(sealer, challengeSchema, sealed, contextOf(purpose, userId, browser))
    return content && content.expiresAt > now ? { ...content, purpose, userId } : undefined
  },
})

/** Of all who show the same answer, at once or later, exactly one is the first. */
export const isFirstAnswer = (
  { seenOnce }: Pick<Stores, 'seenOnce'>,
  { challenge, expiresAt }: PasskeyChallenge,
): Promise<boolean> => seenOnce.mark(sha256(`passkey challenge ${challenge}`), expiresAt)

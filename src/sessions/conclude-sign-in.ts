import { actingAs } from '../events/record.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'
import { normalizeEmail } from '../users/user.ts'
import { continueSession, renewSession, type StartedSession, startSession } from './browser-session.ts'
import { type Identity, linkIdentity } from './link-identity.ts'
import { lockProved } from './lock-proved.ts'
import type { Proof } from './sign-in-progress.ts'

/*
 * The end of every sign-in here, whichever way it went: one transaction, in which what was proved is still so.
 */

export interface ConcludedSignIn {
  readonly proved: Proof
  readonly address: string
  readonly userAgent: string | undefined
  /** The session this browser had; the same user's goes on, somebody else's ends. */
  readonly former: Pick<LiveSession, 'id' | 'amr'> | undefined
  /** What an identity provider calls them from now on. */
  readonly linking?: Identity | undefined
}

/** @returns undefined if what was proved holds no more, or has been used. */
export type ConcludeSignIn = (signIn: ConcludedSignIn, now: Date) => Promise<StartedSession | undefined>

export const createConcludeSignIn =
  ({
    transaction,
    random,
    sessionSeconds,
    progressSeconds,
  }: {
    readonly transaction: Transaction
    readonly random: Random
    /** Asked before the transaction begins. */
    readonly sessionSeconds: () => Promise<number>
    /** After which no progress opens any more. */
    readonly progressSeconds: number
  }): ConcludeSignIn =>
  async ({ proved, address, userAgent, former, linking }, now) => {
    const seconds = await sessionSeconds()
    return transaction(async (inside) => {
      // A proof travels in an address, which a browser keeps and goes back to: it starts one session and no more.
      const proofHash = sha256(`sign-in:${proved.id}`)
      if (!(await inside.seenOnce.mark(proofHash, addSeconds(now, progressSeconds)))) return undefined
      const user = await lockProved(inside, proved)
      if (!user) return undefined
      const change = { stores: inside, now, random }
      const { userId, authenticatedAt, amr, sessionId } = proved
      // OWASP ASVS 5 §7.3.2: who would rather show no more than the session has shown nothing that would prolong it.
      if (former && former.id === sessionId && former.amr.length === amr.length) {
        return continueSession(change, { id: former.id, userId })
      }
      if (!(await inside.users.signedIn(user.id, now))) return undefined
      // Whoever proved to be somebody else than the provider meant is that, and no more.
      if (linking && normalizeEmail(linking.email) === user.normalizedEmail) {
        await linkIdentity(actingAs({ type: 'user', id: user.id }, change), user.id, linking)
      }
      const authentication = { userId, authenticatedAt, amr, seconds, address, userAgent }
      return sessionId === undefined
        ? startSession(change, { ...authentication, former: former?.id })
        : renewSession(change, sessionId, authentication)
    })
  }

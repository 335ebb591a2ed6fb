import { actingAs } from '../events/record.ts'
import { NOTICE_SECONDS, type QueueMail } from '../mail/queue.ts'
import type { Stores } from '../storage/index.ts'
import type { SessionRecord } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { PasswordHasher } from '../system/password-hash.ts'
import type { Random } from '../system/random.ts'
import { isSamePassword, newPasswordHash, type PasswordProblem, passwordProblem } from '../users/password.ts'
import { updateUser } from '../users/update-user.ts'
import { keptUserAgent } from './browser-session.ts'
import type { ProvePassword } from './prove-password.ts'
import { fingerprintOf } from './sign-in-progress.ts'
import { countChoice, type SignInLimits } from './sign-in-throttle.ts'

/*
 * A user who is signed in gives themselves another password, or a first one. What they have now is proved as in a sign-in,
 * under the same limits (OWASP ASVS 5 §6.2.3).
 */

export interface PasswordChange {
  readonly session: Pick<SessionRecord, 'id' | 'userId'>
  /** What they have now, as they say; of no account where there is none. */
  readonly current: string
  readonly next: string
  /** Their other sessions end (OWASP ASVS 5 §7.4.3). */
  readonly endsOthers: boolean
  readonly address: string
  readonly userAgent: string | undefined
  readonly browser: string
  /** Tag of the page's. */
  readonly language: string
}

export type ChangedPassword =
  | { readonly outcome: 'changed' | 'set' }
  | { readonly outcome: 'refused'; readonly problem: PasswordProblem | 'same_as_current' }
  | { readonly outcome: 'wrong_password' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  /** By somebody else, while this was done; or the user is no more. */
  | { readonly outcome: 'overtaken' }

/** @throws PasswordHashingBusy */
export type ChangePassword = (change: PasswordChange, now: Date) => Promise<ChangedPassword>

export const createChangePassword =
  ({
    stores,
    transaction,
    random,
    passwordHasher,
    provePassword,
    limits,
    mail,
  }: {
    /** Outside of any transaction: choices count whatever becomes of them. */
    readonly stores: Pick<Stores, 'users' | 'rateLimits' | 'events'>
    readonly transaction: Transaction
    readonly random: Random
    readonly passwordHasher: PasswordHasher
    readonly provePassword: ProvePassword
    readonly limits: SignInLimits
    readonly mail: { readonly canSend: boolean; readonly queue: QueueMail }
  }): ChangePassword =>
  async ({ session, current, next, endsOthers, address, userAgent, browser, language }, now) => {
    const user = await stores.users.byId(session.userId)
    if (!user) return { outcome: 'overtaken' }
    // Before anything slow is done.
    const problem = passwordProblem(next, user.email)
    if (problem) return { outcome: 'refused', problem }
    const { email } = user
    const hashed = await passwordHasher.admit(async (place) => {
      let fingerprint: string | undefined = fingerprintOf(null)
      if (user.passwordHash === null) {
        const throttled = await countChoice({ stores, limits, random }, address, now)
        if (throttled) return throttled
      } else {
        const proved = await provePassword({ email, password: current, address, userAgent, browser }, place)
        if (proved.outcome === 'throttled') return proved
        if (proved.outcome !== 'proved') return { outcome: 'wrong_password' } as const
        if (proved.proof.userId !== user.id) return { outcome: 'overtaken' } as const
        // Whoever changes it believes that the one of before is good no more.
        if (isSamePassword(current, next)) return { outcome: 'refused', problem: 'same_as_current' } as const
        fingerprint = proved.proof.passwordFingerprint
      }
      return { ...(await newPasswordHash(place, next, email)), fingerprint }
    })
    if ('problem' in hashed) return { outcome: 'refused', problem: hashed.problem }
    if (!('passwordHash' in hashed)) return hashed
    const { passwordHash, fingerprint } = hashed
    return transaction(async (inside) => {
      const acting = actingAs({ type: 'user', id: user.id }, { stores: inside, now, random })
      // The row is the judge: what was proved, that there is none or which it is, has to be so still.
      const held = await inside.users.lock(user.id)
      if (!held || fingerprintOf(held.passwordHash) !== fingerprint) return { outcome: 'overtaken' }
      await updateUser(acting, user.id, { passwordHash }, endsOthers ? { except: session.id } : 'none')
      await acting.record({
        name: 'user.password_changed',
        targetId: user.id,
        data: { ip_address: address, user_agent: keptUserAgent(userAgent) },
      })
      if (mail.canSend) {
        const notice = { kind: 'password_changed', language, endedOthers: endsOthers } as const
        await mail.queue(inside, { recipient: held.email, mail: notice, seconds: NOTICE_SECONDS }, now)
      }
      return { outcome: held.passwordHash === null ? 'set' : 'changed' }
    })
  }

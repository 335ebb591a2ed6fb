import { type Acting, actingAs } from '../events/record.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'
import type { User } from '../users/user.ts'
import { verifyEmail } from '../users/verify-email.ts'
import { keptUserAgent } from './browser-session.ts'
import { type EmailCodes, type EnteredCode, emailCodeKey } from './email-code.ts'
import { forgetStrangers, shownOf } from './forget-strangers.ts'
import { type EmailCodePurpose, fingerprintOf, newProof, type Proof } from './sign-in-progress.ts'

/*
 * A code that came by mail, as a step of a sign-in. A right one shows that somebody reads the mail of an address: that
 * is a factor where the address is a user's, and where it is nobody's, what it takes to become one.
 */

export interface MailboxAttempt extends EnteredCode {
  readonly purpose: EmailCodePurpose
  /** What was proved before. */
  readonly proved: Proof | undefined
}

export type ProvedMailbox =
  | { readonly outcome: 'proved'; readonly proof: Proof }
  /** There is more to do with it: an account to create, a password to choose. */
  | { readonly outcome: 'mailbox' }
  | { readonly outcome: 'wrong' | 'over' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

export type ProveMailbox = (attempt: MailboxAttempt, now: Date) => Promise<ProvedMailbox>

export interface MailboxProving {
  readonly transaction: Transaction
  readonly random: Random
}

export const createProveMailbox =
  ({ transaction, random }: MailboxProving, emailCodes: Pick<EmailCodes, 'check'>): ProveMailbox =>
  async (attempt, now) => {
    const checked = await emailCodes.check(attempt, now)
    if (checked.outcome !== 'right') return checked
    // What it proves is made use of when the new password is there.
    if (attempt.purpose === 'reset_password') return { outcome: 'mailbox' }
    return transaction(async (inside) => {
      const { purpose, proved } = attempt
      // The address that the code went to, whatever the account has by now. Locked before the code is used: whoever changes its
      // password makes its codes void.
      const user = await inside.users.lockByNormalizedEmail(checked.normalizedEmail)
      // The same, with the account.
      if (!user && purpose === 'sign_up') return { outcome: 'mailbox' }
      if (!user || !(await inside.emailCodes.use(emailCodeKey(attempt), now))) return { outcome: 'over' }
      const acting = actingAs({ type: 'user', id: user.id }, { stores: inside, now, random })
      if (purpose === 'verify_email') {
        return proved?.userId === user.id ? verifyAlone(acting, attempt, user, proved) : { outcome: 'over' }
      }
      return signInBy(acting, attempt, user)
    })
  }

/** The address of somebody who has proved otherwise who they are. */
const verifyAlone = async (
  acting: Acting<Stores>,
  attempt: MailboxAttempt,
  { id, normalizedEmail, emailVerified }: User,
  proof: Proof,
): Promise<ProvedMailbox> => {
  const { knowsPassword, hasPasskey } = shownOf(proof)
  const user = await verifyEmail(acting, id, { normalizedEmail, knowsPassword, sessionId: proof.sessionId })
  if (!user) return { outcome: 'over' }
  if (!emailVerified && !knowsPassword && !hasPasskey) await forgetStrangers(acting, id, proof)
  await acting.record({
    name: 'authentication.email_verification_succeeded',
    targetId: user.id,
    data: { type: 'email_verification', ...succeeded(attempt, user) },
  })
  // What it is the password of may be none from here on.
  const passwordFingerprint = proof.passwordFingerprint && fingerprintOf(user.passwordHash)
  return { outcome: 'proved', proof: { ...proof, passwordFingerprint } }
}

const signInBy = async (
  acting: Acting<Stores>,
  attempt: MailboxAttempt,
  { id, normalizedEmail, emailVerified }: User,
): Promise<ProvedMailbox> => {
  const { now, random, record } = acting
  const user = await verifyEmail(acting, id, { normalizedEmail, knowsPassword: false })
  if (!user) return { outcome: 'over' }
  if (!emailVerified) await forgetStrangers(acting, id)
  await record({
    name: 'authentication.magic_auth_succeeded',
    targetId: id,
    data: { type: 'magic_auth', ...succeeded(attempt, user) },
  })
  return { outcome: 'proved', proof: proofByMail(user, now, random) }
}

/** RFC 8176 §2: a one-time password. */
export const proofByMail = (
  { id, passwordHash, normalizedEmail }: Pick<User, 'id' | 'passwordHash' | 'normalizedEmail'>,
  now: Date,
  random: Random,
): Proof =>
  newProof(
    {
      userId: id,
      amr: ['otp'],
      authenticatedAt: now,
      passwordFingerprint: fingerprintOf(passwordHash),
      normalizedEmail,
    },
    random,
  )

const succeeded = (
  { address, userAgent }: Pick<MailboxAttempt, 'address' | 'userAgent'>,
  { id, email }: User,
) =>
  ({
    status: 'succeeded',
    ip_address: address,
    user_agent: keptUserAgent(userAgent),
    user_id: id,
    email,
  }) as const

import { sessionRevoked } from '../events/ended.ts'
import { actingAs } from '../events/record.ts'
import { NOTICE_SECONDS, type QueueMail } from '../mail/queue.ts'
import { passwordResetObject } from '../objects/email-code.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { PasswordHasher, PasswordHashing } from '../system/password-hash.ts'
import type { Random } from '../system/random.ts'
import { createUser } from '../users/create-user.ts'
import { newPasswordHash, type PasswordHash, type PasswordProblem } from '../users/password.ts'
import { updateUser } from '../users/update-user.ts'
import { normalizeEmail } from '../users/user.ts'
import { parseName } from '../users/user-fields.ts'
import { type EmailCodeUse, emailCodeKey } from './email-code.ts'
import { forgetStrangers } from './forget-strangers.ts'
import { proofByMail } from './prove-mailbox.ts'
import type { Proof } from './sign-in-progress.ts'
import { countChoice, type SignInLimits } from './sign-in-throttle.ts'

/*
 * What a proved mailbox is good for: a new password, or a new account. Once, in the transaction of what it is used for.
 */

export type UsedMailbox =
  | { readonly outcome: 'proved'; readonly proof: Proof }
  | { readonly outcome: 'password_refused'; readonly problem: PasswordProblem }
  | { readonly outcome: 'name_refused' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  /** It was used, it is too long ago, or there is no account to give a password to. */
  | { readonly outcome: 'over' }

export interface MailboxUsing {
  /** Outside of any transaction: choices count whatever becomes of them, and hashing must not hold a connection. */
  readonly stores: Pick<Stores, 'emailCodes' | 'rateLimits' | 'events'>
  readonly limits: SignInLimits
  readonly transaction: Transaction
  readonly random: Random
  readonly passwordHasher: PasswordHasher
  readonly queueMail: QueueMail
}

interface ChosenPassword extends Omit<EmailCodeUse, 'purpose'> {
  /** The mailbox. */
  readonly email: string
  readonly password: string
  /** IP address of the browser. */
  readonly address: string
  /** Tag of the page's. */
  readonly language: string
}

/**
 * The hash of the password, for whoever can use what they have proved: how far they have come is sealed into their page, which
 * can be sent again when that is used up. Read again where it is used.
 */
const hashChosen = (
  using: MailboxUsing,
  purpose: EmailCodeUse['purpose'],
  chosen: ChosenPassword,
  now: Date,
): ReturnType<typeof hashAt> =>
  using.passwordHasher.admit((place) => hashAt(place, using, purpose, chosen, now))

const hashAt = async (
  place: PasswordHashing,
  counting: MailboxUsing,
  purpose: EmailCodeUse['purpose'],
  { email, password, address, ...use }: ChosenPassword,
  now: Date,
): Promise<
  { readonly passwordHash: PasswordHash } | Exclude<UsedMailbox, { readonly outcome: 'proved' }>
> => {
  if (!(await counting.stores.emailCodes.isUsable(emailCodeKey({ ...use, purpose }), now)))
    return { outcome: 'over' }
  const throttled = await countChoice(counting, address, now)
  if (throttled) return throttled
  const hashed = await newPasswordHash(place, password, email)
  return 'problem' in hashed ? { outcome: 'password_refused', problem: hashed.problem } : hashed
}

/**
 * The new one may be that of before: who has forgotten it may hit upon it, and wants in. To be refused would tell whoever reads
 * the mail what it is, by as many guesses as there are codes.
 *
 * @throws PasswordHashingBusy
 */
export type ResetPassword = (chosen: ChosenPassword, now: Date) => Promise<UsedMailbox>

export const createResetPassword =
  (using: MailboxUsing): ResetPassword =>
  async (chosen, now) => {
    const { transaction, random, queueMail } = using
    const { email, language } = chosen
    const hashed = await hashChosen(using, 'reset_password', chosen, now)
    if ('outcome' in hashed) return hashed
    const { passwordHash } = hashed
    return transaction(async (inside) => {
      // Locked: what is proved is this address, and the account may be about to get another; and whoever changes its password
      // makes its codes void.
      const user = await inside.users.lockByNormalizedEmail(normalizeEmail(email))
      if (!user) return { outcome: 'over' }
      const code = await inside.emailCodes.use(emailCodeKey({ ...chosen, purpose: 'reset_password' }), now)
      if (code?.normalizedEmail !== user.normalizedEmail) return { outcome: 'over' }
      const acting = actingAs({ type: 'user', id: user.id }, { stores: inside, now, random })
      // OWASP ASVS 5 §7.4.3: all sessions end, which were perhaps the reason; those of an account without password as well.
      const updated = await updateUser(acting, user.id, { passwordHash, emailVerified: true })
      if (updated.outcome === 'refused') return { outcome: 'over' }
      if (!user.emailVerified) await forgetStrangers(acting, user.id)
      const ended = await inside.sessions.endAllOf(user.id, now)
      await acting.record(
        {
          name: 'password_reset.succeeded',
          targetId: user.id,
          data: passwordResetObject({ ...code, userId: user.id, email: user.email }),
        },
        ...ended.map((session) => sessionRevoked(session, 'password_changed', now)),
      )
      await queueMail(
        inside,
        { recipient: user.email, mail: { kind: 'password_changed', language }, seconds: NOTICE_SECONDS },
        now,
      )
      return { outcome: 'proved', proof: proofByMail({ ...user, passwordHash }, now, random) }
    })
  }

/** @throws PasswordHashingBusy */
export type SignUp = (chosen: ChosenPassword & { readonly name: string }, now: Date) => Promise<UsedMailbox>

export const createSignUp =
  (using: MailboxUsing): SignUp =>
  async (chosen, now) => {
    const { transaction, random } = using
    const { email, name, language } = chosen
    if (!parseName(name)) return { outcome: 'name_refused' }
    const hashed = await hashChosen(using, 'sign_up', chosen, now)
    if ('outcome' in hashed) return hashed
    const { passwordHash } = hashed
    return transaction(async (inside) => {
      const code = await inside.emailCodes.use(emailCodeKey({ ...chosen, purpose: 'sign_up' }), now)
      if (code?.normalizedEmail !== normalizeEmail(email)) return { outcome: 'over' }
      const acting = actingAs({ type: 'user' }, { stores: inside, now, random })
      const created = await createUser(acting, {
        ...{ email, name, passwordHash },
        emailVerified: true,
        locale: language,
      })
      if (created.outcome === 'created') {
        return { outcome: 'proved', proof: proofByMail(created.user, now, random) }
      }
      // Somebody has made it in the meantime, an operator perhaps: whoever reads its mail begins anew, and signs in to it.
      return { outcome: 'over' }
    })
  }

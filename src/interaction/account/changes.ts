import { createWithdrawConsent } from '../../consents/consent.ts'
import type { MailDelivery } from '../../mail/create-mail.ts'
import { createEmailChanges } from '../../sessions/change-email.ts'
import { createChangePassword } from '../../sessions/change-password.ts'
import type { EmailCodes } from '../../sessions/email-code.ts'
import { createEndSessions } from '../../sessions/end-sessions.ts'
import type { ProvePassword } from '../../sessions/prove-password.ts'
import type { SignInLimits } from '../../sessions/sign-in-throttle.ts'
import type { Stores } from '../../storage/index.ts'
import type { Transaction } from '../../storage/transaction.ts'
import { createSealer } from '../../system/encryption.ts'
import type { PasswordHasher } from '../../system/password-hash.ts'
import type { Random } from '../../system/random.ts'
import { createUpdateProfile } from '../../users/update-profile.ts'

/** What people can change of their own account. */
export const createAccountChanges = (changing: {
  readonly stores: Pick<Stores, 'users' | 'identityProviders' | 'rateLimits' | 'events'>
  readonly transaction: Transaction
  readonly random: Random
  readonly passwordHasher: PasswordHasher
  readonly provePassword: ProvePassword
  readonly limits: SignInLimits
  readonly emailCodes: EmailCodes
  readonly mail: Pick<MailDelivery, 'canSend' | 'queue'>
  readonly secret: string | Uint8Array
}) => ({
  emailChanges: createEmailChanges({
    ...changing,
    queueMail: changing.mail.queue,
    sealer: createSealer(changing.secret, 'email change', changing.random),
  }),
  changePassword: createChangePassword(changing),
  updateProfile: createUpdateProfile(changing),
  endSessions: createEndSessions(changing),
  withdrawConsent: createWithdrawConsent(changing),
})

export type AccountChanges = ReturnType<typeof createAccountChanges>

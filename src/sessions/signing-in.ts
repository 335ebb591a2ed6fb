import type { QueueMail } from '../mail/queue.ts'
import type { Stores } from '../storage/index.ts'
import type { Sealer } from '../system/encryption.ts'
import { type ConcludeSignIn, createConcludeSignIn } from './conclude-sign-in.ts'
import { createEmailCodes, type EmailCodes, emailCodeLimits, relaxedEmailCodeLimits } from './email-code.ts'
import { createProveMailbox, type ProveMailbox } from './prove-mailbox.ts'
import { createProvePassword, type PasswordProving, type ProvePassword } from './prove-password.ts'
import { createSignInProgresses, type SignInProgresses } from './sign-in-progress.ts'
import { createResetPassword, createSignUp, type ResetPassword, type SignUp } from './use-mailbox.ts'

/** What signing in takes, besides its pages. */
export interface SigningIn {
  readonly signInProgresses: SignInProgresses
  readonly provePassword: ProvePassword
  readonly concludeSignIn: ConcludeSignIn
  readonly emailCodes: EmailCodes
  readonly proveMailbox: ProveMailbox
  readonly resetPassword: ResetPassword
  readonly signUp: SignUp
}

export const createSigningIn = ({
  sealer,
  progressSeconds,
  sessionSeconds,
  codeKey,
  isRelaxed,
  queueMail,
  ...proving
}: PasswordProving & {
  readonly codeKey: Uint8Array
  /** For test environments. */
  readonly isRelaxed: boolean
  readonly queueMail: QueueMail
  readonly stores: Pick<Stores, 'emailCodes'>
  readonly sealer: Sealer
  readonly progressSeconds: number
  readonly sessionSeconds: () => Promise<number>
}): SigningIn => {
  const { stores, transaction, random, passwordHasher, limits: attemptLimits } = proving
  const coding = {
    stores,
    transaction,
    random,
    queueMail,
    codeKey,
    limits: isRelaxed ? relaxedEmailCodeLimits : emailCodeLimits,
    attemptLimits,
  }
  const emailCodes = createEmailCodes(coding)
  const using = { stores, limits: attemptLimits, transaction, random, passwordHasher, queueMail }
  return {
    signInProgresses: createSignInProgresses(sealer, progressSeconds),
    provePassword: createProvePassword(proving),
    concludeSignIn: createConcludeSignIn({ transaction, random, sessionSeconds, progressSeconds }),
    emailCodes,
    proveMailbox: createProveMailbox({ transaction, random }, emailCodes),
    resetPassword: createResetPassword(using),
    signUp: createSignUp(using),
  }
}

import type { Sealer } from '../system/encryption.ts'
import { type ConcludeSignIn, createConcludeSignIn } from './conclude-sign-in.ts'
import { createProvePassword, type PasswordProving, type ProvePassword } from './prove-password.ts'
import { createSignInProgresses, type SignInProgresses } from './sign-in-progress.ts'

/** What signing in takes, besides its pages. */
export interface SigningIn {
  readonly signInProgresses: SignInProgresses
  readonly provePassword: ProvePassword
  readonly concludeSignIn: ConcludeSignIn
}

export const createSigningIn = ({
  sealer,
  progressSeconds,
  sessionSeconds,
  ...proving
}: PasswordProving & {
  readonly sealer: Sealer
  readonly progressSeconds: number
  readonly sessionSeconds: () => Promise<number>
}): SigningIn => {
  const { transaction, random } = proving
  return {
    signInProgresses: createSignInProgresses(sealer, progressSeconds),
    provePassword: createProvePassword(proving),
    concludeSignIn: createConcludeSignIn({ transaction, random, sessionSeconds, progressSeconds }),
  }
}

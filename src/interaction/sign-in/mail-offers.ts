import type { EmailCodePurpose } from '../../sessions/sign-in-progress.ts'
import type { SignInPages } from './context.ts'

/** What a code may be asked for: what the operator has switched on, and all of it only where mail arrives. */
export const codesOffered = ({
  mail,
  environment,
}: Pick<SignInPages, 'mail' | 'environment'>): ReadonlySet<EmailCodePurpose> => {
  // Of this moment: every request to a page sees to that (index.ts of the pages).
  const { signUp, magicCodes } = environment.latest().settings
  const offered: readonly EmailCodePurpose[] = [
    'reset_password',
    'verify_email',
    ...(magicCodes ? (['sign_in'] as const) : []),
    ...(signUp ? (['sign_up'] as const) : []),
  ]
  return new Set(mail.canSend ? offered : [])
}

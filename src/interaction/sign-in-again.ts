import type { BrowserContext } from '../sessions/browser-context.ts'
import { newProgress, type SignInProgresses } from '../sessions/sign-in-progress.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import { type OwnPage, SignInFirst } from './own-page.ts'

/** Who it is is known, so they are asked to prove it at once. */
export const signInAgain = (
  { signInProgresses }: { readonly signInProgresses: Pick<SignInProgresses, 'seal'> },
  {
    context: { browser },
    session: { email },
    now,
  }: { readonly context: BrowserContext; readonly session: LiveSession; readonly now: Date },
  ownPage: OwnPage,
): SignInFirst =>
  new SignInFirst(
    ownPage,
    'the sign-in is too long ago',
    signInProgresses.seal(newProgress(now, email), { browser, request: undefined }),
  )

import type { AccountFactorsText } from './shape/account-factors.ts'
import type { AccountPagesText } from './shape/account-pages.ts'
import type { AnswersText } from './shape/answers.ts'
import type { ConsentText } from './shape/consent.ts'
import type { DeviceText } from './shape/device.ts'
import type { EmailCodesText } from './shape/email-codes.ts'
import type { ErrorsText } from './shape/errors.ts'
import type { FactorsText } from './shape/factors.ts'
import type { FailureText } from './shape/failure.ts'
import type { IdentityProvidersText } from './shape/identity-providers.ts'
import type { PageText } from './shape/page.ts'
import type { ScopeChoiceText } from './shape/scope-choice.ts'
import type { SignInText } from './shape/sign-in.ts'
import type { SignOutText } from './shape/sign-out.ts'

export type { StandardScope } from '../../protocol/scope.ts'
export type { DecidedText, ErrorText, ScopeText } from './shape/titled.ts'

/**
 * Everything a page says, in one language. Plain data, so that a translation is a folder of files to fill in: a missing
 * entry, or a sentence without its `{place}`, does not compile. One file of shape/ for each subject, and one for each in
 * every language.
 */
export interface Text
  extends PageText,
    SignInText,
    FactorsText,
    IdentityProvidersText,
    ConsentText,
    ScopeChoiceText,
    FailureText,
    DeviceText,
    AnswersText,
    SignOutText,
    AccountPagesText,
    AccountFactorsText,
    EmailCodesText,
    ErrorsText {
  /** BCP 47, and the direction the language is written in. */
  readonly language: { readonly tag: string; readonly direction: 'ltr' | 'rtl' }
}

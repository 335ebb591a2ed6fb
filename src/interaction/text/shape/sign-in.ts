import type { Sentence } from '../../../html/sentence.tsx'
import type { ErrorText } from './titled.ts'

export interface SignInText {
  readonly signIn: {
    readonly title: string
    readonly toContinueTo: Sentence<'application'>
    readonly email: string
    readonly password: string
    readonly continue: string
    /** Above whose password is asked for. */
    readonly signingInAs: string
    /** Why whoever is signed in is asked again. */
    readonly onceMore: string
    readonly submit: string
    readonly cancel: string
    readonly errors: {
      readonly emailMissing: string
      readonly emailMalformed: string
      readonly passwordMissing: string
      /** Also when no such account exists: it must not tell which. */
      readonly wrongCredentials: string
      readonly tooManyAttempts: string
      readonly expired: string
      /** Another tab was quicker. */
      readonly overtaken: string
    }
  }

  /** Of a sign-in at the operator's own page. */
  readonly externalSignIn: {
    readonly over: ErrorText
    readonly elsewhere: ErrorText
    readonly startOver: string
  }
}

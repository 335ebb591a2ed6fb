import type { Sentence } from '../../../html/sentence.tsx'

/** What one does with a code that came by mail. */
export interface EmailCodesText {
  readonly emailCodes: {
    /** Between a form and what it may be done without. */
    readonly or: string
    readonly forgotPassword: string
    readonly emailMeACode: string

    readonly checkEmail: string
    readonly sent: Sentence<'email'>
    /** Where it must not tell whether there is one. */
    readonly sentIfAccount: Sentence<'email'>
    readonly sentAnother: string
    readonly hint: string
    readonly code: string
    readonly submit: string
    readonly sendAnother: string

    readonly verifyTitle: string
    readonly verify: Sentence<'email'>
    readonly sendCode: string

    readonly newPasswordTitle: string
    readonly newPasswordAbout: Sentence<'email'>
    readonly save: string

    readonly noAccount: string
    readonly createAccount: string
    readonly haveAccount: string
    readonly signInInstead: string
    readonly signUpTitle: string
    readonly accountFor: Sentence<'email'>
    readonly name: string
    readonly choosePassword: string

    readonly errors: {
      readonly codeMissing: string
      readonly codeWrong: string
      readonly codeOver: string
      readonly tooManyCodes: string
      readonly nameMissing: string
      readonly nameRefused: string
    }
  }
}

import type { Plural } from '../../html/plural.ts'
import type { Sentence } from '../../html/sentence.tsx'

interface CodeText {
  readonly subject: Sentence<'operator'>
  /** Above the code. */
  readonly enter: Sentence<'operator'>
}

interface NoticeText {
  readonly subject: Sentence<'operator'>
  readonly message: Sentence<'operator'>
}

/** Everything a mail says, in one language. */
export interface MailText {
  /** BCP 47, and the direction the language is written in. */
  readonly language: { readonly tag: string; readonly direction: 'ltr' | 'rtl' }
  readonly codes: {
    readonly signIn: CodeText
    readonly signUp: CodeText
    /** To whoever asked for an account, and has one. */
    readonly signUpAgain: CodeText
    readonly resetPassword: CodeText
    readonly verifyEmail: CodeText
    readonly changeEmail: CodeText
    /** Below it: how long it is good for, and where. */
    readonly goodFor: Plural
    readonly notYou: string
    readonly keepSecret: Sentence<'operator'>
  }
  readonly notices: {
    readonly passwordChanged: NoticeText & {
      /** The message where other browsers are signed in as before. */
      readonly withoutEndingOthers: Sentence<'operator'>
    }
    readonly emailChanged: {
      readonly subject: Sentence<'operator'>
      readonly message: Sentence<'operator'> & Sentence<'email'>
    }
    /** What to do if it was somebody else. */
    readonly notYou: Sentence<'operator'>
  }
}

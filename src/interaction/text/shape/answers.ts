import type { Sentence } from '../../../html/sentence.tsx'

export interface AnswersText {
  /** On the way back to the application. */
  readonly formPost: {
    readonly title: Sentence<'application'>
    readonly about: string
    readonly submit: string
  }

  /** Before the way to an application that nobody has checked, when the user has not agreed to go there. */
  readonly leaving: {
    readonly title: Sentence<'application'>
    readonly unchecked: string
    readonly destination: string
    readonly problem: string
    readonly continue: Sentence<'host'>
    /** What went wrong, from where the user stands. */
    readonly problems: {
      readonly silent: string
      readonly somebodyElse: string
      readonly authentication: string
      readonly expired: string
      readonly scope: string
      readonly access: string
      readonly unavailable: string
      readonly request: string
    }
  }
}

import type { Sentence } from '../../../html/sentence.tsx'

export interface ScopeText {
  readonly title: string
  readonly description: string
}

export interface ErrorText {
  readonly title: string
  /** What the reader can do now. */
  readonly message: string
}

export interface DecidedText {
  readonly title: string
  readonly message: Sentence<'application'>
}

import type { Sentence } from '../../../html/sentence.tsx'

/** What users may leave out of what an application asks for. */
export interface ScopeChoiceText {
  readonly scopeChoice: {
    readonly hint: string
    readonly nothingLeft: Sentence<'deny'>
  }
}

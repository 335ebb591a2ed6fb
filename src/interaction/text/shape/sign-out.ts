import type { Sentence } from '../../../html/sentence.tsx'

export interface SignOutText {
  readonly confirmSignOut: {
    readonly title: string
    readonly askedBy: Sentence<'application'>
    readonly consequence: string
    readonly signOut: string
    readonly stay: string
  }

  readonly signedOut: {
    readonly title: string
    readonly message: string
    readonly wantsToSend: Sentence<'application'> & Sentence<'host'>
    /** Where it is not the end. */
    readonly goesOn: string
    readonly continueTo: Sentence<'application'>
    readonly continue: string
  }
}

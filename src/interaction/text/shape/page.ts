import type { Sentence } from '../../../html/sentence.tsx'

export interface PageText {
  readonly page: {
    /** The window's title, where `{page}` is the page's own. */
    readonly errorTitle: Sentence<'page'>
    readonly terms: string
    readonly privacy: string
  }

  readonly account: {
    readonly signedInAs: string
    readonly useAnother: string
    readonly organization: string
    readonly changeOrganization: string
  }

  readonly home: {
    readonly title: Sentence<'operator'>
    readonly about: string
    readonly signedOut: string
    readonly signIn: string
    readonly yourAccount: string
    readonly signOut: string
    readonly forDevelopers: string
    readonly discovery: string
    readonly signingKeys: string
    readonly ownApplications: string
  }
}

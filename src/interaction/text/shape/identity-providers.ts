import type { Sentence } from '../../../html/sentence.tsx'

/** Signing in at an OpenID provider of somebody else. */
export interface IdentityProvidersText {
  readonly identityProviders: {
    readonly continueWith: Sentence<'provider'>
    /** Where an organization demands it. */
    readonly title: string
    readonly demanded: Sentence<'provider'>
    /** Above the page on which somebody proves that an account is theirs. */
    readonly linking: Sentence<'provider'>
    /** Of the account: those that somebody signs in with. */
    readonly connected: string
    readonly none: string
    readonly lastUsed: Sentence<'when'>
    readonly disconnect: Sentence<'provider'>
    readonly onlyWayIn: string
    /** Above the page on which they sign in anew. */
    readonly errors: {
      readonly turnedBack: Sentence<'provider'>
      readonly invalidAnswer: Sentence<'provider'>
      readonly unavailable: Sentence<'provider'>
      readonly emailNotTrusted: Sentence<'provider'>
      readonly unknownUser: Sentence<'provider'>
    }
  }
}

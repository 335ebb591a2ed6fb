import type { Sentence } from '../../html/sentence.tsx'
import type { CommonMember } from '../../protocol/authorization-details.ts'
import type { StandardScope } from '../../protocol/scope.ts'

export type { StandardScope } from '../../protocol/scope.ts'

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

/**
 * Everything a page says, in one language. Plain data, so that a translation is a file to fill in: a missing entry, or
 * a sentence without its `{place}`, does not compile.
 */
export interface Text {
  /** BCP 47, and the direction the language is written in. */
  readonly language: { readonly tag: string; readonly direction: 'ltr' | 'rtl' }

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

  readonly signIn: {
    readonly title: string
    readonly toContinueTo: Sentence<'application'>
    readonly email: string
    readonly password: string
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
    }
  }

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

  readonly selectOrganization: {
    readonly title: string
    readonly toContinueTo: Sentence<'application'>
    readonly withoutApplication: string
    readonly noLongerMember: string
  }

  readonly consent: {
    readonly title: Sentence<'application'>
    readonly providedBy: Sentence<'organization'>
    readonly unknownProvider: string
    /** In the place of who provides it. */
    readonly foundAt: Sentence<'host'>
    /** Instead, of one that is known by the address at which it says what it is. */
    readonly knownByAddress: Sentence<'host'>
    readonly willBeAbleTo: Sentence<'application'>
    readonly newScope: string
    /** Above the addresses of services. */
    readonly willReach: string
    readonly detailMembers: Readonly<Record<CommonMember, string>>
    readonly yes: string
    readonly no: string
    readonly nothing: string
    /** Links to what the application has to say. */
    readonly policy: string
    readonly terms: string
    /** Above the hosts that the user may be sent to, besides that of this request. */
    readonly canAlsoSendTo: string
    /** Where nothing is chosen yet, and where something has to be. */
    readonly choose: string
    readonly chooseOne: string
    readonly sentTo: Sentence<'host'>
    readonly allow: string
    readonly deny: string
  }

  /** A device that waits for its user to come with its code (RFC 8628). */
  readonly device: {
    readonly title: string
    readonly enter: string
    readonly compareTitle: string
    readonly compare: string
    readonly code: string
    readonly submit: string
    readonly beware: string
    readonly errors: {
      readonly missing: string
      readonly malformed: string
      readonly unknown: string
      readonly expired: string
      readonly used: string
      readonly tooManyAttempts: string
      readonly stale: string
    }
    readonly allowTitle: Sentence<'application'>
    readonly codeShown: string
    readonly asked: string
    readonly justNow: string
    readonly minutesAgo: Sentence<'minutes'>
    readonly address: string
    readonly nearby: string
    readonly elsewhere: string
    readonly allowOnlyIf: string
    readonly approved: DecidedText
    readonly denied: DecidedText
    readonly closeWindow: string
  }

  readonly scopes: Readonly<Record<StandardScope, ScopeText>>

  /** Of a sign-in at the operator's own page. */
  readonly externalSignIn: {
    readonly over: ErrorText
    readonly elsewhere: ErrorText
    readonly startOver: string
  }

  readonly home: {
    readonly title: Sentence<'operator'>
    readonly about: string
    readonly signedOut: string
    readonly signOut: string
    readonly forDevelopers: string
    readonly discovery: string
    readonly signingKeys: string
  }

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

  readonly errorPage: {
    readonly reference: string
    readonly forDevelopers: string
  }

  readonly errors: {
    readonly notFound: ErrorText
    readonly tooManyRequests: ErrorText
    readonly unexpected: ErrorText
    readonly unavailable: ErrorText
    readonly unknownApplication: ErrorText
    readonly undescribedApplication: ErrorText
    readonly untrustedReturnAddress: ErrorText
    readonly malformedRequest: ErrorText
    readonly unreachableRequest: ErrorText
    readonly requestExpired: ErrorText
    readonly deviceCodeExpired: ErrorText
    readonly deviceCodeUsed: ErrorText
    readonly formNotOurs: ErrorText
  }
}

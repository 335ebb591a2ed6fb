import type { Sentence } from '../../../html/sentence.tsx'

/** Where a signed-in person looks after their account. */
export interface AccountPagesText {
  readonly accountPages: {
    readonly navigation: {
      readonly label: string
      readonly profile: string
      readonly security: string
      readonly sessions: string
      readonly applications: string
    }
    readonly signOut: string
    /** Of a list that is too long for one page, the newest first. */
    readonly paging: { readonly label: string; readonly newer: string; readonly older: string }

    /** What was done, on the page that a form leads to. */
    readonly notices: {
      readonly profileSaved: string
      readonly passwordChanged: string
      readonly passwordSet: string
      readonly emailChanged: string
      readonly signedOutThere: string
      readonly signedOutElsewhere: string
      readonly nothingToEnd: string
      readonly accessRemoved: string
      readonly nothingToRemove: string
      readonly totpOff: string
      readonly passkeyAdded: string
      readonly passkeyRenamed: string
      readonly passkeyRemoved: string
      readonly identityUnlinked: string
      readonly onceMore: string
    }

    readonly profile: {
      readonly title: string
      readonly about: string
      /** Where the operator's own page signs people in, and says who they are. */
      readonly keptElsewhere: Sentence<'operator'>
      readonly picture: string
      readonly name: string
      readonly nameHint: string
      readonly firstName: string
      readonly lastName: string
      readonly locale: string
      readonly noLocale: string
      readonly save: string
      readonly email: string
      readonly emailVerified: string
      readonly emailUnverified: string
      readonly changeEmail: string
      readonly confirmEmail: string
      readonly organizations: string
      readonly memberOfNone: string
      readonly inactive: string
      readonly errors: { readonly name: string }
    }

    readonly security: {
      readonly title: string
      readonly about: string
      readonly keptElsewhere: Sentence<'operator'>
      readonly password: string
      readonly hasPassword: string
      readonly hasNoPassword: string
      readonly changePassword: string
      readonly setPassword: string
    }

    readonly password: {
      readonly changeTitle: string
      readonly setTitle: string
      readonly current: string
      readonly next: string
      readonly hint: string
      readonly endOthers: string
      readonly endOthersHint: string
      readonly save: string
      readonly cancel: string
      readonly errors: {
        readonly currentMissing: string
        readonly currentWrong: string
        readonly missing: string
        readonly too_short: string
        readonly too_long: string
        readonly too_common: string
        readonly is_email: string
        readonly same_as_current: string
        readonly tooManyAttempts: string
        readonly changedMeanwhile: string
      }
    }

    readonly email: {
      readonly title: string
      readonly about: string
      readonly next: string
      readonly send: string
      readonly codeTitle: string
      readonly sentTo: Sentence<'email'>
      readonly code: string
      readonly save: string
      readonly startOver: string
      readonly cancel: string
      readonly errors: {
        readonly missing: string
        readonly malformed: string
        readonly same: string
        readonly taken: string
        /** By their organization, which has them sign in at its provider. */
        readonly held: string
        readonly codeMissing: string
        readonly codeWrong: string
        readonly codeOver: string
        readonly tooManyAttempts: string
      }
    }

    readonly sessions: {
      readonly title: string
      readonly about: string
      readonly thisBrowser: string
      readonly onSystem: Sentence<'browser' | 'system'>
      readonly unknownBrowser: string
      readonly signedIn: Sentence<'when'>
      readonly lastActive: Sentence<'when'>
      readonly address: Sentence<'address'>
      readonly yourNetwork: string
      readonly unknownAddress: string
      readonly end: string
      /** For whoever hears the button without seeing what stands beside it. */
      readonly endOf: Sentence<'browser'>
      readonly others: string
      readonly noOthers: string
      readonly everywhere: string
      readonly elsewhere: string
      readonly endMany: string
      readonly consequence: string
    }

    readonly applications: {
      readonly title: string
      readonly about: string
      readonly none: string
      readonly ofOperator: Sentence<'operator'>
      readonly ofOperatorAbout: string
      readonly inNameOf: Sentence<'organization'>
      readonly providedBy: Sentence<'organization'>
      readonly unknownProvider: string
      readonly since: Sentence<'when'>
      readonly lastUsed: Sentence<'when'>
      readonly details: string
      readonly detailsOf: Sentence<'application'>
    }

    readonly application: {
      readonly title: Sentence<'application'>
      readonly mayDo: Sentence<'application'>
      readonly facts: {
        readonly account: string
        readonly organization: string
        readonly providedBy: string
        readonly since: string
        readonly lastUsed: string
      }
      readonly offline: string
      readonly removeTitle: string
      readonly consequence: Sentence<'application'>
      readonly consequenceOfOwn: Sentence<'application'>
      readonly remove: string
      readonly keep: string
    }
  }
}

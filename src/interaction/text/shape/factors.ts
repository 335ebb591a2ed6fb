import type { Sentence } from '../../../html/sentence.tsx'

/** Passkeys, authenticator apps and recovery codes. */
export interface FactorsText {
  readonly passkeys: {
    readonly signIn: string
    /** What the page says where a browser or a device has not done what was asked. */
    readonly cancelled: string
    readonly failed: string
    readonly existsAlready: string
    /** It was deleted here, or is of another address. */
    readonly unknown: string
    readonly refused: string
    readonly tooMany: string
    readonly tooManyAttempts: string
    /** For whoever has no JavaScript, or a browser without passkeys. */
    readonly needsBrowser: string
    /** What one is called before its user gives it a name. */
    readonly defaultName: string
  }

  readonly secondFactor: {
    readonly title: string
    readonly aboutCode: string
    readonly code: string
    readonly submit: string
    readonly aboutPasskey: string
    readonly usePasskey: string
    readonly useRecoveryCode: string
    readonly recoveryTitle: string
    readonly aboutRecoveryCode: string
    readonly recoveryCode: string
    readonly useAnotherWay: string
    readonly notNow: string
    readonly errors: {
      readonly codeMissing: string
      readonly wrongCode: string
      readonly wrongRecoveryCode: string
      readonly tooManyAttempts: string
    }
  }

  readonly setUpFactor: {
    readonly title: string
    /** Why now: the operator, or the application, wants it. */
    readonly about: string
    readonly totpTitle: string
    readonly scan: string
    readonly qrCode: string
    readonly openApp: string
    readonly cannotScan: string
    readonly secret: string
    readonly enterCode: string
    readonly submit: string
    readonly passkeyTitle: string
    readonly aboutPasskey: string
    readonly createPasskey: string
    /** Whoever signed in too long ago has to do so once more. */
    readonly aboutSignInAgain: string
    readonly signInAgain: string
    readonly errors: {
      readonly wrongCode: string
      readonly expired: string
      /** Another tab was quicker, with another key. */
      readonly elsewhere: string
    }
  }

  readonly recoveryCodes: {
    readonly title: string
    readonly about: string
    readonly keep: string
    readonly saved: string
    readonly fewTitle: string
    readonly few: Sentence<'count'>
    readonly onward: string
  }
}

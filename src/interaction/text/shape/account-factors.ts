import type { Sentence } from '../../../html/sentence.tsx'

/** Passkeys and two-step sign-in as pages of the account show them. */
export interface AccountFactorsText {
  readonly twoFactor: {
    readonly title: string
    readonly about: string
    readonly isOn: string
    readonly isOff: string
    readonly setUp: string
    readonly manage: string
    readonly added: Sentence<'when'>
    readonly lastUsed: Sentence<'when'>
    readonly remove: string
    readonly removeAbout: string
    readonly removeRequired: string
    readonly codesTitle: string
    readonly codesLeft: Sentence<'count'>
    readonly codesFew: string
    readonly newCodes: string
    readonly newCodesAbout: string
    readonly errors: {
      /** Their form was sent twice. */
      readonly codesMadeAlready: string
    }
  }

  readonly accountPasskeys: {
    readonly title: string
    readonly about: string
    readonly none: string
    readonly manage: string
    readonly name: string
    readonly add: string
    readonly addTitle: string
    readonly rename: string
    readonly save: string
    readonly added: Sentence<'when'>
    readonly lastUsed: Sentence<'when'>
    readonly neverUsed: string
    readonly synced: string
    readonly bound: string
    readonly remove: string
    readonly removeAbout: string
    readonly removeOnlyWayIn: string
    readonly errors: { readonly name: string }
  }
}

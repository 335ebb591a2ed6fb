import type { Sentence } from '../../../html/sentence.tsx'
import type { CommonMember } from '../../../protocol/authorization-details.ts'
import type { StandardScope } from '../../../protocol/scope.ts'
import type { ScopeText } from './titled.ts'

export interface ConsentText {
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

  readonly scopes: Readonly<Record<StandardScope, ScopeText>>
}

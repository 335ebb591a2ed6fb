import type { Client } from '../clients/client.ts'
import { type ChosenClaims, type ConsentOption, chosenOf } from '../protocol/consent-option.ts'
import type { GivenConsent } from '../storage/stores/consents.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'

/*
 * Standalone: what the operator's login page has users choose on consent pages, for as long as the session lasts that began
 * there. Applications of the operator's own have no such page, and no such claims.
 */

export const optionsOf = (
  { isFirstParty }: Pick<Client, 'isFirstParty'>,
  { consentOptions }: Pick<LiveSession, 'consentOptions'>,
): readonly ConsentOption[] => (isFirstParty ? [] : (consentOptions ?? []))

/**
 * Whether the operator's login page has not been asked what there is to choose: the session began for an application that
 * asks its users nothing, or here.
 */
export const lacksOptions = (
  { client, loginUri }: { readonly client: Pick<Client, 'isFirstParty'>; readonly loginUri: string | null },
  { consentOptions }: Pick<LiveSession, 'consentOptions'>,
): boolean => !client.isFirstParty && loginUri !== null && consentOptions === null

/** What was chosen, as terms of the grant. */
export const chosenTerms = (
  client: Pick<Client, 'isFirstParty'>,
  {
    session,
    consent,
  }: {
    readonly session: Pick<LiveSession, 'consentOptions'>
    readonly consent: Pick<GivenConsent, 'chosenClaims'> | undefined
  },
): { readonly chosenClaims?: ChosenClaims } => {
  const chosenClaims = chosenOf(optionsOf(client, session), consent?.chosenClaims)
  return Object.keys(chosenClaims).length > 0 ? { chosenClaims } : {}
}

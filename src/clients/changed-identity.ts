import { consentWithdrawn, fewEnough } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { withoutLoopbackPort } from '../protocol/registered-redirect-uri.ts'
import type { Stores } from '../storage/index.ts'
import { sha256 } from '../system/hash.ts'
import { type Client, isVouchedFor } from './client.ts'
import { applyChanges, type CheckedChanges } from './registration.ts'

/*
 * RFC 7591 §5, RFC 9700 §4.1: users agreed to what they were shown, a name and where they would be sent. A client that
 * describes itself can change both, and is somebody else afterwards, as far as anybody knows.
 */

type Shown = Pick<Client, 'name' | 'redirectUris'>

/** Another name, or a place to send users that was not there before. */
export const isSomebodyElse = (before: Shown, after: Shown): boolean => {
  const known = new Set(before.redirectUris.map(placeOf))
  return (
    before.name !== after.name || after.redirectUris.some((registered) => !known.has(placeOf(registered)))
  )
}

/** The same for what a page showed and what its user answers later, of a client that can change itself; undefined for others. */
export const identityOf = (client: Shown & Pick<Client, 'wasDynamicallyRegistered'>): string | undefined => {
  if (isVouchedFor(client)) return undefined
  const places = new Set(client.redirectUris.map(placeOf))
  return sha256(JSON.stringify([client.name, ...[...places].sort()]))
}

/** Whether an address is at a place that the client's users have agreed to be sent to. */
export const isKnownPlace = ({ redirectUris }: Pick<Client, 'redirectUris'>, uri: string): boolean =>
  redirectUris.some((registered) => placeOf(registered) === placeOf({ uri }))

/** Scheme and host, and port but on this machine (RFC 8252 §7.3). */
const placeOf = ({ uri }: { readonly uri: string }): string => {
  const { protocol, host } = new URL(withoutLoopbackPort(uri))
  return `${protocol}//${host}`
}

/** Writes what a client, which is locked, says of itself by now. Nobody has agreed to it, if it is somebody else by that. */
export const applyDescription = async (
  acting: Acting<Pick<Stores, 'clients' | 'consents'>>,
  before: Client,
  changes: CheckedChanges,
): Promise<Client> => {
  const client = await applyChanges(acting, before, changes)
  if (!isSomebodyElse(before, client)) return client
  const { stores, record } = acting
  const told = await fewEnough((page) => stores.consents.page({ applicationId: client.id }, page))
  await stores.consents.withdrawFrom(client.id)
  await record(...told.map((consent) => consentWithdrawn(consent, client)))
  return client
}

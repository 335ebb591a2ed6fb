import { isKnownPlace } from '../clients/changed-identity.ts'
import { type Client, isVouchedFor } from '../clients/client.ts'
import type { Stores } from '../storage/index.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'

export interface Leaving {
  readonly stores: Pick<Stores, 'consents'>
}

/**
 * RFC 9700 §4.11.2: whether the browser is sent on to a client's address by itself, which only a trusted one is. That it
 * is registered says nothing where the client registered itself, or says what it is under its own URL: anybody has any
 * address registered so, and a link to this server that leads there at once lends our name to whatever is shown next.
 *
 * @param sessionOf the browser, which is looked up only where it matters; the session may be about to end.
 */
export const leavesAtOnce = async (
  { stores }: Leaving,
  client: Pick<Client, 'id' | 'wasDynamicallyRegistered' | 'isSomebodyElse' | 'redirectUris'>,
  destination: string,
  sessionOf: () => Promise<Pick<LiveSession, 'userId'> | undefined>,
): Promise<boolean> => {
  if (isVouchedFor(client)) return true
  // One that users are sent to after a logout may be anywhere.
  if (client.isSomebodyElse === true || !isKnownPlace(client, destination)) return false
  const session = await sessionOf()
  if (session === undefined) return false
  // OIDC Core §3.1.2.1: a client that its user has agreed to asks again out of their sight (prompt=none), and has to hear
  // of an error there, where no page can be shown. The page on which they agreed named each place that it has, and a
  // place that was added since has ended the agreement (clients/changed-identity.ts).
  const { consents } = await stores.consents.standing(session.userId, client.id)
  return consents.length > 0
}

import type { Client } from '../clients/client.ts'
import { parseClientId, parseIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { notThere } from './identified.ts'

/**
 * The application of a path, which may name it by its ID or by its client ID.
 *
 * @throws Refusal 404
 */
export const applicationAt = async (stores: Pick<Stores, 'clients'>, reference: string): Promise<Client> => {
  const id = parseIdentifier('application', reference)
  const clientId = parseClientId(reference)
  const client =
    (id && (await stores.clients.byId(id))) ?? (clientId && (await stores.clients.byClientId(clientId)))
  if (!client) throw notThere('application', reference)
  return client
}

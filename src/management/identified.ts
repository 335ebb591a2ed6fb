import {
  type Identifier,
  type IdentifierKind,
  type OrganizationId,
  parseIdentifier,
  type UserId,
} from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { notFound } from './refusal.ts'

/** What things are called in messages. */
const names: Partial<Readonly<Record<IdentifierKind, string>>> = {
  application: 'Application',
  credential: 'Client secret',
  organization: 'Organization',
  organizationDomain: 'Organization domain',
  user: 'User',
  membership: 'Organization membership',
  permission: 'Permission',
  session: 'Session',
  apiKey: 'API key',
  event: 'Event',
  role: 'Role',
  webhookEndpoint: 'Webhook endpoint',
  environmentRedirectUri: 'Redirect URI',
  corsOrigin: 'CORS origin',
  resourceIndicator: 'Resource',
  signingKey: 'Signing key',
  authenticationFactor: 'Authentication factor',
  passkey: 'Passkey',
  identityProvider: 'Identity provider',
  loginUri: 'Login URI',
  refusedRequest: 'Refused request',
}

/** The thing is not there. */
export const notThere = (kind: IdentifierKind, id: string) => notFound(names[kind] ?? 'Object', id)

/** The ID in a path. @throws Refusal 404 if it cannot be one of that kind: there is no such thing. */
export const identified = <K extends IdentifierKind>(kind: K, text: string): Identifier<K> => {
  const id = parseIdentifier(kind, text)
  if (id === undefined) throw notThere(kind, text)
  return id
}

/** What was found, or the 404 of its kind. */
export const found = <T>(thing: T | undefined, kind: IdentifierKind, id: string): T => {
  if (thing === undefined) throw notThere(kind, id)
  return thing
}

/** @throws Refusal 404 */
export const organizationThere = async (
  stores: Pick<Stores, 'organizations'>,
  text: string,
): Promise<OrganizationId> =>
  found(await stores.organizations.byId(identified('organization', text)), 'organization', text).id

/** @throws Refusal 404 */
export const userThere = async (stores: Pick<Stores, 'users'>, text: string): Promise<UserId> =>
  found(await stores.users.byId(identified('user', text)), 'user', text).id

import { apiKeyObject } from '../objects/api-key.ts'
import { applicationWithSettings } from '../objects/application-settings.ts'
import { consentObject } from '../objects/authorized-application.ts'
import { identityProviderObject } from '../objects/identity-provider.ts'
import { loginUriObject } from '../objects/login-uri.ts'
import { organizationDomainObject } from '../objects/organization-domain.ts'
import { organizationMembershipObject } from '../objects/organization-membership.ts'
import { revokedSessionObject } from '../objects/session.ts'
import type { Page, PageOfRows } from '../storage/page.ts'
import type { ClientRecord } from '../storage/stores/clients.ts'
import type { ConsentRecord } from '../storage/stores/consents.ts'
import type { CustomerKeyRecord } from '../storage/stores/customer-keys.ts'
import type { IdentityProviderRecord } from '../storage/stores/identity-providers.ts'
import type { LoginUriRecord } from '../storage/stores/login-uris.ts'
import type { MembershipInFull } from '../storage/stores/memberships.ts'
import type { OrganizationDomainRecord } from '../storage/stores/organization-domains.ts'
import type { SessionRecord } from '../storage/stores/sessions.ts'
import type { NewEvent, SessionEnd } from './catalogue.ts'

/*
 * That something has ended, by whatever deletion: its own, or that of what it belonged to. In the second case the
 * database takes it along and tells nobody, so whoever deletes reads it before.
 */

/** What goes along with a deletion is told one by one up to so many of a kind: a statement has seconds. */
const MOST_TOLD = 1_000

/** All of a kind; none if they are too many to be told, and the event of the deletion stands for them. */
export const fewEnough = async <Thing>(
  read: (page: Page) => Promise<PageOfRows<Thing>>,
): Promise<readonly Thing[]> => {
  const { rows, after } = await read({ limit: MOST_TOLD, order: 'asc' })
  return after === null ? rows : []
}

export const sessionRevoked = (session: SessionRecord, reason: SessionEnd, now: Date): NewEvent => ({
  name: 'session.revoked',
  targetId: session.id,
  organizationId: session.organizationId,
  data: { ...revokedSessionObject(session, now), reason },
})

export const applicationDeleted = (client: ClientRecord): NewEvent => ({
  name: 'application.deleted',
  targetId: client.id,
  organizationId: client.organizationId,
  data: applicationWithSettings(client),
})

export const identityProviderDeleted = (provider: IdentityProviderRecord): NewEvent => ({
  name: 'identity_provider.deleted',
  targetId: provider.id,
  organizationId: provider.organizationId,
  data: identityProviderObject(provider),
})

export const loginUriDeleted = (loginUri: LoginUriRecord): NewEvent => ({
  name: 'login_uri.deleted',
  targetId: loginUri.id,
  organizationId: loginUri.organizationId,
  data: loginUriObject(loginUri),
})

export const domainDeleted = (domain: OrganizationDomainRecord): NewEvent => ({
  name: 'organization_domain.deleted',
  targetId: domain.id,
  organizationId: domain.organizationId,
  data: organizationDomainObject(domain),
})

export const keyRevoked = (key: CustomerKeyRecord): NewEvent => ({
  name: 'api_key.revoked',
  targetId: key.id,
  organizationId: key.organizationId,
  data: apiKeyObject(key),
})

export const consentWithdrawn = (
  consent: ConsentRecord,
  client: Pick<ClientRecord, 'clientId'>,
): NewEvent => ({
  name: 'consent.withdrawn',
  targetId: consent.id,
  organizationId: consent.organizationId,
  data: consentObject(consent, client),
})

export const membershipDeleted = (membership: MembershipInFull): NewEvent => ({
  name: 'organization_membership.deleted',
  targetId: membership.id,
  organizationId: membership.organizationId,
  data: organizationMembershipObject(membership),
})

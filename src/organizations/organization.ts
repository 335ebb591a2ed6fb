import type { NewEvent } from '../events/catalogue.ts'
import {
  applicationDeleted,
  domainDeleted,
  fewEnough,
  identityProviderDeleted,
  keyRevoked,
  loginUriDeleted,
  membershipDeleted,
} from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { type OrganizationWithDomains, organizationObject } from '../objects/organization.ts'
import type { DomainName } from '../protocol/domain-name.ts'
import { isExternalId } from '../protocol/external-id.ts'
import { newIdentifier, type OrganizationId } from '../protocol/identifiers.ts'
import { changeMetadata, type MetadataChange, metadataProblem } from '../protocol/metadata.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { Stores } from '../storage/index.ts'
import type { OrganizationRecord } from '../storage/stores/organizations.ts'
import { type DomainClaim, replaceDomains } from './domain.ts'

/*
 * Organizations, and who belongs to them. A user may act for one while the membership is active; applications of
 * third parties belong to one.
 */

export type Organization = OrganizationRecord

const MAXIMUM_NAME_LENGTH = 255

interface OrganizationFields {
  readonly externalId?: string | null | undefined
  readonly metadata?: MetadataChange | undefined
  readonly allowProfilesOutsideOrganization?: boolean | undefined
  readonly domains?: readonly DomainClaim[] | undefined
}

export interface NewOrganization extends OrganizationFields {
  readonly name: string
}

/** What is absent stays as it is. Domains are replaced, metadata are changed key by key. */
export interface OrganizationUpdate extends OrganizationFields {
  readonly name?: string | undefined
  readonly stripeCustomerId?: string | null | undefined
}

export type RefusedOrganization =
  | {
      readonly outcome: 'refused'
      readonly code:
        | 'name_invalid'
        | 'external_id_invalid'
        | 'external_id_already_used'
        | 'stripe_customer_id_already_used'
    }
  | { readonly outcome: 'refused'; readonly code: 'invalid_metadata'; readonly problem: string }
  | { readonly outcome: 'refused'; readonly code: 'domain_already_exists'; readonly domain: DomainName }

export type CreatedOrganization =
  | { readonly outcome: 'created'; readonly organization: OrganizationWithDomains }
  | RefusedOrganization

export type UpdatedOrganization =
  | { readonly outcome: 'updated'; readonly organization: OrganizationWithDomains }
  | { readonly outcome: 'refused'; readonly code: 'organization_not_found' }
  | RefusedOrganization

export type OrganizationChange = Acting<Pick<Stores, 'organizations' | 'organizationDomains'>>

/** The caller rolls back what was refused: some of it may have been written. */
export const createOrganization = async (
  acting: OrganizationChange,
  given: NewOrganization,
): Promise<CreatedOrganization> => {
  const { stores, now, random, record } = acting
  const organization = applied(
    {
      id: newIdentifier('organization', now, random),
      name: '',
      externalId: null,
      metadata: {},
      allowProfilesOutsideOrganization: false,
      stripeCustomerId: null,
      createdAt: now,
      updatedAt: now,
    },
    given,
  )
  if ('outcome' in organization) return organization
  if (!(await stores.organizations.insert(organization))) {
    return { outcome: 'refused', code: 'external_id_already_used' }
  }
  // Told after the organization, which shows them: whoever follows the events knows it then.
  const ofDomains: NewEvent[] = []
  const conflict = await replaceDomains(
    { ...acting, record: async (...events) => void ofDomains.push(...events) },
    organization.id,
    [],
    given.domains ?? [],
  )
  if (conflict) return { outcome: 'refused', code: 'domain_already_exists', domain: conflict.taken }
  const created = await withItsDomains(stores, organization)
  await record({ name: 'organization.created', ...about(created) }, ...ofDomains)
  return { outcome: 'created', organization: created }
}

/** The caller rolls back what was refused: some of it may have been written. */
export const updateOrganization = async (
  acting: OrganizationChange,
  id: OrganizationId,
  update: OrganizationUpdate,
): Promise<UpdatedOrganization> => {
  const { stores, now, record } = acting
  const locked = await stores.organizations.lock(id)
  if (!locked) return { outcome: 'refused', code: 'organization_not_found' }
  const before = await withItsDomains(stores, locked)
  const organization = applied({ ...locked, updatedAt: now }, update)
  if ('outcome' in organization) return organization
  if (update.domains !== undefined) {
    const conflict = await replaceDomains(acting, id, before.domains, update.domains)
    if (conflict) return { outcome: 'refused', code: 'domain_already_exists', domain: conflict.taken }
  }
  const after = await withItsDomains(stores, organization)
  if (isSame(before, after)) return { outcome: 'updated', organization: before }
  const updated = await stores.organizations.update(organization)
  if ('taken' in updated) return { outcome: 'refused', code: `${updated.taken}_already_used` }
  await record({ name: 'organization.updated', ...about(after), before: organizationObject(before) })
  return { outcome: 'updated', organization: after }
}

/** The organization as it would be, or why it cannot be so. */
const applied = (
  organization: Organization,
  {
    name,
    externalId,
    metadata,
    allowProfilesOutsideOrganization,
    stripeCustomerId,
  }: Omit<OrganizationUpdate, 'domains'>,
): Organization | RefusedOrganization => {
  const line = name === undefined ? organization.name : parseLine(name, MAXIMUM_NAME_LENGTH)
  if (line === undefined) return { outcome: 'refused', code: 'name_invalid' }
  if (typeof externalId === 'string' && !isExternalId(externalId)) {
    return { outcome: 'refused', code: 'external_id_invalid' }
  }
  const changed = changeMetadata(organization.metadata, metadata ?? {})
  const problem = metadataProblem(changed)
  if (problem !== undefined) return { outcome: 'refused', code: 'invalid_metadata', problem }
  return {
    ...organization,
    name: line,
    metadata: changed,
    externalId: externalId === undefined ? organization.externalId : externalId,
    stripeCustomerId: stripeCustomerId === undefined ? organization.stripeCustomerId : stripeCustomerId,
    allowProfilesOutsideOrganization:
      allowProfilesOutsideOrganization ?? organization.allowProfilesOutsideOrganization,
  }
}

/** Whether nothing but the time would change: what is asked for again is no update. */
const isSame = (before: OrganizationWithDomains, after: OrganizationWithDomains): boolean =>
  JSON.stringify(organizationObject({ ...after, updatedAt: before.updatedAt })) ===
  JSON.stringify(organizationObject(before))

/** With the domains of each. */
export const withDomains = async (
  stores: Pick<Stores, 'organizationDomains'>,
  organizations: readonly Organization[],
): Promise<OrganizationWithDomains[]> => {
  const domains = await stores.organizationDomains.ofOrganizations(organizations.map(({ id }) => id))
  return organizations.map((organization) => ({
    ...organization,
    domains: domains.get(organization.id) ?? [],
  }))
}

export const withItsDomains = async (
  stores: Pick<Stores, 'organizationDomains'>,
  organization: Organization,
): Promise<OrganizationWithDomains> => {
  const domains = await stores.organizationDomains.ofOrganizations([organization.id])
  return { ...organization, domains: domains.get(organization.id) ?? [] }
}

/**
 * False if there is none. Its applications, memberships, keys, domains, identity providers, login URIs (those of its
 * applications, too), roles, consents and all that was granted in its name go along. The first six are told of as well; but
 * of more than a thousand of a kind the event of the organization stands for them: it may have a hundred thousand members.
 */
export const deleteOrganization = async (
  {
    stores,
    record,
  }: Acting<
    Pick<
      Stores,
      | ('clients' | 'customerKeys' | 'memberships' | 'organizations' | 'organizationDomains')
      | ('identityProviders' | 'loginUris')
    >
  >,
  id: OrganizationId,
): Promise<boolean> => {
  const organization = await stores.organizations.lockToDelete(id)
  if (!organization) return false
  const before = await withItsDomains(stores, organization)
  const applications = await fewEnough((page) => stores.clients.page({ organizationId: id }, page))
  const keys = await fewEnough((page) => stores.customerKeys.pageOfAll(id, page))
  const memberships = await fewEnough((page) => stores.memberships.page(page, { organizationId: id }))
  const providers = await stores.identityProviders.lockAllOf(id)
  const loginUris = await stores.loginUris.lockAllOf({ organizationId: id })
  await stores.organizations.delete(id)
  await record(...applications.map(applicationDeleted))
  await record(...keys.map(keyRevoked))
  await record(...memberships.map(membershipDeleted))
  await record(...providers.map(identityProviderDeleted), ...loginUris.map(loginUriDeleted))
  await record(...before.domains.map(domainDeleted), { name: 'organization.deleted', ...about(before) })
  return true
}

const about = (organization: OrganizationWithDomains) => ({
  targetId: organization.id,
  organizationId: organization.id,
  data: organizationObject(organization),
})

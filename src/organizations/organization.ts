import type { Acting } from '../events/record.ts'
import { type OrganizationWithDomains, organizationObject } from '../objects/organization.ts'
import { newIdentifier, type OrganizationId } from '../protocol/identifiers.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { Stores } from '../storage/index.ts'
import type { OrganizationRecord } from '../storage/stores/organizations.ts'

/*
 * Organizations, and who belongs to them. A user may act for one while the membership is active; applications of
 * third parties belong to one.
 */

export type Organization = OrganizationRecord

const MAXIMUM_NAME_LENGTH = 255

export interface NewOrganization {
  readonly name: string
  readonly externalId?: string | undefined
  readonly metadata?: Readonly<Record<string, string>> | undefined
  readonly allowProfilesOutsideOrganization?: boolean | undefined
}

export type CreatedOrganization =
  | { readonly outcome: 'created'; readonly organization: OrganizationWithDomains }
  | { readonly outcome: 'refused'; readonly code: 'name_invalid' | 'external_id_already_used' }

export type OrganizationChange = Acting<Pick<Stores, 'organizations' | 'organizationDomains'>>

export const createOrganization = async (
  { stores, now, random, record }: OrganizationChange,
  given: NewOrganization,
): Promise<CreatedOrganization> => {
  const name = parseLine(given.name, MAXIMUM_NAME_LENGTH)
  if (name === undefined) return { outcome: 'refused', code: 'name_invalid' }
  const organization: Organization = {
    id: newIdentifier('organization', now, random),
    name,
    externalId: given.externalId ?? null,
    metadata: { ...given.metadata },
    allowProfilesOutsideOrganization: given.allowProfilesOutsideOrganization ?? false,
    stripeCustomerId: null,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.organizations.insert(organization))) {
    return { outcome: 'refused', code: 'external_id_already_used' }
  }
  const created = { ...organization, domains: [] }
  await record({
    name: 'organization.created',
    targetId: organization.id,
    organizationId: organization.id,
    data: organizationObject(created),
  })
  return { outcome: 'created', organization: created }
}

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

/** False if there is none. Its applications, memberships, consents and all that was granted in its name go along. */
export const deleteOrganization = async (
  { stores, record }: Pick<OrganizationChange, 'stores' | 'record'>,
  id: OrganizationId,
): Promise<boolean> => {
  const organization = await stores.organizations.byId(id)
  if (!organization) return false
  const [before] = await withDomains(stores, [organization])
  if (!before || !(await stores.organizations.delete(id))) return false
  await record({
    name: 'organization.deleted',
    targetId: id,
    organizationId: id,
    data: organizationObject(before),
  })
  return true
}

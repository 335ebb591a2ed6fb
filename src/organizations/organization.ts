import type { RecordEvent } from '../protocol/event.ts'
import { newIdentifier, type OrganizationId } from '../protocol/identifiers.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { Stores } from '../storage/index.ts'
import type { OrganizationRecord } from '../storage/stores/organizations.ts'
import type { Random } from '../system/random.ts'

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
}

export type CreatedOrganization =
  | { readonly outcome: 'created'; readonly organization: Organization }
  | { readonly outcome: 'refused'; readonly code: 'name_invalid' | 'external_id_already_used' }

export interface OrganizationChange {
  readonly stores: Pick<Stores, 'organizations'>
  readonly now: Date
  readonly random: Random
  readonly record: RecordEvent
}

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
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.organizations.insert(organization))) {
    return { outcome: 'refused', code: 'external_id_already_used' }
  }
  await record({
    name: 'organization.created',
    targetId: organization.id,
    organizationId: organization.id,
    data: {},
  })
  return { outcome: 'created', organization }
}

/** False if there is none. Its applications, memberships, consents and all that was granted in its name go along. */
export const deleteOrganization = async (
  { stores, record }: Pick<OrganizationChange, 'stores' | 'record'>,
  id: OrganizationId,
): Promise<boolean> => {
  if (!(await stores.organizations.delete(id))) return false
  await record({ name: 'organization.deleted', targetId: id, organizationId: id, data: {} })
  return true
}

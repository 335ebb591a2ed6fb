import { keyRevoked } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { apiKeyObject } from '../objects/api-key.ts'
import { type ApiKeyId, newIdentifier, type OrganizationId, type UserId } from '../protocol/identifiers.ts'
import { parseLine } from '../protocol/printable-text.ts'
import type { Stores } from '../storage/index.ts'
import type { CustomerKeyRecord } from '../storage/stores/customer-keys.ts'
import { sha256 } from '../system/hash.ts'
import { isKeyValue, MAXIMUM_NAME_LENGTH, newKeyValue } from './key-value.ts'

/*
 * Keys that the operator's customers show to the operator's API, which asks here whether they hold: of an organization
 * itself, or of a user in an organization. None of them opens the management API.
 */

export type CustomerKey = CustomerKeyRecord

export interface NewCustomerKey {
  readonly organizationId: OrganizationId
  /** Undefined for a key of the organization itself. */
  readonly userId?: UserId | undefined
  readonly name: string
  /** Slugs. */
  readonly permissions: readonly string[]
  readonly expiresAt?: Date | undefined
}

export type CreatedCustomerKey =
  | { readonly outcome: 'created'; readonly key: CustomerKey; readonly value: string }
  | {
      readonly outcome: 'refused'
      readonly code:
        | 'name_invalid'
        | 'expiry_not_in_future'
        | 'organization_not_found'
        | 'user_not_found'
        | 'membership_not_active'
    }
  | {
      readonly outcome: 'refused'
      readonly code: 'permission_unknown'
      readonly slugs: readonly string[]
    }

type CustomerKeyCreation = Acting<
  Pick<Stores, 'customerKeys' | 'memberships' | 'organizations' | 'permissions' | 'users'>
>

export const createCustomerKey = async (
  { stores, now, random, record }: CustomerKeyCreation,
  { organizationId, userId, expiresAt, ...given }: NewCustomerKey,
): Promise<CreatedCustomerKey> => {
  const name = parseLine(given.name, MAXIMUM_NAME_LENGTH)
  if (name === undefined) return { outcome: 'refused', code: 'name_invalid' }
  if (expiresAt !== undefined && expiresAt <= now) return { outcome: 'refused', code: 'expiry_not_in_future' }
  // Everything that the key refers to is held until the end of the transaction, lest it be deleted meanwhile.
  if (!(await stores.organizations.hold(organizationId))) {
    return { outcome: 'refused', code: 'organization_not_found' }
  }
  if (userId !== undefined) {
    if (!(await stores.users.hold(userId))) return { outcome: 'refused', code: 'user_not_found' }
    if (!(await stores.memberships.holdActive(userId, organizationId))) {
      return { outcome: 'refused', code: 'membership_not_active' }
    }
  }
  const permissions = [...new Set(given.permissions)]
  const known = await stores.permissions.hold(permissions)
  const unknown = permissions.filter((slug) => !known.some((permission) => permission.slug === slug))
  if (unknown.length > 0) return { outcome: 'refused', code: 'permission_unknown', slugs: unknown }

  const { value, ...kept } = newKeyValue(random)
  const key: CustomerKey = {
    id: newIdentifier('apiKey', now, random),
    organizationId,
    userId: userId ?? null,
    name,
    ...kept,
    permissions,
    lastUsedAt: null,
    expiresAt: expiresAt ?? null,
    createdAt: now,
    updatedAt: now,
  }
  await stores.customerKeys.insert(key)
  await record({ name: 'api_key.created', targetId: key.id, organizationId, data: apiKeyObject(key) })
  return { outcome: 'created', key, value }
}

/** The key of that value, if it holds *now*: it has not expired, and its user may act for the organization. */
export const validateCustomerKey = async (
  stores: Pick<Stores, 'customerKeys'>,
  value: string,
  now: Date,
): Promise<CustomerKey | undefined> =>
  isKeyValue(value) ? stores.customerKeys.liveByValue(sha256(value), now) : undefined

export type ExpiredCustomerKey =
  | { readonly outcome: 'updated'; readonly key: CustomerKey }
  | { readonly outcome: 'refused'; readonly code: 'api_key_not_found' | 'api_key_already_expired' }

/** An expiry that is past is now; null: never. A key that has expired stays so; what changes nothing is no event. */
export const setCustomerKeyExpiry = async (
  { stores, now, record }: Acting<Pick<Stores, 'customerKeys'>>,
  id: ApiKeyId,
  wanted: Date | null,
): Promise<ExpiredCustomerKey> => {
  const before = await stores.customerKeys.lock(id)
  if (!before) return { outcome: 'refused', code: 'api_key_not_found' }
  if (before.expiresAt !== null && before.expiresAt <= now) {
    return { outcome: 'refused', code: 'api_key_already_expired' }
  }
  const expiresAt = wanted !== null && wanted < now ? now : wanted
  if (expiresAt?.getTime() === before.expiresAt?.getTime()) return { outcome: 'updated', key: before }
  await stores.customerKeys.expireAt(id, expiresAt, now)
  const key: CustomerKey = { ...before, expiresAt, updatedAt: now }
  await record({
    name: 'api_key.updated',
    targetId: id,
    organizationId: key.organizationId,
    data: apiKeyObject(key),
    before: apiKeyObject(before),
  })
  return { outcome: 'updated', key }
}

/** False if there is none. */
export const deleteCustomerKey = async (
  { stores, record }: Pick<Acting<Pick<Stores, 'customerKeys'>>, 'stores' | 'record'>,
  id: ApiKeyId,
): Promise<boolean> => {
  const key = await stores.customerKeys.delete(id)
  if (!key) return false
  await record(keyRevoked(key))
  return true
}

import type { Acting } from '../events/record.ts'
import { resourceIndicatorObject } from '../objects/resource-indicator.ts'
import { newIdentifier, type ResourceIndicatorId } from '../protocol/identifiers.ts'
import { resourceIndicatorProblem } from '../protocol/resource-indicator.ts'
import type { Stores } from '../storage/index.ts'
import type { ResourceIndicatorRecord } from '../storage/stores/resource-indicators.ts'
import { MAXIMUM_ENTRIES, TOO_MANY } from './limits.ts'

/*
 * The APIs that access tokens may be for (RFC 8707). One of them may be the default.
 */

export type RegisteredResource =
  | { readonly outcome: 'registered'; readonly resource: ResourceIndicatorRecord }
  | {
      readonly outcome: 'refused'
      readonly code: 'resource_invalid' | 'resource_already_exists' | typeof TOO_MANY
      readonly problem: string
    }

type ResourceChange = Acting<Pick<Stores, 'environment' | 'resourceIndicators'>>

export const registerResource = async (
  { stores, now, random, record }: ResourceChange,
  { uri, isDefault }: { readonly uri: string; readonly isDefault: boolean },
): Promise<RegisteredResource> => {
  const problem = resourceIndicatorProblem(uri)
  if (problem !== undefined) return { outcome: 'refused', code: 'resource_invalid', problem }
  // There is one default at most, however many are made at once.
  await stores.environment.changeAlone()
  if ((await stores.resourceIndicators.count()) >= MAXIMUM_ENTRIES) {
    return {
      outcome: 'refused',
      code: TOO_MANY,
      problem: `is one more than the ${MAXIMUM_ENTRIES} there may be`,
    }
  }
  if (isDefault) await clearDefault({ stores, now, record })
  const id = newIdentifier('resourceIndicator', now, random)
  const resource = { id, uri, isDefault, createdAt: now, updatedAt: now }
  if (!(await stores.resourceIndicators.insert(resource))) {
    return { outcome: 'refused', code: 'resource_already_exists', problem: 'is registered already' }
  }
  await record({ name: 'resource_indicator.created', targetId: id, data: resourceIndicatorObject(resource) })
  return { outcome: 'registered', resource }
}

/** Within `changeAlone`. The one that was the default changes too, and its event says so. */
const clearDefault = async ({
  stores,
  now,
  record,
}: Pick<ResourceChange, 'stores' | 'now' | 'record'>): Promise<void> => {
  const before = await stores.resourceIndicators.findDefault()
  const former = await stores.resourceIndicators.clearDefault(now)
  if (!before || !former) return
  await record({
    name: 'resource_indicator.updated',
    targetId: former.id,
    data: resourceIndicatorObject(former),
    before: resourceIndicatorObject(before),
  })
}

/** False if there is none. */
export const removeResource = async (
  { stores, record }: Pick<ResourceChange, 'stores' | 'record'>,
  id: ResourceIndicatorId,
): Promise<boolean> => {
  const removed = await stores.resourceIndicators.delete(id)
  if (!removed) return false
  await record({ name: 'resource_indicator.deleted', targetId: id, data: resourceIndicatorObject(removed) })
  return true
}

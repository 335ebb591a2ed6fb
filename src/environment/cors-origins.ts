import type { Acting } from '../events/record.ts'
import { corsOriginObject } from '../objects/cors-origin.ts'
import { type CorsOriginId, newIdentifier } from '../protocol/identifiers.ts'
import { webOriginProblem } from '../protocol/web-origin.ts'
import type { Stores } from '../storage/index.ts'
import type { CorsOriginRecord } from '../storage/stores/cors-origins.ts'
import { MAXIMUM_ENTRIES, TOO_MANY } from './limits.ts'

/*
 * Web origins whose pages may call the endpoints, where the setting `cors` says that they have to be listed.
 */

const MAXIMUM_ORIGIN_LENGTH = 300

export type ListedOrigin =
  | { readonly outcome: 'listed'; readonly corsOrigin: CorsOriginRecord }
  | { readonly outcome: 'refused'; readonly code: 'duplicate_cors_origin' }
  | {
      readonly outcome: 'refused'
      readonly code: 'origin_invalid' | typeof TOO_MANY
      readonly problem: string
    }

type OriginChange = Acting<Pick<Stores, 'environment' | 'corsOrigins'>>

export const listOrigin = async (
  { stores, now, random, record }: OriginChange,
  origin: string,
): Promise<ListedOrigin> => {
  const problem =
    origin.length > MAXIMUM_ORIGIN_LENGTH
      ? `has more than ${MAXIMUM_ORIGIN_LENGTH} characters`
      : webOriginProblem(origin)
  if (problem !== undefined) return { outcome: 'refused', code: 'origin_invalid', problem }
  await stores.environment.changeAlone()
  if ((await stores.corsOrigins.count()) >= MAXIMUM_ENTRIES) {
    return {
      outcome: 'refused',
      code: TOO_MANY,
      problem: `is one more than the ${MAXIMUM_ENTRIES} there may be`,
    }
  }
  const corsOrigin = { id: newIdentifier('corsOrigin', now, random), origin, createdAt: now, updatedAt: now }
  if (!(await stores.corsOrigins.insert(corsOrigin))) {
    return { outcome: 'refused', code: 'duplicate_cors_origin' }
  }
  await record({ name: 'cors_origin.created', targetId: corsOrigin.id, data: corsOriginObject(corsOrigin) })
  return { outcome: 'listed', corsOrigin }
}

/** False if it is not listed. */
export const removeOrigin = async (
  { stores, record }: Pick<OriginChange, 'stores' | 'record'>,
  id: CorsOriginId,
): Promise<boolean> => {
  const removed = await stores.corsOrigins.delete(id)
  if (!removed) return false
  await record({ name: 'cors_origin.deleted', targetId: id, data: corsOriginObject(removed) })
  return true
}

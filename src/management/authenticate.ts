import { type ApiKey, verifyApiKey } from '../api-keys/api-key.ts'
import { type EVERYTHING, type ManagementPermission, permits } from '../protocol/management-permission.ts'
import type { Stores } from '../storage/index.ts'
import type { Caller } from './caller.ts'
import { forbidden, unauthorized } from './refusal.ts'

/** RFC 6750 §2.1: `Authorization: Bearer sk_…`; RFC 9110 §11.1: the scheme without regard to case. */
const BEARER = /^Bearer +([\x21-\x7e]+)$/i

/** Read at every request: a key that was revoked opens nothing, on any node. @throws Refusal 401 */
export const authenticateKey = async (
  stores: Pick<Stores, 'apiKeys'>,
  authorization: string | undefined,
): Promise<ApiKey> => {
  const value = BEARER.exec(authorization ?? '')?.[1]
  const apiKey = value === undefined ? undefined : await verifyApiKey(stores, value)
  if (!apiKey) throw unauthorized()
  return apiKey
}

/** @throws Refusal 403 */
export const requirePermission = (
  { permissions }: Pick<Caller, 'permissions'>,
  needed: ManagementPermission | typeof EVERYTHING,
): void => {
  if (!permits(permissions, needed))
    throw forbidden(`This API key lacks the permission ${needed}.`, 'forbidden')
}

import { allowsDevices, type Client } from '../clients/client.ts'
import type { KeepClient } from '../clients/self-described.ts'
import { countDeviceRequest, type DeviceLimits } from '../device-authorization/throttle.ts'
import { newUserCode, printUserCode, type UserCode, userCodeHash } from '../device-authorization/user-code.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { OAuthError, TooManyRequests } from '../protocol/error.ts'
import { meaningfulTerms } from '../protocol/grant-terms.ts'
import { newIdentifier } from '../protocol/identifiers.ts'
import type { Parameters } from '../protocol/parameters.ts'
import type { Stores } from '../storage/index.ts'
import type { NewDeviceAuthorization } from '../storage/stores/device-authorizations.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'
import { checkScope } from './checks/scope.ts'
import { checkTerms } from './checks/terms.ts'

export interface DeviceAuthorizing {
  readonly stores: Pick<Stores, 'deviceAuthorizations' | 'rateLimits'>
  readonly random: Random
  readonly keepClient: KeepClient
  readonly environment: Pick<EnvironmentRegistry, 'current'>
  readonly userCodeKey: Uint8Array
  readonly deviceLimits: DeviceLimits
  readonly deviceCodeSeconds: number
  readonly devicePollSeconds: number
}

export interface DeviceAuthorization {
  readonly deviceCode: string
  /** As it is shown. */
  readonly userCode: string
  readonly expiresInSeconds: number
  readonly pollSeconds: number
}

/** Even in a table with a billion rows four in a row are a fault, not bad luck. */
const MAXIMUM_ATTEMPTS = 4

/**
 * RFC 8628 §3.1, §3.2: everything that is known of a request without its user is checked now; and again when somebody
 * comes with the code.
 *
 * @throws OAuthError
 */
export const authorizeDevice = async (
  authorizing: DeviceAuthorizing,
  form: Parameters,
  { client, address }: { readonly client: Client; readonly address: string },
  now: Date,
): Promise<DeviceAuthorization> => {
  const { stores, random, environment, deviceLimits, deviceCodeSeconds, devicePollSeconds } = authorizing
  if (!allowsDevices(client)) {
    throw new OAuthError('unauthorized_client', 'This application may not be authorized from another device.')
  }
  const scopes = checkScope(form, client)
  const terms = checkTerms(form, client, await environment.current())
  const wait = await countDeviceRequest(
    stores,
    deviceLimits.request,
    { clientId: client.clientId, address },
    now,
  )
  if (wait !== undefined) throw new TooManyRequests(wait)

  const applicationId = await authorizing.keepClient(client, now, address)
  const deviceCode = newHandle(random)
  const userCode = await insertUnderNewCode(authorizing, {
    deviceCodeHash: sha256(deviceCode),
    applicationId,
    scopes: [...scopes],
    terms: meaningfulTerms(terms),
    grantId: newIdentifier('grant', now, random),
    intervalSeconds: devicePollSeconds,
    ipAddress: address,
    createdAt: now,
    expiresAt: addSeconds(now, deviceCodeSeconds),
  })
  return {
    deviceCode,
    userCode: printUserCode(userCode),
    expiresInSeconds: deviceCodeSeconds,
    pollSeconds: devicePollSeconds,
  }
}

/** No two have one user code, as long as either is kept: what somebody typed yesterday names no other device today. */
const insertUnderNewCode = async (
  { stores, random, userCodeKey }: DeviceAuthorizing,
  authorization: Omit<NewDeviceAuthorization, 'userCodeHash'>,
): Promise<UserCode> => {
  for (let attempt = 1; attempt <= MAXIMUM_ATTEMPTS; attempt++) {
    const userCode = newUserCode(random)
    const record = { ...authorization, userCodeHash: userCodeHash(userCodeKey, userCode) }
    if (await stores.deviceAuthorizations.insert(record)) return userCode
  }
  throw new Error(`${MAXIMUM_ATTEMPTS} user codes in a row were taken.`)
}

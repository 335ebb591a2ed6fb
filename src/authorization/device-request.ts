import { allowsDevices, allowsScope } from '../clients/client.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import type { Stores } from '../storage/index.ts'
import { ShownError } from './error.ts'
import { type ClientIdentification, findDescribed } from './identify-client.ts'
import type { WaitingDevice } from './pending-request.ts'
import { agreementTo, type DeviceRequest } from './request.ts'

export interface DeviceReading extends Pick<ClientIdentification, 'findToAuthorize'> {
  readonly stores: Pick<Stores, 'deviceAuthorizations'>
  readonly environment: Pick<EnvironmentRegistry, 'current'>
}

/**
 * What a device waits for, as it stands now: nobody has decided yet, and there is time left.
 *
 * @throws ShownError
 */
export const deviceRequestOf = async (
  reading: DeviceReading,
  { deviceCodeHash, userCode }: WaitingDevice,
  now: Date,
): Promise<DeviceRequest> => {
  const { stores, environment } = reading
  const found = await stores.deviceAuthorizations.find(deviceCodeHash)
  if (!found || (found.status === 'pending' && found.expiresAt <= now))
    throw new ShownError('deviceCodeExpired', 'the device code has expired')
  if (found.status !== 'pending')
    throw new ShownError('deviceCodeUsed', `the device authorization is ${found.status}`)
  const client = await findDescribed(reading, found.clientId)
  if (!client || !allowsDevices(client))
    throw new ShownError('unknownApplication', 'the application may not be authorized from another device')
  const { grantId, ipAddress, createdAt } = found
  const terms = found.terms ?? {}
  // Less what the application has lost while its device waited.
  const scopes = found.scopes.filter((scope) => allowsScope(client, scope))
  return {
    from: 'device',
    client,
    device: { deviceCodeHash, userCode, grantId, clientId: client.clientId, ipAddress, createdAt },
    scopes,
    terms,
    ...agreementTo({ scopes, terms }, await environment.current()),
    // RFC 8628 §3.1 has none of the parameters by which a browser's request says how its user is to be asked.
    prompts: [],
    maxAgeSeconds: client.metadata.default_max_age,
    loginHint: undefined,
    uiLocales: [],
    idTokenHint: undefined,
    organizationId: undefined,
  }
}

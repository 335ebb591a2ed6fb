import {
  allowInsecureRequests,
  discovery,
  fetchUserInfo,
  initiateDeviceAuthorization,
  None,
  pollDeviceAuthorizationGrant,
  ResponseBodyError,
  type UserInfoResponse,
} from 'openid-client'

/*
 * A program without a browser of its own signs its user in (RFC 8628): it shows a code, the user types that into a
 * browser anywhere, and the program asks for the tokens until they have decided.
 */

export interface DeviceClientOptions {
  readonly issuer: string
  /** Of a public application: what is given to people can keep no secret, and needs none here. */
  readonly clientId: string
  readonly scope?: string
  /** Shows the user what to do. */
  readonly show: (instructions: Instructions) => void
}

export interface Instructions {
  /** Always shown: the user compares it with what their browser shows. */
  readonly code: string
  readonly address: string
  /** The same with the code filled in, to be opened or clicked. */
  readonly addressWithCode: string | undefined
  readonly expiresInSeconds: number
}

export type DeviceSignIn =
  | { readonly outcome: 'signed_in'; readonly user: UserInfoResponse; readonly accessToken: string }
  | { readonly outcome: 'denied' | 'expired' }

export const signInByDevice = async ({
  issuer,
  clientId,
  scope = 'openid profile email',
  show,
}: DeviceClientOptions): Promise<DeviceSignIn> => {
  const server = new URL(issuer)
  const client = await discovery(
    server,
    clientId,
    undefined,
    None(),
    server.protocol === 'http:' ? { execute: [allowInsecureRequests] } : undefined,
  )
  // RFC 8628 §3.1, §3.3
  const device = await initiateDeviceAuthorization(client, { scope })
  show({
    code: device.user_code,
    address: device.verification_uri,
    addressWithCode: device.verification_uri_complete,
    expiresInSeconds: device.expires_in,
  })
  const inTime = AbortSignal.timeout(device.expires_in * 1000)
  try {
    // RFC 8628 §3.5: the library keeps to the interval, and waits longer when it is told to.
    const tokens = await pollDeviceAuthorizationGrant(client, device, undefined, { signal: inTime })
    const subject = tokens.claims()?.sub
    if (subject === undefined) throw new TypeError('The scope has to contain openid: there is no ID token.')
    // OIDC Core §5.3.2: the library compares the subject with that of the ID token.
    const user = await fetchUserInfo(client, tokens.access_token, subject)
    return { outcome: 'signed_in', user, accessToken: tokens.access_token }
  } catch (error) {
    if (error instanceof ResponseBodyError && error.error === 'access_denied') return { outcome: 'denied' }
    const isExpired = error instanceof ResponseBodyError && error.error === 'expired_token'
    if (isExpired || inTime.aborted) return { outcome: 'expired' }
    throw error
  }
}

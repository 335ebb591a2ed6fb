import type { ClientMetadata } from '../protocol/client-metadata.ts'
import { isLoopbackHost, isOnThisMachine } from '../protocol/issuer.ts'
import { isImplicit, type ResponseType, responseTypes } from '../protocol/response-type.ts'
import type { ClientRecord } from '../storage/stores/clients.ts'
import { rulesFor } from './profile.ts'

/* OIDC Registration §2: with what a client may ask to be answered at the authorization endpoint. */

type Registered = Pick<ClientRecord, 'metadata'>

/** Code alone, if it said nothing. */
export const registeredResponseTypes = ({ metadata }: Registered): readonly ResponseType[] =>
  metadata.response_types ?? ['code']

export const allowsResponseType = (client: Registered, responseType: ResponseType): boolean =>
  registeredResponseTypes(client).includes(responseType) &&
  (rulesFor(client).allowsImplicit || !isImplicit(responseType))

/**
 * Those that it may register: what is switched on, and what it has already. So switching them off for a while takes
 * nothing away, whoever changes something else meanwhile; requests are refused all the same (checks/response-type.ts).
 */
export const registrableResponseTypes = (
  client: Registered,
  supported: readonly ResponseType[],
): readonly ResponseType[] => {
  const registered = registeredResponseTypes(client)
  return responseTypes.filter((each) => supported.includes(each) || registered.includes(each))
}

/** Whether it may be given tokens by the browser. */
export const usesImplicit = (client: Registered): boolean =>
  registeredResponseTypes(client).some(
    (responseType) => allowsResponseType(client, responseType) && isImplicit(responseType),
  )

/**
 * OIDC Registration §2, application_type: where tokens may be sent without a code. Native applications have no other
 * places than these: a private scheme is whose application takes it (RFC 8252 §8.1), and PKCE, which helps against that,
 * is for codes.
 *
 * @returns what is wrong with the URI, or undefined.
 */
export const implicitRedirectUriProblem = (
  uri: string,
  { application_type: type = 'web' }: Pick<ClientMetadata, 'application_type'>,
): string | undefined => {
  const { protocol, hostname } = URL.parse(uri) ?? {}
  if (protocol === 'https:' && hostname !== undefined) {
    return type === 'web' && isOnThisMachine(hostname) ? 'is on this machine' : undefined
  }
  if (type === 'web') return 'is not https'
  return protocol === 'http:' && hostname !== undefined && isLoopbackHost(hostname)
    ? undefined
    : 'is neither https nor http on this machine'
}

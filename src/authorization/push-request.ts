import { type Client, isAnybody } from '../clients/client.ts'
import type { KeepClient } from '../clients/self-described.ts'
import { type CheckedProof, useProof } from '../proof-of-possession/dpop-proof.ts'
import { invalidRequest, OAuthError, RequestTooLarge, TooManyRequests } from '../protocol/error.ts'
import { type Parameters, parametersRecord, readParameters } from '../protocol/parameters.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import { newHandle, type Random } from '../system/random.ts'
import { type Arriving, objectRequest, requestUriOf } from './arrival.ts'
import { withProvedKey } from './checks/dpop-key.ts'
import { ShownError } from './error.ts'
import { type ClientIdentification, type IdentifiedClient, identifyClient } from './identify-client.ts'
import { areTooLongToCarry } from './parameters-size.ts'
import { parseAuthorizationRequest } from './request.ts'

export interface RequestPushing extends Arriving {
  readonly stores: Pick<Stores, 'pushedRequests' | 'rateLimits' | 'seenOnce'>
  readonly random: Random
  readonly keepClient: KeepClient
  readonly pushedRequestSeconds: number
  /** Of whoever need not prove who they are, or whom nobody vouches for, from one network. */
  readonly strangerPushesAMinute: number
}

export interface PushedRequest {
  readonly requestUri: string
  readonly expiresInSeconds: number
}

/** Many users of one application may share an address. */
export const STRANGER_PUSHES_A_MINUTE = 120

/** By what the client proved who it is; never kept (RFC 9126 §2.1). */
const authenticationParameters = ['client_secret', 'client_assertion', 'client_assertion_type']

/**
 * RFC 9126 §2: everything that is known of a request without its user is checked now, where the client hears of it
 * itself, and again when the user comes, since an application may change in between.
 *
 * @param proof the DPoP proof that came with it (RFC 9449 §10.1); it is used once all else is good.
 * @param address where it came from.
 * @throws OAuthError
 */
export const pushRequest = async (
  pushing: RequestPushing,
  form: Parameters,
  {
    client,
    proof,
    address,
  }: { readonly client: Client; readonly proof: CheckedProof | undefined; readonly address: string },
  now: Date,
): Promise<PushedRequest> => {
  // RFC 9126 §2.1
  if (form.has('request_uri')) throw invalidRequest('request_uri cannot be pushed.')
  const { parameters: pushed, isSigned } = await pushedParameters(pushing, form, client, now)
  const parameters = withProvedKey(pushed, proof?.jkt)
  const handle = newHandle(pushing.random)
  const requestUriHash = sha256(handle)
  const identified = await identifyPushing(pushing, parameters)
  const arrived = { parameters, provenance: { pushedAs: requestUriHash, isSigned } }
  parseAuthorizationRequest(identified, arrived, await pushing.environment.current())

  if (areTooLongToCarry(parameters)) throw new RequestTooLarge()
  if (isAnybody(client)) await count(pushing, address, now)
  if (proof) await useProof(pushing.stores, proof)
  const applicationId = await pushing.keepClient(client, now, address)
  await pushing.stores.pushedRequests.insert({
    requestUriHash,
    applicationId,
    parameters: parametersRecord(parameters),
    isSigned,
    createdAt: now,
    expiresAt: addSeconds(now, pushing.pushedRequestSeconds),
  })
  return { requestUri: requestUriOf(handle), expiresInSeconds: pushing.pushedRequestSeconds }
}

/** RFC 9126 §2.3, §7: anybody may name a public client, or register one, and each request is a row. @throws TooManyRequests */
const count = async (
  { stores, strangerPushesAMinute }: Pick<RequestPushing, 'stores' | 'strangerPushesAMinute'>,
  address: string,
  now: Date,
): Promise<void> => {
  const keyHash = sha256(`pushed request address ${networkOf(address)}`)
  const counter = { keyHash, windowSeconds: 60, most: strangerPushesAMinute }
  const { exceeded } = await stores.rateLimits.countInTurn([counter], now)
  if (exceeded) throw new TooManyRequests(exceeded.retryAfterSeconds)
}

const pushedParameters = async (
  pushing: RequestPushing,
  form: Parameters,
  client: Client,
  now: Date,
): Promise<{ readonly parameters: Parameters; readonly isSigned: boolean }> => {
  const object = form.get('request')
  if (object === undefined) {
    const sent = parametersRecord(form)
    for (const name of authenticationParameters) delete sent[name]
    // Whoever proved who it is by other means need not say it twice.
    return { parameters: readParameters({ ...sent, client_id: client.clientId }), isSigned: false }
  }
  try {
    // RFC 9126 §3: parameters beside the object are not looked at.
    return { parameters: (await objectRequest(pushing, client, object, now)).parameters, isSigned: true }
  } catch (error) {
    // That there are request objects is known here: RFC 9126 §3 has one code for those that cannot be verified.
    if (error instanceof OAuthError && error.code === 'request_not_supported') {
      throw new OAuthError('invalid_request_object', error.description, error.reason, { cause: error })
    }
    throw error
  }
}

/** RFC 9126 §2.3: what would be shown to a user is invalid_request here, where it can be told to the client. */
const identifyPushing = async (
  identification: ClientIdentification,
  parameters: Parameters,
): Promise<IdentifiedClient> => {
  try {
    return await identifyClient(identification, parameters)
  } catch (error) {
    if (!(error instanceof ShownError)) throw error
    if (error.cause instanceof OAuthError) throw error.cause
    throw error.kind === 'unknownApplication'
      ? new OAuthError('unauthorized_client', 'This application has no users to send here.', error.reason)
      : invalidRequest('redirect_uri is missing, or is not registered for this application.', error.reason)
  }
}

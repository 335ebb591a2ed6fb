import type { Client } from '../clients/client.ts'
import { rulesFor } from '../clients/profile.ts'
import { invalidRequest, OAuthError } from '../protocol/error.ts'
import { found, sent } from '../protocol/fact.ts'
import { type CollectedParameters, type Parameters, readParameters } from '../protocol/parameters.ts'
import type { Stores } from '../storage/index.ts'
import { sha256 } from '../system/hash.ts'
import {
  PushedRequestGone,
  RedirectedError,
  ShownError,
  type ShownErrorKind,
  UnreachableObject,
} from './error.ts'
import { type ClientIdentification, findRequestingClient, identifyClient } from './identify-client.ts'
import { areTooLongToCarry } from './parameters-size.ts'
import type { ReferencedObjects } from './referenced-object.ts'
import { parametersOfObject, type RequestObjects } from './request-object.ts'

/*
 * Where the parameters of an authorization request are: in the request itself, in an object that the client signed
 * (RFC 9101), sent by value or by reference, or pushed before (RFC 9126). What was sent beside an object or a pushed
 * request counts for nothing, so from here on there is one set of parameters, and how it came.
 */

/** An authorization request, wherever its parameters were. */
export interface ArrivedRequest {
  readonly parameters: Parameters
  readonly provenance: Provenance
}

export interface Provenance {
  /** RFC 9126: the hash of the URI it was pushed under; undefined for one that was not. */
  readonly pushedAs: string | undefined
  /** RFC 9101: whether the client signed it. */
  readonly isSigned: boolean
}

export interface Arriving extends ClientIdentification {
  readonly requestObjects: RequestObjects
  readonly referencedObjects: ReferencedObjects
  readonly stores: Pick<Stores, 'pushedRequests'>
}

/** RFC 9126 §2.2 */
const PUSHED_PREFIX = 'urn:ietf:params:oauth:request_uri:'

const isPushed = (requestUri: string): boolean => requestUri.startsWith(PUSHED_PREFIX)

export const requestUriOf = (handle: string): string => PUSHED_PREFIX + handle

const directly: Provenance = { pushedAs: undefined, isSigned: false }

/**
 * Nothing is written, and a pushed request is not used up: browsers reload, and fetch ahead.
 *
 * @throws ShownError, RedirectedError
 */
export const arrivedRequest = async (
  arriving: Arriving,
  collected: CollectedParameters,
  now: Date,
): Promise<ArrivedRequest> => {
  const { parameters, problem } = collected
  if (problem) throw await unreadable(arriving, collected, problem)
  const requestUri = parameters.get('request_uri')
  const object = parameters.get('request')
  if (requestUri === undefined && object === undefined) return { parameters, provenance: directly }
  const client = await findRequestingClient(arriving, parameters)
  try {
    // RFC 9101 §5: request and request_uri must not be used together.
    if (requestUri !== undefined && object !== undefined)
      throw invalidRequest('request and request_uri cannot be used together.')
    if (requestUri === undefined) return await objectRequest(arriving, client, object ?? '', now)
    return isPushed(requestUri)
      ? await pushedRequest(arriving, client, requestUri, now)
      : await referencedRequest(arriving, client, requestUri, now)
  } catch (error) {
    throw error instanceof OAuthError ? await refusal(arriving, parameters, error) : error
  }
}

/** Even what is malformed is told to the client, as long as it is clear which one, and where. */
export const unreadable = async (
  identification: ClientIdentification,
  { parameters, malformed }: CollectedParameters,
  problem: OAuthError,
): Promise<ShownError | RedirectedError> => {
  const facts = [found('malformed', ...malformed), found('problem', problem.description)]
  if (malformed.has('client_id')) return new ShownError('unknownApplication', problem.reason, facts)
  if (malformed.has('redirect_uri')) return new ShownError('untrustedReturnAddress', problem.reason, facts)
  const isElsewhere = ['request', 'request_uri'].some((name) => parameters.has(name) || malformed.has(name))
  if (isElsewhere) return refusal(identification, parameters, problem)
  return new RedirectedError((await identifyClient(identification, parameters)).target, problem)
}

/** @throws OAuthError invalid_request_object, request_not_supported, invalid_request */
export const objectRequest = async (
  { requestObjects }: Pick<Arriving, 'requestObjects'>,
  client: Client,
  object: string,
  now: Date,
): Promise<ArrivedRequest> => ({
  parameters: await parametersOfObject(requestObjects, client, object, now),
  provenance: { pushedAs: undefined, isSigned: true },
})

/** @throws OAuthError request_uri_not_supported, invalid_request_uri, temporarily_unavailable, invalid_request */
const referencedRequest = async (
  arriving: Pick<Arriving, 'requestObjects' | 'referencedObjects' | 'environment'>,
  client: Client,
  requestUri: string,
  now: Date,
): Promise<ArrivedRequest> => {
  const { requestObjectsByReference } = (await arriving.environment.current()).settings
  if (!requestObjectsByReference || !rulesFor(client).allowsRequestsByReference) {
    throw new OAuthError('request_uri_not_supported', 'request_uri must be one of a pushed request.')
  }
  const object = await arriving.referencedObjects.find(client, requestUri)
  const arrived = await ofReference(objectRequest(arriving, client, object, now))
  // RFC 9101 §10.4.2: decided here, and not by whether there is a page to show.
  if (areTooLongToCarry(arrived.parameters)) {
    throw new OAuthError('invalid_request_uri', 'The request object holds more than can be carried.')
  }
  return arrived
}

/** OIDC Core §3.1.2.6, RFC 9101 §7: by reference, what is invalid is the data at the URI. */
const ofReference = async (arriving: Promise<ArrivedRequest>): Promise<ArrivedRequest> => {
  try {
    return await arriving
  } catch (error) {
    if (!(error instanceof OAuthError) || !isOfTheObject(error)) throw error
    throw new OAuthError('invalid_request_uri', error.description, error.reason, { cause: error })
  }
}

const isOfTheObject = ({ code }: OAuthError): boolean =>
  code === 'invalid_request_object' || code === 'request_not_supported'

const pushedRequest = async (
  { stores }: Pick<Arriving, 'stores'>,
  client: Client,
  requestUri: string,
  now: Date,
): Promise<ArrivedRequest> => {
  const handle = requestUri.slice(PUSHED_PREFIX.length)
  // RFC 9126 §2.2, §4: bound to the client that pushed it, and expired is invalid.
  const found = /^[\w-]{43}$/.test(handle)
    ? await stores.pushedRequests.find(sha256(handle), client.id, now)
    : undefined
  if (!found) throw new PushedRequestGone('unknown, expired, used, or of another client')
  return {
    parameters: readParameters(found.parameters),
    provenance: { pushedAs: sha256(handle), isSigned: found.isSigned },
  }
}

/**
 * Of a request whose parameters could not be had. What stands beside them may say where to answer, if that is registered;
 * anybody could have had an error sent there by any other request. Without it the user is told.
 */
const refusal = async (
  identification: ClientIdentification,
  parameters: Parameters,
  error: OAuthError,
): Promise<ShownError | RedirectedError> => {
  if (parameters.has('redirect_uri')) {
    try {
      return new RedirectedError((await identifyClient(identification, parameters)).target, error)
    } catch (untrusted) {
      if (!(untrusted instanceof ShownError)) throw untrusted
    }
  }
  return new ShownError(
    kindOf(error),
    `${error.code}: ${error.reason}`,
    [
      sent('client_id', parameters.get('client_id')),
      sent('redirect_uri', parameters.get('redirect_uri')),
      found('error', error.code),
      found('error_description', error.description),
    ],
    { about: await identification.findToAuthorize(parameters.get('client_id') ?? '').catch(() => undefined) },
  )
}

/** What the user can do about it: nothing may be wrong with the link. */
const kindOf = (error: OAuthError): ShownErrorKind => {
  if (error instanceof PushedRequestGone) return 'requestExpired'
  if (error instanceof UnreachableObject) return 'unreachableRequest'
  return error.code === 'temporarily_unavailable' ? 'unavailable' : 'malformedRequest'
}

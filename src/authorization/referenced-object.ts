import { type Client, isVouchedFor } from '../clients/client.ts'
import { createFetchedAnswers, withoutFragment } from '../clients/fetched-answers.ts'
import { type AskingLimits, type Counter, strangersCounters } from '../clients/kept-answers.ts'
import { hasKeys } from '../clients/key-set.ts'
import { OAuthError } from '../protocol/error.ts'
import type { Clock } from '../system/clock.ts'
import { type OutboundAnswer, OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'
import { UnreachableObject } from './error.ts'

/*
 * Request objects by reference (OIDC Core §6.2, RFC 9101 §5.2): the client says where its object is, and we fetch it from
 * there. RFC 9101 §10.4 names what can come of that. So no address is asked that the client has not registered, by the
 * guarded door alone, and only so often. Whether what was there is a request object of this client is not seen to here.
 */

export interface ReferencedObjects {
  /**
   * What is at a URI that the client has registered.
   *
   * @throws OAuthError invalid_request_uri; temporarily_unavailable
   */
  find(client: Referring, uri: string): Promise<string>
}

type Referring = Pick<Client, 'clientId' | 'metadata' | 'jwks' | 'jwksUri' | 'wasDynamicallyRegistered'>

/**
 * Seconds; what the server says of its answer's age holds within these bounds. Two users may be sent with the same URI
 * and other contents each (OIDC Core §6.2.2 has the client prevent that we keep them), so nothing is kept longer than the
 * server says. OIDC Registration §2: a fragment is the hash of the content, which changes with it.
 */
const FRESH = { byDefault: 0, least: 0, most: 3600 }
const FRESH_WITH_FRAGMENT = { ...FRESH, byDefault: 300 }

/** As much as can come by value. */
const MAXIMUM_BYTES = 16 * 1024
const TIMEOUT_MILLISECONDS = 5_000
/** Of each kind: objects, failures. */
const MAXIMUM_ENTRIES = 500

/** Requests in a minute for one client: one that nobody vouches for, and one that the operator does. */
interface ObjectLimits extends AskingLimits {
  readonly ofOneClient: number
  readonly ofOneVouchedFor: number
}

export const referencedObjectLimits: ObjectLimits = {
  aMinute: 600,
  ofOneHost: 120,
  ofOneClient: 60,
  ofOneVouchedFor: 600,
}

/** RFC 9101 §9.4.1; RFC 7519 §10.3.1, as OIDC Core has no type of its own. */
const OBJECT_TYPE = /^application\/(?:oauth-authz-req\+)?jwt\s*(?:;|$)/i

export const createReferencedObjects = ({
  outboundFetch,
  clock,
  limits = referencedObjectLimits,
}: {
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  readonly limits?: ObjectLimits
}): ReferencedObjects => {
  const objects = createFetchedAnswers<string>({
    ...{ outboundFetch, clock },
    maximumEntries: MAXIMUM_ENTRIES,
    request: {
      headers: { accept: 'application/oauth-authz-req+jwt, application/jwt' },
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      maximumBytes: MAXIMUM_BYTES,
    },
    freshness: (uri) => (uri.includes('#') ? FRESH_WITH_FRAGMENT : FRESH),
    staleSeconds: 0,
    read: (_uri, answer) => readAnswer(answer),
    refusalFor,
    tooMany,
  })
  return {
    find: async (client, uri) => {
      if (!isRegistered(client, uri)) {
        throw new OAuthError('invalid_request_uri', 'The request_uri is not registered for this client.')
      }
      // RFC 9101 §10.4: no request is made for what could not be verified.
      if (!hasKeys(client)) {
        throw new OAuthError('invalid_request_uri', 'This client has no keys to sign request objects with.')
      }
      return objects.find(uri, countersOf(client, uri, limits))
    },
  }
}

/** Those of a client that the operator vouches for are its own: strangers, who can be many, use up nothing of them. */
const countersOf = (client: Referring, uri: string, limits: ObjectLimits): readonly Counter[] => {
  const name = `client ${client.clientId}`
  return isVouchedFor(client)
    ? [{ name, most: limits.ofOneVouchedFor }]
    : [...strangersCounters(uri, limits), { name, most: limits.ofOneClient }]
}

/**
 * OIDC Registration §2: compared as text. One that was registered with a fragment is that very content; one without is
 * the place, whatever content the fragment of a request speaks of.
 */
const isRegistered = (
  { metadata: { request_uris: registered = [] } }: Pick<Client, 'metadata'>,
  uri: string,
) => registered.includes(uri) || registered.includes(withoutFragment(uri))

const readAnswer = ({ status, headers, body }: OutboundAnswer): string => {
  // Whoever redirects sends us to an address that nobody has registered.
  if (status !== 200) throw new UnreachableObject(`status ${status}`)
  if (!OBJECT_TYPE.test(headers['content-type'] ?? ''))
    throw new UnreachableObject('not of the type of a request object')
  return body.toString('utf8').trim()
}

const refusalFor = (error: unknown): OAuthError => {
  if (error instanceof OutboundFailure) return new UnreachableObject(error.code)
  if (error instanceof OAuthError) return error
  throw error
}

const tooMany = (): OAuthError =>
  new OAuthError(
    'temporarily_unavailable',
    'Try again in a minute.',
    'too many request objects are asked for',
  )

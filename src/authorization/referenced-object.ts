import type { Client } from '../clients/client.ts'
import { freshSeconds } from '../clients/fresh-seconds.ts'
import { type AskingLimits, createAllowance, createKeptAnswers, isCurrent } from '../clients/kept-answers.ts'
import { OAuthError } from '../protocol/error.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import { type OutboundAnswer, OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'

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
  find(client: Pick<Client, 'metadata'>, uri: string): Promise<string>
}

/**
 * Seconds; what the server says of its answer's age holds within these bounds. Two users may be sent with the same URI
 * and other contents each (OIDC Core §6.2.2 has the client prevent that we keep them), so nothing is kept longer than the
 * server says. OIDC Registration §2: a fragment is the hash of the content, which changes with it.
 */
const FRESH = { byDefault: 0, least: 0, most: 3600 }
const FRESH_WITH_FRAGMENT = { ...FRESH, byDefault: 300 }
const FAILURE_SECONDS = 30

/** As much as can come by value. */
const MAXIMUM_BYTES = 16 * 1024
const TIMEOUT_MILLISECONDS = 5_000
/** Of each kind: objects, failures. */
const MAXIMUM_ENTRIES = 500

export const referencedObjectLimits: AskingLimits = { aMinute: 600, ofOneHost: 120 }

/** RFC 9101 §9.4.1; RFC 7519 §10.3.1, as OIDC Core has no type of its own. */
const OBJECT_TYPE = /^application\/(?:oauth-authz-req\+)?jwt\s*(?:;|$)/i

export const createReferencedObjects = ({
  outboundFetch,
  clock,
  limits = referencedObjectLimits,
}: {
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  readonly limits?: AskingLimits
}): ReferencedObjects => {
  const objects = createKeptAnswers<string, string>(MAXIMUM_ENTRIES)
  const failures = createKeptAnswers<string, OAuthError>(MAXIMUM_ENTRIES)
  const fetches = new Map<string, Promise<string>>()
  const mayAsk = createAllowance(limits)

  const ask = async (uri: string, askedAt: Date): Promise<string> => {
    objects.forget(uri)
    try {
      const answer = await outboundFetch({
        method: 'GET',
        // RFC 9110 §7.1: the fragment is not sent.
        url: withoutFragment(uri),
        headers: { accept: 'application/oauth-authz-req+jwt, application/jwt' },
        timeoutMilliseconds: TIMEOUT_MILLISECONDS,
        maximumBytes: MAXIMUM_BYTES,
      })
      const object = readAnswer(answer)
      const seconds = freshSeconds(answer, uri.includes('#') ? FRESH_WITH_FRAGMENT : FRESH)
      if (seconds > 0) objects.keep(uri, { value: object, askedAt, until: addSeconds(askedAt, seconds) })
      failures.forget(uri)
      return object
    } catch (error) {
      if (error instanceof OutboundFailure) throw fail(uri, unavailable(error.code), askedAt)
      throw error instanceof OAuthError ? fail(uri, error, askedAt) : error
    }
  }

  const fail = (uri: string, error: OAuthError, askedAt: Date): OAuthError => {
    failures.keep(uri, { value: error, askedAt, until: addSeconds(askedAt, FAILURE_SECONDS) })
    return error
  }

  return {
    find: async (client, uri) => {
      if (!isRegistered(client, uri)) {
        throw new OAuthError('invalid_request_uri', 'The request_uri is not registered for this client.')
      }
      const now = clock.now()
      const known = objects.find(uri)
      if (known && isCurrent(known, now)) return known.value
      const failed = failures.find(uri)
      if (failed && isCurrent(failed, now)) throw failed.value
      const running = fetches.get(uri)
      if (running !== undefined) return running
      if (!mayAsk(uri, now)) {
        throw new OAuthError(
          'temporarily_unavailable',
          'Try again in a minute.',
          'too many request objects are asked for',
        )
      }
      const fetching = ask(uri, now).finally(() => fetches.delete(uri))
      fetches.set(uri, fetching)
      return fetching
    },
  }
}

/**
 * OIDC Registration §2: compared as text. One that was registered with a fragment is that very content; one without is
 * the place, whatever content the fragment of a request speaks of.
 */
const isRegistered = (
  { metadata: { request_uris: registered = [] } }: Pick<Client, 'metadata'>,
  uri: string,
) => registered.includes(uri) || registered.includes(withoutFragment(uri))

const withoutFragment = (uri: string): string => uri.replace(/#.*$/s, '')

const readAnswer = ({ status, headers, body }: OutboundAnswer): string => {
  // Whoever redirects sends us to an address that nobody has registered.
  if (status !== 200) throw unavailable(`status ${status}`)
  if (!OBJECT_TYPE.test(headers['content-type'] ?? ''))
    throw unavailable('not of the type of a request object')
  return body.toString('utf8').trim()
}

/** What became of a request to an address inside is not for whoever had us make it (RFC 9101 §10.4.1). */
const unavailable = (reason: string): OAuthError =>
  new OAuthError(
    'invalid_request_uri',
    'There is no request object to be had at request_uri.',
    `the request object cannot be had: ${reason}`,
  )

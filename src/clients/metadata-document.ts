import type { ClientIdUrl } from '../protocol/client-id-url.ts'
import { OAuthError } from '../protocol/error.ts'
import type { Clock } from '../system/clock.ts'
import { type OutboundAnswer, OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'
import { createFetchedAnswers } from './fetched-answers.ts'
import { type AskingLimits, strangersCounters } from './kept-answers.ts'
import { type Described, readDescription } from './registration-request.ts'

/*
 * Client ID metadata documents (draft-ietf-oauth-client-id-metadata-document §4): what a client says of itself at the URL
 * that is its ID. Anybody can name any URL without a word of who they are.
 */

export interface MetadataDocuments {
  /** @throws OAuthError invalid_client that says what is wrong with the document; temporarily_unavailable */
  find(url: ClientIdUrl): Promise<Described>
}

/** Seconds. What the server says of its answer's age holds within these bounds (draft §4.4). */
const FRESH = { byDefault: 300, least: 60, most: 24 * 3600 }
/** Draft §6.6: 5 kilobytes. */
const MAXIMUM_BYTES = 5 * 1024
const TIMEOUT_MILLISECONDS = 5_000
/** Of each kind: documents, failures. */
const MAXIMUM_ENTRIES = 1_000

export const documentLimits: AskingLimits = { aMinute: 240, ofOneHost: 30 }

export const createMetadataDocuments = ({
  outboundFetch,
  clock,
  limits = documentLimits,
}: {
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  readonly limits?: AskingLimits
}): MetadataDocuments => {
  const documents = createFetchedAnswers<Described>({
    ...{ outboundFetch, clock },
    maximumEntries: MAXIMUM_ENTRIES,
    request: {
      headers: { accept: 'application/json' },
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      maximumBytes: MAXIMUM_BYTES,
    },
    freshness: () => FRESH,
    staleSeconds: FRESH.most,
    read: readDocument,
    refusalFor,
    tooMany,
  })
  return { find: (url) => documents.find(url, strangersCounters(url, limits)) }
}

/** application/json, or one of its kind (RFC 6839 §3.1). */
const JSON_TYPE = /^application\/(?:[\w.-]+\+)?json\s*(?:;|$)/i

/** @throws OAuthError, SyntaxError */
const readDocument = (url: string, { status, headers, body }: OutboundAnswer): Described => {
  // Draft §4: 200; a redirect must not be followed.
  if (status !== 200) throw unusable(`was answered with status ${status}.`)
  if (!JSON_TYPE.test(headers['content-type'] ?? '')) throw unusable('is not of a JSON media type.')
  const parsed: unknown = JSON.parse(body.toString('utf8'))
  if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed))
    throw unusable('is not a JSON object.')
  const members: Readonly<Record<string, unknown>> = { ...parsed }
  // Draft §4: it must be its own URL, compared as text.
  if (members['client_id'] !== url) throw unusable('does not hold its own URL as client_id.')
  // Draft §4.1: nothing that both would have to keep secret; the document is for everybody to read.
  const secret = ['client_secret', 'client_secret_expires_at'].find((name) => members[name] !== undefined)
  if (secret !== undefined) throw unusable(`must not hold ${secret}.`)
  // Whose list it is would take another request, to wherever the document says.
  if (members['sector_identifier_uri'] != null) throw unusable('cannot name a sector_identifier_uri.')
  return readDescription(members, {
    authMethod: 'none',
    authMethods: ['none', 'private_key_jwt'],
    // Tokens by the browser are for clients that somebody let in.
    responseTypes: ['code'],
  })
}

const unusable = (problem: string): OAuthError =>
  new OAuthError('invalid_client', `The client ID metadata document ${problem}`)

const refusalFor = (error: unknown): OAuthError => {
  if (error instanceof SyntaxError) return unusable('is not JSON.')
  if (error instanceof OutboundFailure) {
    return new OAuthError(
      'invalid_client',
      // What became of a request to an address inside is not for whoever had us make it (draft §6.5).
      'The client ID metadata document cannot be had.',
      `the client ID metadata document cannot be had: ${error.code}`,
    )
  }
  if (!(error instanceof OAuthError)) throw error
  if (error.code === 'invalid_client') return error
  return unusable(`is refused. ${error.description}`)
}

const tooMany = (): OAuthError =>
  new OAuthError('temporarily_unavailable', 'Try again in a minute.', 'too many documents are asked for')

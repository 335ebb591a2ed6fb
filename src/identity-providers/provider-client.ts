import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrl,
  type ClientAuth,
  ClientSecretBasic,
  ClientSecretPost,
  Configuration,
  calculatePKCECodeChallenge,
  clockSkew,
  customFetch,
  discovery,
  type ExportedJWKSCache,
  enableNonRepudiationChecks,
  fetchUserInfo,
  getJwksCache,
  type IDToken,
  type ServerMetadata,
  setJwksCache,
  type UserInfoResponse,
} from 'openid-client'
import { addSeconds, type Clock, systemClock, toEpochSeconds } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import { OutboundFailure, type OutboundFetch } from '../system/outbound-fetch.ts'
import { type IdentityProvider, openClientSecret } from './identity-provider.ts'

/*
 * Talks to identity providers, as their client (OIDC Core §3.1): openid-client does what the specification demands, over
 * our own guarded fetch. What a provider says of itself is kept for some minutes; a key that is not known is looked for
 * at once (jwks_uri, by openid-client), so providers may rotate theirs.
 */

const DISCOVERY_SECONDS = 600
const MAXIMUM_KEPT = 200
const TIMEOUT_MILLISECONDS = 8_000
const MAXIMUM_BYTES = 256 * 1024

/**
 * openid-client looks for a key that it does not know at most once in so long, lest anybody can have it ask. Only whoever comes
 * back from the provider can here; and nobody must fail to sign in because its keys have just changed. So what is known is
 * that much older to it.
 */
const KEYS_LOOKED_FOR_SECONDS = 60

/** By which the clock of a provider may differ from ours: as much as openid-client allows. */
const CLOCK_TOLERANCE_SECONDS = 30

interface Known {
  readonly metadata: ServerMetadata
  /** Its key set, as whoever signed in last has seen it. */
  keys: ExportedJWKSCache | undefined
}

/** Whether http is allowed is what the guarded fetch decides, by host. */
const isPlain = ({ issuer }: IdentityProvider): boolean => issuer.startsWith('http:')

/** The provider cannot be talked to just now, or not as it is registered here. */
export class ProviderUnavailable extends Error {
  override readonly name = 'ProviderUnavailable'
}

export interface AuthenticationRequest {
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly loginHint: string | undefined
  /** OIDC Core §3.1.2.1 */
  readonly prompt: string | undefined
  readonly maxAgeSeconds: number | undefined
  readonly uiLocales: readonly string[]
}

export interface Expected {
  readonly state: string
  readonly nonce: string
  readonly codeVerifier: string
  readonly maxAgeSeconds: number | undefined
  /** Not before then, if it says when they signed in: not every provider does. */
  readonly authenticatedSince: Date | undefined
}

/** What a provider says of whoever signed in there. */
export type SaidClaims = IDToken & Partial<UserInfoResponse>

export interface ProviderClients {
  /** Where the browser is sent. @throws ProviderUnavailable */
  authorizationUrl(provider: IdentityProvider, request: AuthenticationRequest): Promise<string>
  /**
   * What the answer in this URL is worth.
   *
   * @throws ProviderUnavailable, and what openid-client throws at an answer that is not as it has to be
   */
  claimsOf(provider: IdentityProvider, answer: URL, expected: Expected): Promise<SaidClaims>
}

export const createProviderClients = ({
  outboundFetch,
  sealer,
  clock,
}: {
  readonly outboundFetch: OutboundFetch
  readonly sealer: Pick<Sealer, 'open'>
  readonly clock: Clock
}): ProviderClients => {
  const kept = new Map<string, { readonly until: Date; readonly known: Promise<Known> }>()
  const fetchGuarded = fetchOver(outboundFetch)

  /** Without what it said of its keys, which is a request's own matter (see `exchange`). */
  const configure = (provider: IdentityProvider, metadata: ServerMetadata): Configuration => {
    const secret = openClientSecret(sealer, provider)
    if (secret === undefined) {
      throw new ProviderUnavailable(`the client secret of ${provider.id} is sealed with another secret`)
    }
    const configuration = new Configuration(
      metadata,
      provider.clientId,
      // A clock of ours that was set is that of the whole server.
      { [clockSkew]: Math.round((clock.now().getTime() - systemClock.now().getTime()) / 1000) },
      authenticatedBy(secret),
    )
    configuration[customFetch] = fetchGuarded
    // OIDC Core §3.1.3.7: the signature too, though the token comes straight from the provider.
    enableNonRepudiationChecks(configuration)
    if (isPlain(provider)) allowInsecureRequests(configuration)
    return configuration
  }

  const discover = async (provider: IdentityProvider): Promise<Known> => {
    try {
      const discovered = await discovery(new URL(provider.issuer), provider.clientId, undefined, undefined, {
        [customFetch]: fetchGuarded,
        ...(isPlain(provider) && { execute: [allowInsecureRequests] }),
      })
      return { metadata: discovered.serverMetadata(), keys: undefined }
    } catch (error) {
      throw new ProviderUnavailable(`${provider.issuer} does not say what it is`, { cause: error })
    }
  }

  const knownOf = async (provider: IdentityProvider): Promise<Known> => {
    const key = `${provider.id} ${provider.updatedAt.getTime()}`
    const now = clock.now()
    const found = kept.get(key)
    if (found && found.until > now) return found.known
    const known = discover(provider)
    kept.delete(key)
    kept.set(key, { until: addSeconds(now, DISCOVERY_SECONDS), known })
    const [oldest] = kept.keys()
    if (kept.size > MAXIMUM_KEPT && oldest !== undefined) kept.delete(oldest)
    // What failed is tried again by whoever comes next.
    known.catch(() => {
      if (kept.get(key)?.known === known) kept.delete(key)
    })
    return known
  }

  return {
    authorizationUrl: async (provider, request) => {
      const configuration = configure(provider, (await knownOf(provider)).metadata)
      const { maxAgeSeconds, uiLocales, loginHint, prompt } = request
      return buildAuthorizationUrl(configuration, {
        redirect_uri: request.redirectUri,
        scope: provider.scopes.join(' '),
        state: request.state,
        nonce: request.nonce,
        code_challenge: await calculatePKCECodeChallenge(request.codeVerifier),
        code_challenge_method: 'S256',
        ...(loginHint !== undefined && { login_hint: loginHint }),
        ...(prompt !== undefined && { prompt }),
        ...(maxAgeSeconds !== undefined && { max_age: String(maxAgeSeconds) }),
        ...(uiLocales.length > 0 && { ui_locales: uiLocales.join(' ') }),
      }).href
    },

    claimsOf: async (provider, answer, expected) => {
      try {
        const known = await knownOf(provider)
        const configuration = configure(provider, known.metadata)
        if (known.keys)
          setJwksCache(configuration, { ...known.keys, uat: known.keys.uat - KEYS_LOOKED_FOR_SECONDS })
        const claims = await exchange(configuration, answer, expected)
        known.keys = getJwksCache(configuration)
        return claims
      } catch (error) {
        if (isUnreachable(error))
          throw new ProviderUnavailable(`${provider.issuer} does not answer`, { cause: error })
        throw error
      }
    },
  }
}

const exchange = async (
  configuration: Configuration,
  answer: URL,
  { state, nonce, codeVerifier, maxAgeSeconds, authenticatedSince: since }: Expected,
): Promise<SaidClaims> => {
  const tokens = await authorizationCodeGrant(configuration, answer, {
    expectedState: state,
    expectedNonce: nonce,
    pkceCodeVerifier: codeVerifier,
    idTokenExpected: true,
    ...(maxAgeSeconds !== undefined && { maxAge: maxAgeSeconds }),
  })
  const claims = tokens.claims()
  // idTokenExpected
  if (!claims) throw new Error('unreachable: an answer without an ID token has been refused')
  const { auth_time: saidAt } = claims
  if (since && saidAt !== undefined && saidAt < toEpochSeconds(since) - CLOCK_TOLERANCE_SECONDS) {
    throw new Error('they signed in before they were asked to sign in anew')
  }
  if (claims['email'] !== undefined || !configuration.serverMetadata().userinfo_endpoint) return claims
  // OIDC Core §5.4: with a code, the claims of the scopes are at the userinfo endpoint.
  return { ...(await fetchUserInfo(configuration, tokens.access_token, claims.sub)), ...claims }
}

/** It says nothing, or that it cannot. */
const isUnreachable = (error: unknown): boolean => {
  if (error instanceof OutboundFailure) return true
  if (error instanceof Response) return error.status >= 500
  return error instanceof Error && error.cause !== undefined && isUnreachable(error.cause)
}

/** OIDC Discovery §3: client_secret_basic, where nothing else is said. */
const authenticatedBy = (secret: string): ClientAuth => {
  const basic = ClientSecretBasic(secret)
  const post = ClientSecretPost(secret)
  return (server, client, body, headers) => {
    const methods = server.token_endpoint_auth_methods_supported ?? ['client_secret_basic']
    return (methods.includes('client_secret_basic') ? basic : post)(server, client, body, headers)
  }
}

/** openid-client asks like a browser does. */
const fetchOver =
  (outboundFetch: OutboundFetch) =>
  async (
    url: string,
    options: { readonly method: string; readonly headers: Record<string, string>; readonly body?: unknown },
  ): Promise<Response> => {
    const { body } = options
    const answer = await outboundFetch({
      method: options.method === 'POST' ? 'POST' : 'GET',
      url,
      headers: options.headers,
      ...(body !== undefined && body !== null && { body: String(body) }),
      timeoutMilliseconds: TIMEOUT_MILLISECONDS,
      maximumBytes: MAXIMUM_BYTES,
    })
    const isEmpty = answer.status === 204 || answer.status === 304
    return new Response(isEmpty ? null : new Uint8Array(answer.body), {
      status: answer.status,
      headers: answer.headers,
    })
  }

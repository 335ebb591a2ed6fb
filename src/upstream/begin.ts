import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import { type ProviderClients, ProviderUnavailable } from '../identity-providers/provider-client.ts'
import { paths } from '../protocol/paths.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import { newHandle, type Random } from '../system/random.ts'
import { type Begun, sealBegun } from './begun.ts'

/** Many people may share an address; each time one is sent to a provider is a row. */
export const UPSTREAM_SIGN_INS_A_MINUTE = 120

export interface UpstreamBeginning {
  readonly stores: Pick<Stores, 'rateLimits' | 'upstreamSignIns'>
  readonly random: Random
  readonly issuer: string
  readonly providerClients: ProviderClients
  readonly sealer: Sealer
  /** For whoever signs in there to come back. */
  readonly seconds: number
  /** From one network. */
  readonly perMinute: number
}

/** What the provider is told of the sign-in, and what is to go on afterwards. */
export interface WantedSignIn {
  readonly browser: string
  readonly address: string
  /** The pending request, sealed for the browser; undefined for whoever came by themselves. */
  readonly request: string | undefined
  readonly loginHint: string | undefined
  readonly prompt: string | undefined
  /** OIDC Core §3.1.2.1: since then they must have signed in there. */
  readonly maxAgeSeconds: number | undefined
  /** The same, and not insisted upon where it says nothing of when: not every provider knows of it. */
  readonly wishedMaxAgeSeconds?: number | undefined
  readonly uiLocales: readonly string[]
}

export type BegunUpstream =
  | { readonly outcome: 'begun'; readonly location: string }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  | { readonly outcome: 'unavailable'; readonly reason: string }

/** Sends a browser to a provider: where to, after a row that only it can come back to. */
export type BeginUpstream = (
  provider: IdentityProvider,
  wanted: WantedSignIn,
  now: Date,
) => Promise<BegunUpstream>

export const createBeginUpstream =
  ({
    stores,
    random,
    issuer,
    providerClients,
    sealer,
    seconds,
    perMinute,
  }: UpstreamBeginning): BeginUpstream =>
  async (provider, { browser, address, request, wishedMaxAgeSeconds, ...wanted }, now) => {
    const keyHash = sha256(`upstream sign-in address ${networkOf(address)}`)
    const counter = { keyHash, windowSeconds: 60, most: perMinute }
    const { exceeded } = await stores.rateLimits.countInTurn([counter], now)
    if (exceeded) return { outcome: 'throttled', retryAfterSeconds: exceeded.retryAfterSeconds }
    const state = newHandle(random)
    const begun: Begun = {
      nonce: newHandle(random),
      codeVerifier: newHandle(random),
      request,
      maxAgeSeconds: wanted.maxAgeSeconds,
      // OIDC Core §3.1.2.1: whoever is signed in there already signs in anew.
      authenticatedSince: wanted.prompt?.split(' ').includes('login') ? now : undefined,
    }
    const { nonce, codeVerifier } = begun
    try {
      const redirectUri = issuer + paths.upstreamCallback
      const location = await providerClients.authorizationUrl(provider, {
        ...wanted,
        maxAgeSeconds: wanted.maxAgeSeconds ?? wishedMaxAgeSeconds,
        ...{ redirectUri, state, nonce, codeVerifier },
      })
      await stores.upstreamSignIns.insert({
        stateHash: sha256(state),
        browserHash: browser,
        providerId: provider.id,
        contentSealed: sealBegun(sealer, begun, browser),
        createdAt: now,
        expiresAt: addSeconds(now, seconds),
      })
      return { outcome: 'begun', location }
    } catch (error) {
      if (error instanceof ProviderUnavailable) return { outcome: 'unavailable', reason: reasonOf(error) }
      throw error
    }
  }

/** For the log: what the library said, which names fields and never their values. */
const reasonOf = ({ message, cause }: Error): string =>
  cause instanceof Error ? `${message}: ${cause.message}` : message

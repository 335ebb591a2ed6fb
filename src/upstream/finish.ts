import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import {
  type ProviderClients,
  ProviderUnavailable,
  type SaidClaims,
} from '../identity-providers/provider-client.ts'
import type { Stores } from '../storage/index.ts'
import type { Sealer } from '../system/encryption.ts'
import { sha256 } from '../system/hash.ts'
import { openBegun } from './begun.ts'

export interface UpstreamFinishing {
  readonly stores: Pick<Stores, 'identityProviders' | 'upstreamSignIns'>
  readonly providerClients: ProviderClients
  readonly sealer: Sealer
}

export type FinishedUpstream =
  | {
      readonly outcome: 'answered'
      readonly provider: IdentityProvider
      readonly claims: SaidClaims
      readonly request: string | undefined
    }
  /** The user turned back, or the answer is not as it has to be. Nothing is lost: it can be tried again. */
  | {
      readonly outcome: 'refused_by_provider' | 'invalid_answer' | 'unavailable'
      readonly provider: IdentityProvider
      readonly reason: string
      readonly request: string | undefined
    }
  /** It was this browser that began, and it may begin again. */
  | { readonly outcome: 'over'; readonly request: string | undefined }
  | { readonly outcome: 'unknown' }

/**
 * What the browser has come back with from a provider: once, and only the browser that was sent there. So nobody is signed in
 * as somebody else by a link (login CSRF).
 *
 * @param answer the URL of the request, under our own issuer
 */
export type FinishUpstream = (answer: URL, browser: string, now: Date) => Promise<FinishedUpstream>

export const createFinishUpstream =
  ({ stores, providerClients, sealer }: UpstreamFinishing): FinishUpstream =>
  async (answer, browser, now) => {
    const state = answer.searchParams.get('state')
    if (state === null) return { outcome: 'unknown' }
    const stateHash = sha256(state)
    const used = await stores.upstreamSignIns.use(stateHash, browser, now)
    if (!used) {
      const found = await stores.upstreamSignIns.find(stateHash, browser)
      const begun = found && openBegun(sealer, found.contentSealed, browser)
      return begun ? { outcome: 'over', request: begun.request } : { outcome: 'unknown' }
    }
    const begun = openBegun(sealer, used.contentSealed, browser)
    if (!begun) return { outcome: 'unknown' }
    const { request } = begun
    // It may have been switched off meanwhile.
    const provider = await stores.identityProviders.byId(used.providerId)
    if (!provider?.isEnabled) return { outcome: 'over', request }
    try {
      const claims = await providerClients.claimsOf(provider, answer, { ...begun, state })
      return { outcome: 'answered', provider, claims, request }
    } catch (error) {
      return { ...failureOf(error, answer), provider, request }
    }
  }

const failureOf = (
  error: unknown,
  answer: URL,
): {
  readonly outcome: 'refused_by_provider' | 'invalid_answer' | 'unavailable'
  readonly reason: string
} => {
  if (error instanceof ProviderUnavailable) return { outcome: 'unavailable', reason: error.message }
  // RFC 6749 §4.1.2.1
  if (answer.searchParams.has('error')) {
    return { outcome: 'refused_by_provider', reason: 'the provider answered with an error' }
  }
  const { code, message } = error as { readonly code?: unknown; readonly message?: string }
  return { outcome: 'invalid_answer', reason: `${String(code ?? 'error')}: ${message ?? ''}` }
}

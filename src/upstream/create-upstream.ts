import type { ProviderRules } from '../identity-providers/identity-provider.ts'
import { createProviderClients } from '../identity-providers/provider-client.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import { createSealer } from '../system/encryption.ts'
import type { OutboundFetch } from '../system/outbound-fetch.ts'
import type { Random } from '../system/random.ts'
import { type BeginUpstream, createBeginUpstream, UPSTREAM_SIGN_INS_A_MINUTE } from './begin.ts'
import { createFinishUpstream, type FinishUpstream } from './finish.ts'
import { createRecognize, type Recognize } from './recognize.ts'
import { createReportSignIn, type ReportSignIn } from './report.ts'

/*
 * Sign-in at an OpenID provider of somebody else: sends browsers there, takes back what they come with, and finds out who it
 * is. Refuses to take a provider's word for whose account an address is.
 */

export interface Upstream {
  readonly beginUpstream: BeginUpstream
  readonly finishUpstream: FinishUpstream
  readonly recognize: Recognize
  readonly reportSignIn: ReportSignIn
}

export const createUpstream = ({
  stores,
  transaction,
  outboundFetch,
  clock,
  random,
  issuer,
  secret,
  seconds,
  relaxRateLimits,
  allowedHosts,
}: {
  readonly stores: Stores
  readonly transaction: Transaction
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  readonly random: Random
  readonly issuer: string
  readonly secret: string | Uint8Array
  readonly seconds: number
  readonly relaxRateLimits: boolean
  readonly allowedHosts: readonly string[]
}): { readonly upstream: Upstream; readonly providerRules: ProviderRules } => {
  const providerRules = { sealer: createSealer(secret, 'identity provider', random), allowedHosts }
  const providerClients = createProviderClients({ outboundFetch, sealer: providerRules.sealer, clock })
  const sealer = createSealer(secret, 'upstream sign-in', random)
  const perMinute = relaxRateLimits ? 100 * UPSTREAM_SIGN_INS_A_MINUTE : UPSTREAM_SIGN_INS_A_MINUTE
  return {
    providerRules,
    upstream: {
      beginUpstream: createBeginUpstream({
        ...{ stores, random, issuer, providerClients, sealer, seconds, perMinute },
      }),
      finishUpstream: createFinishUpstream({ stores, providerClients, sealer }),
      recognize: createRecognize({ transaction, random }),
      reportSignIn: createReportSignIn({ stores, random }),
    },
  }
}

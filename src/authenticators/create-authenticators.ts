import type { Config } from '../config/config.ts'
import type { Lifetimes } from '../config/lifetimes.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import { createSealer, deriveKey } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { codeLimits, relaxedCodeLimits } from './code-throttle.ts'
import { createPasskeyChallenges } from './passkey-challenge.ts'
import { createProveCode } from './prove-code.ts'
import { createProvePasskey, type ProvePasskey } from './prove-passkey.ts'
import { relyingPartyOf } from './relying-party.ts'
import { createTotpSetUps } from './totp-factor.ts'

/** A minute, of one network: many people share one. */
const PASSKEYS_PER_ADDRESS = 100

export interface AuthenticatorsOptions {
  readonly stores: Stores
  readonly transaction: Transaction
  readonly random: Random
  readonly secret: string | Uint8Array
  readonly config: { readonly issuer: string } & Pick<Config, 'relaxRateLimits'>
  /** A page that was open for longer has to ask anew. */
  readonly lifetimes: Pick<Lifetimes, 'pendingRequestSeconds'>
}

export type Authenticators = ReturnType<typeof createAuthenticators>

/** Everything that pages need of this room, out of what the server is made of. */
export const createAuthenticators = ({
  stores,
  transaction,
  random,
  secret,
  config: { issuer, relaxRateLimits },
  lifetimes: { pendingRequestSeconds: pageSeconds },
}: AuthenticatorsOptions) => {
  const limits = relaxRateLimits ? relaxedCodeLimits : codeLimits
  const sealer = createSealer(secret, 'totp secret', random)
  const recoveryKey = deriveKey(secret, 'recovery code')
  const challenges = createPasskeyChallenges(
    createSealer(secret, 'passkey challenge', random),
    pageSeconds,
    random,
  )
  /** Undefined where no passkey can be: at an address without a name. */
  const relyingParty = relyingPartyOf(issuer)
  const nobodyHasAny: ProvePasskey = async () => ({ outcome: 'unknown', reason: 'the issuer is an address' })
  return {
    totpKeys: { sealer, recoveryKey },
    totpSetUps: createTotpSetUps(createSealer(secret, 'totp set-up', random), pageSeconds, random),
    proveCode: createProveCode({ stores, transaction, sealer, recoveryKey, random, limits, pageSeconds }),
    passkeyChallenges: challenges,
    relyingParty,
    provePasskey: relyingParty
      ? createProvePasskey({
          ...{ stores, transaction, challenges, relyingParty, random },
          perAddress: relaxRateLimits ? 100 * PASSKEYS_PER_ADDRESS : PASSKEYS_PER_ADDRESS,
        })
      : nobodyHasAny,
  }
}

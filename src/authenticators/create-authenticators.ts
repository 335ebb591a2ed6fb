import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import { createSealer, deriveKey } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { type CodeLimits, codeLimits, relaxedCodeLimits } from './code-throttle.ts'
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
  readonly issuer: string
  readonly secret: string | Uint8Array
  /** How long a page may be open before what it asks for has to be asked anew. */
  readonly pageSeconds: number
  readonly relaxRateLimits: boolean
  readonly limits?: CodeLimits | undefined
}

export type Authenticators = ReturnType<typeof createAuthenticators>

/** Everything that pages need of this room, out of what the server is made of. */
export const createAuthenticators = ({
  stores,
  transaction,
  random,
  issuer,
  secret,
  pageSeconds,
  relaxRateLimits,
  limits = relaxRateLimits ? relaxedCodeLimits : codeLimits,
}: AuthenticatorsOptions) => {
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
    proveCode: createProveCode({ stores, transaction, sealer, recoveryKey, random, limits }),
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

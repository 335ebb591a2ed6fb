import { z } from 'zod'
import type { Acting } from '../events/record.ts'
import { authenticationFactorObject } from '../objects/authentication-factor.ts'
import { type AuthenticationFactorId, newIdentifier, type UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { TotpFactorRecord } from '../storage/stores/totp-factors.ts'
import { addSeconds } from '../system/clock.ts'
import { openJson, type Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { dropIdleRecoveryCodes, replaceRecoveryCodes } from './recovery-codes.ts'
import { newTotpSecret, parseTotpCode, stepOf, type TotpLabels } from './totp.ts'

/*
 * An authenticator app comes to be with its first right code: until then its secret travels sealed with the form, and
 * nothing is written.
 */

/** One that is being set up. */
export interface TotpSetUp extends TotpLabels {
  readonly secret: string
}

export interface TotpSetUps {
  begin(
    userId: UserId,
    labels: TotpLabels,
    browser: string,
    now: Date,
  ): TotpSetUp & { readonly sealed: string }
  /** Undefined if it is of another browser or user, or too old. */
  open(sealed: string, userId: UserId, browser: string, now: Date): TotpSetUp | undefined
}

const setUpSchema = z.object({
  secret: z.string(),
  issuer: z.string(),
  label: z.string(),
  expiresAt: z.iso.datetime().transform((text) => new Date(text)),
})

export const createTotpSetUps = (sealer: Sealer, seconds: number, random: Random): TotpSetUps => ({
  begin: (userId, labels, browser, now) => {
    const setUp = { ...labels, secret: newTotpSecret(random) }
    const text = JSON.stringify({ ...setUp, expiresAt: addSeconds(now, seconds) })
    return { ...setUp, sealed: sealer.seal(text, `set-up ${browser} ${userId}`) }
  },
  open: (sealed, userId, browser, now) => {
    const content = openJson(sealer, setUpSchema, sealed, `set-up ${browser} ${userId}`)
    if (!content) return undefined
    const { expiresAt, ...setUp } = content
    return expiresAt > now ? setUp : undefined
  },
})

/** Sealed for its factor: put beside another, it does not open. */
const contextOf = (id: AuthenticationFactorId): string => `factor ${id}`

export const totpSecretOf = (sealer: Sealer, { id, secretSealed }: TotpFactorRecord): string => {
  const secret = sealer.open(secretSealed, contextOf(id))
  if (secret === undefined)
    throw new Error(`totp_factor.secret_sealed of ${id} cannot be opened with LATCHKEY_SECRET.`)
  return secret
}

export type AddedTotp =
  | {
      readonly outcome: 'added'
      readonly factor: TotpFactorRecord
      readonly recoveryCodes: readonly string[]
    }
  | { readonly outcome: 'wrong_code' | 'has_one' | 'user_not_found' }

/** With the first right code, which counts no second time; and with new recovery codes. */
export const addTotp = async (
  acting: Acting<Pick<Stores, 'users' | 'totpFactors' | 'recoveryCodes'>>,
  { sealer, recoveryKey }: { readonly sealer: Sealer; readonly recoveryKey: Uint8Array },
  { userId, setUp, code }: { readonly userId: UserId; readonly setUp: TotpSetUp; readonly code: string },
): Promise<AddedTotp> => {
  const { stores, now, random, record } = acting
  const typed = parseTotpCode(code)
  const step = typed === undefined ? undefined : stepOf(setUp.secret, typed, now)
  if (step === undefined) return { outcome: 'wrong_code' }
  if (!(await stores.users.lock(userId))) return { outcome: 'user_not_found' }
  const id = newIdentifier('authenticationFactor', now, random)
  const factor: TotpFactorRecord = {
    id,
    userId,
    secretSealed: sealer.seal(setUp.secret, contextOf(id)),
    issuer: setUp.issuer,
    label: setUp.label,
    lastStep: step,
    lastUsedAt: now,
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.totpFactors.insert(factor))) return { outcome: 'has_one' }
  await record({
    name: 'authentication_factor.created',
    targetId: id,
    data: authenticationFactorObject(factor),
  })
  return { outcome: 'added', factor, recoveryCodes: await replaceRecoveryCodes(acting, recoveryKey, userId) }
}

/** Undefined if there is none. */
export const removeTotp = async (
  acting: Acting<Pick<Stores, 'users' | 'totpFactors' | 'recoveryCodes' | 'passkeys'>>,
  id: AuthenticationFactorId,
): Promise<TotpFactorRecord | undefined> => {
  const { totpFactors, users } = acting.stores
  const there = await totpFactors.byId(id)
  // Of this and the last passkey at once, one is to see that recovery codes have nothing left to stand in for.
  if (there) await users.lock(there.userId)
  const factor = there && (await totpFactors.delete(id))
  if (!factor) return undefined
  await acting.record({
    name: 'authentication_factor.deleted',
    targetId: id,
    data: authenticationFactorObject(factor),
  })
  await dropIdleRecoveryCodes(acting, factor.userId)
  return factor
}

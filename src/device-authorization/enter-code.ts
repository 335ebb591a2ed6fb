import type { UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import { countCodeEntry, type DeviceLimits } from './throttle.ts'
import { type UserCode, userCodeHash } from './user-code.ts'

export type EnteredCode =
  | { readonly outcome: 'waiting'; readonly deviceCodeHash: string }
  | { readonly outcome: 'unknown' | 'expired' | 'used' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

/** Which device somebody means by a code. Says nothing of whether they may decide about it. */
export type EnterCode = (
  code: UserCode,
  from: { readonly address: string; readonly browser: string; readonly userId: UserId | undefined },
  now: Date,
) => Promise<EnteredCode>

export const createEnterCode =
  ({
    stores,
    userCodeKey,
    limits,
  }: {
    readonly stores: Pick<Stores, 'deviceAuthorizations' | 'rateLimits'>
    readonly userCodeKey: Uint8Array
    readonly limits: DeviceLimits['entry']
  }): EnterCode =>
  async (code, from, now) => {
    // RFC 8628 §5.1: before it is looked for, so that one turned away learns nothing.
    const retryAfterSeconds = await countCodeEntry(stores, limits, from, now)
    if (retryAfterSeconds !== undefined) return { outcome: 'throttled', retryAfterSeconds }
    const found = await stores.deviceAuthorizations.byUserCode(userCodeHash(userCodeKey, code))
    if (!found) return { outcome: 'unknown' }
    if (found.status !== 'pending') return { outcome: 'used' }
    if (found.expiresAt <= now) return { outcome: 'expired' }
    return { outcome: 'waiting', deviceCodeHash: found.deviceCodeHash }
  }

import type { NewEvent } from '../events/catalogue.ts'
import { actingAs } from '../events/record.ts'
import { isPowerOfTwo } from '../events/told.ts'
import type { UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import { sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'
import { type CodeAttempt, type CodeLimits, codeWasRight, countCodeAttempt } from './code-throttle.ts'
import { parseRecoveryCode, recoveryCodeHash } from './recovery-codes.ts'
import { parseTotpCode, stepOf } from './totp.ts'
import { totpSecretOf } from './totp-factor.ts'

/*
 * The second factor as a code: of the authenticator app, or a recovery code in its place. An attempt is counted before
 * anything is looked at, and a code that was right once is not right again.
 */

export interface CodeProving {
  /** Outside of any transaction: attempts count whatever becomes of them. */
  readonly stores: Pick<Stores, 'totpFactors' | 'rateLimits' | 'knownBrowsers' | 'events'>
  readonly transaction: Transaction
  readonly sealer: Sealer
  readonly recoveryKey: Uint8Array
  readonly random: Random
  readonly limits: CodeLimits
  /** After which the page of no sign-in is taken any more. */
  readonly pageSeconds: number
}

export interface PresentedCode extends CodeAttempt {
  readonly email: string
  readonly code: string
  readonly userAgent: string | null
  /** Of what the sign-in has shown so far, which it is added to. */
  readonly proofId: string
}

export type ProvedCode =
  /** `remaining`: recovery codes, where one was used. */
  | { readonly outcome: 'proved'; readonly remaining?: number }
  | { readonly outcome: 'wrong' }
  /** The sign-in has taken another recovery code. */
  | { readonly outcome: 'over' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

export type ProveCode = (presented: PresentedCode, now: Date) => Promise<ProvedCode>

type FailedEvent = Extract<NewEvent, { readonly name: 'authentication.mfa_failed' }>
type Failure = FailedEvent['data']['error']['code']

const messages: Readonly<Record<Failure, string>> = {
  wrong_code: 'The code is wrong.',
  code_replayed: 'The code was used before.',
  wrong_recovery_code: 'There is no such recovery code, or it was used before.',
  too_many_attempts: 'There were too many attempts.',
}

/** Rolls back the use of the code. */
class OneTaken extends Error {}

export const createProveCode =
  ({ stores, transaction, sealer, recoveryKey, random, limits, pageSeconds }: CodeProving): ProveCode =>
  async (presented, now) => {
    const { userId, email, address, userAgent } = presented
    const about = { type: 'mfa', ip_address: address, user_agent: userAgent, user_id: userId, email } as const
    const told = (code: Failure, failures: number) =>
      actingAs({ type: 'user', id: userId }, { stores, now, random }).record({
        name: 'authentication.mfa_failed',
        targetId: userId,
        data: {
          ...about,
          status: 'failed',
          error: { code, message: messages[code] },
          consecutive_failures: failures,
        },
      })

    const attempt = await countCodeAttempt(stores, limits, presented, now)
    if (attempt.outcome === 'throttled') {
      // Once a window: those turned away must not fill the log.
      if (attempt.isFirst) await told('too_many_attempts', limits.failures)
      return { outcome: 'throttled', retryAfterSeconds: attempt.retryAfterSeconds }
    }
    const proved = await transaction(async (inside) => {
      const taken =
        presented.kind === 'totp'
          ? await takeTotp(inside, sealer, presented, now)
          : await takeRecoveryCode(inside, recoveryKey, presented, addSeconds(now, pageSeconds))
      if ('failure' in taken) return taken
      const { record } = actingAs({ type: 'user', id: userId }, { stores: inside, now, random })
      await record({
        name: 'authentication.mfa_succeeded',
        targetId: userId,
        data: { ...about, status: 'succeeded' },
      })
      if (taken.remaining !== undefined) {
        await record({
          name: 'recovery_code.used',
          targetId: userId,
          data: { ip_address: address, remaining: taken.remaining },
        })
      }
      await codeWasRight(inside, attempt, now)
      return taken
    }).catch((error: unknown) => {
      if (error instanceof OneTaken) return undefined
      throw error
    })
    if (!proved) return { outcome: 'over' }
    if (!('failure' in proved)) return { outcome: 'proved', ...proved }
    if (isPowerOfTwo(attempt.failures)) await told(proved.failure, attempt.failures)
    return { outcome: 'wrong' }
  }

type Taken = { readonly failure: Failure } | { readonly remaining?: number }

const takeTotp = async (
  { totpFactors }: Pick<Stores, 'totpFactors'>,
  sealer: Sealer,
  { userId, code }: { readonly userId: UserId; readonly code: string },
  now: Date,
): Promise<Taken> => {
  const factor = await totpFactors.ofUser(userId)
  const typed = parseTotpCode(code)
  if (!factor || typed === undefined) return { failure: 'wrong_code' }
  const step = stepOf(totpSecretOf(sealer, factor), typed, now)
  if (step === undefined) return { failure: 'wrong_code' }
  return (await totpFactors.takeStep(factor.id, step, now)) ? {} : { failure: 'code_replayed' }
}

/** @throws OneTaken */
const takeRecoveryCode = async (
  { recoveryCodes, seenOnce }: Pick<Stores, 'recoveryCodes' | 'seenOnce'>,
  key: Uint8Array,
  { userId, code, proofId }: Pick<PresentedCode, 'userId' | 'code' | 'proofId'>,
  expiresAt: Date,
): Promise<Taken> => {
  const typed = parseRecoveryCode(code)
  if (typed === undefined || !(await recoveryCodes.use(userId, recoveryCodeHash(key, userId, typed)))) {
    return { failure: 'wrong_recovery_code' }
  }
  // Each is good for a sign-in, and a sign-in for one: of two that are sent at once the other is kept.
  if (!(await seenOnce.mark(sha256(`recovery code of ${proofId}`), expiresAt))) throw new OneTaken()
  return { remaining: await recoveryCodes.count(userId) }
}

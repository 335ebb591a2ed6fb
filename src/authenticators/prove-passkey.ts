import type { NewEvent } from '../events/catalogue.ts'
import { actingAs } from '../events/record.ts'
import { isTold, isToldOf } from '../events/told.ts'
import type { PasskeyId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { PasskeyRecord } from '../storage/stores/passkeys.ts'
import type { UserRecord } from '../storage/stores/users.ts'
import type { Transaction } from '../storage/transaction.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import type { Random } from '../system/random.ts'
import { isFirstAnswer, type PasskeyChallenges } from './passkey-challenge.ts'
import {
  type AuthenticationAnswer,
  isUserHandleOf,
  problemOf,
  type RelyingParty,
  readAuthentication,
} from './relying-party.ts'

/*
 * WebAuthn §7.2: somebody has a passkey. What the authenticator signed is verified before anything is written, and only
 * what was signed rightly may say anything about its counter.
 */

export interface PasskeyProving {
  readonly stores: Pick<Stores, 'passkeys' | 'users' | 'rateLimits' | 'events'>
  readonly transaction: Transaction
  readonly challenges: PasskeyChallenges
  readonly relyingParty: RelyingParty
  readonly random: Random
  readonly perAddress: number
}

export interface PresentedPasskey {
  readonly purpose: 'sign_in' | 'second_factor'
  /** Whom it is asked of; null: whoever it is. */
  readonly userId: UserId | null
  /** As the page's script sends them. */
  readonly sealedChallenge: string
  readonly answer: string
  readonly address: string
  readonly browser: string
  readonly userAgent: string | null
}

export type ProvedPasskey =
  | {
      readonly outcome: 'proved'
      readonly user: Pick<UserRecord, 'id' | 'passwordHash'>
      readonly passkeyId: PasskeyId
      readonly amr: readonly string[]
    }
  /** `expired`: to be answered anew. `unknown`: nobody here has it (any more). */
  | { readonly outcome: 'expired' | 'unknown' | 'refused'; readonly reason: string }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

export type ProvePasskey = (presented: PresentedPasskey, now: Date) => Promise<ProvedPasskey>

type Failure = Extract<NewEvent, { readonly name: 'authentication.passkey_failed' }>['data']['error']['code']

const messages: Readonly<Record<Failure, string>> = {
  not_verified: 'What the passkey signed cannot be verified.',
  wrong_user: 'The passkey is not of the user that it was asked of.',
  counter_regressed:
    'The passkey was used before by somebody who counted further: there may be a copy of it.',
}

const WINDOW_SECONDS = 60

export const createProvePasskey =
  ({ stores, transaction, challenges, relyingParty, random, perAddress }: PasskeyProving): ProvePasskey =>
  async (presented, now) => {
    const { purpose, address, browser, userAgent } = presented
    const counter = {
      keyHash: sha256(`passkey address ${networkOf(address)}`),
      windowSeconds: WINDOW_SECONDS,
      most: perAddress,
    }
    const { exceeded } = await stores.rateLimits.countInTurn([counter], now)
    if (exceeded) return { outcome: 'throttled', retryAfterSeconds: exceeded.retryAfterSeconds }

    const challenge = challenges.open(presented.sealedChallenge, purpose, presented.userId, browser, now)
    if (!challenge) return { outcome: 'expired', reason: 'the challenge is not for this, or too old' }
    const answer = readAuthentication(presented.answer)
    if (!answer) return { outcome: 'refused', reason: 'the answer cannot be read' }
    const passkey = await stores.passkeys.byCredentialId(answer.id)
    const user = passkey && (await stores.users.byId(passkey.userId))
    if (!passkey || !user) return { outcome: 'unknown', reason: 'there is no such passkey' }

    const about = {
      ...({ type: 'passkey', ip_address: address, user_agent: userAgent } as const),
      ...{ user_id: user.id, email: user.email, passkey_id: passkey.id },
    }
    const refused = async (code: Failure, reason: string): Promise<ProvedPasskey> => {
      // A copy is told of by its passkey: nobody can drown it in refusals that anybody can have.
      const isToBeTold =
        code === 'counter_regressed'
          ? await isTold(stores, `passkey copies ${passkey.id}`, now)
          : await isToldOf(stores, address, now)
      if (!isToBeTold) return { outcome: 'refused', reason }
      await actingAs({ type: 'user' }, { stores, now, random }).record({
        name: 'authentication.passkey_failed',
        targetId: user.id,
        data: { ...about, status: 'failed', error: { code, message: messages[code] } },
      })
      return { outcome: 'refused', reason }
    }

    // WebAuthn §7.2 step 6: whose it is, where the user is known and where not.
    const handle = answer.response.userHandle ?? undefined
    const isTheirs =
      presented.userId === null
        ? handle !== undefined && isUserHandleOf(passkey.userId, handle)
        : passkey.userId === presented.userId &&
          (handle === undefined || isUserHandleOf(passkey.userId, handle))
    if (!isTheirs) return refused('wrong_user', 'the passkey is of another user')

    const verified = await verifiedBy(relyingParty, challenge.challenge, answer, passkey, purpose)
    if ('problem' in verified) return refused('not_verified', verified.problem)

    const outcome = await transaction(async (inside) => {
      if (!(await isFirstAnswer(inside, challenge))) return 'answered_before'
      // WebAuthn §7.2 step 22, §6.1.1
      if (!(await inside.passkeys.use(passkey.id, verified, now))) return 'counter_regressed'
      await actingAs({ type: 'user', id: user.id }, { stores: inside, now, random }).record({
        name: 'authentication.passkey_succeeded',
        targetId: user.id,
        data: { ...about, status: 'succeeded' },
      })
      return 'proved'
    })
    switch (outcome) {
      case 'answered_before':
        return { outcome: 'expired', reason: 'the challenge was answered before' }
      case 'counter_regressed':
        return refused(outcome, 'the counter of the passkey has not grown')
      case 'proved':
        return { outcome, user, passkeyId: passkey.id, amr: amrOf(passkey, verified.isUserVerified) }
    }
  }

interface Verified {
  readonly signCount: number
  readonly isBackedUp: boolean
  readonly isUserVerified: boolean
}

const verifiedBy = async (
  { origin, id }: RelyingParty,
  challenge: string,
  answer: AuthenticationAnswer,
  { credentialId, publicKey }: PasskeyRecord,
  purpose: PresentedPasskey['purpose'],
): Promise<Verified | { readonly problem: string }> => {
  const { verifyAuthenticationResponse } = await import('@simplewebauthn/server')
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: { ...answer, response: signedOf(answer) },
      expectedChallenge: challenge,
      expectedOrigin: origin,
      expectedRPID: id,
      // Its counter is compared where it is written: here it would be before the signature is.
      credential: { id: credentialId, publicKey: new Uint8Array(publicKey), counter: 0 },
      requireUserVerification: purpose === 'sign_in',
    })
    if (!verified) return { problem: 'the signature is not of this passkey' }
    return {
      signCount: authenticationInfo.newCounter,
      isBackedUp: authenticationInfo.credentialBackedUp,
      isUserVerified: authenticationInfo.userVerified,
    }
  } catch (error) {
    return { problem: problemOf(error) }
  }
}

/** Whose it is has been looked at, and is no part of what was signed. */
const signedOf = ({ response: { clientDataJSON, authenticatorData, signature } }: AuthenticationAnswer) => ({
  ...{ clientDataJSON, authenticatorData, signature },
})

/** RFC 8176 §2: a key that may be on many devices is not one of hardware; `user`: somebody was there. */
const amrOf = ({ isSynced }: PasskeyRecord, isUserVerified: boolean): readonly string[] => [
  isSynced ? 'swk' : 'hwk',
  'user',
  // The authenticator and what unlocks it.
  ...(isUserVerified ? ['mfa'] : []),
]

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  addPasskey,
  MAXIMUM_PASSKEYS,
  removePasskey,
  renamePasskey,
  verifyNewPasskey,
} from '../../src/authenticators/passkey.ts'
import type { PresentedPasskey } from '../../src/authenticators/prove-passkey.ts'
import { creationOptions, relyingPartyOf, requestOptions } from '../../src/authenticators/relying-party.ts'
import { isToldOf } from '../../src/events/told.ts'
import { deleteUser } from '../../src/users/create-user.ts'
import { atOnce } from '../events/test-room.ts'
import { type SoftAuthenticator, softAuthenticator, type Tampering } from '../support/authenticator.ts'
import type { TestUser } from '../support/fixtures.ts'
import { ADDRESS, type AuthenticatorRoom, BROWSER, ORIGIN, openAuthenticatorRoom } from './room.ts'

let room: AuthenticatorRoom
beforeAll(async () => {
  room = await openAuthenticatorRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const relyingParty = { origin: ORIGIN, id: 'login.example.com' }

const begin = (user: TestUser) => {
  const { passkeyChallenges: challenges } = room.authenticators
  const begun = challenges.begin('register', user.id, BROWSER, room.clock.now())
  const challenge = challenges.open(begun.sealed, 'register', user.id, BROWSER, room.clock.now())
  if (!challenge) throw new RangeError('no challenge')
  const options = creationOptions({
    ...{ relyingParty, operator: 'Example', challenge: begun.challenge, passkeys: [] },
    user: { ...user, name: 'Ada' },
  })
  return { challenge, options }
}

const register = async (user: TestUser, authenticator: SoftAuthenticator, tampering: Tampering = {}) => {
  const { challenge, options } = begin(user)
  const made = await verifyNewPasskey(relyingParty, challenge, authenticator.register(options, tampering))
  if ('problem' in made) return made
  return room.act((acting) => addPasskey(acting, made, { userId: user.id, name: 'Telephone', challenge }))
}

const registered = async (options?: { readonly isSynced?: boolean }) => {
  const user = await room.fixtures.user()
  const authenticator = softAuthenticator(ORIGIN, options)
  const added = await register(user, authenticator)
  if (!('outcome' in added) || added.outcome !== 'added') throw new Error(JSON.stringify(added))
  return { user, authenticator, passkey: added.passkey }
}

/** Signs in, as whoever it is unless a user is asked for, with what is to be otherwise than it ought to be. */
const present = (
  authenticator: SoftAuthenticator,
  { tampering = {}, ...changes }: Partial<PresentedPasskey> & { readonly tampering?: Tampering } = {},
) => {
  const { passkeyChallenges, provePasskey } = room.authenticators
  const { userId = null, purpose = 'sign_in' } = changes
  const { challenge, sealed } = passkeyChallenges.begin(purpose, userId, BROWSER, room.clock.now())
  const presented: PresentedPasskey = {
    ...{ purpose, userId, sealedChallenge: sealed, browser: BROWSER, address: ADDRESS, userAgent: null },
    answer: authenticator.authenticate({ challenge }, tampering),
    ...changes,
  }
  return { presented, proved: provePasskey(presented, room.clock.now()) }
}

describe('registering a passkey (WebAuthn §7.1)', () => {
  test('keeps what it takes to know it again', async () => {
    const { user, authenticator, passkey } = await registered()
    expect(await room.stores.passkeys.ofUser(user.id)).toEqual([passkey])
    expect(passkey).toMatchObject({
      credentialId: authenticator.credentialId,
      transports: ['internal'],
      ...{ isSynced: true, isBackedUp: true, signCount: 0, name: 'Telephone', lastUsedAt: null },
    })
    const [created] = await room.eventsOf('passkey.created', passkey.id)
    expect(created).toMatchObject({ data: { object: 'passkey', user_id: user.id, name: 'Telephone' } })
    expect(JSON.stringify(created)).not.toContain(authenticator.credentialId)
  })

  test('is refused for another origin, challenge, ceremony or host, and where nobody was present', async () => {
    const user = await room.fixtures.user()
    const refused: readonly Tampering[] = [
      { origin: 'https://evil.example' },
      { challenge: Buffer.from('another').toString('base64url') },
      { type: 'webauthn.get' },
      { rpId: 'evil.example' },
      { isUserPresent: false },
    ]
    for (const tampering of refused) {
      expect(await register(user, softAuthenticator(ORIGIN), tampering)).toEqual({
        problem: expect.any(String),
      })
    }
    expect(await verifyNewPasskey(relyingParty, { challenge: 'x' }, '{"id":1}')).toHaveProperty('problem')
    expect(await room.stores.passkeys.ofUser(user.id)).toEqual([])
  })

  test('looks at no attestation, and fetches nothing that one names', async () => {
    const user = await room.fixtures.user()
    const attestation = new Map<string, unknown>([
      ['fmt', 'packed'],
      [
        'attStmt',
        new Map<string, unknown>([
          ['alg', -7],
          ['sig', new Uint8Array(8)],
          ['x5c', [new Uint8Array(8)]],
        ]),
      ],
    ])
    expect(await register(user, softAuthenticator(ORIGIN), { attestation })).toMatchObject({
      outcome: 'added',
    })
  })

  test('§7.1: a credential that somebody has is nobody else’s', async () => {
    const { authenticator } = await registered()
    const other = await room.fixtures.user()
    expect(await register(other, authenticator)).toEqual({ outcome: 'taken' })
  })

  test('answers one challenge once, and nobody has more than enough of them', async () => {
    const user = await room.fixtures.user()
    const { challenge, options } = begin(user)
    const made = await Promise.all(
      [1, 2].map(() =>
        verifyNewPasskey(relyingParty, challenge, softAuthenticator(ORIGIN).register(options)),
      ),
    )
    const outcomes = await Promise.all(
      made.map((passkey) => {
        if ('problem' in passkey) throw new Error(passkey.problem)
        return room.act((acting) => addPasskey(acting, passkey, { userId: user.id, name: 'N', challenge }))
      }),
    )
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['added', 'answered_before'])
    for (let count = 1; count < MAXIMUM_PASSKEYS; count++) await register(user, softAuthenticator(ORIGIN))
    expect(await register(user, softAuthenticator(ORIGIN))).toEqual({ outcome: 'too_many' })
  })

  test('is renamed and removed by its user alone; the last one takes the recovery codes along', async () => {
    const { user, passkey } = await registered()
    const other = await room.fixtures.user()
    const theirs = { id: passkey.id, userId: user.id }
    const notTheirs = { id: passkey.id, userId: other.id }
    expect(await room.act((acting) => renamePasskey(acting, notTheirs, 'Mine'))).toBe(false)
    expect(await room.act((acting) => removePasskey(acting, notTheirs))).toBeUndefined()
    expect(await room.act((acting) => renamePasskey(acting, theirs, 'Key ring'))).toBe(true)
    expect((await room.stores.passkeys.ofUser(user.id))[0]?.name).toBe('Key ring')
    expect(await room.act((acting) => removePasskey(acting, theirs))).toMatchObject({ name: 'Key ring' })
    expect(await room.stores.passkeys.ofUser(user.id)).toEqual([])

    const { user: leaving } = await registered()
    await room.act((acting) => deleteUser(acting, leaving.id))
    expect(await room.stores.passkeys.ofUser(leaving.id)).toEqual([])
  })
})

describe('signing in with a passkey (WebAuthn §7.2)', () => {
  test('says who it is; a key that may be on many devices is software, RFC 8176 §2', async () => {
    const { user, authenticator } = await registered()
    const [passkey] = await room.stores.passkeys.ofUser(user.id)
    expect(await present(authenticator).proved).toMatchObject({
      outcome: 'proved',
      user: { id: user.id },
      passkeyId: passkey?.id,
      amr: ['swk', 'user', 'mfa'],
    })
    const bound = await registered({ isSynced: false })
    expect(await present(bound.authenticator).proved).toMatchObject({ amr: ['hwk', 'user', 'mfa'] })
    expect(await room.eventsOf('authentication.passkey_succeeded', user.id)).toHaveLength(1)
  })

  test('is refused for another origin, challenge, ceremony, host, owner or signature, and unverified', async () => {
    const { user, authenticator } = await registered()
    const stranger = await room.fixtures.user()
    const refused: readonly Tampering[] = [
      { origin: 'https://login.example.com.evil.example' },
      { challenge: Buffer.from('another').toString('base64url') },
      { type: 'webauthn.create' },
      { rpId: 'evil.example' },
      { isUserPresent: false },
      { isUserVerified: false },
      { signature: new Uint8Array(70) },
      { userHandle: Buffer.from(stranger.id).toString('base64url') },
      { userHandle: undefined },
    ]
    for (const tampering of refused) {
      expect(await present(authenticator, { tampering }).proved, JSON.stringify(tampering)).toEqual({
        outcome: 'refused',
        // For the log, which is not to repeat what somebody sent.
        reason: expect.not.stringMatching(/evil|"/),
      })
    }
    const failed = await room.eventsOf('authentication.passkey_failed', user.id)
    expect(failed).toHaveLength(refused.length)
    expect(failed).toContainEqual(
      expect.objectContaining({
        data: expect.objectContaining({ error: expect.objectContaining({ code: 'wrong_user' }) }),
      }),
    )
    expect(await room.eventsOf('authentication.passkey_succeeded', user.id)).toEqual([])
  })

  test('§13.4.3: a challenge is answered once, in its browser, for its purpose, in its time', async () => {
    const { user, authenticator } = await registered()
    const { provePasskey, passkeyChallenges } = room.authenticators
    const { presented, proved } = present(authenticator)
    expect(await proved).toMatchObject({ outcome: 'proved' })
    const now = room.clock.now()
    expect(await provePasskey(presented, now)).toMatchObject({ outcome: 'expired' })
    const { presented: fresh } = present(authenticator, { sealedChallenge: 'v2.nothing' })
    expect(await provePasskey(fresh, now)).toMatchObject({ outcome: 'expired' })
    const begun = passkeyChallenges.begin('sign_in', null, BROWSER, now)
    const answered = {
      ...presented,
      sealedChallenge: begun.sealed,
      answer: authenticator.authenticate({ challenge: begun.challenge }),
    }
    const later = new Date(now.getTime() + 1800_000)
    expect(await provePasskey({ ...answered, browser: 'another' }, now)).toMatchObject({ outcome: 'expired' })
    expect(await provePasskey({ ...answered, purpose: 'second_factor', userId: user.id }, now)).toMatchObject(
      { outcome: 'expired' },
    )
    expect(await provePasskey(answered, later)).toMatchObject({ outcome: 'expired' })
    const outcomes = await atOnce(4, () => provePasskey(answered, now))
    expect(outcomes.filter(({ outcome }) => outcome === 'proved')).toHaveLength(1)
  })

  test('§6.1.1: a counter that does not grow is refused and told of; none at all is none', async () => {
    const { user, authenticator, passkey } = await registered({ isSynced: false })
    authenticator.signCount = 7
    expect(await present(authenticator).proved).toMatchObject({ outcome: 'proved' })
    for (const signCount of [7, 6, 0]) {
      expect(await present(authenticator, { tampering: { signCount } }).proved).toMatchObject({
        outcome: 'refused',
      })
    }
    expect((await room.stores.passkeys.ofUser(user.id))[0]?.signCount).toBe(7)
    expect(await room.eventsOf('authentication.passkey_failed', user.id)).toEqual(
      [1, 2, 3].map(() =>
        expect.objectContaining({
          data: expect.objectContaining({
            passkey_id: passkey.id,
            error: expect.objectContaining({ code: 'counter_regressed' }),
          }),
        }),
      ),
    )
    authenticator.signCount = 8
    const outcomes = await atOnce(3, () => present(authenticator).proved)
    expect(outcomes.filter(({ outcome }) => outcome === 'proved')).toHaveLength(1)
  })

  test('one that is gone, or nobody’s, is unknown', async () => {
    const { user, authenticator, passkey } = await registered()
    await room.act((acting) => removePasskey(acting, { id: passkey.id, userId: user.id }))
    expect(await present(authenticator).proved).toMatchObject({ outcome: 'unknown' })
    expect(await present(authenticator, { answer: '[]' }).proved).toMatchObject({ outcome: 'refused' })
  })

  test('as a second factor it is the user’s who is asked, and need not be verified', async () => {
    const { user, authenticator } = await registered()
    const other = await registered()
    const asked = { purpose: 'second_factor', userId: user.id } as const
    const unverified = { isUserVerified: false, userHandle: undefined }
    expect(await present(authenticator, { ...asked, tampering: unverified }).proved).toMatchObject({
      outcome: 'proved',
      amr: ['swk', 'user'],
    })
    expect(await present(other.authenticator, asked).proved).toMatchObject({ outcome: 'refused' })
  })
})

describe('where passkeys are', () => {
  test('is the host of the issuer; an IP address has none', () => {
    expect(relyingPartyOf('https://login.example.com')).toEqual(relyingParty)
    expect(relyingPartyOf('http://localhost:3000')).toEqual({
      origin: 'http://localhost:3000',
      id: 'localhost',
    })
    expect(relyingPartyOf('http://127.0.0.1:3000')).toBeUndefined()
    expect(relyingPartyOf('http://[::1]:3000')).toBeUndefined()
  })

  test('by itself it has to verify its user; of a known user it is one of theirs', async () => {
    const { passkey } = await registered()
    expect(requestOptions({ relyingParty, challenge: 'c' })).toMatchObject({ userVerification: 'required' })
    expect(requestOptions({ relyingParty, challenge: 'c', passkeys: [passkey] })).toMatchObject({
      userVerification: 'preferred',
      allowCredentials: [{ id: passkey.credentialId, type: 'public-key', transports: ['internal'] }],
    })
  })
})

test('failures are told of in full for a hundred a day of one network, and copies of a passkey by themselves', async () => {
  const { user, authenticator } = await registered({ isSynced: false })
  const address = '203.0.113.7'
  for (let refusal = 0; refusal < 100; refusal++) await isToldOf(room.stores, address, room.clock.now())
  const told = async () => (await room.eventsOf('authentication.passkey_failed', user.id)).length
  await present(authenticator, { address, tampering: { signature: new Uint8Array(64) } }).proved
  expect(await told()).toBe(0)
  await present(authenticator, { tampering: { signature: new Uint8Array(64) } }).proved
  expect(await told()).toBe(1)
  await present(authenticator, { address, tampering: { signCount: 7 } }).proved
  await present(authenticator, { address, tampering: { signCount: 7 } }).proved
  expect(await told()).toBe(2)
})

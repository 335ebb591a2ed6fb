import { afterAll, describe, expect, test } from 'vitest'
import { newIdentifier, type UserId } from '../../src/protocol/identifiers.ts'
import { proofByMail } from '../../src/sessions/prove-mailbox.ts'
import { fingerprintOf, newProof, type Proof } from '../../src/sessions/sign-in-progress.ts'
import { sha256 } from '../../src/system/hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { atOnce } from '../events/test-room.ts'
import { identityProvider } from '../support/provider-record.ts'
import { openSignInRoom } from './sign-in-room.ts'

const room = await openSignInRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { attempt, proved, concluded, signedIn } = room

const isLive = async (token: string): Promise<boolean> =>
  (await room.stores.sessions.liveByToken(sha256(token), room.clock.now())) !== undefined

describe('what was proved', () => {
  test('starts a session by the methods that were used, since they were', async () => {
    const user = await room.fixtures.user()
    const proof = await proved(attempt({ email: user.email }))
    room.clock.forward(60)
    const { session, token } = (await concluded(proof)) ?? {}
    const live = await room.stores.sessions.liveByToken(sha256(token ?? ''), room.clock.now())
    expect(live).toMatchObject({ id: session?.id, userId: user.id, amr: ['pwd'] })
    expect(session?.authenticatedAt).toEqual(proof.authenticatedAt)
    expect((await room.stores.users.byId(user.id))?.lastSignInAt).toEqual(room.clock.now())
    expect(await room.eventsOf('session.created', session?.id ?? '')).toHaveLength(1)
  })

  test('starts one session, however often it is sent, at once or later', async () => {
    const { email } = await room.fixtures.user()
    const proof = await proved(attempt({ email }))
    const started = await atOnce(8, () => concluded(proof))
    expect(started.filter(Boolean)).toHaveLength(1)
    expect(await concluded(proof)).toBeUndefined()
  })

  test('holds no more, by mail, once the account has another address', async () => {
    const user = await room.fixtures.user()
    const { passwordHash } = (await room.stores.users.byId(user.id)) ?? { passwordHash: null }
    const byMail = () =>
      proofByMail(
        { id: user.id, passwordHash, normalizedEmail: user.email.toLowerCase() },
        room.clock.now(),
        systemRandom,
      )
    expect(await concluded(byMail())).toBeDefined()
    const elsewhere = `moved.${user.email}`
    await room.stores.users.update(user.id, { email: elsewhere, normalizedEmail: elsewhere })
    expect(await concluded(byMail())).toBeUndefined()
  })

  test('holds no more once the password has been changed, or the user deleted', async () => {
    const [changed, deleted] = [await room.fixtures.user(), await room.fixtures.user()]
    const proofs = [
      await proved(attempt({ email: changed.email })),
      await proved(attempt({ email: deleted.email })),
    ]
    await room.stores.users.update(changed.id, { passwordHash: 'another' })
    await room.stores.users.delete(deleted.id, room.clock.now())
    for (const proof of proofs) expect(await concluded(proof)).toBeUndefined()
    expect((await room.stores.users.byId(changed.id))?.lastSignInAt).toBeNull()
  })
})

/** What was proved by neither password nor mail, and all that can become of it. */
describe('what somebody has', () => {
  const shown = (userId: UserId, given: Partial<Pick<Proof, 'passkeyIds' | 'providerId' | 'subject'>>) =>
    newProof(
      {
        ...{ userId, amr: ['swk', 'user'], authenticatedAt: room.clock.now() },
        ...{ passwordFingerprint: fingerprintOf(null), ...given },
      },
      systemRandom,
    )

  const somebody = async () => {
    const now = room.clock.now()
    const user = await room.fixtures.user()
    await room.stores.users.update(user.id, { passwordHash: null })
    const passkey = {
      ...{ id: newIdentifier('passkey', now, systemRandom), userId: user.id, name: 'Telephone' },
      ...{ credentialId: user.id, publicKey: new Uint8Array(1), signCount: 0, transports: [] },
      ...{ isSynced: true, isBackedUp: true, lastUsedAt: null, createdAt: now, updatedAt: now },
    }
    await room.stores.passkeys.insert(passkey)
    const provider = identityProvider(now)
    await room.stores.identityProviders.insert(provider)
    const of = { providerId: provider.id, subject: 'there' }
    const identity = { ...of, userId: user.id, email: user.email, createdAt: now, lastUsedAt: now }
    await room.stores.identities.insert(identity)
    const proofs = { passkey: shown(user.id, { passkeyIds: [passkey.id] }), provider: shown(user.id, of) }
    return { user, passkey, provider, proofs }
  }

  test('proves who they are as long as they have it', async () => {
    const { proofs } = await somebody()
    expect(await concluded(proofs.passkey)).toBeDefined()
    expect(await concluded(proofs.provider)).toBeDefined()
  })

  type Somebody = Awaited<ReturnType<typeof somebody>>
  test.each<[string, keyof Somebody['proofs'], (of: Somebody) => Promise<unknown>]>([
    ['a passkey that was removed', 'passkey', ({ passkey }) => room.stores.passkeys.delete(passkey)],
    [
      'a provider that was switched off',
      'provider',
      ({ provider }) => room.stores.identityProviders.update({ ...provider, isEnabled: false }),
    ],
    [
      'a provider that was deleted',
      'provider',
      ({ provider }) => room.stores.identityProviders.delete(provider.id),
    ],
    [
      'a provider that was disconnected',
      'provider',
      ({ user, provider }) => room.stores.identities.deleteOf(user.id, provider.id),
    ],
  ])('proves nothing any more: %s', async (_what, kind, lose) => {
    const one = await somebody()
    await lose(one)
    expect(await concluded(one.proofs[kind])).toBeUndefined()
    expect((await room.stores.users.byId(one.user.id))?.lastSignInAt).toBeNull()
  })

  test('is of no use to whoever waited while the first password was set, however they had proved who they are', async () => {
    const { user, proofs } = await somebody()
    await room.stores.users.update(user.id, { passwordHash: 'the first one' })
    for (const proof of Object.values(proofs)) expect(await concluded(proof)).toBeUndefined()
  })
})

describe('the session of a sign-in', () => {
  test('OWASP ASVS 5 §7.2.4: has a new token every time', async () => {
    const { email } = await room.fixtures.user()
    const first = await signedIn(email)
    const second = await signedIn(email, first.session)
    expect(second.token).not.toBe(first.token)
    expect([await isLive(first.token), await isLive(second.token)]).toEqual([false, true])
  })

  test('goes on when the same user signs in again, with what other applications got in it', async () => {
    const { email } = await room.fixtures.user()
    const first = await signedIn(email)
    room.clock.forward(60)
    const second = await signedIn(email, first.session)
    expect(second.session.id).toBe(first.session.id)
    expect(second.session.authenticatedAt).toEqual(room.clock.now())
    expect(await room.eventsOf('session.reauthenticated', first.session.id)).toHaveLength(1)
    expect(await room.eventsOf('session.revoked', first.session.id)).toEqual([])
  })

  test('ends when somebody else signs in with the same browser', async () => {
    const first = await signedIn((await room.fixtures.user()).email)
    const second = await signedIn((await room.fixtures.user()).email, first.session)
    expect(second.session.id).not.toBe(first.session.id)
    expect(await isLive(first.token)).toBe(false)
    expect(await room.eventsOf('session.revoked', first.session.id)).toMatchObject([
      { data: { reason: 'signed_in_again' } },
    ])
  })

  test('does not end that of other browsers', async () => {
    const { email } = await room.fixtures.user()
    const other = await signedIn(email)
    await signedIn(email)
    expect(await isLive(other.token)).toBe(true)
  })
})

describe('a session of which more is wanted', () => {
  /** As after a second factor. */
  const stepUp = ({ session }: Awaited<ReturnType<typeof signedIn>>) =>
    newProof(
      {
        userId: session.userId,
        amr: [...session.amr, 'otp', 'mfa'],
        authenticatedAt: session.authenticatedAt,
        sessionId: session.id,
      },
      systemRandom,
    )

  test('goes on under a new token, with what was done besides, as old as it was', async () => {
    const { email } = await room.fixtures.user()
    const first = await signedIn(email)
    room.clock.forward(60)
    const second = await concluded(stepUp(first), first.session)
    expect(second?.session).toMatchObject({
      id: first.session.id,
      amr: ['pwd', 'otp', 'mfa'],
      authenticatedAt: first.session.authenticatedAt,
    })
    expect([await isLive(first.token), await isLive(second?.token ?? '')]).toEqual([false, true])
  })

  test('starts no other if it has ended meanwhile', async () => {
    const { email } = await room.fixtures.user()
    const first = await signedIn(email)
    const proof = stepUp(first)
    await room.stores.sessions.end(first.session.id, room.clock.now())
    expect(await concluded(proof, first.session)).toBeUndefined()
  })
})

import argon2 from 'argon2'
import { afterAll, describe, expect, test } from 'vitest'
import type { SignInResult } from '../../src/sessions/sign-in.ts'
import { sha256 } from '../../src/system/hash.ts'
import { createPasswordHasher, PasswordHashingBusy } from '../../src/system/password-hash.ts'
import { createUser } from '../../src/users/create-user.ts'
import { openSignInRoom, realHasher } from './sign-in-room.ts'

const room = await openSignInRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { opened, attempt, signedIn, failuresFrom } = room

describe('sign-in by password', () => {
  test('RFC 8176 §2: starts a session by the method pwd', async () => {
    const user = await room.fixtures.user()
    const { session, token } = await signedIn(attempt({ email: user.email }))
    const live = await room.stores.sessions.liveByToken(sha256(token), room.clock.now())
    expect(live).toMatchObject({ id: session.id, userId: user.id, amr: ['pwd'] })
    expect(session.authenticatedAt).toEqual(room.clock.now())
    expect((await room.stores.users.byId(user.id))?.lastSignInAt).toEqual(room.clock.now())
    expect(await room.eventsOf('session.created', session.id)).toHaveLength(1)
  })

  test('takes the e-mail address in any case, with white space around it', async () => {
    const user = await room.fixtures.user({ email: 'grace@example.com' })
    const { session } = await signedIn(attempt({ email: ' Grace@EXAMPLE.com ' }))
    expect(session.userId).toBe(user.id)
  })

  test('OWASP ASVS 5 §6.3.8: unknown user, no password and wrong password are one answer for one work', async () => {
    const { email } = await room.fixtures.user()
    const imported = await room.act((acting) => createUser(acting, { email: 'nopassword@example.com' }))
    expect(imported.outcome).toBe('created')
    const attempts = [
      attempt({ email, password: 'wrong' }),
      attempt({ email: 'nobody@example.com' }),
      attempt({ email: 'nopassword@example.com' }),
    ]
    const results: SignInResult[] = []
    const works: string[][] = []
    for (const one of attempts) {
      const { signIn, work } = opened()
      results.push(await signIn(one))
      works.push(work)
    }
    expect(results).toEqual(attempts.map(() => ({ outcome: 'wrong_credentials' })))
    expect(works).toEqual(attempts.map(() => ['verify']))
    // Only our own log knows the difference.
    const reasons = await Promise.all(attempts.map(({ address }) => failuresFrom(address)))
    expect(reasons.map(([event]) => event?.data)).toMatchObject([
      { error: { code: 'wrong_password' }, email, user_id: expect.stringMatching(/^user_/) },
      { error: { code: 'unknown_user' }, email: null, user_id: null },
      { error: { code: 'no_password' }, email: 'nopassword@example.com' },
    ])
  })

  test('what was typed is not in the events', async () => {
    const { signIn } = opened()
    const typed = 'hunter2-typed-into-the-wrong-field@example.com'
    const given = attempt({ email: typed, password: 'kT9$fq2!x' })
    await signIn(given)
    const [event] = await failuresFrom(given.address)
    expect(event).toMatchObject({ actor: { type: 'user' }, targetId: null })
    expect(JSON.stringify(event)).not.toMatch(/hunter2|kT9/)
  })

  test('a text that is no address is nobody’s, and takes as long', async () => {
    for (const email of ['', 'ada', 'ada@example.com\0', 'x'.repeat(100_000)]) {
      const { signIn, work } = opened()
      expect(await signIn(attempt({ email }))).toEqual({ outcome: 'wrong_credentials' })
      expect(work).toEqual(['verify'])
    }
  })
})

describe('the session of a sign-in', () => {
  test('OWASP ASVS 5 §7.2.4: has a new token every time', async () => {
    const { email } = await room.fixtures.user()
    const first = await signedIn(attempt({ email }))
    const second = await signedIn(attempt({ email, replaces: first.session.id }))
    expect(second.token).not.toBe(first.token)
    const now = room.clock.now()
    expect(await room.stores.sessions.liveByToken(sha256(first.token), now)).toBeUndefined()
    expect(await room.stores.sessions.liveByToken(sha256(second.token), now)).toBeDefined()
  })

  test('goes on when the same user signs in again, with what other applications got in it', async () => {
    const { email } = await room.fixtures.user()
    const first = await signedIn(attempt({ email }))
    room.clock.forward(60)
    const second = await signedIn(attempt({ email, replaces: first.session.id }))
    expect(second.session.id).toBe(first.session.id)
    expect(second.session.authenticatedAt).toEqual(room.clock.now())
    expect(await room.eventsOf('session.reauthenticated', first.session.id)).toHaveLength(1)
    expect(await room.eventsOf('session.revoked', first.session.id)).toEqual([])
  })

  test('ends when somebody else signs in with the same browser', async () => {
    const first = await signedIn(attempt({ email: (await room.fixtures.user()).email }))
    const second = await signedIn(
      attempt({ email: (await room.fixtures.user()).email, replaces: first.session.id }),
    )
    expect(second.session.id).not.toBe(first.session.id)
    expect(await room.stores.sessions.liveByToken(sha256(first.token), room.clock.now())).toBeUndefined()
    expect(await room.eventsOf('session.revoked', first.session.id)).toMatchObject([
      { data: { reason: 'signed_in_again' } },
    ])
  })

  test('does not end that of other browsers', async () => {
    const { email } = await room.fixtures.user()
    const other = await signedIn(attempt({ email }))
    await signedIn(attempt({ email }))
    const live = await room.stores.sessions.liveByToken(sha256(other.token), room.clock.now())
    expect(live).toBeDefined()
  })

  test('that would be replaced goes on when the password is wrong', async () => {
    const { email } = await room.fixtures.user()
    const { session, token } = await signedIn(attempt({ email }))
    const { signIn } = opened()
    await signIn(attempt({ email, password: 'wrong', replaces: session.id }))
    expect(await room.stores.sessions.liveByToken(sha256(token), room.clock.now())).toBeDefined()
  })
})

describe('the hash of a password', () => {
  const outdated = (password: string) =>
    argon2.hash(password, { type: argon2.argon2id, memoryCost: 8192, timeCost: 1 })

  const userWithOldHash = async () => {
    const user = await room.fixtures.user()
    const hash = await outdated(user.password)
    const { passwordHash } = (await room.stores.users.byId(user.id)) ?? {}
    await room.stores.users.signedInByPassword(user.id, passwordHash ?? '', hash, room.clock.now())
    return { ...user, hash }
  }

  test('is made anew at sign-in when the parameters have become stricter', async () => {
    const { id, email, hash } = await userWithOldHash()
    await signedIn(attempt({ email }))
    const kept = (await room.stores.users.byId(id))?.passwordHash ?? ''
    expect(kept).not.toBe(hash)
    expect(realHasher.needsRehash(kept)).toBe(false)
    await signedIn(attempt({ email }))
    expect((await room.stores.users.byId(id))?.passwordHash).toBe(kept)
  })

  test('stays for now when too many wait, and the sign-in holds', async () => {
    const { id, email, hash } = await userWithOldHash()
    const busy = { ...realHasher, hash: () => Promise.reject(new PasswordHashingBusy()) }
    await signedIn(attempt({ email }), opened(busy))
    expect((await room.stores.users.byId(id))?.passwordHash).toBe(hash)
  })

  test('a password changed while the old one was verified wins', async () => {
    const { id, email, hash: old } = await userWithOldHash()
    const changed = await realHasher.hash('the new password')
    const before = room.clock.now()
    room.clock.forward(60)
    const { signIn } = opened({
      ...realHasher,
      verify: async (hash, password) => {
        const isRight = await realHasher.verify(hash, password)
        await room.stores.users.signedInByPassword(id, old, changed, before)
        return isRight
      },
    })
    expect(await signIn(attempt({ email }))).toEqual({ outcome: 'wrong_credentials' })
    expect(await room.stores.users.byId(id)).toMatchObject({ passwordHash: changed, lastSignInAt: before })
  })

  test('when too many wait, the caller is told', async () => {
    const { email } = await room.fixtures.user()
    const { signIn } = opened(createPasswordHasher({ concurrent: 1, waiting: 0 }))
    const results = await Promise.allSettled([signIn(attempt({ email })), signIn(attempt({ email }))])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const rejected = results.find(({ status }) => status === 'rejected')
    expect(rejected).toMatchObject({ reason: expect.any(PasswordHashingBusy) })
  })
})

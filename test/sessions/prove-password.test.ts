import argon2 from 'argon2'
import { afterAll, describe, expect, test } from 'vitest'
import type { ProvedPassword } from '../../src/sessions/prove-password.ts'
import { fingerprintOf } from '../../src/sessions/sign-in-progress.ts'
import { createPasswordHasher, PasswordHashingBusy } from '../../src/system/password-hash.ts'
import { createUser } from '../../src/users/create-user.ts'
import { hasherWith } from '../support/quick-hasher.ts'
import { openSignInRoom, realHasher } from './sign-in-room.ts'

const room = await openSignInRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { opened, attempt, proved, concluded, failuresFrom } = room

describe('a password', () => {
  test('RFC 8176 §2: that is right proves its user by the method pwd', async () => {
    const user = await room.fixtures.user()
    const proof = await proved(attempt({ email: user.email }))
    const { passwordHash } = (await room.stores.users.byId(user.id)) ?? {}
    expect(proof).toEqual({
      id: expect.stringMatching(/^[A-Za-z0-9_-]{43}$/),
      userId: user.id,
      amr: ['pwd'],
      authenticatedAt: room.clock.now(),
      passwordFingerprint: fingerprintOf(passwordHash ?? ''),
      sessionId: undefined,
      passkeyIds: [],
    })
    expect(await room.eventsOf('authentication.password_succeeded', user.id)).toHaveLength(1)
  })

  test('takes the e-mail address in any case, with white space around it', async () => {
    const user = await room.fixtures.user({ email: 'grace@example.com' })
    const proof = await proved(attempt({ email: ' Grace@EXAMPLE.com ' }))
    expect(proof.userId).toBe(user.id)
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
    const results: ProvedPassword[] = []
    const works: string[][] = []
    for (const one of attempts) {
      const { prove, work } = opened()
      results.push(await prove(one))
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
    const { prove } = opened()
    const typed = 'hunter2-typed-into-the-wrong-field@example.com'
    const given = attempt({ email: typed, password: 'kT9$fq2!x' })
    await prove(given)
    const [event] = await failuresFrom(given.address)
    expect(event).toMatchObject({ actor: { type: 'user' }, targetId: null })
    expect(JSON.stringify(event)).not.toMatch(/hunter2|kT9/)
  })

  test('a text that is no address is nobody’s, and takes as long', async () => {
    for (const email of ['', 'ada', 'ada@example.com\0', 'x'.repeat(100_000)]) {
      const { prove, work } = opened()
      expect(await prove(attempt({ email }))).toEqual({ outcome: 'wrong_credentials' })
      expect(work).toEqual(['verify'])
    }
  })
})

describe('the hash of a password', () => {
  const outdated = (password: string) =>
    argon2.hash(password, { type: argon2.argon2id, memoryCost: 8192, timeCost: 1 })

  const userWithOldHash = async () => {
    const user = await room.fixtures.user()
    const hash = await outdated(user.password)
    const { passwordHash } = (await room.stores.users.byId(user.id)) ?? {}
    await room.stores.users.rehashPassword(user.id, passwordHash ?? '', hash)
    return { ...user, hash }
  }

  test('is made anew at sign-in when the parameters have become stricter', async () => {
    const { id, email, hash } = await userWithOldHash()
    await proved(attempt({ email }))
    const kept = (await room.stores.users.byId(id))?.passwordHash ?? ''
    expect(kept).not.toBe(hash)
    expect(realHasher.needsRehash(kept)).toBe(false)
    await proved(attempt({ email }))
    expect((await room.stores.users.byId(id))?.passwordHash).toBe(kept)
  })

  test('is made anew at the place that was taken to verify it, however many wait by then', async () => {
    const { email } = await userWithOldHash()
    const { prove, work } = opened(createPasswordHasher({ concurrent: 1, waiting: 0 }))
    expect(await prove(attempt({ email }))).toMatchObject({ outcome: 'proved' })
    expect(work).toEqual(['verify', 'hash'])
  })

  test('a password changed while the old one was verified wins', async () => {
    const { id, email, hash: old } = await userWithOldHash()
    const changed = await realHasher.hash('the new password')
    const { prove } = opened(
      hasherWith(realHasher, {
        verify: async (hash, password) => {
          const isRight = await realHasher.verify(hash, password)
          await room.stores.users.rehashPassword(id, old, changed)
          return isRight
        },
      }),
    )
    expect(await prove(attempt({ email }))).toEqual({ outcome: 'wrong_credentials' })
    expect(await room.stores.users.byId(id)).toMatchObject({ passwordHash: changed, lastSignInAt: null })
  })

  test('proves what it proved under the hash that was made anew', async () => {
    const { id, email } = await userWithOldHash()
    expect(await concluded(await proved(attempt({ email })))).toMatchObject({ session: { userId: id } })
  })

  test('when too many wait, the caller is told', async () => {
    const { email } = await room.fixtures.user()
    const { prove } = opened(createPasswordHasher({ concurrent: 1, waiting: 0 }))
    const results = await Promise.allSettled([prove(attempt({ email })), prove(attempt({ email }))])
    expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const rejected = results.find(({ status }) => status === 'rejected')
    expect(rejected).toMatchObject({ reason: expect.any(PasswordHashingBusy) })
  })
})

import { afterAll, describe, expect, test } from 'vitest'
import type { CodePurpose } from '../../src/protocol/code-purpose.ts'
import { emailCodeKey } from '../../src/sessions/email-code.ts'
import { relaxedSignInLimits } from '../../src/sessions/sign-in-throttle.ts'
import { createResetPassword, createSignUp } from '../../src/sessions/use-mailbox.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { newHandle, systemRandom } from '../../src/system/random.ts'
import { atOnce, openTestRoom } from '../events/test-room.ts'
import { testStore } from '../support/database-server.ts'
import { hasherWith, quickHasher } from '../support/quick-hasher.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

/** Entered rightly, and not used yet. */
const provedCode = async (normalizedEmail: string, purpose: CodePurpose = 'reset_password') => {
  const now = room.clock.now()
  const use = { handle: newHandle(systemRandom), browser: newHandle(systemRandom) }
  const key = emailCodeKey({ ...use, purpose })
  const times = { createdAt: now, expiresAt: addSeconds(now, 600) }
  await room.stores.emailCodes.issue({
    ...{ ...key, ...times, id: newHandle(systemRandom), normalizedEmail, codeHash: 'right' },
  })
  const attempt = { codeHash: 'right', most: 5, usableUntil: addSeconds(now, 1800) }
  expect(await room.stores.emailCodes.attempt(key, attempt, now)).toBeDefined()
  return use
}

const using = {
  ...{ stores: room.stores, transaction: room.transaction, random: systemRandom },
  ...{ passwordHasher: quickHasher(), queueMail: async () => {}, limits: relaxedSignInLimits },
}
const chosen = { password: 'a whole new pass phrase', language: 'en', address: '198.51.100.1' }

test('Of all who choose a password after one code, at once, one does', async () => {
  const user = await room.fixtures.user()
  const reset = { ...chosen, ...(await provedCode(user.email)), email: user.email }
  const resetPassword = createResetPassword(using)
  const results = await atOnce(4, () => resetPassword(reset, room.clock.now()))
  expect(results.map(({ outcome }) => outcome).sort()).toEqual(['over', 'over', 'over', 'proved'])
})

describe('a password that is chosen after a code is hashed', () => {
  const counting = (limits = relaxedSignInLimits) => {
    const work: string[] = []
    const hasher = quickHasher()
    const passwordHasher = hasherWith(hasher, {
      hash: (password) => {
        work.push(password)
        return hasher.hash(password)
      },
    })
    const counted = { ...using, passwordHasher, limits }
    return { work, resetPassword: createResetPassword(counted), signUp: createSignUp(counted) }
  }

  test('for whoever can use what the code proved, and for nobody who sends the page again', async () => {
    const { work, resetPassword, signUp } = counting()
    const user = await room.fixtures.user()
    const reset = { ...chosen, ...(await provedCode(user.email)), email: user.email }
    const email = 'new.here@example.com'
    const signingUp = { ...chosen, ...(await provedCode(email, 'sign_up')), email, name: 'New' }
    for (const outcome of ['proved', 'over', 'over']) {
      expect((await resetPassword(reset, room.clock.now())).outcome).toBe(outcome)
      expect((await signUp(signingUp, room.clock.now())).outcome).toBe(outcome)
    }
    const late = { ...chosen, ...(await provedCode(user.email)), email: user.email }
    room.clock.forward(1801)
    expect((await resetPassword(late, room.clock.now())).outcome).toBe('over')
    expect(work).toEqual([chosen.password, chosen.password])
  })

  test('so often for one network, however many codes were entered there', async () => {
    const { work, resetPassword } = counting({ windowSeconds: 60, perEmail: 10, perAddress: 2 })
    const outcomes: string[] = []
    for (let count = 1; count <= 4; count++) {
      const user = await room.fixtures.user()
      const reset = {
        ...chosen,
        ...(await provedCode(user.email)),
        email: user.email,
        address: '203.0.113.9',
      }
      outcomes.push((await resetPassword(reset, room.clock.now())).outcome)
    }
    expect(outcomes).toEqual(['proved', 'proved', 'throttled', 'throttled'])
    expect(work).toHaveLength(2)
    const told = await room.stores.events.byName('sign_in.throttled', 10)
    expect(told.filter(({ data }) => data['ip_address'] === '203.0.113.9')).toHaveLength(1)
  })
})

// PGlite has one transaction at a time.
if (testStore.kind === 'postgres') {
  test('A code to an address gives no password to an account that takes another in that moment', async () => {
    const user = await room.fixtures.user()
    const use = await provedCode(user.email)
    const isAtUser = Promise.withResolvers<void>()
    const resetPassword = createResetPassword({
      ...using,
      transaction: (work) =>
        room.transaction((stores) => {
          const { users } = stores
          const noticed =
            <A, R>(find: (given: A) => R) =>
            (given: A): R => {
              isAtUser.resolve()
              return find(given)
            }
          return work({
            ...stores,
            users: { ...users, lockByNormalizedEmail: noticed(users.lockByNormalizedEmail) },
          })
        }),
    })
    const taken = { email: 'elsewhere@example.com', normalizedEmail: 'elsewhere@example.com' }
    const { resetting } = await room.transaction(async ({ users }) => {
      await users.update(user.id, { ...taken, emailVerified: false })
      const started = resetPassword({ ...chosen, ...use, email: user.email }, room.clock.now())
      await isAtUser.promise
      // As long as it takes the other to find the user, or to wait for them.
      for (let look = 0; look < 20; look++) await users.byId(user.id)
      return { resetting: started }
    })
    const before = (await room.stores.users.byId(user.id))?.passwordHash
    expect(await resetting).toEqual({ outcome: 'over' })
    expect(await room.stores.users.byId(user.id)).toMatchObject({
      ...taken,
      ...{ passwordHash: before, emailVerified: false },
    })
  })
}

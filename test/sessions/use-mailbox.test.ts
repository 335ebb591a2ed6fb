import { afterAll, expect, test } from 'vitest'
import { emailCodeKey } from '../../src/sessions/email-code.ts'
import { createResetPassword } from '../../src/sessions/use-mailbox.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { newHandle, systemRandom } from '../../src/system/random.ts'
import { atOnce, openTestRoom } from '../events/test-room.ts'
import { testStore } from '../support/database-server.ts'
import { quickHasher } from '../support/quick-hasher.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

/** Entered rightly, and not used yet. */
const provedCode = async (normalizedEmail: string) => {
  const now = room.clock.now()
  const use = { handle: newHandle(systemRandom), browser: newHandle(systemRandom) }
  const key = emailCodeKey({ ...use, purpose: 'reset_password' })
  const times = { createdAt: now, expiresAt: addSeconds(now, 600) }
  await room.stores.emailCodes.issue({
    ...{ ...key, ...times, id: newHandle(systemRandom), normalizedEmail, codeHash: 'right' },
  })
  const attempt = { codeHash: 'right', most: 5, usableUntil: addSeconds(now, 1800) }
  expect(await room.stores.emailCodes.attempt(key, attempt, now)).toBeDefined()
  return use
}

const using = { random: systemRandom, passwordHasher: quickHasher(), queueMail: async () => {} }
const password = 'a whole new pass phrase'

test('Of all who choose a password after one code, at once, one does', async () => {
  const user = await room.fixtures.user()
  const chosen = { ...(await provedCode(user.email)), email: user.email, password, language: 'en' }
  const resetPassword = createResetPassword({ ...using, transaction: room.transaction })
  const results = await atOnce(4, () => resetPassword(chosen, room.clock.now()))
  expect(results.map(({ outcome }) => outcome).sort()).toEqual(['over', 'over', 'over', 'proved'])
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
      const chosen = { email: user.email, password, language: 'en' }
      const started = resetPassword({ ...use, ...chosen }, room.clock.now())
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

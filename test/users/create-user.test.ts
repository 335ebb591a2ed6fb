import { afterAll, describe, expect, test } from 'vitest'
import { userWithClaims } from '../../src/objects/user-claims.ts'
import { createPasswordHasher } from '../../src/system/password-hash.ts'
import { createUser, deleteUser, type NewUser } from '../../src/users/create-user.ts'
import { newPasswordHash, verifyPassword } from '../../src/users/password.ts'
import { atOnce, openTestRoom } from '../events/test-room.ts'

const room = await openTestRoom()
afterAll(() => room[Symbol.asyncDispose]())

const hasher = createPasswordHasher({ concurrent: 1, waiting: 100 })

const create = (user: NewUser) => room.act((acting) => createUser(acting, user))

const created = async (user: NewUser) => {
  const result = await create(user)
  if (result.outcome !== 'created') throw new RangeError(result.code)
  return result.user
}

describe('creating a user', () => {
  test('makes an account, with an event that shows it', async () => {
    const user = await created({ email: 'Ada@Example.com', firstName: ' Ada ', metadata: { plan: 'pro' } })
    expect(await room.stores.users.byId(user.id)).toEqual(user)
    expect(user).toMatchObject({
      email: 'Ada@Example.com',
      normalizedEmail: 'ada@example.com',
      emailVerified: false,
      firstName: 'Ada',
      lastName: null,
      metadata: { plan: 'pro' },
      passwordHash: null,
      lastSignInAt: null,
    })
    expect(await room.eventsOf('user.created', user.id)).toEqual([
      { actor: { type: 'operator' }, organizationId: null, data: userWithClaims(user) },
    ])
  })

  test('may give a password, of which the hash alone is kept', async () => {
    const password = 'kT9$fq2!x'
    const email = 'grace@example.com'
    const hashed = await newPasswordHash(hasher, password, email)
    if ('problem' in hashed) throw new RangeError(hashed.problem)
    const user = await created({ email, ...hashed })
    expect(JSON.stringify(user)).not.toContain(password)
    expect(await verifyPassword(hasher, user.passwordHash, password)).toBe(true)
    // @ts-expect-error: a password does not pass for its hash
    const wrong: NewUser = { email, passwordHash: password }
    expect(wrong).toBeDefined()
  })

  test('of 20 at once with one e-mail address in different case, exactly one comes to be', async () => {
    const spellings = ['race@example.com', 'RACE@example.com', 'Race@Example.Com', 'rAcE@EXAMPLE.com']
    const results = await atOnce(20, (index) =>
      create({ email: spellings[index % spellings.length] ?? '', externalId: `race ${index}` }),
    )
    expect(results.filter(({ outcome }) => outcome === 'created')).toHaveLength(1)
    expect(
      results.filter((result) => result.outcome === 'refused' && result.code === 'email_not_available'),
    ).toHaveLength(19)
    const events = await room.stores.events.byName('user.created', 1000)
    const raced = await room.stores.users.byNormalizedEmail('race@example.com')
    expect(events.filter(({ targetId }) => targetId === raced?.id)).toHaveLength(1)
  })

  test('refuses an external ID that is somebody else’s', async () => {
    await created({ email: 'first@example.com', externalId: 'ext-1' })
    expect(await create({ email: 'second@example.com', externalId: 'ext-1' })).toEqual({
      outcome: 'refused',
      code: 'external_id_already_used',
    })
  })

  test('refuses what is no e-mail address, and names that nobody could read', async () => {
    expect(await create({ email: 'ada' })).toEqual({ outcome: 'refused', code: 'email_invalid' })
    expect(await create({ email: 'x@example.com', name: 'a\0b' })).toEqual({
      outcome: 'refused',
      code: 'name_invalid',
      field: 'name',
    })
  })
})

describe('deleting a user', () => {
  test('takes the account away once, and its address may be used again', async () => {
    const { id } = await created({ email: 'gone@example.com' })
    expect(await room.act((acting) => deleteUser(acting, id))).toBe(true)
    expect(await room.act((acting) => deleteUser(acting, id))).toBe(false)
    expect(await room.eventsOf('user.deleted', id)).toHaveLength(1)
    await created({ email: 'gone@example.com' })
  })
})

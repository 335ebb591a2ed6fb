import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { nameOwner } from '../../src/cli/name-owner.ts'
import type { UserId } from '../../src/protocol/identifiers.ts'
import type { OperatorRole } from '../../src/protocol/operator-role.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { sha256 } from '../../src/system/hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { signedInAt } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { waitForBlocked } from '../support/blocked.ts'
import { testStore } from '../support/database-server.ts'
import { eventsOf } from '../support/events-of.ts'
import { givePasskey, giveTotp } from '../support/factors.ts'
import type { Management } from '../support/management.ts'
import { quickHasher } from '../support/quick-hasher.ts'

let app: TestApp
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

beforeEach(async () => {
  await app.testDatabase.database.kysely.deleteFrom('operator').execute()
})

const PATH = '/latchkey/v1/operators'
const USERS = '/user_management/users'
const PASSWORD = 'that others know'

let people = 0

const person = async (): Promise<string> => {
  people += 1
  const { body } = await management.post('/user_management/users', {
    email: `operator-${people}@example.com`,
  })
  return (body as { id: string }).id
}

const set = (id: string, role: OperatorRole, by = management) => by.put(`${PATH}/${id}`, { role })

const roles = async (): Promise<Record<string, string>> => {
  const { data } = (await management.get(`${PATH}?limit=100`)).body as {
    data: { user_id: string; role: string }[]
  }
  return Object.fromEntries(data.map(({ user_id, role }) => [user_id, role]))
}

describe('operators', () => {
  test('are made, given another role and unmade, each told of once', async () => {
    const [owner, other] = [await person(), await person()]
    await set(owner, 'owner')
    expect(await set(other, 'viewer')).toMatchObject({
      status: 200,
      body: { object: 'operator', user_id: other, role: 'viewer' },
    })
    await set(other, 'viewer')
    await set(other, 'admin')
    expect(await roles()).toEqual({ [owner]: 'owner', [other]: 'admin' })
    expect((await management.delete(`${PATH}/${other}`)).status).toBe(204)
    expect(await roles()).toEqual({ [owner]: 'owner' })
    const names = ['operator.added', 'operator.updated', 'operator.removed'] as const
    expect((await eventsOf(app, other, names)).map(({ name }) => name)).toEqual(names)
  })

  test.each(['viewer', 'admin'] as const)(
    'the last owner does not become %s, nor is unmade',
    async (role) => {
      const owner = await person()
      await set(owner, 'owner')
      const refused = { status: 409, body: { code: 'last_owner' } }
      expect(await set(owner, role)).toMatchObject(refused)
      expect(await management.delete(`${PATH}/${owner}`)).toMatchObject(refused)
      expect(await management.delete(`${USERS}/${owner}`)).toMatchObject(refused)
      expect(await roles()).toEqual({ [owner]: 'owner' })
    },
  )

  test('of two owners who are deleted at once, one stays', async () => {
    const owners = [await person(), await person()]
    for (const owner of owners) await set(owner, 'owner')
    const answers = await Promise.all(owners.map((owner) => management.delete(`${USERS}/${owner}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(Object.values(await roles())).toEqual(['owner'])
  })

  test('of two owners who unmake each other at once, one stays', async () => {
    const owners = [await person(), await person()]
    for (const owner of owners) await set(owner, 'owner')
    const answers = await Promise.all([
      management.delete(`${PATH}/${owners[0]}`),
      set(owners[1] ?? '', 'viewer'),
    ])
    const refused = answers.filter(({ status }) => status === 409)
    expect(refused).toMatchObject([{ body: { code: 'last_owner' } }])
    expect(Object.values(await roles()).filter((role) => role === 'owner')).toHaveLength(1)
  })

  test('a key can neither make nor unmake an operator who may do more than itself', async () => {
    const [owner, other] = [await person(), await person()]
    await set(owner, 'owner')
    const weaker = await app.management(['operators:write', 'users:read'])
    const refused = { status: 403, body: { code: 'forbidden' } }
    for (const role of ['owner', 'admin', 'viewer'] as const) {
      expect(await set(other, role, weaker)).toMatchObject(refused)
    }
    expect(await set(owner, 'viewer', weaker)).toMatchObject(refused)
    expect(await weaker.delete(`${PATH}/${owner}`)).toMatchObject(refused)
    expect(await roles()).toEqual({ [owner]: 'owner' })
  })

  test('a key cannot have a say in how an operator who may do more than itself signs in', async () => {
    const [owner, other] = [await app.fixtures.operator('owner'), await app.fixtures.operator('viewer')]
    const externalAuthId = 'ext_auth_of_an_owner'
    const createdAt = app.clock.now()
    await app.stores.externalAuthentications.insert({
      ...{ idHash: sha256(externalAuthId), browserHash: sha256('browser'), request: null },
      ...{
        createdAt,
        expiresAt: addSeconds(createdAt, 300),
        authenticatedSince: null,
        takesConsentOptions: true,
      },
    })
    await management.put(`${USERS}/${owner.id}`, { external_id: 'the-owner' })
    const [{ factorId }, { passkey }] = [await giveTotp(app, owner), await givePasskey(app, owner)]
    const weaker = await app.management(['users:write', 'organizations:write', 'environment:write'])
    const asked = () => [
      weaker.put(`${USERS}/${owner.id}`, { password: 'one that the key knows' }),
      weaker.put(`${USERS}/${other.id}`, { password: 'one that the key knows' }),
      weaker.put(`${USERS}/${owner.id}`, { email: 'of-the-key@example.com' }),
      weaker.put(`${USERS}/${owner.id}`, { email_verified: false }),
      weaker.put(`${USERS}/${owner.id}`, { external_id: 'of-the-key' }),
      weaker.delete(`${USERS}/${owner.id}`),
      weaker.delete(`/auth/factors/${factorId}`),
      weaker.delete(`/latchkey/v1/users/${owner.id}/passkeys/${passkey.id}`),
      weaker.post('/authkit/oauth2/complete', {
        external_auth_id: externalAuthId,
        user: { id: 'the-owner', email: owner.email },
      }),
    ]
    for (const answer of await Promise.all(asked())) {
      expect(answer).toMatchObject({ status: 403, body: { code: 'forbidden' } })
    }
    // What says nothing of that is theirs to write, the profile as it was read included.
    const same = { email: owner.email, email_verified: true, external_id: 'the-owner', first_name: 'Ada' }
    expect(await weaker.put(`${USERS}/${owner.id}`, same)).toMatchObject({ status: 200 })
    expect(await management.delete(`/auth/factors/${factorId}`)).toMatchObject({ status: 200 })
  })

  /** The embedded store makes one change after the other: nothing comes in between. */
  if (testStore.kind === 'postgres') {
    test('a key does not bring back the address that an owner has changed meanwhile', async () => {
      const owner = await app.fixtures.operator('owner')
      const weaker = await app.management(['users:write'])
      const email = `new-${owner.email}`
      let answer: ReturnType<Management['put']> | undefined
      await app.transaction(async ({ users }) => {
        await users.lock(owner.id)
        answer = weaker.put(`${USERS}/${owner.id}`, { email: owner.email, first_name: 'Ada' })
        await waitForBlocked(app, 1)
        await users.update(owner.id, { email, normalizedEmail: email, updatedAt: app.clock.now() })
      })
      expect(await answer).toMatchObject({ status: 403, body: { code: 'forbidden' } })
      expect(await app.stores.users.byId(owner.id)).toMatchObject({ email })
    })
  }

  test.each([undefined, 'viewer'] as const)(
    'who may do more than before (%s) is in nobody’s browser any more, and has no password that others know',
    async (before) => {
      const other = await app.management()
      const { body } = await other.post(USERS, {
        ...{ email: `given-${before}@example.com`, email_verified: true, password: PASSWORD },
      })
      const user = {
        id: (body as { id: UserId }).id,
        email: `given-${before}@example.com`,
        password: PASSWORD,
      }
      if (before) await other.put(`${PATH}/${user.id}`, { role: before })
      await givePasskey(app, user)
      const { browser } = await signedInAt(app, user)
      await set(user.id, 'owner', await app.management())
      expect(await app.stores.users.byId(user.id)).toMatchObject({ passwordHash: null, passwordSetBy: null })
      expect(await app.stores.passkeys.ofUser(user.id)).toEqual([])
      expect((await browser.get('/account')).url.pathname).toBe('/sign-in')
      const ended = await app.stores.events.byName('session.revoked', 1000)
      const told = { user_id: user.id, reason: 'operator_appointed' }
      expect(ended.map(({ data }) => data)).toContainEqual(expect.objectContaining(told))
    },
  )

  test.each(['themselves', 'the key that appoints them'] as const)(
    'a password that was chosen by %s stays, and lesser rights end no session',
    async (by) => {
      const email = `chosen-by-${by.length}@example.com`
      const given = { email, email_verified: true, password: PASSWORD }
      const { body } = await management.post(USERS, given)
      const user = { id: (body as { id: UserId }).id, email, password: PASSWORD }
      await set((await app.fixtures.operator('owner')).id, 'owner')
      if (by === 'themselves') {
        const { browser, visited } = await signedInAt(app, user, '/account/password')
        user.password = 'one of their own'
        await browser.submit(visited, { current_password: PASSWORD, new_password: user.password })
      }
      const { browser } = await signedInAt(app, user)
      await set(user.id, 'admin', by === 'themselves' ? await app.management() : management)
      expect((await browser.get('/account')).url.pathname).toBe('/sign-in')
      const again = await signedInAt(app, user)
      await set(user.id, 'viewer')
      expect(await again.browser.get('/account')).toMatchObject({ url: { pathname: '/account' } })
    },
  )

  test('an owner named at the command line gets another password where others know theirs', async () => {
    const email = 'named@example.com'
    await management.post(USERS, { email, email_verified: true, password: PASSWORD })
    const naming = { ...app, passwordHasher: quickHasher(), random: systemRandom }
    const { password = '', ...named } = (await nameOwner(naming, email)) as { password?: string }
    expect(named).toEqual({ outcome: 'named', email })
    const id = (await app.stores.users.byNormalizedEmail(email))?.id ?? ('' as UserId)
    await signedInAt(app, { id, email, password }, '/dashboard')
    expect(await nameOwner(naming, email)).toEqual({ outcome: 'named', email, password: undefined })
  })

  test('who is deleted is no operator any more', async () => {
    const [owner, other] = [await person(), await person()]
    await set(owner, 'owner')
    await set(other, 'owner')
    await management.delete(`/user_management/users/${other}`)
    expect(await roles()).toEqual({ [owner]: 'owner' })
  })
})

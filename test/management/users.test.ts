import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EventName } from '../../src/protocol/event-name.ts'
import { atOnce } from '../events/test-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { introspect, obtainTokens, refresh, textOf, userinfo } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const USERS = '/user_management/users'

const eventsOf = async (name: EventName, targetId: string) =>
  (await app.stores.events.byName(name, 1000)).filter((event) => event.targetId === targetId)

const everybody = async () => (await app.stores.users.page({}, { limit: 100, order: 'asc' })).rows

let count = 0
const create = (given: object = {}) =>
  workos.userManagement.createUser({ email: `person${++count}@example.com`, ...given })

describe('a user', () => {
  test('that is created can be read by ID and by external ID, listed and deleted with the official SDK', async () => {
    const created = await create({
      firstName: 'Ada',
      lastName: 'Lovelace',
      name: 'Ada, Countess of Lovelace',
      emailVerified: true,
      externalId: 'ext/ada 1',
      metadata: { plan: 'pro' },
      ipAddress: '192.0.2.1',
      userAgent: 'Browser/1',
      signalsId: 'signals',
    })
    expect(created).toEqual({
      object: 'user',
      id: expect.stringMatching(/^user_[0-9A-Z]{26}$/),
      email: `person${count}@example.com`,
      emailVerified: true,
      firstName: 'Ada',
      lastName: 'Lovelace',
      name: 'Ada, Countess of Lovelace',
      profilePictureUrl: null,
      lastSignInAt: null,
      locale: null,
      externalId: 'ext/ada 1',
      metadata: { plan: 'pro' },
      createdAt: expect.stringMatching(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/),
      updatedAt: created.createdAt,
    })
    expect(await workos.userManagement.getUser(created.id)).toEqual(created)
    expect(await workos.userManagement.getUserByExternalId('ext/ada 1')).toEqual(created)
    expect((await workos.userManagement.listUsers({ email: created.email.toUpperCase() })).data).toEqual([
      created,
    ])
    await workos.userManagement.deleteUser(created.id)
    await expect(workos.userManagement.getUser(created.id)).rejects.toMatchObject({
      status: 404,
      code: 'entity_not_found',
    })
    await expect(workos.userManagement.getUserByExternalId('ext/ada 1')).rejects.toMatchObject({
      status: 404,
    })
    await expect(workos.userManagement.deleteUser(created.id)).rejects.toMatchObject({ status: 404 })
  })

  test('the smallest body is enough, and nulls are as if not given', async () => {
    const { status, body } = await management.post(USERS, {
      email: 'nulls@example.com',
      first_name: null,
      last_name: null,
      name: null,
      email_verified: null,
      external_id: null,
      metadata: null,
      password: null,
      password_hash: null,
      password_hash_type: null,
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({ email_verified: false, first_name: null, external_id: null, metadata: {} })
  })

  test('neither password nor hash is in an answer, an event or the log', async () => {
    const password = 'kT9$fq2!x-never-shown'
    const user = await create({ password })
    const { passwordHash } = (await app.stores.users.byId(user.id as never)) ?? {}
    expect(passwordHash).toMatch(/^\$argon2id\$/)
    await workos.userManagement.updateUser({ userId: user.id, password: `${password}2` })
    const shown = JSON.stringify([
      user,
      await workos.userManagement.getUser(user.id),
      await eventsOf('user.created', user.id),
      await eventsOf('user.updated', user.id),
      app.logLines,
    ])
    expect(shown).not.toContain(password)
    expect(shown).not.toContain('argon2id')
  })

  test('every change is an event with the user as the API shows them, before and after', async () => {
    const user = await create({ firstName: 'Ada' })
    const shownAt = async () => (await management.get(`${USERS}/${user.id}`)).body
    const before = await shownAt()
    app.clock.advance(60)
    await workos.userManagement.updateUser({ userId: user.id, firstName: 'Augusta' })
    const after = await shownAt()
    await workos.userManagement.deleteUser(user.id)
    expect(await eventsOf('user.created', user.id)).toMatchObject([{ data: before }])
    expect(await eventsOf('user.updated', user.id)).toMatchObject([{ before, data: after }])
    expect(await eventsOf('user.deleted', user.id)).toMatchObject([
      { data: after, actor: { type: 'api_key' } },
    ])
  })
})

describe('lists of users', () => {
  test('the SDK finds every user once, over all pages', async () => {
    const organization = await app.fixtures.organization()
    const ids: string[] = []
    for (let index = 0; index < 103; index++) {
      const email = `listed${index}@example.com`
      const { id } = (await management.post(USERS, { email })).body as { id: string }
      await app.fixtures.member(id as never, organization)
      ids.push(id)
    }
    const list = await workos.userManagement.listUsers({ organizationId: organization })
    expect(list.data).toHaveLength(10)
    const all = await list.autoPagination()
    expect(all.map(({ id }) => id)).toEqual(ids.toReversed())
  })

  test('an organization has its members alone, a stranger’s address nobody', async () => {
    const organization = await app.fixtures.organization()
    const member = await app.fixtures.user({ organizations: [organization] })
    const { data } = await workos.userManagement.listUsers({ organizationId: organization })
    expect(data.map(({ id }) => id)).toEqual([member.id])
    expect((await workos.userManagement.listUsers({ email: 'stranger@example.com' })).data).toEqual([])
    const both = await management.get(`${USERS}?email=stranger@example.com&organization_id=${organization}`)
    expect(both).toMatchObject({ status: 200, body: { object: 'list', data: [] } })
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['order=up', 'order'],
    ['after=org_01HXYZ123456789ABCDEFGHJKM', 'after'],
    ['organization_id=user_01HXYZ123456789ABCDEFGHJKM', 'organization_id'],
    ['organization_id=', 'organization_id'],
    ['name=x', 'name'],
  ])('%s is refused with the field named', async (query, field) => {
    const { status, body } = await management.get(`${USERS}?${query}`)
    expect({ status, body }).toMatchObject({
      status: 422,
      body: { code: 'invalid_request_parameters', errors: [{ field }] },
    })
  })
})

describe('creating a user', () => {
  test('of twenty at once with one e-mail address in different case, exactly one comes to be', async () => {
    const spellings = ['race@example.com', 'RACE@example.com', 'Race@Example.Com', ' rAcE@EXAMPLE.com']
    const answers = await atOnce(20, (index) =>
      management.post(USERS, { email: spellings[index % spellings.length] }),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const { body } of answers.filter(({ status }) => status !== 201)) {
      expect(body).toMatchObject({ code: 'user_creation_error', errors: [{ code: 'email_not_available' }] })
    }
    expect((await workos.userManagement.listUsers({ email: 'race@example.com' })).data).toHaveLength(1)
  })

  const email = 'refused@example.com'
  const many = Object.fromEntries(Array.from({ length: 51 }, (_, index) => [`key${index}`, 'x']))
  const refused: readonly [string, object, number, object][] = [
    ['no e-mail address', {}, 422, { errors: [{ field: 'email', code: 'required' }] }],
    ['a text that is none', { email: 'ada' }, 422, { errors: [{ field: 'email', code: 'invalid_email' }] }],
    ['a number for one', { email: 7 }, 422, { errors: [{ field: 'email' }] }],
    ['an ID', { email, id: 'user_mine' }, 422, { errors: [{ field: 'id', code: 'unknown_field' }] }],
    ['a time', { email, created_at: '2020-01-01T00:00:00Z' }, 422, { errors: [{ field: 'created_at' }] }],
    ['a name of NUL', { email, name: 'a\0b' }, 422, { errors: [{ field: 'name' }] }],
    ['a name nobody sees', { email, first_name: '\u202Eada' }, 422, { errors: [{ field: 'first_name' }] }],
    ['a name without end', { email, last_name: 'x'.repeat(256) }, 422, { errors: [{ field: 'last_name' }] }],
    ['a word for a truth', { email, email_verified: 'yes' }, 422, { errors: [{ field: 'email_verified' }] }],
    ['51 keys', { email, metadata: many }, 400, { code: 'invalid_metadata' }],
    ['a long key', { email, metadata: { ['k'.repeat(41)]: 'x' } }, 400, { code: 'invalid_metadata' }],
    ['a long value', { email, metadata: { key: 'x'.repeat(601) } }, 400, { code: 'invalid_metadata' }],
    ['a number as value', { email, metadata: { key: 1 } }, 422, { errors: [{ field: 'metadata.key' }] }],
    ['an empty external ID', { email, external_id: '' }, 422, { errors: [{ field: 'external_id' }] }],
    ['a long one', { email, external_id: 'x'.repeat(129) }, 422, { errors: [{ field: 'external_id' }] }],
    ['one of dots', { email, external_id: '..' }, 422, { errors: [{ field: 'external_id' }] }],
    ['one beyond ASCII', { email, external_id: 'é' }, 422, { errors: [{ field: 'external_id' }] }],
  ]
  test.each(refused)('with %s is refused, and nobody is created', async (_, body, status, expected) => {
    const before = await everybody()
    const answer = await management.post(USERS, body)
    expect(answer).toMatchObject({ status, body: expected })
    expect(await everybody()).toEqual(before)
  })

  test('with an external ID that is somebody else’s is refused, and nobody is created', async () => {
    await create({ externalId: 'taken' })
    const before = await everybody()
    const attempt = create({ externalId: 'taken' })
    await expect(attempt).rejects.toMatchObject({
      status: 400,
      code: 'user_creation_error',
      errors: [{ code: 'external_id_already_used' }],
    })
    expect(await everybody()).toEqual(before)
  })

  test('needs a key that may write users', async () => {
    const reader = await app.management(['users:read', 'organizations:write'])
    expect((await reader.get(USERS)).status).toBe(200)
    const before = await everybody()
    expect((await reader.post(USERS, { email: 'forbidden@example.com' })).status).toBe(403)
    expect(await everybody()).toEqual(before)
  })
})

describe('updating a user', () => {
  test('leaves what is not given as it is', async () => {
    const user = await create({ firstName: 'Ada', externalId: 'kept', metadata: { a: '1', b: '2' } })
    app.clock.advance(60)
    const updated = await workos.userManagement.updateUser({ userId: user.id, lastName: 'Lovelace' })
    expect(updated).toEqual({ ...user, lastName: 'Lovelace', updatedAt: expect.any(String) })
    expect(Date.parse(updated.updatedAt) - Date.parse(user.updatedAt)).toBeGreaterThanOrEqual(60_000)
  })

  test('merges metadata by key, and null takes a key away', async () => {
    const user = await create({ metadata: { a: '1', b: '2' } })
    const { body } = await management.put(`${USERS}/${user.id}`, { metadata: { b: null, c: '3' } })
    expect(body).toMatchObject({ metadata: { a: '1', c: '3' } })
    const unchanged = await management.put(`${USERS}/${user.id}`, { metadata: null })
    expect(unchanged.body).toMatchObject({ metadata: { a: '1', c: '3' } })
  })

  test('takes away names, locale and external ID by null', async () => {
    const user = await create({ firstName: 'Ada', lastName: 'L', name: 'Ada L', externalId: 'for a while' })
    await workos.userManagement.updateUser({ userId: user.id, locale: 'en-us' })
    expect(await workos.userManagement.getUser(user.id)).toMatchObject({ locale: 'en-US' })
    const none = { first_name: null, last_name: null, name: null, locale: null, external_id: null }
    const { status, body } = await management.put(`${USERS}/${user.id}`, none)
    expect({ status, body }).toMatchObject({ status: 200, body: none })
    await create({ externalId: 'for a while' })
  })

  test('an address that changes is not verified, unless that is said', async () => {
    const user = await create({ emailVerified: true })
    const update = async (given: object) =>
      (await workos.userManagement.updateUser({ userId: user.id, ...given })).emailVerified
    expect(await update({ email: user.email.toUpperCase() })).toBe(true)
    expect(await update({ email: 'moved@example.com' })).toBe(false)
    expect(await update({ emailVerified: true })).toBe(true)
    expect(await update({ email: 'moved-again@example.com', emailVerified: true })).toBe(true)
  })

  test('what is asked for again changes nothing, and is no event', async () => {
    const user = await create({ firstName: 'Ada', metadata: { a: '1', b: '2' } })
    app.clock.advance(60)
    const again = await management.put(`${USERS}/${user.id}`, {
      email: user.email,
      first_name: 'Ada',
      metadata: { b: '2' },
    })
    expect(again).toMatchObject({ status: 200, body: { updated_at: user.updatedAt } })
    expect(await eventsOf('user.updated', user.id)).toEqual([])
  })

  test('at once in many fields loses none of them', async () => {
    const user = await create()
    const changes = [
      { first_name: 'Ada' },
      { last_name: 'Lovelace' },
      { name: 'Ada Lovelace' },
      { external_id: 'at once' },
      { locale: 'en' },
      { email_verified: true },
      ...Array.from({ length: 6 }, (_, index) => ({ metadata: { [`key${index}`]: `${index}` } })),
    ]
    const answers = await Promise.all(changes.map((change) => management.put(`${USERS}/${user.id}`, change)))
    expect(answers.map(({ status }) => status)).toEqual(changes.map(() => 200))
    const { body } = await management.get(`${USERS}/${user.id}`)
    expect(body).toMatchObject(Object.assign({}, ...changes.slice(0, 6)))
    expect(body).toMatchObject({
      metadata: Object.assign({}, ...changes.slice(6).map((c) => 'metadata' in c && c.metadata)),
    })
    expect(await eventsOf('user.updated', user.id)).toHaveLength(changes.length)
  })

  test('of ten that want one address at once, one gets it', async () => {
    const users = await atOnce(10, () => create())
    const answers = await Promise.all(
      users.map(({ id }, index) =>
        management.put(`${USERS}/${id}`, { email: index % 2 ? 'wanted@example.com' : 'WANTED@example.com' }),
      ),
    )
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
      expect({ status, body }).toMatchObject({ status: 400, body: { code: 'email_not_available' } })
    }
  })

  const refused: readonly [string, object, number, object][] = [
    [
      'a text that is no address',
      { email: 'ada' },
      400,
      { code: 'invalid_email', errors: [{ field: 'email' }] },
    ],
    ['somebody else’s address', { email: 'OWNER@example.com' }, 400, { code: 'email_not_available' }],
    ['somebody else’s external ID', { external_id: 'owned' }, 400, { code: 'external_id_already_used' }],
    ['a locale that is none', { locale: 'not a locale' }, 400, { code: 'invalid_locale' }],
    ['a key too many', { metadata: { key50: 'x' } }, 400, { code: 'invalid_metadata' }],
    [
      'an unknown field',
      { profile_picture_url: 'https://example.com/x.png' },
      422,
      { errors: [{ field: 'profile_picture_url', code: 'unknown_field' }] },
    ],
  ]
  test.each(refused)('with %s is refused, and nothing changes', async (_, change, status, expected) => {
    await management.post(USERS, { email: 'owner@example.com', external_id: 'owned' })
    const full = Object.fromEntries(Array.from({ length: 50 }, (_entry, index) => [`key${index}`, 'x']))
    const user = await create({ firstName: 'Ada', metadata: full })
    const answer = await management.put(`${USERS}/${user.id}`, { first_name: 'Changed', ...change })
    expect(answer).toMatchObject({ status, body: expected })
    expect(await workos.userManagement.getUser(user.id)).toEqual(user)
    expect(await eventsOf('user.updated', user.id)).toEqual([])
    expect(await eventsOf('change.refused', user.id)).toHaveLength(1)
  })

  test('that does not exist is not found', async () => {
    for (const id of ['user_01HXYZ123456789ABCDEFGHJKM', 'org_01HXYZ123456789ABCDEFGHJKM', 'x']) {
      const answer = await management.put(`${USERS}/${id}`, { first_name: 'Ada' })
      expect(answer).toMatchObject({ status: 404, body: { code: 'entity_not_found', entity_id: id } })
    }
  })
})

describe('deleting a user', () => {
  test('ends refresh tokens, introspection and userinfo at once', async () => {
    const user = await app.fixtures.user()
    const application = await app.fixtures.firstParty()
    const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' })
    const [access, refreshToken] = [textOf(tokens, 'access_token'), textOf(tokens, 'refresh_token')]
    expect((await introspect(app, application, access)).body['active']).toBe(true)
    await workos.userManagement.deleteUser(user.id)
    for (const token of [access, refreshToken]) {
      expect((await introspect(app, application, token)).body).toEqual({ active: false })
    }
    expect(await refresh(app, application, refreshToken)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect((await userinfo(app, access)).status).toBe(401)
  })
})

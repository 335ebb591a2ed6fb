import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  type ClientId,
  newIdentifier,
  type OrganizationId,
  type UserId,
} from '../../src/protocol/identifiers.ts'
import { type Stores, storesOn } from '../../src/storage/index.ts'
import type { UserRecord } from '../../src/storage/stores/users.ts'
import { type Transaction, transactionOn } from '../../src/storage/transaction.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { openTestDatabase, type TestDatabase } from '../support/database-server.ts'
import { type Fixtures, fixturesOn } from '../support/fixtures.ts'

/* The contract of the stores of people and applications, kept on both databases. Those of grants are beside it. */

const now = new Date('2026-01-01T00:00:00.123Z')

let opened: TestDatabase
let stores: Stores
let transaction: Transaction
let fixtures: Fixtures
beforeAll(async () => {
  opened = await openTestDatabase()
  stores = storesOn(opened.database.kysely)
  transaction = transactionOn(opened.database.kysely)
  fixtures = fixturesOn({ transaction, clock: { now: () => now }, random: systemRandom })
})
afterAll(() => opened[Symbol.asyncDispose]())

const newId = <K extends Parameters<typeof newIdentifier>[0]>(kind: K) =>
  newIdentifier(kind, now, systemRandom)

let count = 0
const newUser = (changes: Partial<UserRecord> = {}): UserRecord => {
  const email = changes.email ?? `Somebody${++count}@example.com`
  return {
    id: newId('user'),
    email,
    normalizedEmail: email.toLowerCase(),
    emailVerified: false,
    firstName: 'Ada',
    lastName: null,
    name: null,
    locale: 'en-GB',
    pictureUrl: null,
    externalId: null,
    metadata: { team: 'Analytical "Engine" 🎉', empty: '' },
    claims: {},
    ...{ passwordHash: 'h1', passwordSetBy: null },
    lastSignInAt: null,
    createdAt: now,
    updatedAt: now,
    ...changes,
  }
}

const atOnce = <T>(times: number, work: (index: number) => Promise<T>): Promise<T[]> =>
  Promise.all(Array.from({ length: times }, (_, index) => work(index)))

describe('users', () => {
  test('are read as they were written', async () => {
    const user = newUser()
    expect(await stores.users.insert(user)).toBe(true)
    expect(await stores.users.byId(user.id)).toEqual(user)
    expect(await stores.users.byNormalizedEmail(user.normalizedEmail)).toEqual(user)
    expect(await stores.users.byNormalizedEmail(user.email)).toBeUndefined()
  })

  test('have an address, and an external ID, of their own', async () => {
    const user = newUser({ externalId: 'ext-1' })
    await stores.users.insert(user)
    expect(await stores.users.insert(newUser({ email: user.email.toUpperCase() }))).toBe(false)
    expect(await stores.users.insert(newUser({ externalId: 'ext-1' }))).toBe(false)
    expect(await stores.users.insert(newUser({ externalId: 'EXT-1' }))).toBe(true)
  })

  test('of twenty with one address inserted at once one stays', async () => {
    const email = 'race@example.com'
    const inserted = await atOnce(20, () => stores.users.insert(newUser({ email })))
    expect(inserted.filter(Boolean)).toHaveLength(1)
  })

  test('get another hash only in the place of the one that was verified', async () => {
    const user = newUser({ passwordHash: 'old' })
    await stores.users.insert(user)
    expect(await stores.users.rehashPassword(user.id, 'old', 'new')).toBe(true)
    expect(await stores.users.rehashPassword(user.id, 'old', 'newer')).toBe(false)
    expect(await stores.users.signedIn(user.id, now)).toBe(true)
    expect((await stores.users.byId(user.id))?.lastSignInAt).toEqual(now)
    expect((await stores.users.byId(user.id))?.passwordHash).toBe('new')
  })

  test('are held, and deleted once', async () => {
    const { id } = await fixtures.user()
    expect(await transaction((inside) => inside.users.hold(id))).toBe(true)
    expect(await stores.users.delete(id, now)).toBe(true)
    expect(await stores.users.delete(id, now)).toBe(false)
    expect(await transaction((inside) => inside.users.hold(id))).toBe(false)
    expect(await stores.users.byId(id)).toBeUndefined()
  })
})

describe('organizations and memberships', () => {
  test('organizations have an external ID of their own', async () => {
    const record = (externalId: string | null) => ({
      id: newId('organization'),
      name: 'Acme',
      externalId,
      metadata: { plan: 'gold' },
      allowProfilesOutsideOrganization: false,
      stripeCustomerId: null,
      createdAt: now,
      updatedAt: now,
    })
    const acme = record('acme')
    expect(await stores.organizations.insert(acme)).toBe(true)
    expect(await stores.organizations.byId(acme.id)).toEqual(acme)
    expect(await stores.organizations.byExternalId('acme')).toEqual(acme)
    expect(await stores.organizations.insert(record('acme'))).toBe(false)
    expect(await stores.organizations.insert(record(null))).toBe(true)
    expect(await stores.organizations.insert(record(null))).toBe(true)
    expect(await transaction((inside) => inside.organizations.hold(acme.id))).toBe(true)
    expect(await stores.organizations.delete(acme.id)).toBe(true)
    expect(await stores.organizations.delete(acme.id)).toBe(false)
  })

  const membership = (userId: UserId, organizationId: OrganizationId) => ({
    id: newId('membership'),
    userId,
    organizationId,
    roleSlug: 'member',
    status: 'active' as const,
    createdAt: now,
    updatedAt: now,
  })

  test('a user is a member once, and what is active is told by name', async () => {
    const { id } = await fixtures.user()
    const zeta = await fixtures.organization('Zeta')
    const alpha = await fixtures.organization('Alpha')
    const inserted = await atOnce(10, () => stores.memberships.insert(membership(id, zeta)))
    expect(inserted.filter(Boolean)).toHaveLength(1)
    await stores.memberships.insert(membership(id, alpha))
    expect(await stores.memberships.activeOf(id)).toEqual([
      { organizationId: alpha, organizationName: 'Alpha' },
      { organizationId: zeta, organizationName: 'Zeta' },
    ])
    const later = addSeconds(now, 1)
    expect(await stores.memberships.setStatus(id, zeta, 'inactive', later)).toMatchObject({
      status: 'inactive',
      updatedAt: later,
      createdAt: now,
    })
    expect(await stores.memberships.setStatus(id, zeta, 'inactive', later)).toBeUndefined()
    expect((await stores.memberships.activeOf(id)).map(({ organizationId }) => organizationId)).toEqual([
      alpha,
    ])
    expect(await stores.memberships.delete(id, zeta)).toMatchObject({ status: 'inactive' })
    expect(await stores.memberships.delete(id, zeta)).toBeUndefined()
  })

  test('what is deleted takes its memberships and applications along', async () => {
    const { id } = await fixtures.user()
    const organization = await fixtures.organization()
    await fixtures.member(id, organization)
    const application = await fixtures.thirdParty(organization)
    await stores.organizations.delete(organization)
    expect(await stores.memberships.activeOf(id)).toEqual([])
    expect(await stores.clients.byClientId(application.clientId)).toBeUndefined()
    expect(await stores.users.byId(id)).toBeDefined()
  })
})

describe('applications', () => {
  test('are read with where they may be sent to, in order, and how they prove themselves', async () => {
    const redirectUris = ['https://b.example.com/', 'https://a.example.com/']
    const created = await fixtures.firstParty({ name: 'Portal', redirectUris })
    const client = await stores.clients.byClientId(created.clientId)
    expect(client).toMatchObject({
      id: created.id,
      name: 'Portal',
      type: 'oauth',
      isFirstParty: true,
      organizationId: null,
      redirectUris: [
        { uri: 'https://b.example.com/', isDefault: true },
        { uri: 'https://a.example.com/', isDefault: false },
      ],
      credentials: [{ id: created.credentialId, secretHash: expect.stringMatching(/^[\w-]{43}$/) }],
      createdAt: now,
    })
    expect(await stores.clients.byClientId('client_unknown')).toBeUndefined()
  })

  test('are listed by organization, the newest first', async () => {
    const organization = await fixtures.organization()
    const first = await fixtures.m2m(organization)
    const second = await fixtures.thirdParty(organization)
    const listed = await stores.clients.ofOrganization(organization)
    expect(new Set(listed.map(({ id }) => id))).toEqual(new Set([first.id, second.id]))
    expect(listed.map(({ id }) => id)).toEqual([first.id, second.id].sort().reverse())
    for (const { organizationId } of await stores.clients.ofOrganization(null))
      expect(organizationId).toBeNull()
  })

  test('cannot be what no application is', async () => {
    const organization = await fixtures.organization()
    const base = await stores.clients.byClientId((await fixtures.thirdParty(organization)).clientId)
    if (!base) throw new Error('no application')
    const { redirectUris: _, credentials: __, ...record } = base
    const insert = (changes: Partial<typeof record>) =>
      stores.clients.insert(
        { ...record, id: newId('application'), clientId: newId('client'), ...changes },
        [],
      )
    await insert({})
    for (const impossible of [
      { isFirstParty: true },
      { organizationId: null },
      { type: 'm2m' as const, isPublic: true, requirePkce: true },
      { isPublic: true, requirePkce: false },
      { accessTokenSeconds: 0 },
      { accessTokenSeconds: 86_401 },
      { clientId: record.clientId },
    ]) {
      await expect(insert(impossible)).rejects.toThrow()
    }
  })

  test('have one default redirection URI, and each once', async () => {
    const base = await stores.clients.byClientId((await fixtures.firstParty()).clientId)
    if (!base) throw new Error('no application')
    const { redirectUris: _, credentials: __, ...record } = base
    const insert = (uris: { uri: string; isDefault: boolean }[]) =>
      transaction((inside) =>
        inside.clients.insert({ ...record, id: newId('application'), clientId: newId('client') }, uris),
      )
    const uri = 'https://a.example.com/'
    await expect(
      insert([
        { uri, isDefault: true },
        { uri, isDefault: false },
      ]),
    ).rejects.toThrow()
    const other = 'https://b.example.com/'
    await expect(
      insert([
        { uri, isDefault: true },
        { uri: other, isDefault: true },
      ]),
    ).rejects.toThrow()
  })

  test('of twenty credentials inserted at once five stay, and each has a slot of its own', async () => {
    const application = await fixtures.firstParty({ isPublic: true })
    const credential = (index: number) => ({
      id: newId('credential'),
      applicationId: application.id,
      secretHash: `${application.id} ${index}`,
      hint: 'abcdef',
      name: null,
      expiresAt: null,
      createdAt: now,
      updatedAt: now,
    })
    const inserted = await atOnce(20, (index) => stores.clientCredentials.insert(credential(index)))
    expect(inserted.filter(Boolean)).toHaveLength(5)
    const kept = await stores.clientCredentials.of(application.id)
    expect(kept.map(({ slot }) => slot).sort()).toEqual([1, 2, 3, 4, 5])
    const [one] = kept
    if (!one) throw new Error('no credential')
    expect(await stores.clientCredentials.delete(one.id)).toMatchObject({
      id: one.id,
      applicationId: application.id,
      clientId: application.clientId,
      organizationId: null,
    })
    expect(await stores.clientCredentials.delete(one.id)).toBeUndefined()
    expect(await stores.clientCredentials.insert(credential(100))).toBe(true)
    expect(await stores.clientCredentials.insert(credential(101))).toBe(false)
  })

  test('uses of credentials only ever move forward', async () => {
    const { id, credentialId } = await fixtures.firstParty()
    if (credentialId === undefined) throw new Error('no credential')
    const lastUse = async () => (await stores.clientCredentials.of(id))[0]?.lastUsedAt
    await stores.clientCredentials.used(new Map())
    await stores.clientCredentials.used(new Map([[credentialId, now]]))
    expect(await lastUse()).toEqual(now)
    await stores.clientCredentials.used(new Map([[credentialId, addSeconds(now, -60)]]))
    expect(await lastUse()).toEqual(now)
    await stores.clientCredentials.used(
      new Map([
        [credentialId, addSeconds(now, 60)],
        [newId('credential'), now],
      ]),
    )
    expect(await lastUse()).toEqual(addSeconds(now, 60))
  })

  test('permissions have a slug of their own, of at most 48 characters', async () => {
    const permission = (slug: string) => ({
      id: newId('permission'),
      slug,
      name: slug,
      description: null,
      createdAt: now,
      updatedAt: now,
    })
    expect(await stores.permissions.insert(permission('reports:read'))).toBe(true)
    expect(await stores.permissions.insert(permission('reports:read'))).toBe(false)
    await expect(stores.permissions.insert(permission('x'.repeat(49)))).rejects.toThrow()
    expect(await stores.permissions.bySlugs([])).toEqual([])
    const found = await stores.permissions.bySlugs(['reports:read', 'nonsense', "'; --"])
    expect(found.map(({ slug }) => slug)).toEqual(['reports:read'])
  })
})

describe('the environment', () => {
  test('keeps the client ID that was first, however many claim it at once', async () => {
    const ids = Array.from({ length: 10 }, () => newId('client'))
    await Promise.all(ids.map((id: ClientId) => stores.environment.claim(id, now)))
    const kept = await stores.environment.clientId()
    expect(ids).toContain(kept)
    await stores.environment.claim(newId('client'), now)
    expect(await stores.environment.clientId()).toBe(kept)
  })

  test('API keys are found by their hash alone, until they are revoked', async () => {
    const key = {
      id: newId('apiKey'),
      name: 'Bootstrap',
      valueHash: 'hash of a value',
      obfuscatedValue: 'sk_...wxyz',
      permissions: ['*'],
      lastUsedAt: null,
      revokedAt: null,
      createdAt: now,
      updatedAt: now,
    }
    await stores.apiKeys.insert(key)
    expect(await stores.apiKeys.liveByValue(key.valueHash)).toEqual(key)
    expect(await stores.apiKeys.liveByValue('another')).toBeUndefined()
    const revoked = { ...key, id: newId('apiKey'), valueHash: 'revoked', revokedAt: now }
    await stores.apiKeys.insert(revoked)
    expect(await stores.apiKeys.liveByValue('revoked')).toBeUndefined()
    expect(await stores.apiKeys.all()).toHaveLength(2)
    await expect(stores.apiKeys.insert({ ...key, id: newId('apiKey') })).rejects.toThrow()
  })

  test('counts attempts in a window, and twenty at once are twenty', async () => {
    const counts = await atOnce(20, () => stores.rateLimits.count('key', 60, now))
    expect(counts.map(({ count }) => count).sort((a, b) => a - b)).toEqual(
      Array.from({ length: 20 }, (_, index) => index + 1),
    )
    for (const { windowEndsAt } of counts) expect(windowEndsAt).toEqual(addSeconds(now, 60))
    expect((await stores.rateLimits.count('other', 60, now)).count).toBe(1)
    expect(await stores.rateLimits.count('key', 60, addSeconds(now, 59))).toEqual({
      count: 21,
      windowEndsAt: addSeconds(now, 60),
    })
    expect(await stores.rateLimits.count('key', 60, addSeconds(now, 60))).toEqual({
      count: 1,
      windowEndsAt: addSeconds(now, 120),
    })
  })

  test('events are read as they were written, the oldest first', async () => {
    const event = (seconds: number) => ({
      id: newIdentifier('event', addSeconds(now, seconds), systemRandom),
      name: 'test.happened',
      occurredAt: addSeconds(now, seconds),
      actor: { type: 'user', id: 'user_1' },
      targetId: null,
      organizationId: null,
      data: { nested: { list: [1, 'two', null] }, text: 'ß "quoted"' },
      before: { text: 'before' },
    })
    for (const seconds of [2, 1, 3]) await stores.events.append(event(seconds))
    const read = await stores.events.byName('test.happened', 2)
    expect(read.map(({ occurredAt }) => occurredAt)).toEqual([addSeconds(now, 1), addSeconds(now, 2)])
    expect(read[0]?.data).toEqual(event(1).data)
    expect(read[0]?.before).toEqual(event(1).before)
  })
})

describe('transactions', () => {
  test('keep all or nothing', async () => {
    const user = newUser()
    const failing = transaction(async (inside) => {
      await inside.users.insert(user)
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await stores.users.byId(user.id)).toBeUndefined()
  })
})

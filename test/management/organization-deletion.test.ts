import { DomainDataState } from '@workos-inc/node'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { clientToken, introspect, obtainTokens, textOf } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

/** An organization with something of everything that belongs to one. */
const established = async () => {
  const id = await app.fixtures.organization()
  const user = await app.fixtures.user({ organizations: [id] })
  await workos.organizations.updateOrganization({
    organization: id,
    domainData: [
      { domain: `${id.toLowerCase().replace('_', '-')}.example`, state: DomainDataState.Verified },
    ],
  })
  const [firstParty, thirdParty, m2m] = [
    await app.fixtures.firstParty(),
    await app.fixtures.thirdParty(id),
    await app.fixtures.m2m(id),
  ]
  const role = await management.post(`/authorization/organizations/${id}/roles`, {
    slug: 'org-auditor',
    name: 'Auditor',
  })
  const key = await management.post(`/user_management/users/${user.id}/api_keys`, {
    name: 'Key',
    organization_id: id,
  })
  expect([role.status, key.status]).toEqual([201, 201])
  const tokens = await obtainTokens(app, firstParty, user, { scope: 'openid offline_access' })
  return {
    id,
    user,
    firstParty,
    thirdParty,
    m2m,
    tokens: [
      textOf(tokens, 'access_token'),
      textOf(tokens, 'refresh_token'),
      textOf(await clientToken(app, m2m), 'access_token'),
    ],
  }
}

/** How many rows of each kind belong to the organization. */
const belongings = (id: string) =>
  Promise.all(
    (
      [
        'application',
        'consent',
        'customer_api_key',
        'organization_domain',
        'organization_membership',
        'role',
      ] as const
    ).map(async (table) => {
      const rows = await app.testDatabase.database.kysely
        .selectFrom(table)
        .select('id')
        .where('organization_id', '=', id as never)
        .execute()
      return [table, rows.length]
    }),
  )

test('deleting an organization takes along all that belongs to it, and ends its tokens at once', async () => {
  const { id, user, firstParty, thirdParty, m2m, tokens } = await established()
  const reader = await app.fixtures.firstParty()
  const activity = () =>
    Promise.all(tokens.map(async (token) => (await introspect(app, reader, token)).body['active']))
  expect(await activity()).toEqual([true, true, true])
  expect(await belongings(id)).toEqual([
    ['application', 2],
    ['consent', 1],
    ['customer_api_key', 1],
    ['organization_domain', 1],
    ['organization_membership', 1],
    ['role', 1],
  ])

  await workos.organizations.deleteOrganization(id)

  expect(await activity()).toEqual([false, false, false])
  expect(await clientToken(app, m2m)).toMatchObject({ status: 401, body: { error: 'invalid_client' } })
  expect((await belongings(id)).filter(([, count]) => count !== 0)).toEqual([])
  for (const { clientId } of [thirdParty, m2m]) {
    expect(await app.stores.clients.byClientId(clientId)).toBeUndefined()
  }
  // Users, and the operator's own applications, belong to nobody.
  expect(await app.stores.users.byId(user.id)).toBeDefined()
  expect(await app.stores.clients.byClientId(firstParty.clientId)).toBeDefined()
  expect(await obtainTokens(app, firstParty, user, { scope: 'openid' })).toMatchObject({ status: 200 })
})

test('an organization is deleted once, with one event that says what it was', async () => {
  const { id } = await workos.organizations.createOrganization({ name: 'Gone', metadata: { tier: 'gold' } })
  const { body: before } = await management.get(`/organizations/${id}`)
  const answers = await Promise.all(
    Array.from({ length: 4 }, () => management.delete(`/organizations/${id}`)),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404])
  expect(await eventsOf(app, id, ['organization.deleted'])).toMatchObject([
    { actor: { type: 'api_key' }, organizationId: id, data: before },
  ])
})

test('an organization that is deleted while something is added to it takes that along', async () => {
  const domain = 'late.example'
  const { id } = await workos.organizations.createOrganization({ name: 'Gone' })
  const { id: user_id } = await app.fixtures.user()
  const answers = await Promise.all([
    management.post('/user_management/organization_memberships', { user_id, organization_id: id }),
    management.post('/organization_domains', { organization_id: id, domain }),
    management.delete(`/organizations/${id}`),
  ])
  expect(answers.every(({ status }) => [200, 201, 404].includes(status))).toBe(true)
  expect((await belongings(id)).filter(([, count]) => count !== 0)).toEqual([])
  expect((await management.get(`/organizations?domains=${domain}`)).body).toMatchObject({ data: [] })
})

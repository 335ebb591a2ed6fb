import { sql } from 'kysely'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { signIn } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const bodyOf = async (path: string) => (await management.get(path)).body as { data: { id: string }[] }

const loginUri = async (of: Readonly<Record<string, unknown>>) => {
  const { body } = await management.post('/latchkey/v1/login_uris', {
    name: 'Theirs',
    uri: 'https://login.example/',
    ...of,
  })
  return body as { readonly id: string }
}

/** A member who is signed in and has a key, of an organization that has one, too. */
const established = async () => {
  const organizationId = await app.fixtures.organization()
  const user = await app.fixtures.user({ organizations: [organizationId] })
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get('/sign-in'), user)
  await management.post(`/user_management/users/${user.id}/api_keys`, {
    name: 'Mine',
    organization_id: organizationId,
  })
  await management.post(`/organizations/${organizationId}/api_keys`, { name: 'Ours' })
  const domain = `${organizationId.toLowerCase().replace('_', '-')}.example`
  await workos.organizationDomains.createOrganizationDomain({ organizationId, domain })
  const partner = await app.fixtures.thirdParty(organizationId)
  await management.post('/latchkey/v1/identity_providers', {
    name: 'Theirs',
    organization_id: organizationId,
    issuer: 'https://provider.example',
    client_id: 'latchkey',
    client_secret: 'secret',
  })
  const loginUris = [
    await loginUri({ organization_id: organizationId }),
    await loginUri({ application_id: partner.id }),
  ]
  const things = async (path: string) => (await bodyOf(path)).data
  return {
    organizationId,
    user,
    sessions: await things(`/user_management/users/${user.id}/sessions`),
    userKeys: await things(`/user_management/users/${user.id}/api_keys`),
    organizationKeys: await things(`/organizations/${organizationId}/api_keys`),
    memberships: await things(`/user_management/organization_memberships?user_id=${user.id}`),
    domains: (await workos.organizations.getOrganization(organizationId)).domains,
    applications: await things(`/connect/applications?organization_id=${organizationId}`),
    providers: await things(`/latchkey/v1/identity_providers?organization_id=${organizationId}`),
    loginUris,
  }
}

const told = async (
  name: Parameters<typeof eventsOf>[2][number],
  things: readonly { readonly id: string }[],
) => {
  expect(things.length).toBeGreaterThan(0)
  return (await Promise.all(things.map(({ id }) => eventsOf(app, id, [name])))).flat()
}

test('deleting a user tells of the sessions, keys and memberships that go along', async () => {
  const { user, organizationId, sessions, userKeys, memberships, organizationKeys } = await established()
  await workos.userManagement.deleteUser(user.id)
  const actor = { type: 'api_key' }
  expect(await told('session.revoked', sessions)).toMatchObject([
    { actor, data: { id: sessions[0]?.id, status: 'revoked', reason: 'user_deleted' } },
  ])
  expect(await told('api_key.revoked', userKeys)).toMatchObject([
    { actor, organizationId, data: userKeys[0] },
  ])
  expect(await told('organization_membership.deleted', memberships)).toMatchObject([
    { actor, organizationId, data: memberships[0] },
  ])
  expect(await told('api_key.revoked', organizationKeys)).toEqual([])
  const { data } = await bodyOf(`/events?limit=1`)
  expect(data).toMatchObject([{ event: 'user.deleted', data: { id: user.id } }])
})

test('deleting an organization tells of all that goes along', async () => {
  const { organizationId, sessions, userKeys, organizationKeys, memberships, domains, ...others } =
    await established()
  const { applications, providers, loginUris } = others
  await workos.organizations.deleteOrganization(organizationId)
  const about = { actor: { type: 'api_key' }, organizationId }
  expect(await told('application.deleted', applications)).toMatchObject([{ ...about, data: applications[0] }])
  expect(await told('api_key.revoked', userKeys)).toMatchObject([{ ...about, data: userKeys[0] }])
  expect(await told('api_key.revoked', organizationKeys)).toMatchObject([
    { ...about, data: organizationKeys[0] },
  ])
  expect(await told('organization_membership.deleted', memberships)).toMatchObject([
    { ...about, data: memberships[0] },
  ])
  expect(await told('organization_domain.deleted', domains)).toMatchObject([
    { ...about, data: { id: domains[0]?.id } },
  ])
  expect(await told('identity_provider.deleted', providers)).toMatchObject([{ ...about, data: providers[0] }])
  expect(await told('login_uri.deleted', loginUris)).toMatchObject([
    { ...about, data: loginUris[0] },
    { ...about, organizationId: null, data: loginUris[1] },
  ])
  expect(await told('session.revoked', sessions)).toEqual([])
  const { data } = await bodyOf(`/events?limit=1`)
  expect(data).toMatchObject([{ event: 'organization.deleted', data: { id: organizationId } }])
})

test('deleting an application tells of its login URI', async () => {
  const { id } = await app.fixtures.firstParty()
  const rule = await loginUri({ application_id: id })
  expect((await management.delete(`/connect/applications/${id}`)).status).toBe(204)
  expect(await told('login_uri.deleted', [rule])).toMatchObject([{ data: rule }])
  expect((await management.get(`/latchkey/v1/login_uris/${rule.id}`)).status).toBe(404)
})

test('a login URI that is made while its application is deleted is told of, or refused', async () => {
  for (let round = 0; round < 5; round++) {
    const { id } = await app.fixtures.firstParty()
    const [made, gone] = await Promise.all([
      management.post('/latchkey/v1/login_uris', { name: 'Late', uri: null, application_id: id }),
      management.delete(`/connect/applications/${id}`),
    ])
    expect(gone.status).toBe(204)
    expect([201, 422]).toContain(made.status)
    if (made.status === 201) {
      expect(await told('login_uri.deleted', [made.body as { readonly id: string }])).toHaveLength(1)
    }
  }
})

test('of more than a thousand of a kind the event of the deletion is all that is told', async () => {
  const { organizationId, organizationKeys, memberships } = await established()
  await sql`
    insert into customer_api_key
      (id, organization_id, name, value_hash, obfuscated_value, permissions, created_at, updated_at)
    select 'api_key_' || number, ${organizationId}, 'Key', ${organizationId} || number, 'sk_', '{}', now(), now()
      from generate_series(1, 1000) as number`.execute(app.testDatabase.database.kysely)
  await workos.organizations.deleteOrganization(organizationId)
  expect(await told('api_key.revoked', organizationKeys)).toEqual([])
  expect(await told('organization_membership.deleted', memberships)).toHaveLength(1)
  expect(await eventsOf(app, organizationId, ['organization.deleted'])).toHaveLength(1)
})

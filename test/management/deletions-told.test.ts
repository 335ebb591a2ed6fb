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
  await app.fixtures.m2m(organizationId)
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

test('deleting an organization tells of the applications, keys, memberships and domains that go along', async () => {
  const { organizationId, sessions, userKeys, organizationKeys, memberships, domains, applications } =
    await established()
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
  expect(await told('session.revoked', sessions)).toEqual([])
  const { data } = await bodyOf(`/events?limit=1`)
  expect(data).toMatchObject([{ event: 'organization.deleted', data: { id: organizationId } }])
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

import { decodeJwt } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { complete, completed, sentToLogin, setLoginUri, somebody } from '../support/own-login.ts'
import { credentials, post, textOf } from '../support/relying-party.ts'

/* Where somebody belongs, as the operator's own login page says. */

let app: TestApp
let portal: TestApplication
let acme: OrganizationId
let globex: OrganizationId
beforeAll(async () => {
  app = await startTestApp()
  portal = await app.fixtures.firstParty()
  await setLoginUri(app)
  const management = await app.management()
  const made = async (body: object) =>
    ((await management.post('/organizations', body)).body as { readonly id: OrganizationId }).id
  acme = await made({ name: 'Acme', external_id: 'acme' })
  globex = await made({ name: 'Globex' })
  await management.post('/authorization/roles', { slug: 'auditor', name: 'Auditor' })
})
afterAll(() => app[Symbol.asyncDispose]())

type Person = ReturnType<typeof somebody>

const membershipsOf = async ({ id }: Person) => {
  const user = await app.stores.users.byExternalId(id)
  if (!user) throw new Error('There is no such user.')
  const page = { limit: 10, order: 'asc' } as const
  const { rows } = await app.stores.memberships.page(page, { userId: user.id })
  return rows.map(({ organizationId, roleSlug, status }) => [organizationId, roleSlug, status])
}

const completeAs = async (person: Person, more: object) =>
  complete(app, (await sentToLogin(app, portal)).externalAuthId, person, more as Record<string, unknown>)

test('makes them members, by our ID or theirs, and tokens carry the one they chose', async () => {
  const person = somebody()
  const { browser, externalAuthId } = await sentToLogin(app, portal)
  const redirectUri = await completed(app, externalAuthId, person, {
    organizations: [{ external_id: 'acme', role_slug: 'auditor' }],
  })
  const { url } = await browser.get(redirectUri)
  const answer = await post(`${app.issuer}/oauth2/token`, {
    grant_type: 'authorization_code',
    code: url.searchParams.get('code') ?? '',
    redirect_uri: portal.redirectUri,
    ...credentials(portal),
  })
  expect(decodeJwt(textOf(answer, 'access_token'))).toMatchObject({ org_id: acme })
  expect(await membershipsOf(person)).toEqual([[acme, 'auditor', 'active']])
})

test('keeps the role and what is not named, unless they are said to be all', async () => {
  const person = somebody()
  const first = { organizations: [{ id: acme, role_slug: 'auditor' }, { id: globex }] }
  expect((await completeAs(person, first)).status).toBe(200)
  expect((await completeAs(person, { organizations: [{ id: acme }] })).status).toBe(200)
  const both = [
    [acme, 'auditor', 'active'],
    [globex, 'member', 'active'],
  ]
  expect(await membershipsOf(person)).toEqual(both)

  await completeAs(person, { organizations: [{ id: globex }], organizations_are_complete: true })
  expect(await membershipsOf(person)).toEqual([
    [acme, 'auditor', 'inactive'],
    [globex, 'member', 'active'],
  ])
  // Back again, as what they were.
  await completeAs(person, { organizations: [{ id: acme }] })
  expect(await membershipsOf(person)).toEqual(both)
  await completeAs(person, { organizations: [], organizations_are_complete: true })
  expect((await membershipsOf(person)).map(([, , status]) => status)).toEqual(['inactive', 'inactive'])
})

test.each([
  { said: { external_id: 'nobody' }, field: 'organizations.1', code: 'organization_not_found' },
  {
    said: { id: 'org_01ARZ3NDEKTSV4RRFFQ69G5FAV' },
    field: 'organizations.1',
    code: 'organization_not_found',
  },
  { said: { id: 'nonsense' }, field: 'organizations.1', code: 'organization_not_found' },
  {
    said: { external_id: 'acme', role_slug: 'king' },
    field: 'organizations.1.role_slug',
    code: 'invalid_role',
  },
])('refuses $said whole: nobody is made, nothing is used up', async ({ said, field, code }) => {
  const person = somebody()
  const { externalAuthId } = await sentToLogin(app, portal)
  const refused = await complete(app, externalAuthId, person, { organizations: [{ id: globex }, said] })
  expect(refused).toMatchObject({ status: 422, body: { errors: [{ field, code }] } })
  expect(await app.stores.users.byExternalId(person.id)).toBeUndefined()
  await completed(app, externalAuthId, person)
})

test('refuses one that is named twice over, or not at all', async () => {
  for (const said of [{}, { id: acme, external_id: 'acme' }]) {
    expect((await completeAs(somebody(), { organizations: [said] })).status).toBe(422)
  }
})

test('of two completions at once for the same person each is done, and there is one membership', async () => {
  const person = somebody()
  const answers = await Promise.all(
    [1, 2, 3].map(() => completeAs(person, { organizations: [{ id: acme }, { id: globex }] })),
  )
  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200])
  expect(await membershipsOf(person)).toHaveLength(2)
})

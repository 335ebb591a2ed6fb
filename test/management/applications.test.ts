import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newIdentifier, type OrganizationId } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, ManagementAnswer, WorkOS } from '../support/management.ts'
import { issuingNothing, obtainTokens, refresh, textOf } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management
let organization: OrganizationId

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
  organization = await app.fixtures.organization()
  await app.fixtures.permission('posts:read')
  await app.fixtures.permission('posts:write')
})
afterAll(() => app[Symbol.asyncDispose]())

const oauth = { application_type: 'oauth', name: 'Blog', is_first_party: true } as const

/** A refusal that names these fields and leaves every application as it was. */
const refusedNaming = async (ask: () => Promise<ManagementAnswer>, ...fields: string[]): Promise<void> => {
  const { status, body } = await issuingNothing(app, ask, [
    'application',
    'redirect_uri',
    'client_credential',
  ])
  expect({ status, body }).toMatchObject({
    status: 422,
    body: {
      code: 'invalid_request_parameters',
      message: expect.any(String),
      errors: fields.map((field) => ({ field, code: expect.any(String) })),
    },
  })
}

const missing = () => newIdentifier('application', app.clock.now(), systemRandom)

describe('creating applications with the SDK', () => {
  test('of type oauth, first-party', async () => {
    const created = await workos.connect.createApplication({
      applicationType: 'oauth',
      name: 'Blog',
      isFirstParty: true,
      description: 'Writes.',
      scopes: ['openid', 'posts:read'],
      redirectUris: [{ uri: 'https://a.example/1' }, { uri: 'https://a.example/2', default: true }],
    })
    expect(created).toEqual({
      object: 'connect_application',
      id: expect.stringMatching(/^conn_app_[0-9A-Z]{26}$/),
      clientId: expect.stringMatching(/^client_[0-9A-Z]{26}$/),
      name: 'Blog',
      description: 'Writes.',
      scopes: ['openid', 'posts:read'],
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
      applicationType: 'oauth',
      redirectUris: [
        { uri: 'https://a.example/1', default: false },
        { uri: 'https://a.example/2', default: true },
      ],
      usesPkce: false,
      isFirstParty: true,
      // The wire has no such members: the SDK's mapper makes them.
      wasDynamicallyRegistered: undefined,
      organizationId: undefined,
    })
    expect(await workos.connect.getApplication({ id: created.id })).toEqual(created)
    expect(await workos.connect.getApplication({ id: created.clientId })).toEqual(created)
  })

  test('of type oauth, third-party and public, by the shorter method', async () => {
    const created = await workos.connect.createOAuthApplication(
      'Phone',
      false,
      undefined,
      undefined,
      [{ uri: 'com.example.app:/cb' }],
      true,
      organization,
    )
    expect(created).toMatchObject({
      isFirstParty: false,
      usesPkce: true,
      organizationId: organization,
      wasDynamicallyRegistered: false,
      description: null,
      scopes: [],
    })
  })

  test('of type m2m, by both methods', async () => {
    const created = await workos.connect.createApplication({
      applicationType: 'm2m',
      name: 'Sync',
      organizationId: organization,
    })
    expect(created).toEqual({
      object: 'connect_application',
      id: created.id,
      clientId: created.clientId,
      name: 'Sync',
      description: null,
      scopes: [],
      createdAt: created.createdAt,
      updatedAt: created.updatedAt,
      applicationType: 'm2m',
      organizationId: organization,
    })
    const shorter = await workos.connect.createM2MApplication('Sync', organization, 'Copies.', ['posts:read'])
    expect(shorter).toMatchObject({ description: 'Copies.', scopes: ['posts:read'] })
  })

  test('shows exactly the members of its kind', async () => {
    const first = await management.post('/connect/applications', oauth)
    const third = await management.post('/connect/applications', {
      ...oauth,
      is_first_party: false,
      organization_id: organization,
    })
    const common = ['application_type', 'client_id', 'created_at', 'description', 'id', 'name', 'object']
    const ofOauth = [...common, 'is_first_party', 'redirect_uris', 'scopes', 'updated_at', 'uses_pkce'].sort()
    expect(first.status).toBe(201)
    expect(Object.keys(first.body as object).sort()).toEqual(ofOauth)
    expect(Object.keys(third.body as object).sort()).toEqual(
      [...ofOauth, 'organization_id', 'was_dynamically_registered'].sort(),
    )
  })

  test('is told of by an event with the application', async () => {
    const { body } = await management.post('/connect/applications', oauth)
    const { id } = body as { id: string }
    const [event] = (await app.stores.events.byName('application.created', 1000)).filter(
      ({ targetId }) => targetId === id,
    )
    expect(event).toMatchObject({ actor: { type: 'api_key' }, data: body as object })
  })
})

describe('creating an application is refused', () => {
  test.each([
    ['another type', { ...oauth, application_type: 'spa' }, ['application_type']],
    ['no type', { name: 'Blog', is_first_party: true }, ['application_type']],
    ['no name', { application_type: 'oauth', is_first_party: true }, ['name']],
    ['an empty name', { ...oauth, name: ' ' }, ['name']],
    ['a long name', { ...oauth, name: 'x'.repeat(256) }, ['name']],
    ['a name that is no text', { ...oauth, name: 1 }, ['name']],
    ['a name with NUL', { ...oauth, name: 'a\0' }, ['name']],
    ['a long description', { ...oauth, description: 'x'.repeat(1001) }, ['description']],
    ['no word of trust', { application_type: 'oauth', name: 'Blog' }, ['is_first_party']],
    ['trust that is no truth value', { ...oauth, is_first_party: 'yes' }, ['is_first_party']],
    ['a third party of nobody', { ...oauth, is_first_party: false }, ['organization_id']],
    ['unknown scopes', { ...oauth, scopes: ['openid', 'nope', 'x y'] }, ['scopes.1', 'scopes.2']],
    ['scopes that are no list', { ...oauth, scopes: 'openid' }, ['scopes']],
    ['what it cannot set', { ...oauth, id: 'conn_app_1', client_id: 'mine' }, ['id', 'client_id']],
    ['members of another thing', { ...oauth, secret: 'x', __typename: 'x' }, ['secret', '__typename']],
    [
      'redirection URIs of an m2m application',
      { application_type: 'm2m', name: 'Sync', organization_id: 'org_1', redirect_uris: [], uses_pkce: true },
      ['redirect_uris', 'uses_pkce'],
    ],
    ['an m2m application of nobody', { application_type: 'm2m', name: 'Sync' }, ['organization_id']],
    [
      'two defaults',
      {
        ...oauth,
        redirect_uris: [
          { uri: 'https://a.example/1', default: true },
          { uri: 'https://a.example/2', default: true },
        ],
      },
      ['redirect_uris.1.default'],
    ],
  ])('with %s', async (_what, body, fields) => {
    await refusedNaming(() => management.post('/connect/applications', body), ...fields)
  })

  test('with an organization, if it is first-party', async () => {
    const body = { ...oauth, organization_id: organization }
    await refusedNaming(() => management.post('/connect/applications', body), 'organization_id')
  })

  test.each([
    'javascript:alert(1)',
    'data:text/html,x',
    'http://app.example.com/cb',
    'http://10.0.0.1/cb',
    'https://app.example.com/cb#x',
    'https://*.example.com/cb',
    'https://user@app.example.com/cb',
    '/cb',
    '',
    'https://app.example.com/ä',
    `https://app.example.com/${'x'.repeat(2048)}`,
  ])('with the redirection URI %s', async (uri) => {
    const redirect_uris = [{ uri: 'https://fine.example/cb' }, { uri }]
    await refusedNaming(
      () => management.post('/connect/applications', { ...oauth, redirect_uris }),
      'redirect_uris.1.uri',
    )
  })

  test('with an organization that is not there, which is not found', async () => {
    const unknown = newIdentifier('organization', app.clock.now(), systemRandom)
    for (const organization_id of [unknown, 'nobody']) {
      const body = { application_type: 'm2m', name: 'Sync', organization_id }
      const answer = await issuingNothing(app, () => management.post('/connect/applications', body), [
        'application',
      ])
      expect(answer).toMatchObject({
        status: 404,
        body: { message: `Organization not found: '${organization_id}'.`, entity_id: organization_id },
      })
    }
  })

  test('without the right to write', async () => {
    const reader = await app.management(['applications:read'])
    const answer = await issuingNothing(app, () => reader.post('/connect/applications', oauth), [
      'application',
    ])
    expect(answer.status).toBe(403)
    expect((await reader.get('/connect/applications')).status).toBe(200)
  })
})

describe('updating an application', () => {
  const created = () =>
    workos.connect.createApplication({
      applicationType: 'oauth',
      name: 'Blog',
      isFirstParty: true,
      description: 'Writes.',
      scopes: ['posts:read'],
      redirectUris: [{ uri: 'https://a.example/1' }],
    })

  test('a rename with the SDK, which sends null for everything else, clears the description alone', async () => {
    const before = await created()
    app.clock.advance(5)
    const updated = await workos.connect.updateApplication({ id: before.clientId, name: 'Journal' })
    expect(updated).toEqual({ ...before, name: 'Journal', description: null, updatedAt: expect.any(Date) })
    expect(updated.updatedAt.getTime()).toBeGreaterThan(before.updatedAt.getTime())
    expect(await workos.connect.getApplication({ id: before.id })).toEqual(updated)
  })

  test('what is left out of the body stays; empty lists take away', async () => {
    const before = await created()
    const path = `/connect/applications/${before.id}`
    app.clock.advance(1)
    const { body: same } = await management.get(path)
    const { name, scopes, redirect_uris } = same as Record<string, unknown>
    for (const nothing of [{}, { name, scopes, redirect_uris }]) {
      const answer = await issuingNothing(app, () => management.put(path, nothing), ['application', 'event'])
      expect(answer.body).toEqual(same)
    }
    expect(same).toMatchObject({ name: 'Blog', description: 'Writes.' })
    expect((await management.put(path, { scopes: [], redirect_uris: [] })).body).toMatchObject({
      description: 'Writes.',
      scopes: [],
      redirect_uris: [],
    })
  })

  test('replaces scopes and redirection URIs, which hold from the answer on', async () => {
    const before = await created()
    const user = await app.fixtures.user()
    await workos.connect.updateApplication({
      id: before.id,
      redirectUris: [{ uri: 'https://b.example/2' }, { uri: 'https://b.example/1', default: true }],
    })
    const url = new URL(`${app.issuer}/oauth2/authorize`)
    url.search = String(
      new URLSearchParams({
        client_id: before.clientId,
        response_type: 'code',
        redirect_uri: 'https://a.example/1',
        scope: 'openid',
      }),
    )
    expect((await fetch(url, { redirect: 'manual' })).status).toBe(400)
    url.searchParams.set('redirect_uri', 'https://b.example/2')
    expect((await fetch(url, { redirect: 'manual' })).status).not.toBe(400)
    expect(user.id).toBeDefined()
  })

  test('a refresh gives no scope again that the application has lost', async () => {
    const application = await app.fixtures.firstParty({ scopes: ['posts:read', 'posts:write'] })
    const user = await app.fixtures.user()
    const scope = 'openid offline_access posts:read posts:write'
    const tokens = await obtainTokens(app, application, user, { scope })
    await workos.connect.updateApplication({ id: application.id, scopes: ['posts:read'] })
    const refreshed = await refresh(app, application, textOf(tokens, 'refresh_token'))
    expect(refreshed.body['scope']).toBe('openid offline_access posts:read')
    const asked = await refresh(app, application, textOf(refreshed, 'refresh_token'), { scope })
    expect(asked.body['error']).toBe('invalid_scope')
  })

  test('is told of by an event, with what it was before', async () => {
    const before = await created()
    const wire = (await management.get(`/connect/applications/${before.id}`)).body
    const { body } = await management.put(`/connect/applications/${before.id}`, { name: 'Journal' })
    const [event] = (await app.stores.events.byName('application.updated', 1000)).filter(
      ({ targetId }) => targetId === before.id,
    )
    expect(event).toMatchObject({ data: body as object, before: wire as object })
  })

  test.each([
    ['application_type', 'm2m'],
    ['is_first_party', false],
    ['uses_pkce', true],
    ['organization_id', 'org_1'],
    ['id', 'conn_app_1'],
    ['client_id', 'client_1'],
    ['created_at', '2020-01-01T00:00:00.000Z'],
    ['name', ''],
    ['name', 7],
    ['description', 'x'.repeat(1001)],
  ])('%s cannot become %j', async (field, value) => {
    const { id } = await created()
    await refusedNaming(
      () => management.put(`/connect/applications/${id}`, { scopes: [], [field]: value }),
      field,
    )
  })

  test('an m2m application has no users to send back', async () => {
    const { id } = await workos.connect.createM2MApplication('Sync', organization)
    const path = `/connect/applications/${id}`
    expect((await management.put(path, { name: 'Copy', redirect_uris: [] })).status).toBe(200)
    const redirect_uris = [{ uri: 'https://a.example/1' }]
    await refusedNaming(() => management.put(path, { redirect_uris }), 'redirect_uris')
  })

  test('of several at once none is half of another', async () => {
    const { id } = await created()
    const versions = Array.from({ length: 10 }, (_, index) => ({
      name: `Name ${index}`,
      redirect_uris: [{ uri: `https://a.example/${index}` }, { uri: `https://b.example/${index}` }],
    }))
    const answers = await Promise.all(
      versions.map((version) => management.put(`/connect/applications/${id}`, version)),
    )
    expect(answers.map(({ status }) => status)).toEqual(versions.map(() => 200))
    const { body } = await management.get(`/connect/applications/${id}`)
    const { name } = body as { name: string }
    expect(versions.map((version) => version.name)).toContain(name)
    const number = name.slice('Name '.length)
    expect(body).toMatchObject({
      redirect_uris: [{ uri: `https://a.example/${number}` }, { uri: `https://b.example/${number}` }],
    })
  })
})

describe('deleting an application', () => {
  test('takes it away once, with an event', async () => {
    const { id } = await workos.connect.createM2MApplication('Sync', organization)
    const wire = (await management.get(`/connect/applications/${id}`)).body
    await workos.connect.deleteApplication({ id })
    await expect(workos.connect.getApplication({ id })).rejects.toMatchObject({
      status: 404,
      code: 'entity_not_found',
      message: `Application not found: '${id}'.`,
    })
    await expect(workos.connect.deleteApplication({ id })).rejects.toMatchObject({ status: 404 })
    const events = (await app.stores.events.byName('application.deleted', 1000)).filter(
      ({ targetId }) => targetId === id,
    )
    expect(events).toMatchObject([{ organizationId: organization, data: wire as object }])
  })

  test('one that is not there is not found, by whatever name', async () => {
    for (const id of [missing(), 'client_01KA0000000000000000000000', 'nothing', 'x'.repeat(200), '%00']) {
      expect((await management.get(`/connect/applications/${id}`)).status).toBe(404)
      expect((await management.put(`/connect/applications/${id}`, {})).status).toBe(404)
      expect((await management.delete(`/connect/applications/${id}`)).status).toBe(404)
    }
  })
})

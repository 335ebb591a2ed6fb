import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { Management, WorkOS } from '../support/management.ts'
import {
  authorizationUrl,
  authorize,
  credentials,
  introspect,
  newPkce,
  obtainTokens,
  post,
  refresh,
  textOf,
} from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const all = async () => (await management.get('/authorization/permissions?limit=100')).body

/** Refused with this, and nothing is other than before. */
const expectRefused = async (
  send: () => Promise<{ readonly status: number; readonly body: unknown }>,
  status: number,
  body: object,
) => {
  const before = await all()
  const refused = await send()
  expect(refused.status).toBe(status)
  expect(refused.body).toMatchObject(body)
  expect(await all()).toEqual(before)
}

const faultOf = (field: string, code: string) => ({
  code: 'invalid_request_parameters',
  errors: [{ field, code }],
})

describe('permissions', () => {
  test('what is created can be read, listed, changed and deleted with the official SDK', async () => {
    const created = await workos.authorization.createPermission({
      slug: 'documents:read.*',
      name: ' View documents ',
      description: 'See what is in them.',
    })
    expect(created).toMatchObject({
      object: 'permission',
      slug: 'documents:read.*',
      name: 'View documents',
      description: 'See what is in them.',
      system: false,
      resourceTypeSlug: 'organization',
    })
    expect(created.id).toMatch(/^perm_/)
    expect(await workos.authorization.getPermission('documents:read.*')).toEqual(created)
    expect((await workos.authorization.listPermissions()).data).toContainEqual(created)

    app.clock.advance(1)
    const updated = await workos.authorization.updatePermission('documents:read.*', {
      name: 'Read documents',
    })
    expect(updated).toMatchObject({ name: 'Read documents', description: 'See what is in them.' })
    expect(Date.parse(updated.updatedAt)).toBeGreaterThan(Date.parse(created.updatedAt))

    await workos.authorization.deletePermission('documents:read.*')
    await expect(workos.authorization.getPermission('documents:read.*')).rejects.toMatchObject({
      status: 404,
      code: 'entity_not_found',
    })
    await expect(workos.authorization.deletePermission('documents:read.*')).rejects.toMatchObject({
      status: 404,
    })
  })

  test('null takes the description away, and is no name', async () => {
    await app.fixtures.permission('described', 'Described', 'At first.')
    const path = '/authorization/permissions/described'
    expect((await management.patch(path, { description: null })).body).toMatchObject({ description: null })
    expect((await management.patch(path, { name: null })).body).toMatchObject({ name: 'Described' })
  })

  test('each change is one event, with what was before; one that changes nothing is none', async () => {
    const { body } = await management.post('/authorization/permissions', { slug: 'told', name: 'Told' })
    const path = '/authorization/permissions/told'
    const { body: updated } = await management.patch(path, { description: 'Of.' })
    await management.patch(path, { description: 'Of.' })
    await management.delete(path)
    const events = await Promise.all(
      (['permission.created', 'permission.updated', 'permission.deleted'] as const).map(async (name) =>
        (await app.stores.events.byName(name, 1000))
          .filter(({ targetId }) => targetId === (body as { id: string }).id)
          .map(({ actor, data, before }) => ({ type: actor['type'], data, before })),
      ),
    )
    expect(events).toEqual([
      [{ type: 'api_key', data: body, before: null }],
      [{ type: 'api_key', data: updated, before: body }],
      [{ type: 'api_key', data: updated, before: null }],
    ])
  })

  test('of twenty creations of one slug at once, one is made', async () => {
    const answers = await Promise.all(
      Array.from({ length: 20 }, () =>
        management.post('/authorization/permissions', { slug: 'raced', name: 'Raced' }),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
    for (const { body } of answers.filter(({ status }) => status !== 201)) {
      expect(body).toMatchObject({ code: 'permission_slug_conflict' })
    }
  })

  test.each<[string, object, string, string]>([
    ['a slug of other characters', { slug: 'Reports:Read' }, 'slug', 'slug_invalid'],
    ['a slug with a space', { slug: 'a b' }, 'slug', 'slug_invalid'],
    ['an empty slug', { slug: '' }, 'slug', 'slug_invalid'],
    ['a slug that no path can name', { slug: '.' }, 'slug', 'slug_invalid'],
    ['a slug that leads up in a path', { slug: '..' }, 'slug', 'slug_invalid'],
    ['a slug that is too long', { slug: 'a'.repeat(49) }, 'slug', 'slug_invalid'],
    ...['openid', 'profile', 'email', 'offline_access', 'address', 'phone'].map(
      (slug): [string, object, string, string] => [
        `the scope ${slug} of OpenID Connect`,
        { slug },
        'slug',
        'slug_invalid',
      ],
    ),
    ['an empty name', { name: ' ' }, 'name', 'name_invalid'],
    ['a name that is too long', { name: 'é'.repeat(49) }, 'name', 'name_invalid'],
    ['a name that nobody could see', { name: 'Read\u202Eer' }, 'name', 'name_invalid'],
    [
      'a description that is too long',
      { description: 'a'.repeat(151) },
      'description',
      'description_invalid',
    ],
    ['a resource of another type', { resource_type_slug: 'document' }, 'resource_type_slug', 'invalid_value'],
    ['a field that is read-only', { system: true }, 'system', 'unknown_field'],
    ['a name that is no text', { name: 1 }, 'name', 'invalid_type'],
  ])('are refused with %s', async (_, change, field, code) => {
    const body = { slug: 'refused', name: 'Refused', ...change }
    await expectRefused(() => management.post('/authorization/permissions', body), 422, faultOf(field, code))
  })

  test('have up to 48 characters in slug and name, counted as people count', async () => {
    const permission = { slug: 'a'.repeat(48), name: '𝒳'.repeat(48), description: '𝒳'.repeat(150) }
    const created = await management.post('/authorization/permissions', permission)
    expect(created).toMatchObject({ status: 201, body: permission })
  })

  test.each([
    [{ name: '' }, 'name', 'name_invalid'],
    [{ slug: 'other' }, 'slug', 'unknown_field'],
    [{ description: 7 }, 'description', 'invalid_type'],
  ])('refuse the change %j', async (change, field, code) => {
    await app.fixtures.permission(`unchanged.${field}`)
    await expectRefused(
      () => management.patch(`/authorization/permissions/unchanged.${field}`, change),
      422,
      faultOf(field, code),
    )
  })

  test('take cursors of permissions only', async () => {
    const answer = await management.get('/authorization/permissions?after=role_01EHZNVPK3SFK441A1RGBFSHRT')
    expect(answer).toMatchObject({ status: 422, body: faultOf('after', 'invalid_cursor') })
  })
})

describe('a permission that is deleted', () => {
  const slug = 'ledger:read'
  const scope = `openid offline_access ${slug}`

  const established = async () => {
    await app.fixtures.permission(slug)
    const organization = await app.fixtures.organization()
    const user = await app.fixtures.user({ organizations: [organization] })
    const application = await app.fixtures.thirdParty(organization, { scopes: [slug] })
    return { organization, user, application, guard: await app.fixtures.firstParty() }
  }

  const recreate = async (clientId: string) => {
    await app.fixtures.permission(slug, 'Something else')
    // As assigning it to the application again does.
    const { kysely } = app.testDatabase.database
    await kysely
      .updateTable('application')
      .set({ scopes: [slug] })
      .where('client_id', '=', clientId as never)
      .execute()
  }

  test('ends in refreshed tokens, introspection, roles, keys and consents, and does not come back', async () => {
    const { organization, user, application, guard } = await established()
    const m2m = await app.fixtures.m2m(organization, { scopes: [slug] })
    const tokens = await obtainTokens(app, application, user, { scope })
    const own = await post(`${app.issuer}/oauth2/token`, {
      grant_type: 'client_credentials',
      ...credentials(m2m),
    })
    expect(own.body['scope']).toBe(slug)
    await workos.authorization.addEnvironmentRolePermission('member', { permissionSlug: slug })
    await management.post(`/organizations/${organization}/api_keys`, { name: 'Key', permissions: [slug] })

    await workos.authorization.deletePermission(slug)

    expect((await workos.authorization.getEnvironmentRole('member')).permissions).toEqual([])
    expect((await management.get(`/organizations/${organization}/api_keys`)).body).toMatchObject({
      data: [{ permissions: [] }],
    })
    for (const [token, expected] of [
      [textOf(tokens, 'access_token'), 'openid offline_access'],
      [textOf(tokens, 'refresh_token'), 'openid offline_access'],
      [textOf(own, 'access_token'), undefined],
    ] as const) {
      const { body } = await introspect(app, guard, token)
      expect(body).toMatchObject({ active: true })
      expect(body['scope']).toBe(expected)
    }
    const refused = await post(`${app.issuer}/oauth2/token`, {
      grant_type: 'client_credentials',
      scope: slug,
      ...credentials(m2m),
    })
    expect(refused).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })

    const refreshed = await refresh(app, application, textOf(tokens, 'refresh_token'))
    expect(refreshed.body['scope']).toBe('openid offline_access')
    expect(decodeJwt(textOf(refreshed, 'access_token'))['scope']).toBe('openid offline_access')

    await recreate(application.clientId)
    const again = await refresh(app, application, textOf(refreshed, 'refresh_token'))
    expect(again.body['scope']).toBe('openid offline_access')
    const asked = await refresh(app, application, textOf(again, 'refresh_token'), { scope: slug })
    expect(asked).toMatchObject({ status: 400, body: { error: 'invalid_scope' } })
    // What the user agreed to was another thing.
    const silent = await fetch(authorizationUrl(app, application, { scope, prompt: 'none' }), {
      redirect: 'manual',
    })
    expect(silent.headers.get('location')).not.toContain('code=')
    await workos.authorization.deletePermission(slug)
  })

  test('ends in a code that is not redeemed yet', async () => {
    const { user, application } = await established()
    const pkce = newPkce()
    const response = await authorize(app, application, user, { scope, ...pkce.parameters })
    await workos.authorization.deletePermission(slug)
    const tokens = await post(`${app.issuer}/oauth2/token`, {
      grant_type: 'authorization_code',
      code: response.get('code') ?? '',
      redirect_uri: application.redirectUri,
      code_verifier: pkce.verifier,
      ...credentials(application),
    })
    expect(tokens).toMatchObject({ status: 200, body: { scope: 'openid offline_access' } })
  })

  test('is taken out of every consent, however many there are', async () => {
    const { application } = await established()
    const users = await Promise.all(Array.from({ length: 5 }, () => app.fixtures.user()))
    const now = app.clock.now()
    for (const { id } of users) {
      await app.stores.consents.grant({
        id: `app_consent_${id.slice(5)}` as never,
        userId: id,
        applicationId: application.id,
        organizationId: null,
        scopes: ['openid', slug],
        resources: [],
        authorizationDetails: [],
        chosenClaims: null,
        createdAt: now,
        updatedAt: now,
      })
    }
    await app.stores.consents.loseScope(slug, now, 2)
    for (const { id } of users) {
      const { consents } = await app.stores.consents.standing(id, application.id)
      expect(consents).toMatchObject([{ scopes: ['openid'], scopesByPlace: { '': ['openid'] } }])
    }
    await workos.authorization.deletePermission(slug)
  })

  test('deleted while it is assigned, agreed to and given: nobody is left with it', async () => {
    for (let round = 0; round < 5; round++) {
      await app.fixtures.permission('raced:away')
      const organization = await app.fixtures.organization()
      const [deleted, ...others] = await Promise.all([
        management.delete('/authorization/permissions/raced:away'),
        management.post('/connect/applications', {
          name: 'Raced',
          application_type: 'm2m',
          organization_id: organization,
          scopes: ['raced:away'],
        }),
        management.post(`/organizations/${organization}/api_keys`, {
          name: 'Key',
          permissions: ['raced:away'],
        }),
        management.post('/authorization/roles/member/permissions', { slug: 'raced:away' }),
      ])
      expect(deleted.status).toBe(204)
      for (const { status } of others) expect([200, 201, 422]).toContain(status)
      expect((await workos.authorization.getEnvironmentRole('member')).permissions).not.toContain(
        'raced:away',
      )
      const applications = await app.stores.clients.ofOrganization(organization)
      expect(applications.flatMap(({ scopes }) => scopes)).toEqual([])
      const { body } = await management.get(`/organizations/${organization}/api_keys`)
      expect((body as { data: { permissions: string[] }[] }).data.flatMap((key) => key.permissions)).toEqual(
        [],
      )
    }
  })
})

/** The embedded store has one process, and nobody to tell. */
if (testStore.kind === 'postgres') {
  test('a permission that is deleted is asked for in vain on every node, cached or not', async () => {
    await app.fixtures.permission('cached:read')
    const m2m = await app.fixtures.m2m(await app.fixtures.organization(), { scopes: ['cached:read'] })
    const node = await app.startNode()
    const ask = () =>
      post(`${node.issuer}/oauth2/token`, {
        grant_type: 'client_credentials',
        scope: 'cached:read',
        ...credentials(m2m),
      })
    try {
      expect((await ask()).status).toBe(200)
      await workos.authorization.deletePermission('cached:read')
      await app.changesHeard()
      expect((await ask()).body).toMatchObject({ error: 'invalid_scope' })
    } finally {
      await node.close()
    }
  })
}

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type Management, managementOf } from '../support/management.ts'

let app: TestApp
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const all = async () => (await management.get('/organizations?limit=100')).body

const refusals = async () => (await app.stores.events.byName('change.refused', 1000)).map(({ data }) => data)

describe('a key', () => {
  test('is asked for: none, a wrong one and another scheme get 401, and nothing else is said', async () => {
    for (const authorization of [undefined, 'Bearer', 'Bearer sk_wrong', `Basic ${management.apiKey}`]) {
      const response = await fetch(`${app.issuer}/organizations`, {
        ...(authorization !== undefined && { headers: { authorization } }),
      })
      expect(response.status).toBe(401)
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await response.json()).toEqual({ message: 'Unauthorized' })
    }
  })

  test('of fewer rights gets 403, changes nothing, and the refusal is an event', async () => {
    const reader = await app.management(['organizations:read'])
    const before = await all()
    expect((await reader.get('/organizations')).status).toBe(200)
    const { status, body } = await reader.post('/organizations', { name: 'No' })
    expect(status).toBe(403)
    expect(body).toMatchObject({ message: 'This API key lacks the permission organizations:write.' })
    expect(await all()).toEqual(before)
    expect(await refusals()).toContainEqual({
      operation: 'createOrganization',
      status: 403,
      code: 'forbidden',
      fields: [],
    })
  })

  test('that may write may read', async () => {
    const writer = await app.management(['organizations:write'])
    expect((await writer.get('/organizations')).status).toBe(200)
    const other = await app.management(['users:write'])
    expect((await other.get('/organizations')).status).toBe(403)
  })
})

describe('a request', () => {
  test('may say application/json and have no body, as the SDK does with every GET and DELETE', async () => {
    const { body } = await management.post('/organizations', { name: 'Empty' })
    const { id } = body as { id: string }
    const json = { 'content-type': 'application/json' }
    expect((await management.get(`/organizations/${id}`, json)).status).toBe(200)
    expect((await management.delete(`/organizations/${id}`, '', json)).status).toBe(200)
  })

  test('that is no JSON, too long, of another type or poisoned is refused, and nothing is created', async () => {
    const before = await all()
    for (const [body, headers, status] of [
      ['{"name":', {}, 400],
      ['{"name":"x","__proto__":{"admin":true}}', {}, 400],
      ['{"name":"x","constructor":{"prototype":{"admin":true}}}', {}, 400],
      ['[]', {}, 422],
      ['"text"', {}, 422],
      [JSON.stringify({ name: 'x'.repeat(300_000) }), {}, 413],
      ['name=x', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
      ['<name>x</name>', { 'content-type': 'text/xml' }, 415],
    ] as const) {
      const answer = await management.post('/organizations', body, headers)
      expect(answer.status, body.slice(0, 60)).toBe(status)
      expect(answer.body).toMatchObject({ message: expect.any(String) })
    }
    expect(await all()).toEqual(before)
  })

  test('names every faulty field at once', async () => {
    const { status, body } = await management.post('/organizations', {
      external_id: 7,
      allow_profiles_outside_organization: 'yes',
      admin: true,
    })
    expect(status).toBe(422)
    const { errors } = body as { errors: { field: string }[] }
    expect(errors.map(({ field }) => field).sort()).toEqual([
      'admin',
      'allow_profiles_outside_organization',
      'external_id',
      'name',
    ])
  })

  test('with text that cannot be kept is refused with its field', async () => {
    for (const name of ['a\0b', 'half \ud800 pair']) {
      const { status, body } = await management.post('/organizations', { name })
      expect(status).toBe(422)
      expect(body).toMatchObject({ errors: [{ field: 'name', code: 'invalid_characters' }] })
    }
    expect((await management.get('/organizations/external_id/a%00b')).status).toBe(404)
  })

  test('for a list has a limit from 1 to 100, an order and cursors of that list', async () => {
    for (const [query, field] of [
      ['limit=0', 'limit'],
      ['limit=101', 'limit'],
      ['limit=x', 'limit'],
      ['limit=1.5', 'limit'],
      ['limit=-1', 'limit'],
      ['limit=1&limit=2', 'limit'],
      ['order=up', 'order'],
      ['after=user_01KDVDNA00V75E4SDR19VXRF50', 'after'],
      ['before=nonsense', 'before'],
      ['organisation=typo', 'organisation'],
    ]) {
      const { status, body } = await management.get(`/organizations?${query}`)
      expect(status, query).toBe(422)
      expect(body).toMatchObject({ errors: [{ field }] })
    }
  })

  test('that is refused says no more of itself in the event than names', async () => {
    await management.post('/organizations', { name: 7, sk_secret_in_the_wrong_place: 'lks_secret' })
    const events = JSON.stringify(await refusals())
    expect(events).toContain('(unknown)')
    expect(events).not.toContain('sk_secret_in_the_wrong_place')
    expect(events).not.toContain('lks_secret')
  })

  test('that cannot be read is an event as well, and one that lacks the right is refused for that first', async () => {
    const reader = await app.management(['events:read'])
    for (const [body, headers, status] of [
      ['{"name":', {}, 400],
      [JSON.stringify({ name: 'x'.repeat(300_000) }), {}, 413],
      ['name=x', { 'content-type': 'text/plain' }, 415],
    ] as const) {
      const before = await refusals()
      expect((await management.post('/organizations', body, headers)).status).toBe(status)
      expect((await reader.post('/organizations', body, headers)).status).toBe(403)
      const added = (await refusals()).slice(before.length)
      expect(added.map((refusal) => refusal['status'])).toEqual([status, 403])
    }
  })

  test('is told of with its target and organization, unless they look like a secret', async () => {
    const { id } = (await management.post('/organizations', { name: 'Target' })).body as { id: string }
    const targets = async () =>
      (await app.stores.events.byName('change.refused', 1000))
        .slice(-1)
        .map(({ targetId, organizationId }) => [targetId, organizationId])[0]
    await management.patch('/authorization/permissions/no:such', { name: 'x' })
    expect(await targets()).toEqual(['no:such', null])
    await management.patch(`/authorization/organizations/${id}/roles/org-none`, { name: 'x' })
    expect(await targets()).toEqual(['org-none', id])
    await management.delete(`/latchkey/v1/api_keys/${management.apiKey}`)
    expect(await targets()).toEqual([null, null])
  })

  test('leaves no key or secret in the log, wherever it was pasted', async () => {
    const secret = (await app.fixtures.firstParty()).clientSecret
    await management.delete(`/latchkey/v1/api_keys/${management.apiKey}`)
    await management.delete(`/connect/client_secrets/${secret}`)
    await management.post('/organizations', { name: 'x', [secret]: secret })
    await management.get(`/organizations?${secret}=${secret}&after=${secret}`)
    await management.put('/user_management/jwt_template', { content: `{"a":"{{ ${secret} }}"}` })
    const kept = [
      ...app.logLines,
      JSON.stringify(await app.stores.events.byName('change.refused', 1000)),
    ].join('\n')
    expect(kept).toContain('api_keys')
    for (const text of [secret, management.apiKey]) expect(kept).not.toContain(text.slice(4, 40))
  })

  test('for what is not there gets 404 as JSON, with a request ID', async () => {
    for (const path of ['/organizations/org_01KDVDNA00V75E4SDR19VXRF50', '/organizations/x', '/nothing']) {
      const { status, body, headers } = await management.get(path)
      expect(status).toBe(404)
      expect(body).toMatchObject({ message: expect.any(String) })
      expect(headers.get('x-request-id')).toMatch(/^[0-9A-Z]{26}$/)
    }
  })

  test('whose URL no route can be looked up for says nothing of what looks it up', async () => {
    for (const [path, expected] of [
      ['/organizations/%ED%A0%80', { status: 400, body: { message: 'The URL cannot be read.' } }],
      [`/organizations/${'x'.repeat(300)}`, { status: 404, body: { message: 'Not found.' } }],
    ] as const) {
      const { status, body, headers } = await management.get(path)
      expect({ status, body }).toEqual(expected)
      expect(headers.get('x-request-id')).toMatch(/^[0-9A-Z]{26}$/)
    }
  })

  test('whose body is nested without end is refused', async () => {
    for (const depth of [100, 2_000, 50_000]) {
      const nested = `${'{"a":['.repeat(depth / 2)}1${']}'.repeat(depth / 2)}`
      const { status, body } = await management.post('/organizations', `{"name":"Deep","metadata":${nested}}`)
      expect({ status, body }).toMatchObject({ status: 400, body: { code: 'invalid_json' } })
    }
  })

  test('tells a field that is missing from one of another type', async () => {
    const codeOf = async (sent: object) => (await management.post('/organizations', sent)).body
    expect(await codeOf({})).toMatchObject({ errors: [{ field: 'name', code: 'required' }] })
    expect(await codeOf({ name: 1 })).toMatchObject({ errors: [{ field: 'name', code: 'invalid_type' }] })
  })

  test('without a key is refused before its body is read', async () => {
    const stranger = managementOf(app.issuer, '')
    expect((await stranger.post('/organizations', '{"name":')).status).toBe(401)
  })
})

describe('cursors', () => {
  test('lead back as well as forth, and `normal` swaps their meanings', async () => {
    const ids: string[] = []
    for (let i = 0; i < 5; i++) {
      ids.unshift(
        ((await management.post('/organizations', { name: `Cursor ${i}` })).body as { id: string }).id,
      )
    }
    const page = async (query: string) => {
      const { body } = await management.get(`/organizations?limit=2&${query}`)
      const { data, list_metadata } = body as {
        data: { id: string }[]
        list_metadata: { before: string | null; after: string | null }
      }
      return { ids: data.map(({ id }) => id), ...list_metadata }
    }
    const first = await page('order=desc')
    expect(first).toEqual({ ids: ids.slice(0, 2), before: null, after: ids[1] })
    const second = await page(`order=desc&after=${first.after}`)
    expect(second).toMatchObject({ ids: ids.slice(2, 4), before: ids[2], after: ids[3] })
    expect(await page(`order=desc&before=${second.before}`)).toEqual(first)

    const normal = await page('order=normal')
    expect(normal).toEqual({ ids: ids.slice(0, 2), before: ids[1], after: null })
    expect(await page(`order=normal&before=${normal.before}`)).toMatchObject({
      ids: ids.slice(2, 4),
      before: ids[3],
      after: ids[2],
    })
  })

  test('of what was deleted meanwhile still lead on', async () => {
    const ids: string[] = []
    for (let i = 0; i < 3; i++) {
      ids.push(((await management.post('/organizations', { name: `Gone ${i}` })).body as { id: string }).id)
    }
    await management.delete(`/organizations/${ids[1]}`)
    const { body } = await management.get(`/organizations?order=asc&after=${ids[1]}`)
    expect((body as { data: { id: string }[] }).data[0]?.id).toBe(ids[2])
  })
})

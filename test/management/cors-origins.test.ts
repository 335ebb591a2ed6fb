import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { CorsOriginObject } from '../../src/objects/cors-origin.ts'
import type { ListObject } from '../../src/objects/list.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { Management, WorkOS } from '../support/management.ts'

const PATH = '/user_management/cors_origins'
const LISTED = 'https://listed.example.com'
const OTHER = 'https://other.example.com'

let app: TestApp
let workos: WorkOS
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const list = async () =>
  ((await management.get(`${PATH}?limit=100`)).body as ListObject<CorsOriginObject>).data

describe('CORS origins', () => {
  test('are listed, read over pages and taken away, each with its event', async () => {
    const created: CorsOriginObject[] = []
    for (const origin of ['https://a.example.com', 'http://localhost:5173', 'https://b.example.com:8443']) {
      const { data } = await workos.post<CorsOriginObject>(PATH, { origin })
      expect(data).toEqual({
        object: 'cors_origin',
        id: expect.stringMatching(/^cors_origin_[0-9A-Z]{26}$/),
        origin,
        created_at: expect.stringMatching(/^\d{4}-.*\.\d{3}Z$/),
        updated_at: data.created_at,
      })
      created.push(data)
    }
    const page = await workos.get<ListObject<CorsOriginObject>>(PATH, { query: { limit: 2, order: 'asc' } })
    expect(page.data.data).toEqual(created.slice(0, 2))
    const after = page.data.list_metadata.after ?? ''
    const next = await workos.get<ListObject<CorsOriginObject>>(PATH, { query: { after, order: 'asc' } })
    expect(next.data.data).toEqual(created.slice(2))

    const [first] = created
    const id = first?.id ?? ''
    expect((await management.delete(`${PATH}/${id}`)).status).toBe(204)
    expect((await management.delete(`${PATH}/${id}`)).status).toBe(404)
    expect(await list()).not.toContainEqual(first)
    const events = await eventsOf(app, id, ['cors_origin.created', 'cors_origin.deleted'])
    expect(events).toMatchObject([
      { name: 'cors_origin.created', data: first, actor: { type: 'api_key' } },
      { name: 'cors_origin.deleted', data: first, actor: { type: 'api_key' } },
    ])
  })

  test('one that is listed already is 409, however many ask at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => management.post(PATH, { origin: 'https://race.example.com' })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(409)])
    expect(answers.find(({ status }) => status === 409)?.body).toEqual({
      code: 'duplicate_cors_origin',
      message: expect.any(String),
    })
    expect((await list()).filter(({ origin }) => origin === 'https://race.example.com')).toHaveLength(1)
  })

  test.each([
    '',
    '*',
    'null',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://*.example.com',
    'https://APP.example.com',
    'http://app.example.com',
    'javascript:alert(1)',
    `https://${'a'.repeat(300)}.example.com`,
  ])('%j is refused in both of the shapes that libraries read', async (origin) => {
    const before = await list()
    const { status, body } = await management.post(PATH, { origin })
    expect(status).toBe(422)
    expect(body).toMatchObject({
      message: expect.any(String),
      errors: [
        {
          field: 'origin',
          code: 'origin_invalid',
          property: 'origin',
          constraints: { origin_invalid: expect.any(String) },
        },
      ],
    })
    expect(await list()).toEqual(before)
  })

  test.each<[unknown, string]>([
    [{}, 'origin'],
    [{ origin: null }, 'origin'],
    [{ origin: 1 }, 'origin'],
    [{ origin: LISTED, id: 'x' }, 'id'],
  ])('%j is refused with the field named', async (sent, field) => {
    const { status, body } = await management.post(PATH, sent)
    expect(status).toBe(422)
    expect(body).toMatchObject({ errors: [{ field }] })
  })

  test('need the right to them', async () => {
    const reader = await app.management(['environment:read'])
    expect((await reader.get(PATH)).status).toBe(200)
    expect((await reader.post(PATH, { origin: OTHER })).status).toBe(403)
    expect((await list()).map(({ origin }) => origin)).not.toContain(OTHER)
  })
})

describe('CORS', () => {
  const allowed = async (path: string, origin: string, method = 'POST') => {
    const response = await fetch(app.issuer + path, { method, headers: { origin } })
    const { headers } = response
    return { allowed: headers.get('access-control-allow-origin'), vary: headers.get('vary') }
  }
  const endpoints = ['/oauth2/token', '/oauth2/revoke', '/oauth2/userinfo']

  test('is open to every origin until the operator says otherwise', async () => {
    for (const path of endpoints) {
      for (const method of ['POST', 'OPTIONS'])
        expect((await allowed(path, OTHER, method)).allowed, `${method} ${path}`).toBe('*')
    }
  })

  test('is open to listed origins alone once it is set so, on answers, errors and preflights', async () => {
    await management.post(PATH, { origin: LISTED })
    await management.patch('/latchkey/v1/settings', { cors: 'listed' })
    for (const path of endpoints) {
      for (const method of ['POST', 'OPTIONS']) {
        expect(await allowed(path, LISTED, method)).toEqual({ allowed: LISTED, vary: 'Origin' })
        for (const origin of [OTHER, 'null', `${LISTED}.evil.example`, LISTED.toUpperCase()])
          expect(await allowed(path, origin, method)).toEqual({ allowed: null, vary: 'Origin' })
      }
    }
    // What anybody may read stays open.
    for (const path of ['/oauth2/jwks', '/.well-known/openid-configuration'])
      expect((await allowed(path, OTHER, 'GET')).allowed).toBe('*')
    const listed = (await list()).find(({ origin }) => origin === LISTED)
    await management.delete(`${PATH}/${listed?.id}`)
    expect((await allowed('/oauth2/token', LISTED)).allowed).toBeNull()
    await management.patch('/latchkey/v1/settings', { cors: null })
    expect((await allowed('/oauth2/token', LISTED)).allowed).toBe('*')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ListObject } from '../../src/objects/list.ts'
import type { RedirectUriObject } from '../../src/objects/redirect-uri.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { authorizationUrl, expectErrorPage, obtainTokens, open } from '../support/relying-party.ts'

const PATH = '/user_management/redirect_uris'

let app: TestApp
let workos: WorkOS
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const list = async (through = management) =>
  ((await through.get(`${PATH}?limit=100`)).body as ListObject<RedirectUriObject>).data
const create = async (
  uri: string,
  options: { readonly default?: boolean } = {},
): Promise<RedirectUriObject> => {
  const { status, body } = await management.post(PATH, { uri, ...options })
  expect(status, JSON.stringify(body)).toBe(201)
  return body as RedirectUriObject
}
const remove = ({ id }: Pick<RedirectUriObject, 'id'>) => management.delete(`${PATH}/${id}`)

describe('redirect URIs of the environment', () => {
  test('are registered, listed and removed, each with its event', async () => {
    const { data } = await workos.post<RedirectUriObject>(PATH, { uri: 'https://app.example.com/callback' })
    expect(data).toEqual({
      object: 'redirect_uri',
      id: expect.stringMatching(/^redir_[0-9A-Z]{26}$/),
      uri: 'https://app.example.com/callback',
      default: false,
      created_at: expect.any(String),
      updated_at: data.created_at,
    })
    expect(await list()).toContainEqual(data)
    expect((await remove(data)).status).toBe(204)
    expect(await remove(data)).toMatchObject({ status: 404, body: { entity_id: data.id } })
    expect(await list()).not.toContainEqual(data)
    expect(await eventsOf(app, data.id, ['redirect_uri.created', 'redirect_uri.deleted'])).toMatchObject([
      { data, actor: { type: 'api_key' } },
      { data },
    ])
  })

  test('one of them is the default at most; it goes last', async () => {
    const first = await create('https://first.example.com/', { default: true })
    const second = await create('https://second.example.com/', { default: true })
    const defaults = async () => (await list()).filter((each) => each.default)
    expect(await defaults()).toEqual([second])
    const [demoted] = (await list()).filter(({ id }) => id === first.id)
    expect(await eventsOf(app, first.id, ['redirect_uri.updated'])).toMatchObject([
      { data: demoted, before: first, actor: { type: 'api_key' } },
    ])
    expect(await remove(second)).toMatchObject({ status: 409, body: { code: 'default_redirect_uri' } })
    expect(await defaults()).toEqual([second])
    expect((await remove(first)).status).toBe(204)
    for (const other of await list()) if (!other.default) expect((await remove(other)).status).toBe(204)
    expect((await remove(second)).status).toBe(204)
    expect(await list()).toEqual([])
  })

  test('of ten that want to be the default at once all are there, and one is it', async () => {
    const uris = Array.from({ length: 10 }, (_, i) => `https://race-${i}.example.com/`)
    const answers = await Promise.all(uris.map((uri) => management.post(PATH, { uri, default: true })))
    expect(answers.map(({ status }) => status)).toEqual(uris.map(() => 201))
    const now = await list()
    expect(now.map(({ uri }) => uri).sort()).toEqual(uris)
    expect(now.filter((each) => each.default)).toHaveLength(1)
  })

  test('the same one is registered once, however many ask at once', async () => {
    const uri = 'https://once.example.com/'
    const answers = await Promise.all(Array.from({ length: 10 }, () => management.post(PATH, { uri })))
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(9).fill(422)])
    expect(answers.find(({ status }) => status === 422)?.body).toMatchObject({
      errors: [{ field: 'uri', code: 'redirect_uri_already_exists' }],
    })
    expect((await list()).filter((each) => each.uri === uri)).toHaveLength(1)
  })

  test.each<[Record<string, unknown>, string, string]>([
    [{ uri: 'javascript:alert(1)' }, 'uri', 'redirect_uri_invalid'],
    [{ uri: 'data:text/html,x' }, 'uri', 'redirect_uri_invalid'],
    [{ uri: 'http://app.example.com/' }, 'uri', 'redirect_uri_invalid'],
    [{ uri: '/callback' }, 'uri', 'redirect_uri_invalid'],
    [{ uri: 'https://app.example.com/#x' }, 'uri', 'redirect_uri_invalid'],
    [{ uri: 'https://*.vercel.app/' }, 'uri', 'redirect_uri_invalid'],
    [{ uri: 'https://example.com/*' }, 'uri', 'redirect_uri_invalid'],
    [{ uri: `https://example.com/${'x'.repeat(2048)}` }, 'uri', 'redirect_uri_invalid'],
    [{ uri: 'https://*.example.com/', default: true }, 'uri', 'default_has_wildcard'],
    [{}, 'uri', 'required'],
    [{ uri: null }, 'uri', 'invalid_type'],
    [{ uri: 'https://x.example.com/', default: 'yes' }, 'default', 'invalid_type'],
    [{ uri: 'https://x.example.com/', id: 'redir_x' }, 'id', 'unknown_field'],
  ])('%j is refused', async (body, field, code) => {
    const before = await list()
    const answer = await management.post(PATH, body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ errors: [{ field, code }] })
    expect(await list()).toEqual(before)
  })

  test('need the right to them', async () => {
    const reader = await app.management(['environment:read'])
    const before = await list(reader)
    expect((await reader.post(PATH, { uri: 'https://reader.example.com/' })).status).toBe(403)
    expect(await list(reader)).toEqual(before)
  })
})

describe('RFC 9700 §2.1: where answers may go', () => {
  const at = (application: TestApplication, redirectUri: string) => ({ ...application, redirectUri })

  test("every first-party application is sent to the environment's redirect URIs besides its own", async () => {
    const preview = await create('https://preview-*.example.com/callback')
    const loopback = await create('http://localhost:*/callback')
    const application = await app.fixtures.firstParty()
    const user = await app.fixtures.user()
    for (const uri of [
      application.redirectUri,
      'https://preview-17.example.com/callback',
      'http://localhost:49152/callback',
    ]) {
      const tokens = await obtainTokens(app, at(application, uri), user)
      expect(tokens.status, uri).toBe(200)
    }
    for (const uri of [
      'https://preview-17.evil.example/callback',
      'https://preview-1.2.example.com/callback',
      'https://preview-17.example.com/callback/',
      'https://preview-.example.com/callback',
    ]) {
      expectErrorPage(await open(authorizationUrl(app, at(application, uri))))
    }
    await remove(preview)
    await remove(loopback)
    // Removed, it holds no more.
    const removed = at(application, 'https://preview-17.example.com/callback')
    expectErrorPage(await open(authorizationUrl(app, removed)))
  })

  test('the code is still bound to the very URI it was sent to (RFC 6749 §4.1.3)', async () => {
    const preview = await create('https://bound-*.example.com/callback')
    const application = await app.fixtures.firstParty()
    const user = await app.fixtures.user()
    const tokens = await obtainTokens(
      app,
      {
        ...application,
        // Asked for one, redeemed for another that the same wildcard stands for.
        get redirectUri() {
          return `https://bound-${++uses}.example.com/callback`
        },
      },
      user,
    )
    expect(tokens.body).toMatchObject({ error: 'invalid_grant' })
    await remove(preview)
  })
  let uses = 0

  test('third-party applications have their own alone, and exact', async () => {
    const preview = await create('https://third-*.example.com/callback')
    const exact = await create('https://exact.example.com/callback')
    const application = await app.fixtures.thirdParty(await app.fixtures.organization())
    for (const uri of ['https://third-1.example.com/callback', 'https://exact.example.com/callback']) {
      expectErrorPage(await open(authorizationUrl(app, at(application, uri))))
    }
    await remove(preview)
    await remove(exact)
  })
})

test('in production nothing but https is registered, and a fixed address of the loopback interface', async () => {
  const production = await startTestApp({ settings: { LATCHKEY_ISSUER: 'https://id.example.com' } })
  try {
    const here = `http://127.0.0.1:${production.config.port}`
    const post = async (uri: string) => {
      const { status } = await fetch(here + PATH, {
        method: 'POST',
        headers: {
          authorization: `Bearer ${await production.fixtures.apiKey()}`,
          'content-type': 'application/json',
        },
        body: JSON.stringify({ uri }),
      })
      return status
    }
    expect(await post('https://*.example.com/callback')).toBe(201)
    expect(await post('http://127.0.0.1:8080/callback')).toBe(201)
    expect(await post('http://localhost:8080/callback')).toBe(422)
    expect(await post('http://localhost:*/callback')).toBe(422)
    expect(await post('http://127.0.0.1:*/callback')).toBe(422)
  } finally {
    await production[Symbol.asyncDispose]()
  }
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { describeApplication, push } from '../support/keyed-application.ts'
import { register, registeredApplication, switchOn } from '../support/registration.ts'
import { basic, expectRefusal, newPkce, post, textOf, writingNothing } from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
let native: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  await app.fixtures.permission('reports:read')
  await app.fixtures.permission('reports:write')
  application = await app.fixtures.firstParty({ scopes: ['reports:read'] })
  native = await app.fixtures.firstParty({ isPublic: true })
})
afterAll(() => app[Symbol.asyncDispose]())

const rows = () => app.testDatabase.database.kysely.selectFrom('pushed_request').selectAll().execute()

describe('RFC 9126 §2.2: the answer', () => {
  test('RFC 9126 §2.2: 201 with a request_uri and for how long it is good, not cached', async () => {
    const { status, headers, body } = await push(app, application, { state: 's' })
    expect(status).toBe(201)
    expect(body).toEqual({
      request_uri: expect.stringMatching(/^urn:ietf:params:oauth:request_uri:[\w-]{43}$/),
      expires_in: 90,
    })
    expect(headers.get('content-type')).toMatch(/^application\/json/)
    expect(headers.get('cache-control')).toBe('no-store')
  })

  test('RFC 9126 §7.1: no two are alike, and neither they nor any secret of the client are kept', async () => {
    const uris = await Promise.all(
      Array.from({ length: 10 }, async () => textOf(await push(app, application), 'request_uri')),
    )
    expect(new Set(uris).size).toBe(10)
    const kept = JSON.stringify(await rows())
    for (const uri of uris) expect(kept).not.toContain(uri.slice(-43))
    expect(kept).not.toContain(application.clientSecret)
    expect(kept).not.toContain('client_secret')
    expect(app.logLines.join('')).not.toContain(uris[0]?.slice(-43))
  })

  test('RFC 9126 §2.1: a client that proved who it is by Basic need not repeat its client_id', async () => {
    const { clientId, clientSecret, redirectUri } = application
    const answer = await post(
      `${app.issuer}/oauth2/par`,
      { response_type: 'code', redirect_uri: redirectUri, scope: 'openid' },
      basic(clientId, clientSecret),
    )
    expect(answer.status).toBe(201)
    expect((await rows()).at(-1)?.parameters).toMatchObject({ client_id: clientId })
  })

  test('RFC 9126 §2: a public client pushes too, with PKCE', async () => {
    expect((await push(app, native, newPkce().parameters)).status).toBe(201)
  })

  test('Fetch §3.2: pages of other origins may push', async () => {
    const response = await fetch(`${app.issuer}/oauth2/par`, {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.example', 'access-control-request-method': 'POST' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })
})

type Changes = Readonly<Record<string, string | undefined>>

describe('RFC 9126 §2.3: refusals', () => {
  test.each<[string, number, string, Changes]>([
    ['a wrong secret', 401, 'invalid_client', { client_secret: 'wrong' }],
    ['no authentication', 401, 'invalid_client', { client_secret: undefined }],
    ['an unknown client', 401, 'invalid_client', { client_id: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV' }],
    ['a request_uri', 400, 'invalid_request', { request_uri: 'urn:ietf:params:oauth:request_uri:x' }],
    [
      'a redirect_uri that is not registered',
      400,
      'invalid_request',
      { redirect_uri: 'https://evil.example/' },
    ],
    ['no redirect_uri, with openid', 400, 'invalid_request', { redirect_uri: undefined }],
    ['no response_type', 400, 'invalid_request', { response_type: undefined }],
    ['another response_type', 400, 'unsupported_response_type', { response_type: 'token' }],
    ['an unknown response_mode', 400, 'invalid_request', { response_mode: 'fragment' }],
    ['a scope that is not assigned', 400, 'invalid_scope', { scope: 'openid reports:write' }],
    ['an unknown prompt', 400, 'invalid_request', { prompt: 'create' }],
    ['PKCE with plain', 400, 'invalid_request', { code_challenge: 'x'.repeat(43) }],
    ['a NUL', 400, 'invalid_request', { nonce: 'a\0b' }],
    ['an unsigned request object', 400, 'invalid_request_object', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['a request object that is none', 400, 'invalid_request_object', { request: 'a.b.c' }],
  ])('RFC 9126 §2.3: %s is %i %s', async (_what, status, error, changes) => {
    const answer = await writingNothing(app, () => push(app, application, changes))
    expectRefusal(answer, status, error)
  })

  test('RFC 6749 §3.1: a parameter sent twice is invalid_request', async () => {
    const form = new URLSearchParams({
      response_type: 'code',
      client_id: application.clientId,
      client_secret: application.clientSecret,
      redirect_uri: application.redirectUri,
      scope: 'openid',
    })
    form.append('scope', 'email')
    const answer = await writingNothing(app, () => post(`${app.issuer}/oauth2/par`, form))
    expectRefusal(answer, 400, 'invalid_request')
  })

  test('RFC 9126 §2.3: what only a user can answer is no error yet', async () => {
    expect((await push(app, application, { prompt: 'none' })).status).toBe(201)
  })

  test('RFC 7636 §4.4.1: a public client without challenge is invalid_request', async () => {
    expectRefusal(await writingNothing(app, () => push(app, native)), 400, 'invalid_request')
  })

  test('RFC 9126 §2.3: an application that acts for itself is unauthorized_client', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    expectRefusal(
      await writingNothing(app, () =>
        push(app, machine, { redirect_uri: 'https://app.example.com/callback' }),
      ),
      400,
      'unauthorized_client',
    )
  })

  test('RFC 9126 §2.3: more than a page can carry is 413, and so is a longer body', async () => {
    for (const length of [9_000, 15_000, 70_000]) {
      const answer = await writingNothing(app, () =>
        push(app, application, { state: 's'.repeat(length / 2), nonce: 'n'.repeat(length / 2) }),
      )
      expect(answer.body['error']).toBe('invalid_request')
      expect(answer.status).toBe(413)
    }
  })

  test('RFC 9126 §2.3: whoever floods, and has proved nothing, is told to wait: 429', async () => {
    app.clock.advance(60)
    const parameters = newPkce().parameters
    const flood = await Promise.all(Array.from({ length: 125 }, () => push(app, native, parameters)))
    expect(flood.filter(({ status }) => status === 201)).toHaveLength(120)
    for (const { status, headers, body } of flood.filter((answer) => answer.status !== 201)) {
      expect({ status, error: body['error'] }).toEqual({ status: 429, error: 'temporarily_unavailable' })
      expect(Number(headers.get('retry-after'))).toBeGreaterThan(0)
      expect(body).not.toHaveProperty('request_uri')
    }
    expect((await push(app, application)).status).toBe(201)
    app.clock.advance(60)
    expect((await push(app, native, parameters)).status).toBe(201)
  })

  test('RFC 9126 §2.3, §7: so is software that registered itself, and proved that it did', async () => {
    await switchOn(app)
    app.clock.advance(60)
    const unknown = await registeredApplication(app, await register(app))
    const flood = await Promise.all(Array.from({ length: 123 }, () => push(app, unknown)))
    expect(flood.filter(({ status }) => status === 201)).toHaveLength(120)
    const refused = flood.filter(({ status }) => status !== 201)
    for (const answer of refused) expectRefusal(answer, 429, 'temporarily_unavailable')
    expect((await push(app, application)).status).toBe(201)
    app.clock.advance(60)
  })

  test('RFC 9126 §2.3: other methods are 405', async () => {
    for (const method of ['GET', 'PUT', 'DELETE']) {
      const response = await fetch(`${app.issuer}/oauth2/par`, { method })
      expect(response.status).toBe(405)
      expect(response.headers.get('allow')).toBe('POST')
      await response.arrayBuffer()
    }
  })

  test('RFC 9126 §2.1: a body that is no form is invalid_request', async () => {
    const response = await fetch(`${app.issuer}/oauth2/par`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: application.clientId }),
    })
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ error: 'invalid_request' })
  })

  test('RFC 9101 §10.5: who has to sign may not push unsigned', async () => {
    const signing = await app.fixtures.firstParty()
    await describeApplication(app, signing, { require_signed_request_object: true })
    expectRefusal(await writingNothing(app, () => push(app, signing)), 400, 'invalid_request')
  })
})

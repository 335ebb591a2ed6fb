import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  type Answer,
  answerOf,
  basic,
  credentials,
  expectRefusal,
  issuingNothing,
  post,
} from '../support/relying-party.ts'

const FORM = 'application/x-www-form-urlencoded'

let app: TestApp
let machine: TestApplication
let web: TestApplication
let native: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
  web = await app.fixtures.firstParty()
  native = await app.fixtures.firstParty({ isPublic: true })
})
afterAll(() => app[Symbol.asyncDispose]())

/** A body exactly as given. */
const send = async (body: string | Uint8Array<ArrayBuffer>, contentType?: string): Promise<Answer> =>
  answerOf(
    await fetch(`${app.issuer}/oauth2/token`, {
      method: 'POST',
      body: typeof body === 'string' ? new TextEncoder().encode(body) : body,
      headers: {
        ...basic(machine.clientId, machine.clientSecret),
        ...(contentType !== undefined && { 'content-type': contentType }),
      },
    }),
  )

const expectRefused = async (work: () => Promise<Answer>, status: number, error: string): Promise<void> =>
  expectRefusal(await issuingNothing(app, work), status, error)

describe('RFC 6749 §3.2: the form', () => {
  test.each([
    ['a charset', `${FORM}; charset=UTF-8`],
    ['capitals', 'Application/X-WWW-Form-Urlencoded'],
  ])('RFC 6749 §3.2: the content type may have %s', async (_what, contentType) => {
    expect((await send('grant_type=client_credentials', contentType)).status).toBe(200)
  })

  test.each([
    ['JSON', '{"grant_type":"client_credentials"}', 'application/json'],
    ['malformed JSON', '{', 'application/json'],
    ['plain text', 'grant_type=client_credentials', 'text/plain'],
    ['multipart', '--x\r\n\r\n--x--', 'multipart/form-data; boundary=x'],
    ['XML', '<grant_type/>', 'application/xml'],
    ['no content type', 'grant_type=client_credentials', undefined],
    ['a content type that is none', 'grant_type=client_credentials', 'form'],
    ['a content type that begins the same', 'grant_type=client_credentials', `${FORM}x`],
  ])('RFC 6749 §4.4.2: %s is invalid_request', async (_what, body, contentType) => {
    await expectRefused(() => send(body, contentType), 400, 'invalid_request')
  })

  test.each([
    ['an empty body', ''],
    ['a parameter sent twice', 'grant_type=client_credentials&grant_type=client_credentials'],
    ['an unknown parameter sent twice', 'grant_type=client_credentials&x=1&x=2'],
    ['a NUL', 'grant_type=client_credentials&x=%00'],
    ['a NUL in the grant type', 'grant_type=client_credentials%00'],
    ['a raw NUL', 'grant_type=client_credentials\0'],
    ['a missing grant type', 'scope=openid'],
    ['an empty grant type', 'grant_type='],
    ['a value that is too long', `grant_type=client_credentials&x=${'x'.repeat(20_000)}`],
    ['1 MB of one value', `grant_type=client_credentials&x=${'x'.repeat(1_000_000)}`],
    ['1 MB of many values', `grant_type=client_credentials${'&a=b'.repeat(250_000)}`],
  ])('RFC 6749 §5.2: %s is invalid_request', async (_what, body) => {
    await expectRefused(() => send(body, FORM), 400, 'invalid_request')
  })

  test.each([
    ['malformed percent-encoding', 'grant_type=client_credentials&x=%zz&y=%'],
    [
      'bytes that are no UTF-8',
      new Uint8Array([...Buffer.from('grant_type=client_credentials&x='), 0xff, 0xfe, 0xc0]),
    ],
    ['an encoding that is no UTF-8', 'grant_type=client_credentials&x=%ff%fe%c0%80'],
    ['names of objects', 'grant_type=client_credentials&__proto__=x&constructor=y&hasOwnProperty=z'],
    ['brackets', 'grant_type=client_credentials&x[a]=1&x[b]=2'],
    ['parameters nobody knows', 'grant_type=client_credentials&foo=bar&resource=x'],
    ['parameters without a value', 'grant_type=client_credentials&scope=&foo'],
  ])('RFC 6749 §3.2: %s in parameters nobody asked for is no failure', async (_what, body) => {
    const answer = await send(body, FORM)
    expect([200, 400]).toContain(answer.status)
    if (answer.status === 400) expect(['invalid_request', 'invalid_target']).toContain(answer.body['error'])
  })

  test('RFC 6749 §3.2: a body that is announced and never comes to its end is cut off by its length', async () => {
    const answer = await send('x'.repeat(70_000), FORM)
    expectRefusal(answer, 400, 'invalid_request')
  })
})

describe('RFC 6749 §3.2: the method', () => {
  test.each(['GET', 'HEAD', 'PUT', 'DELETE', 'PATCH'])('RFC 6749 §3.2: %s gets nothing', async (method) => {
    const query = new URLSearchParams({ grant_type: 'client_credentials', ...credentials(machine) })
    const response = await issuingNothing(app, () => fetch(`${app.issuer}/oauth2/token?${query}`, { method }))
    expect([404, 405]).toContain(response.status)
    const text = await response.text()
    if (method !== 'HEAD') expect(JSON.parse(text)).not.toHaveProperty('access_token')
  })

  test('RFC 6749 §3.2: browsers may call it from any origin, and read its refusals', async () => {
    const preflight = await fetch(`${app.issuer}/oauth2/token`, {
      method: 'OPTIONS',
      headers: {
        origin: 'https://spa.example.com',
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'authorization,content-type,mcp-protocol-version',
      },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    expect(preflight.headers.get('access-control-allow-credentials')).toBeNull()
    expect(preflight.headers.get('access-control-allow-methods')).toContain('POST')
    const allowed = preflight.headers.get('access-control-allow-headers')?.toLowerCase() ?? ''
    for (const name of ['authorization', 'content-type', 'mcp-protocol-version'])
      expect(allowed).toContain(name)
    const refused = await post(`${app.issuer}/oauth2/token`, {}, { origin: 'https://spa.example.com' })
    expectRefusal(refused, 401, 'invalid_client')
    expect(refused.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('RFC 9110 §5.4: a header larger than any sensible one is refused, and no 5xx', async () => {
    const response = await fetch(`${app.issuer}/oauth2/token`, {
      method: 'POST',
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
      headers: { authorization: `Basic ${'A'.repeat(40_000)}` },
    })
    expect(response.status).toBe(431)
    await response.arrayBuffer()
  })

  test('RFC 9110 §4.2: a path that cannot be decoded is refused, and no 5xx', async () => {
    for (const path of ['/oauth2/%zz', '/oauth2/token/%ff', '/%00', '//oauth2/token', '/oauth2/token/']) {
      const response = await fetch(`${app.issuer}${path}`, { method: 'POST', body: new URLSearchParams() })
      expect([400, 404]).toContain(response.status)
      await response.arrayBuffer()
    }
  })
})

describe('RFC 6749 §5.2: which grant', () => {
  test.each([
    'password',
    'implicit',
    'Client_Credentials',
    'client_credentials ',
    'urn:ietf:params:oauth:grant-type:jwt-bearer',
    'urn:ietf:params:oauth:grant-type:saml2-bearer',
    '__proto__',
    'x'.repeat(10_000),
    '😀',
  ])('RFC 6749 §5.2: %s is unsupported_grant_type', async (grantType) => {
    for (const client of [machine, web, native]) {
      const form = { grant_type: grantType, ...credentials(client) }
      await expectRefused(() => post(`${app.issuer}/oauth2/token`, form), 400, 'unsupported_grant_type')
    }
  })

  test.each([
    ['a machine', 'authorization_code', () => machine],
    ['a machine', 'refresh_token', () => machine],
    ['a web application', 'client_credentials', () => web],
    ['a public client', 'client_credentials', () => native],
  ])('RFC 6749 §5.2: %s that uses %s is unauthorized_client', async (_who, grantType, client) => {
    const form = { grant_type: grantType, code: 'x', refresh_token: 'x', ...credentials(client()) }
    await expectRefused(() => post(`${app.issuer}/oauth2/token`, form), 400, 'unauthorized_client')
  })

  test('RFC 6749 §5.2: who asks is settled before what is asked for', async () => {
    const form = { grant_type: 'password', client_id: web.clientId, client_secret: 'wrong' }
    await expectRefused(() => post(`${app.issuer}/oauth2/token`, form), 401, 'invalid_client')
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { basic, issuingNothing, obtainTokens, textOf } from '../support/relying-party.ts'

/*
 * Hundreds of forms made by chance (always the same ones): whatever is sent, no endpoint fails, answers in anything
 * but JSON, or issues anything.
 */

const SEED = 20_260_217
const FORMS = 300
const AT_ONCE = 10

/** mulberry32: small, and the same everywhere. */
const chance = (seed: number) => {
  let state = seed
  return (below: number): number => {
    state = (state + 0x6d2b79f5) | 0
    let value = Math.imul(state ^ (state >>> 15), 1 | state)
    value = (value + Math.imul(value ^ (value >>> 7), 61 | value)) ^ value
    return ((value ^ (value >>> 14)) >>> 0) % below
  }
}

const NAMES = [
  ...[
    'grant_type',
    'code',
    'redirect_uri',
    'code_verifier',
    'refresh_token',
    'scope',
    'client_id',
    'client_secret',
  ],
  ...['token', 'token_type_hint', 'access_token', 'resource', 'audience', 'client_assertion', 'assertion'],
  ...['__proto__', 'constructor', 'toString', '', ' ', 'a[b]', '0', 'é', '\0'],
]

const VALUES = [
  ...[
    'authorization_code',
    'refresh_token',
    'password',
    'openid',
    'access_token',
    'https://app.example.com/callback',
  ],
  ...['', ' ', '\0', '0', '-1', 'null', 'undefined', '[]', '{}', '[object Object]', 'NaN', '%', '%00', '%zz'],
  ...[
    "'",
    '"',
    '\\',
    "' or 1=1 --",
    '<script>',
    '../../etc/passwd',
    '{{7*7}}',
    '\r\nSet-Cookie: a=b',
    'a.b.c',
    '..',
  ],
  ...[
    '\uFFFD',
    '😀',
    '\u202e',
    'ß'.repeat(500),
    'A'.repeat(43),
    'A'.repeat(86),
    'x'.repeat(17_000),
    '9'.repeat(400),
  ],
]

let app: TestApp
let clients: Record<string, string>[]
let known: string[]
beforeAll(async () => {
  app = await startTestApp()
  const user = await app.fixtures.user()
  const web = await app.fixtures.firstParty()
  const native = await app.fixtures.firstParty({ isPublic: true })
  clients = [
    {},
    { client_id: web.clientId, client_secret: web.clientSecret },
    { client_id: native.clientId },
    { client_id: web.clientId },
  ]
  // Real tokens of others, whole and cut: they must not help.
  const other = await app.fixtures.thirdParty(await app.fixtures.organization())
  const tokens = await obtainTokens(app, other, user, { scope: 'openid offline_access' })
  known = ['access_token', 'refresh_token', 'id_token'].map((name) => textOf(tokens, name).slice(0, -3))
})
afterAll(() => app[Symbol.asyncDispose]())

const randomForm = (below: (limit: number) => number): { body: string; headers: Record<string, string> } => {
  const values = [...VALUES, ...known]
  const pick = (from: readonly string[]): string => from[below(from.length)] ?? ''
  const form = new URLSearchParams(clients[below(clients.length)])
  for (let count = below(7); count > 0; count--) form.append(pick(NAMES), pick(values))
  let body = form.toString()
  // Some with bytes out of place.
  if (below(8) === 0)
    body = body.slice(0, below(body.length + 1)) + pick(['%', '%f', '&&==', '\u0000', '\xff', ';'])
  const headers: Record<string, string> = { 'content-type': 'application/x-www-form-urlencoded' }
  if (below(10) === 0)
    headers['content-type'] = pick(['application/json', 'text/plain', 'multipart/form-data', '*/*'])
  if (below(6) === 0) Object.assign(headers, basic(pick(values).slice(0, 200), pick(values).slice(0, 200)))
  if (below(12) === 0)
    headers['authorization'] = pick(['Basic', 'Bearer', 'Bearer x', 'Basic Og==', 'é', 'Negotiate a'])
  return { body, headers }
}

describe('RFC 6749 §5.2: forms made by chance', () => {
  test.each([
    ['/oauth2/token', [400, 401], []],
    ['/oauth2/introspection', [400, 401], [{ active: false }]],
    ['/oauth2/revoke', [400, 401], [{}]],
    ['/oauth2/userinfo', [400, 401, 403], []],
  ])(
    '%s refuses every one of them by its own codes, and nothing comes of it',
    async (path, refusals, answers) => {
      const below = chance(SEED)
      await issuingNothing(app, async () => {
        for (let sent = 0; sent < FORMS; sent += AT_ONCE) {
          const forms = Array.from({ length: AT_ONCE }, () => randomForm(below))
          await Promise.all(
            forms.map(async ({ body, headers }) => {
              const response = await fetch(app.issuer + path, { method: 'POST', body, headers })
              const text = await response.text()
              const answer: unknown = JSON.parse(text)
              const told = { path, body: body.slice(0, 300), headers, status: response.status, answer }
              if (response.status === 200)
                expect({ ...told, expected: answers }).toMatchObject({
                  expected: expect.arrayContaining([answer]),
                })
              else
                expect({ ...told, expected: refusals }).toMatchObject({
                  expected: expect.arrayContaining([response.status]),
                })
            }),
          )
        }
      })
    },
  )
})

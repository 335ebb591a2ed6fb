import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { REDIRECT_URI, type TestApplication } from '../support/fixtures.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorPage,
  expectErrorRedirect,
  newPkce,
  open,
  writingNothing,
} from '../support/relying-party.ts'

let app: TestApp
let confidential: TestApplication
let native: TestApplication
let strict: TestApplication
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  await app.fixtures.permission('reports:read')
  await app.fixtures.permission('reports:write')
  confidential = await app.fixtures.firstParty({ scopes: ['reports:read'] })
  native = await app.fixtures.firstParty({ isPublic: true })
  strict = await app.fixtures.firstParty({ requirePkce: true })
  signedIn = createBrowser(app.issuer)
  await authorize(app, confidential, await app.fixtures.user(), {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

const STATE = 'af0ifjsldkj'

type Changes = Readonly<Record<string, string | undefined>>

const urlWith = (application: TestApplication, changes: Changes): string => {
  const url = new URL(authorizationUrl(app, application, { state: STATE }))
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url.href
}

/** Refused alike whether somebody is signed in or not, and nothing is written. */
const expectRefused = async (url: string, error: string, state: string | null = STATE): Promise<void> => {
  const cookie = [...signedIn.cookies].map(([name, value]) => `${name}=${value}`).join('; ')
  const answers = await writingNothing(app, () => Promise.all([open(url), open(url, { cookie })]))
  const expected = { to: REDIRECT_URI, error, iss: app.issuer, ...(state !== null && { state }) }
  for (const answer of answers) expectErrorRedirect(answer, expected)
}

describe('RFC 6749 §4.1.2.1: refusals that go to the client', () => {
  const { challenge } = newPkce()
  test.each<[string, string, Changes]>([
    ['a missing response_type', 'invalid_request', { response_type: undefined }],
    ['an empty response_type', 'invalid_request', { response_type: '' }],
    ['response_type token', 'unsupported_response_type', { response_type: 'token' }],
    ['response_type id_token', 'unsupported_response_type', { response_type: 'id_token' }],
    ['response_type code token', 'unsupported_response_type', { response_type: 'code token' }],
    ['response_type code id_token', 'unsupported_response_type', { response_type: 'code id_token' }],
    ['response_type none', 'unsupported_response_type', { response_type: 'none' }],
    ['response_type in another case', 'unsupported_response_type', { response_type: 'Code' }],
    ['response_mode fragment', 'invalid_request', { response_mode: 'fragment' }],
    ['response_mode fragment.jwt', 'invalid_request', { response_mode: 'fragment.jwt' }],
    ['an unknown response_mode', 'invalid_request', { response_mode: 'toString' }],
    ['a scope that exists but is not assigned', 'invalid_scope', { scope: 'openid reports:write' }],
    ['a scope that does not exist', 'invalid_scope', { scope: 'openid nonsense' }],
    ['a scope in another case', 'invalid_scope', { scope: 'OpenID' }],
    ['a scope with a quotation mark', 'invalid_scope', { scope: 'openid "email"' }],
    ['a scope with a backslash', 'invalid_scope', { scope: 'openid\\email' }],
    ['a scope with a letter beyond ASCII', 'invalid_scope', { scope: 'openid é' }],
    ['scopes with a tab between them', 'invalid_scope', { scope: 'openid\temail' }],
    ['scopes with a comma between them', 'invalid_scope', { scope: 'openid,email' }],
    ['an unsigned request object', 'request_not_supported', { request: 'eyJhbGciOiJub25lIn0.e30.' }],
    ['a request object by reference', 'request_uri_not_supported', { request_uri: 'https://evil.example/r' }],
    ['an unknown prompt', 'invalid_request', { prompt: 'create' }],
    ['prompt none beside another', 'invalid_request', { prompt: 'none login' }],
    ['prompt in another case', 'invalid_request', { prompt: 'None' }],
    ['a negative max_age', 'invalid_request', { max_age: '-1' }],
    ['a max_age that is no number', 'invalid_request', { max_age: 'soon' }],
    ['a fractional max_age', 'invalid_request', { max_age: '1.5' }],
    ['a max_age beyond all numbers', 'invalid_request', { max_age: '9'.repeat(400) }],
    ['an organization_id that is none', 'invalid_request', { organization_id: 'Globex' }],
    ['a NUL', 'invalid_request', { nonce: 'a\0b' }],
    ['a NUL in a name', 'invalid_request', { 'a\0b': 'x\0' }],
    ['a challenge without method, which would be plain', 'invalid_request', { code_challenge: challenge }],
    ['the method plain', 'invalid_request', { code_challenge: challenge, code_challenge_method: 'plain' }],
    [
      'the method in another case',
      'invalid_request',
      { code_challenge: challenge, code_challenge_method: 's256' },
    ],
    ['an unknown method', 'invalid_request', { code_challenge: challenge, code_challenge_method: 'S512' }],
    ['a method without challenge', 'invalid_request', { code_challenge_method: 'S256' }],
    ...[
      challenge.slice(1),
      `${challenge}A`,
      `${challenge}=`,
      `${challenge.slice(1)}+`,
      `${challenge.slice(1)} `,
    ].map((malformed): [string, string, Changes] => [
      `the malformed challenge ${malformed}`,
      'invalid_request',
      { code_challenge: malformed, code_challenge_method: 'S256' },
    ]),
  ])('RFC 6749 §4.1.2.1: %s is %s', async (_what, error, changes) => {
    await expectRefused(urlWith(confidential, changes), error)
  })

  test.each([
    'response_type',
    'scope',
    'nonce',
    'prompt',
    'max_age',
    'code_challenge',
    'login_hint',
    'unknown',
  ])('RFC 6749 §3.1: %s sent twice is invalid_request', async (name) => {
    const url = new URL(urlWith(confidential, {}))
    url.searchParams.append(name, 'openid')
    url.searchParams.append(name, 'openid')
    await expectRefused(url.href, 'invalid_request')
  })

  test('RFC 6749 §3.1: state sent twice is invalid_request, and neither is returned', async () => {
    await expectRefused(`${urlWith(confidential, {})}&state=other`, 'invalid_request', null)
  })

  test('RFC 6749 §3.1: a parameter without value is treated as left out', async () => {
    const empty = { prompt: '', max_age: '', request: '', code_challenge: '', organization_id: '', state: '' }
    const { status, location } = await writingNothing(app, () => open(urlWith(confidential, empty)))
    expect({ status, location }).toEqual({ status: 302, location: expect.stringMatching(/^\/sign-in\?/) })
  })

  test('RFC 6749 §3.1: unrecognized parameters are ignored', async () => {
    const extra = {
      foo: 'bar',
      constructor: 'x',
      __proto__: 'x',
      toString: 'y',
      claims: '{}',
      ui_locales: 'de',
    }
    const { location } = await open(urlWith(confidential, extra))
    expect(location).toMatch(/^\/sign-in\?/)
    const proto = await open(
      `${urlWith(confidential, {})}&__proto__=x&__proto__[a]=y&constructor.prototype.a=z`,
    )
    expect(proto.location).toMatch(/^\/sign-in\?/)
  })

  test('RFC 6749 §4.1.2.1: a value too long to carry is refused, and no 5xx', async () => {
    const opened = await open(urlWith(confidential, { nonce: 'n'.repeat(14_000) }))
    if (opened.location === null) expectErrorPage(opened)
    else {
      expectErrorRedirect(opened, {
        to: REDIRECT_URI,
        error: 'invalid_request',
        iss: app.issuer,
        state: STATE,
      })
    }
  })

  test('RFC 6749 §4.1.2.1: a URL longer than any header is refused before us, and no 5xx', async () => {
    const opened = await open(urlWith(confidential, { nonce: 'n'.repeat(40_000) }))
    expect(opened.status).toBe(431)
    expect(opened.location).toBeNull()
  })
})

describe('RFC 7636 §4.4.1: who must use PKCE', () => {
  test('RFC 9700 §2.1.1: a public client without challenge is told invalid_request', async () => {
    await expectRefused(urlWith(native, {}), 'invalid_request')
  })

  test('RFC 7636 §4.4.1: so is a confidential one that is set to use it', async () => {
    await expectRefused(urlWith(strict, {}), 'invalid_request')
  })

  test('RFC 9700 §2.1.1: a confidential client need not send one, nor state, nor nonce', async () => {
    const opened = await open(urlWith(confidential, { state: undefined }))
    expect(opened.location).toMatch(/^\/sign-in\?/)
  })
})

describe('RFC 6749 §4.1.2: state is returned exactly', () => {
  test.each([
    ['marks of URLs', 'a&b=c#d?e/f:g;h,i+j%20k%'],
    ['marks of HTML', '<script>alert("x")</script>\'`'],
    ['letters of all kinds', 'zürich 東京 🔑 العربية'],
    ['white space', ' a  b\tc\nd\re '],
    ['JSON', '{"return_to":"/a?b=c&d=e","n":[1,2]}'],
    ['base64', 'q83vEjRWeJA+/=='],
    ['another answer', 'x&code=forged&error=none&iss=https://evil.example'],
    ['a backslash and a NUL in escapes', '\\0 %00 \\u0000'],
    ['2,000 characters', 'ß'.repeat(2000)],
  ])('RFC 6749 §4.1.2: %s', async (_what, state) => {
    await expectRefused(
      urlWith(confidential, { state, response_type: 'token' }),
      'unsupported_response_type',
      state,
    )
    const answer = (await signedIn.get(urlWith(confidential, { state }))).url.searchParams
    expect(answer.get('state')).toBe(state)
    expect([...answer.keys()]).toEqual(['code', 'state', 'iss'])
  })
})

describe('RFC 9207 §2: the issuer in every answer', () => {
  test('RFC 9207 §2: iss is the issuer of the metadata, byte for byte', async () => {
    const metadata = await (await fetch(`${app.issuer}/.well-known/oauth-authorization-server`)).json()
    const granted = (await signedIn.get(urlWith(confidential, {}))).url.searchParams
    expect(granted.getAll('iss')).toEqual([app.issuer])
    expect(granted.get('iss')).toBe((metadata as { issuer: string }).issuer)
    const refused = new URL((await open(urlWith(confidential, { scope: 'nonsense' }))).location ?? '')
    expect(refused.searchParams.getAll('iss')).toEqual([app.issuer])
  })
})

describe('RFC 6749 §4.1.1: an anonymous authorization request', () => {
  test('writes no row, however often it is sent', async () => {
    await writingNothing(app, () =>
      Promise.all(
        Array.from({ length: 20 }, async () => {
          const browser = createBrowser(app.issuer)
          const visited = await browser.get(urlWith(confidential, { login_hint: 'ada@example.com' }))
          expect(visited.url.pathname).toBe('/sign-in')
          expect(visited.status).toBe(200)
        }),
      ),
    )
  })

  test('leads to a sign-in page that holds no secret of the request in the open', async () => {
    const { location } = await open(urlWith(confidential, { nonce: 'n-0S6_WzA2Mj' }))
    expect(location).not.toContain(STATE)
    expect(location).not.toContain('n-0S6_WzA2Mj')
    expect(location).not.toContain(confidential.clientId)
  })
})

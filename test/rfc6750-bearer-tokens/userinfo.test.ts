import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  type Answer,
  answerOf,
  clientToken,
  issuingNothing,
  obtainTokens,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

let app: TestApp
let user: TestUser
let application: TestApplication
let browser: TestBrowser
let token: string
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  application = await app.fixtures.firstParty()
  browser = createBrowser(app.issuer)
  token = await tokenOf('openid profile email')
})
afterAll(() => app[Symbol.asyncDispose]())

const tokenOf = async (scope: string): Promise<string> =>
  textOf(await obtainTokens(app, application, user, { scope }, browser), 'access_token')

const send = async (init: RequestInit, query = ''): Promise<Answer> =>
  answerOf(await issuingNothing(app, () => fetch(`${app.issuer}/oauth2/userinfo${query}`, init)))

const form = (fields: Record<string, string>, headers: Record<string, string> = {}): RequestInit => ({
  method: 'POST',
  body: new URLSearchParams(fields),
  headers,
})

const bearer = (text: string) => ({ authorization: `Bearer ${text}` })

/** RFC 6750 §3: the error is in the challenge, and in the body for people. */
const expectError = ({ status, headers, body }: Answer, expected: number, error: string): void => {
  expect(status).toBe(expected)
  expect(body).toEqual({ error, error_description: expect.any(String) })
  const challenge = headers.get('www-authenticate') ?? ''
  expect(challenge).toMatch(/^Bearer realm="[^"]+", error="[a-z_]+", error_description="[^"\\]+"/)
  expect(challenge).toContain(`error="${error}"`)
  expect(challenge).toContain(`realm="${app.issuer}"`)
  expect(headers.get('cache-control')).toBe('no-store')
}

describe('OIDC Core §5.3: userinfo', () => {
  test('OIDC Core §5.3.2: sub and what the scopes say', async () => {
    const answer = await userinfo(app, token)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({
      sub: user.id,
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      updated_at: expect.any(Number),
      email: user.email,
      email_verified: true,
    })
  })

  test.each([
    ['openid', ['sub']],
    ['openid email', ['email', 'email_verified', 'sub']],
    ['openid profile', ['family_name', 'given_name', 'name', 'sub', 'updated_at']],
  ])('OIDC Core §5.4: %s gives %s', async (scope, claims) => {
    const answer = await userinfo(app, await tokenOf(scope))
    expect(Object.keys(answer.body).sort()).toEqual(claims)
  })

  test('OIDC Core §5.3.1: GET, and POST with the token in the header or the body', async () => {
    for (const init of [
      { headers: bearer(token) },
      { headers: { authorization: `bearer ${token}` } },
      { method: 'POST', headers: bearer(token) },
      form({}, bearer(token)),
      form({ access_token: token }),
    ]) {
      const answer = await send(init)
      expect({ status: answer.status, sub: answer.body['sub'] }).toEqual({ status: 200, sub: user.id })
    }
  })

  test('OIDC Core §5.3.2: what changed since the token was issued is told as it is now', async () => {
    const own = await app.fixtures.user()
    const answer = await obtainTokens(app, application, own, { scope: 'openid profile' })
    await app.testDatabase.database.kysely
      .updateTable('user')
      .set({ first_name: 'Augusta' })
      .where('id', '=', own.id)
      .execute()
    expect((await userinfo(app, textOf(answer, 'access_token'))).body['given_name']).toBe('Augusta')
  })

  test('OIDC Core §5.3.1: browsers may call it from any origin, and read its refusals', async () => {
    const preflight = await fetch(`${app.issuer}/oauth2/userinfo`, {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.example.com', 'access-control-request-method': 'GET' },
    })
    expect(preflight.status).toBe(204)
    const refused = await send({ headers: { ...bearer('x'), origin: 'https://spa.example.com' } })
    for (const { headers } of [preflight, refused]) {
      expect(headers.get('access-control-allow-origin')).toBe('*')
    }
    expect(refused.headers.get('access-control-expose-headers')?.toLowerCase()).toContain('www-authenticate')
  })
})

describe('RFC 6750 §3.1: refusals', () => {
  test('RFC 6750 §3.1: without a token the challenge names no error', async () => {
    for (const init of [{}, form({}), { headers: { authorization: 'Basic eDp5' } }]) {
      const { status, headers, body } = await send(init)
      expect(status).toBe(401)
      expect(headers.get('www-authenticate')).toMatch(
        new RegExp(`^Bearer realm="${app.issuer}", DPoP realm="${app.issuer}", algs="[A-Za-z0-9 ]+"$`),
      )
      expect(body).not.toHaveProperty('sub')
    }
  })

  test('RFC 6750 §2.3: a token in the URL is not looked at', async () => {
    for (const init of [{}, form({})]) {
      expect((await send(init, `?access_token=${token}`)).status).toBe(401)
    }
  })

  test('RFC 6750 §3.1: two methods at once are invalid_request', async () => {
    expectError(await send(form({ access_token: token }, bearer(token))), 400, 'invalid_request')
  })

  test('RFC 6750 §3.1: a repeated parameter is invalid_request', async () => {
    const body = `access_token=${token}&access_token=${token}`
    const headers = { 'content-type': 'application/x-www-form-urlencoded' }
    expectError(await send({ method: 'POST', body, headers }), 400, 'invalid_request')
  })

  test('RFC 6750 §2.2: a body that is no form is invalid_request', async () => {
    const headers = { 'content-type': 'application/json' }
    const body = JSON.stringify({ access_token: token })
    expectError(await send({ method: 'POST', body, headers }), 400, 'invalid_request')
  })

  test.each([
    ['nonsense', () => 'x'],
    ['three parts of nonsense', () => 'a.b.c'],
    ['a token cut short', () => token.slice(0, -10)],
    ['a token without signature', () => `${token.split('.').slice(0, 2).join('.')}.`],
    ['a token with another signature', () => `${token.split('.').slice(0, 2).join('.')}.${'A'.repeat(342)}`],
  ])('RFC 6750 §3.1: %s is invalid_token', async (_what, wrong) => {
    expectError(await send({ headers: bearer(wrong()) }), 401, 'invalid_token')
    expectError(await send(form({ access_token: wrong() })), 401, 'invalid_token')
  })

  test('RFC 6750 §3.1: a token without openid is insufficient_scope, and the challenge says which', async () => {
    const answer = await send({ headers: bearer(await tokenOf('email')) })
    expectError(answer, 403, 'insufficient_scope')
    expect(answer.headers.get('www-authenticate')).toContain('scope="openid"')
  })

  test('RFC 6750 §3.1: a token a client got for itself is insufficient_scope, even with openid', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    for (const scope of [undefined, 'openid']) {
      const own = textOf(await clientToken(app, machine, { scope }), 'access_token')
      expectError(await send({ headers: bearer(own) }), 403, 'insufficient_scope')
    }
  })

  test('RFC 6750 §3.1: an expired token is invalid_token', async () => {
    const short = await tokenOf('openid')
    app.clock.advance(310)
    expectError(await send({ headers: bearer(short) }), 401, 'invalid_token')
  })
})

import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newHandle, systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  type Answer,
  basic,
  clientToken,
  credentials,
  expectRefusal,
  introspect,
  issuingNothing,
  obtainTokens,
  post,
  textOf,
} from '../support/relying-party.ts'

let app: TestApp
let user: TestUser
let own: TestApplication
let firstParty: TestApplication
let thirdParty: TestApplication
let m2m: TestApplication
let native: TestApplication
let browser: TestBrowser
let tokens: Answer
beforeAll(async () => {
  app = await startTestApp()
  const organization = await app.fixtures.organization()
  await app.fixtures.permission('reports:read')
  user = await app.fixtures.user({ organizations: [organization] })
  own = await app.fixtures.thirdParty(organization)
  firstParty = await app.fixtures.firstParty()
  thirdParty = await app.fixtures.thirdParty(organization)
  m2m = await app.fixtures.m2m(organization, { scopes: ['reports:read'] })
  native = await app.fixtures.firstParty({ isPublic: true })
  browser = createBrowser(app.issuer)
  tokens = await obtainTokens(app, own, user, { scope: 'openid email offline_access' }, browser)
})
afterAll(() => app[Symbol.asyncDispose]())

const ask = (form: Record<string, string>, headers: Record<string, string> = {}) =>
  post(`${app.issuer}/oauth2/introspection`, form, headers)

describe('RFC 7662 §2.1: the request', () => {
  test('RFC 7662 §2.1: any confidential client authenticates, by either method', async () => {
    const token = textOf(tokens, 'access_token')
    expect((await ask({ token, ...credentials(own) })).body['active']).toBe(true)
    expect((await ask({ token }, basic(own.clientId, own.clientSecret))).body['active']).toBe(true)
  })

  test('RFC 7662 §2.1: a public client is told invalid_client', async () => {
    const { body } = await obtainTokens(app, native, user, {}, browser)
    const refused = await ask({ token: String(body['access_token']), client_id: native.clientId })
    expectRefusal(refused, 401, 'invalid_client')
  })

  test.each([
    ['no client authentication', () => ({})],
    ['a client ID alone', () => ({ client_id: own.clientId })],
    ['a wrong secret', () => ({ client_id: own.clientId, client_secret: 'wrong' })],
    ["another client's secret", () => ({ client_id: own.clientId, client_secret: thirdParty.clientSecret })],
  ])('RFC 7662 §2.1: %s is invalid_client and says nothing of the token', async (_what, presented) => {
    const refused = await issuingNothing(app, () =>
      ask({ token: textOf(tokens, 'access_token'), ...presented() }),
    )
    expectRefusal(refused, 401, 'invalid_client')
  })

  test('RFC 7662 §2.1: the token itself is no authentication', async () => {
    const token = textOf(tokens, 'access_token')
    expectRefusal(await ask({ token }, { authorization: `Bearer ${token}` }), 401, 'invalid_client')
  })

  test('RFC 7662 §2.1: without a token it is invalid_request', async () => {
    expectRefusal(await ask(credentials(own)), 400, 'invalid_request')
    expectRefusal(await ask({ token: '', ...credentials(own) }), 400, 'invalid_request')
  })

  test('RFC 7662 §2.1: the hint may be wrong or unknown', async () => {
    for (const hint of ['access_token', 'refresh_token', 'pairwise', '']) {
      for (const name of ['access_token', 'refresh_token']) {
        const answer = await ask({ token: textOf(tokens, name), token_type_hint: hint, ...credentials(own) })
        expect(answer.body['token_type']).toBe(name)
      }
    }
  })

  test('RFC 7662 §4: GET is not answered, where the token would be in the URL', async () => {
    const response = await fetch(`${app.issuer}/oauth2/introspection?token=${textOf(tokens, 'access_token')}`)
    expect([404, 405]).toContain(response.status)
    expect(await response.text()).not.toContain('"active"')
  })
})

describe('RFC 7662 §2.2: the answer', () => {
  test('RFC 7662 §2.2: an access token of a user', async () => {
    const { iat, exp, jti, sid, org_id, aud } = decodeJwt(textOf(tokens, 'access_token'))
    const { auth_time } = decodeJwt(textOf(tokens, 'id_token'))
    const answer = await introspect(app, own, textOf(tokens, 'access_token'))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({
      active: true,
      token_type: 'access_token',
      client_id: own.clientId,
      iss: app.issuer,
      sub: user.id,
      aud,
      org_id,
      sid,
      scope: 'openid email offline_access',
      // RFC 9470 §6.2
      auth_time,
      acr: 'urn:latchkey:acr:single-factor',
      amr: ['pwd'],
      jti,
      iat,
      exp,
    })
  })

  test('RFC 7662 §2.2: a refresh token', async () => {
    const { sid, org_id, auth_time } = decodeJwt(textOf(tokens, 'access_token'))
    const answer = await introspect(app, own, textOf(tokens, 'refresh_token'))
    expect(answer.body).toEqual({
      active: true,
      token_type: 'refresh_token',
      client_id: own.clientId,
      iss: app.issuer,
      sub: user.id,
      org_id,
      sid,
      scope: 'openid email offline_access',
      auth_time,
      acr: 'urn:latchkey:acr:single-factor',
      amr: ['pwd'],
      iat: expect.any(Number),
      exp: expect.any(Number),
    })
    expect(Number(answer.body['exp']) - Number(answer.body['iat'])).toBe(30 * 24 * 3600)
  })

  test('RFC 7662 §2.2: an access token of a client', async () => {
    const token = textOf(await clientToken(app, m2m), 'access_token')
    const { iat, exp, jti, org_id, aud } = decodeJwt(token)
    expect((await introspect(app, m2m, token)).body).toEqual({
      active: true,
      token_type: 'access_token',
      client_id: m2m.clientId,
      iss: app.issuer,
      sub: m2m.clientId,
      aud,
      org_id,
      scope: 'reports:read',
      jti,
      iat,
      exp,
    })
  })

  test("RFC 7662 §4: the operator's own application sees the tokens of all", async () => {
    const clientsToken = textOf(await clientToken(app, m2m), 'access_token')
    for (const token of [textOf(tokens, 'access_token'), textOf(tokens, 'refresh_token'), clientsToken]) {
      expect((await introspect(app, firstParty, token)).body['active']).toBe(true)
    }
  })

  test('RFC 7662 §2.2: other applications see just their own', async () => {
    const clientsToken = textOf(await clientToken(app, m2m), 'access_token')
    for (const reader of [thirdParty, m2m]) {
      for (const name of ['access_token', 'refresh_token']) {
        expect((await introspect(app, reader, textOf(tokens, name))).body).toEqual({ active: false })
      }
    }
    expect((await introspect(app, own, clientsToken)).body).toEqual({ active: false })
  })

  test('RFC 7662 §2.2: what is no token of ours answers {"active":false} and nothing else', async () => {
    const token = textOf(tokens, 'access_token')
    const [header = '', payload = '', signature = ''] = token.split('.')
    const changed = Buffer.from(
      JSON.stringify({ ...decodeJwt(token), sub: 'user_01ARZ3NDEKTSV4RRFFQ69G5FAV' }),
    ).toString('base64url')
    const unsigned = Buffer.from(JSON.stringify({ alg: 'none', typ: 'at+jwt' })).toString('base64url')
    for (const foreign of [
      'x',
      '.',
      '..',
      'a.b.c',
      '😀.😀.😀',
      newHandle(systemRandom),
      newHandle(systemRandom) + newHandle(systemRandom),
      textOf(tokens, 'id_token'),
      `${header}.${payload}.`,
      `${header}.${payload}`,
      `${header}.${changed}.${signature}`,
      `${unsigned}.${payload}.`,
      `${unsigned}.${payload}.${signature}`,
      `${token}.x`,
      `${token.slice(0, -4)}AAAA`,
      'e'.repeat(10_000),
      own.clientSecret,
      own.clientId,
    ]) {
      const answer = await introspect(app, firstParty, foreign)
      expect({ foreign, status: answer.status, body: answer.body }).toEqual({
        foreign,
        status: 200,
        body: { active: false },
      })
    }
  })

  test('RFC 7662 §2.2: expired tokens answer {"active":false}', async () => {
    const fresh = await obtainTokens(app, own, user, { scope: 'openid offline_access' }, browser)
    app.clock.advance(290)
    expect((await introspect(app, own, textOf(fresh, 'access_token'))).body['active']).toBe(true)
    app.clock.advance(20)
    expect((await introspect(app, own, textOf(fresh, 'access_token'))).body).toEqual({ active: false })
    app.clock.advance(30 * 24 * 3600)
    expect((await introspect(app, own, textOf(fresh, 'refresh_token'))).body).toEqual({ active: false })
  })
})

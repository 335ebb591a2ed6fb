import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  clientToken,
  expectRefusal,
  introspect,
  obtainTokens,
  refresh,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

const ULID = '[0-9A-HJKMNP-TV-Z]{26}'
const id = (prefix: string) => expect.stringMatching(new RegExp(`^${prefix}_${ULID}$`))
const seconds = () => Math.floor(app.clock.now().getTime() / 1000)

let app: TestApp
let user: TestUser
let organization: string
let application: TestApplication
let native: TestApplication
let machine: TestApplication
let browser: TestBrowser
let audience: string | undefined
beforeAll(async () => {
  app = await startTestApp()
  await app.fixtures.permission('reports:read')
  const members = await app.fixtures.organization()
  organization = members
  user = await app.fixtures.user({ organizations: [members] })
  application = await app.fixtures.firstParty({ scopes: ['reports:read'] })
  native = await app.fixtures.firstParty({ isPublic: true })
  machine = await app.fixtures.m2m(members, { scopes: ['reports:read'] })
  browser = createBrowser(app.issuer)
  audience = await app.stores.environment.clientId()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Verified as a resource server would, from nothing but the published keys. */
const verified = async (token: string, typ: string) => {
  const keys = createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`))
  return jwtVerify(token, keys, {
    issuer: app.issuer,
    typ,
    algorithms: ['RS256'],
    currentDate: app.clock.now(),
  })
}

describe('RFC 9068 §2.2: access tokens', () => {
  test('RFC 9068 §2.1: the header has typ, alg and kid, and nothing else', async () => {
    const { body } = await obtainTokens(app, application, user, {}, browser)
    expect(decodeProtectedHeader(String(body['access_token']))).toEqual({
      alg: 'RS256',
      typ: 'at+jwt',
      kid: expect.stringMatching(/^[\w-]+$/),
    })
  })

  test("RFC 9068 §2.2: a user's token of a confidential client", async () => {
    const scope = 'openid profile email offline_access reports:read'
    const answer = await obtainTokens(app, application, user, { scope }, browser)
    const now = seconds()
    const { payload } = await verified(textOf(answer, 'access_token'), 'at+jwt')
    expect(payload).toEqual({
      iss: app.issuer,
      aud: audience,
      sub: user.id,
      client_id: application.clientId,
      org_id: organization,
      sid: id('app_consent'),
      scope,
      jti: expect.stringMatching(new RegExp(`^${ULID}$`)),
      iat: expect.any(Number),
      exp: Number(payload.iat) + 300,
      grant_id: id('grant'),
      credential_id: application.credentialId,
      // RFC 9068 §2.2.1
      auth_time: decodeJwt(textOf(answer, 'id_token'))['auth_time'],
      acr: 'urn:latchkey:acr:single-factor',
      amr: ['pwd'],
    })
    expect(Math.abs(Number(payload.iat) - now)).toBeLessThanOrEqual(2)
    expect(answer.body['expires_in']).toBe(300)
  })

  test("RFC 9068 §2.2: a user's token of a public client names no credential", async () => {
    const answer = await obtainTokens(app, native, user, {}, browser)
    const claims = decodeJwt(textOf(answer, 'access_token'))
    expect(claims).not.toHaveProperty('credential_id')
    expect(claims).toMatchObject({ sub: user.id, client_id: native.clientId, scope: 'openid' })
  })

  test('RFC 9068 §2.2: a user without organization has no org_id', async () => {
    const answer = await obtainTokens(app, application, await app.fixtures.user())
    expect(decodeJwt(textOf(answer, 'access_token'))).not.toHaveProperty('org_id')
    expect(decodeJwt(textOf(answer, 'id_token'))).not.toHaveProperty('org_id')
  })

  test('RFC 9068 §2.2: a token a client got for itself: sub is the client, and there is no sid', async () => {
    const answer = await clientToken(app, machine)
    const { payload } = await verified(textOf(answer, 'access_token'), 'at+jwt')
    expect(payload).toEqual({
      iss: app.issuer,
      aud: audience,
      sub: machine.clientId,
      client_id: machine.clientId,
      org_id: organization,
      scope: 'reports:read',
      jti: expect.stringMatching(new RegExp(`^${ULID}$`)),
      iat: expect.any(Number),
      exp: Number(payload.iat) + 300,
      credential_id: machine.credentialId,
    })
  })

  test('RFC 9068 §5: sid is the same for all tokens of one consent, jti never', async () => {
    const first = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, browser)
    const second = await refresh(app, application, textOf(first, 'refresh_token'))
    const third = await obtainTokens(app, application, user, {}, browser)
    const claims = [first, second, third].map((answer) => decodeJwt(textOf(answer, 'access_token')))
    expect(new Set(claims.map(({ sid }) => sid)).size).toBe(1)
    expect(new Set(claims.map(({ jti }) => jti)).size).toBe(3)
    expect(claims[1]?.['grant_id']).toBe(claims[0]?.['grant_id'])
    expect(claims[2]?.['grant_id']).not.toBe(claims[0]?.['grant_id'])
  })

  test('RFC 9068 §4: an ID token does not pass for an access token, nor the other way round', async () => {
    const answer = await obtainTokens(app, application, user, {}, browser)
    const idToken = textOf(answer, 'id_token')
    expect((await userinfo(app, idToken)).status).toBe(401)
    expect((await introspect(app, application, idToken)).body).toEqual({ active: false })
    expect(decodeJwt(idToken).aud).not.toBe(audience)
    await expect(verified(textOf(answer, 'access_token'), 'JWT')).rejects.toThrow()
  })

  test('RFC 6749 §5.1: without openid there is no ID token', async () => {
    const answer = await obtainTokens(app, application, user, { scope: 'reports:read' }, browser)
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
  })

  test('RFC 6749 §3.3: without any scope there is neither claim nor parameter', async () => {
    const answer = await obtainTokens(app, application, user, { scope: '' }, browser)
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body).sort()).toEqual(['access_token', 'expires_in', 'token_type'])
    expect(decodeJwt(textOf(answer, 'access_token'))).not.toHaveProperty('scope')
    expect((await userinfo(app, textOf(answer, 'access_token'))).status).toBe(403)
  })
})

describe('RFC 9068 §2.1: settings of the environment', () => {
  test('RFC 9068 §2.1: another algorithm, lifetime and type; ID tokens stay RS256', async () => {
    await using other = await startTestApp({
      settings: {
        LATCHKEY_ACCESS_TOKEN_ALGORITHM: 'ES256',
        LATCHKEY_ACCESS_TOKEN_SECONDS: '60',
        LATCHKEY_ACCESS_TOKEN_TYPE: 'JWT',
      },
    })
    const own = await other.fixtures.firstParty()
    const answer = await obtainTokens(other, own, await other.fixtures.user(), {
      scope: 'openid offline_access',
    })
    const access = textOf(answer, 'access_token')
    expect(decodeProtectedHeader(access)).toMatchObject({ alg: 'ES256', typ: 'JWT' })
    expect(decodeProtectedHeader(textOf(answer, 'id_token'))).toMatchObject({ alg: 'RS256', typ: 'JWT' })
    expect(answer.body['expires_in']).toBe(60)
    expect((await userinfo(other, access)).status).toBe(200)
    // Typed alike, they are still told apart.
    expect((await userinfo(other, textOf(answer, 'id_token'))).status).toBe(401)
    other.clock.advance(70)
    expect((await userinfo(other, access)).status).toBe(401)
    const refused = await refresh(other, own, access)
    expectRefusal(refused, 400, 'invalid_grant')
  })
})

import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  authorizationUrl,
  expectErrorRedirect,
  obtainTokens,
  open,
  textOf,
  userinfo,
} from '../support/relying-party.ts'
import { claimsOfScopes, giveStandardClaims } from '../support/standard-claims.ts'

let app: TestApp
let application: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  application = await app.fixtures.firstParty()
  user = await app.fixtures.user()
  await giveStandardClaims(app, user)
})
afterAll(() => app[Symbol.asyncDispose]())

describe('OIDC Core §5.1: standard claims', () => {
  test.each(Object.entries(claimsOfScopes))(
    'OIDC Core §5.4: scope %s asks for its claims and no others',
    async (scope, claims) => {
      const tokens = await obtainTokens(app, application, user, { scope: `openid ${scope}` })
      expect(tokens.body['scope']).toBe(`openid ${scope}`)
      const { body } = await userinfo(app, textOf(tokens, 'access_token'))
      expect(body).toEqual({ sub: user.id, ...claims })
      expect(decodeJwt(textOf(tokens, 'id_token'))).toMatchObject(claims)
    },
  )

  test('OIDC Core §5.4: all scopes ask for all claims, in whatever order', async () => {
    const all = Object.assign({}, ...Object.values(claimsOfScopes))
    for (const scope of ['phone address email profile openid', 'openid profile email address phone']) {
      const tokens = await obtainTokens(app, application, user, { scope })
      expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toEqual({ sub: user.id, ...all })
    }
  })

  test('OIDC Core §5.3.2: a claim that the user does not have is left out, never null or empty', async () => {
    const other = await app.fixtures.user()
    const scope = 'openid profile email address phone'
    const tokens = await obtainTokens(app, application, other, { scope })
    const { body } = await userinfo(app, textOf(tokens, 'access_token'))
    expect(Object.keys(body).sort()).toEqual(
      ['email', 'email_verified', 'family_name', 'given_name', 'name', 'sub', 'updated_at'].sort(),
    )
  })

  test('OIDC Core §5.1: userinfo tells them as they are now, and updated_at that they have changed', async () => {
    const other = await app.fixtures.user()
    const tokens = await obtainTokens(app, application, other, { scope: 'openid profile' })
    const access = textOf(tokens, 'access_token')
    const before = (await userinfo(app, access)).body
    app.clock.advance(10)
    const management = await app.management()
    await management.put(`/latchkey/v1/users/${other.id}/claims`, { nickname: 'Countess' })
    const after = (await userinfo(app, access)).body
    expect(after).toMatchObject({ nickname: 'Countess' })
    expect(Number(after['updated_at'])).toBeGreaterThanOrEqual(Number(before['updated_at']) + 10)
  })

  test('OIDC Core §5.4: a third-party application asks its user for address and phone', async () => {
    const third = await app.fixtures.thirdParty(await app.fixtures.organization())
    const tokens = await obtainTokens(app, third, user, { scope: 'openid address phone' })
    const { body } = await userinfo(app, textOf(tokens, 'access_token'))
    expect(body).toEqual({ sub: user.id, ...claimsOfScopes.address, ...claimsOfScopes.phone })
  })

  test('Discovery §3: all of them are announced', async () => {
    const response = await fetch(`${app.issuer}/.well-known/openid-configuration`)
    const { scopes_supported, claims_supported } = (await response.json()) as Record<string, string[]>
    expect(scopes_supported).toEqual(expect.arrayContaining(Object.keys(claimsOfScopes)))
    const names = Object.values(claimsOfScopes).flatMap((claims) => Object.keys(claims))
    expect(claims_supported).toEqual(expect.arrayContaining(['sub', ...names]))
  })

  test('RFC 6749 §4.1.2.1: a scope that is neither standard nor assigned is invalid_scope', async () => {
    const answer = await open(authorizationUrl(app, application, { scope: 'openid groups', state: 's' }))
    const expected = { to: application.redirectUri, error: 'invalid_scope', iss: app.issuer, state: 's' }
    expectErrorRedirect(answer, expected)
  })
})

describe('OIDC Core §5.4: ID tokens without the claims of scopes', () => {
  test('OIDC Core §5.4: a setting leaves them to the userinfo endpoint, but for those asked for by name', async () => {
    const management = await app.management()
    await management.patch('/latchkey/v1/settings', { id_token_claims: 'by_name' })
    const tokens = await obtainTokens(app, application, user, {
      scope: 'openid profile email phone',
      claims: JSON.stringify({ id_token: { nickname: null } }),
    })
    const id = decodeJwt(textOf(tokens, 'id_token'))
    expect(id).toMatchObject({ sub: user.id, nickname: 'Ada' })
    for (const claim of ['name', 'email', 'email_verified', 'updated_at', 'phone_number', 'picture']) {
      expect(id).not.toHaveProperty(claim)
    }
    const { body } = await userinfo(app, textOf(tokens, 'access_token'))
    expect(body).toEqual({
      sub: user.id,
      ...claimsOfScopes.profile,
      ...claimsOfScopes.email,
      ...claimsOfScopes.phone,
    })
    // The session is told to who can make use of it: whoever has registered something of logout.
    expect(id).not.toHaveProperty('sid')
    await management.put(`/latchkey/v1/applications/${application.id}/client_metadata`, {
      post_logout_redirect_uris: ['https://app.example.com/goodbye'],
    })
    const again = await obtainTokens(app, application, user)
    expect(decodeJwt(textOf(again, 'id_token'))['sid']).toMatch(/^session_/)
    await management.put(`/latchkey/v1/applications/${application.id}/client_metadata`, {})
    await management.patch('/latchkey/v1/settings', { id_token_claims: null })
  })
})

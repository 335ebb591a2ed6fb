import { createHash } from 'node:crypto'
import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { obtainTokens, textOf } from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  application = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const sessionsOf = async (userId: string): Promise<string[]> => {
  const rows = await app.testDatabase.database.kysely
    .selectFrom('session')
    .select(['id', 'user_id'])
    .execute()
  return rows.filter(({ user_id }) => user_id === userId).map(({ id }) => id)
}

describe('OIDC Core §2: the ID token', () => {
  test('OIDC Core §2: every claim, exactly', async () => {
    const organization = await app.fixtures.organization()
    const user = await app.fixtures.user({ organizations: [organization] })
    const before = Math.floor(app.clock.now().getTime() / 1000)
    const answer = await obtainTokens(app, application, user, {
      scope: 'openid profile email',
      nonce: 'n-0S6_WzA2Mj',
    })
    const token = textOf(answer, 'id_token')
    const keys = createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`))
    const { payload } = await jwtVerify(token, keys, { currentDate: app.clock.now() })
    expect(decodeProtectedHeader(token)).toEqual({ alg: 'RS256', typ: 'JWT', kid: expect.any(String) })
    expect(payload).toEqual({
      iss: app.issuer,
      sub: user.id,
      aud: application.clientId,
      iat: expect.any(Number),
      exp: Number(payload.iat) + 3600,
      auth_time: expect.any(Number),
      amr: ['pwd'],
      acr: 'urn:latchkey:acr:single-factor',
      at_hash: createHash('sha256')
        .update(textOf(answer, 'access_token'))
        .digest()
        .subarray(0, 16)
        .toString('base64url'),
      nonce: 'n-0S6_WzA2Mj',
      sid: (await sessionsOf(user.id))[0],
      org_id: organization,
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      updated_at: expect.any(Number),
      email: user.email,
      email_verified: true,
    })
    expect(Number(payload['auth_time'])).toBeGreaterThanOrEqual(before)
    expect(Number(payload['auth_time'])).toBeLessThanOrEqual(Number(payload.iat))
  })

  test('OIDC Core §2: without nonce in the request there is none in the token', async () => {
    const answer = await obtainTokens(app, application, await app.fixtures.user())
    expect(decodeJwt(textOf(answer, 'id_token'))).not.toHaveProperty('nonce')
  })

  test.each(['a&b=c', '<"\'>', '東京 🔑', 'n'.repeat(1000)])(
    'OIDC Core §3.1.3.7: nonce %s comes back exactly',
    async (nonce) => {
      const browser = createBrowser(app.issuer)
      const answer = await obtainTokens(app, application, await app.fixtures.user(), { nonce }, browser)
      expect(decodeJwt(textOf(answer, 'id_token'))['nonce']).toBe(nonce)
    },
  )

  test('OIDC Core §5.4: claims about the user only by their scopes', async () => {
    const browser = createBrowser(app.issuer)
    const user = await app.fixtures.user()
    const claimsOf = async (scope: string) =>
      decodeJwt(textOf(await obtainTokens(app, application, user, { scope }, browser), 'id_token'))
    const plain = await claimsOf('openid')
    for (const claim of ['name', 'given_name', 'family_name', 'email', 'email_verified', 'updated_at']) {
      expect(plain).not.toHaveProperty(claim)
    }
    const email = await claimsOf('openid email')
    expect(email).toMatchObject({ email: user.email, email_verified: true })
    expect(email).not.toHaveProperty('name')
    const profile = await claimsOf('openid profile')
    expect(profile).toMatchObject({ given_name: 'Ada', family_name: 'Lovelace' })
    expect(profile).not.toHaveProperty('email')
    // OIDC Core §5.3.2: without a value, without the claim.
    expect(profile).not.toHaveProperty('picture')
    expect(profile).not.toHaveProperty('locale')
  })

  test('OIDC Core §2: sub is the same for every application, aud never', async () => {
    const browser = createBrowser(app.issuer)
    const user = await app.fixtures.user()
    const other = await app.fixtures.firstParty()
    const first = decodeJwt(textOf(await obtainTokens(app, application, user, {}, browser), 'id_token'))
    const second = decodeJwt(textOf(await obtainTokens(app, other, user, {}, browser), 'id_token'))
    expect(second.sub).toBe(first.sub)
    expect(second['sid']).toBe(first['sid'])
    expect([first.aud, second.aud]).toEqual([application.clientId, other.clientId])
  })
})

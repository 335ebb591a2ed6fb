import { createHash } from 'node:crypto'
import { createRemoteJWKSet, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { signingAlgorithms } from '../../src/protocol/signing-algorithm.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { describeApplication } from '../support/keyed-application.ts'
import { obtainTokens, refresh, textOf, userinfo } from '../support/relying-party.ts'

let app: TestApp
let user: TestUser
let application: TestApplication
let accessToken: string
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  application = await app.fixtures.firstParty()
  accessToken = textOf(await obtainTokens(app, application, user, { scope: 'openid email' }), 'access_token')
})
afterAll(() => app[Symbol.asyncDispose]())

const ask = (accept = '*/*') =>
  fetch(`${app.issuer}/oauth2/userinfo`, { headers: { authorization: `Bearer ${accessToken}`, accept } })

describe('OIDC Core §5.3.2: signed userinfo', () => {
  test('OIDC Core §5.3.2: who registered no algorithm gets JSON, whatever Accept says', async () => {
    const response = await ask('application/jwt')
    expect(response.headers.get('content-type')).toMatch(/^application\/json/)
    expect(await response.json()).toMatchObject({ sub: user.id })
  })

  test.each(signingAlgorithms)(
    'OIDC Core §5.3.2: %s: a JWT with iss and aud, whatever Accept says',
    async (algorithm) => {
      await describeApplication(app, application, { userinfo_signed_response_alg: algorithm })
      const response = await ask('application/json')
      expect(response.status).toBe(200)
      expect(response.headers.get('content-type')).toBe('application/jwt')
      expect(response.headers.get('cache-control')).toBe('no-store')
      const jwt = await response.text()
      const { payload } = await jwtVerify(jwt, createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`)), {
        issuer: app.issuer,
        audience: application.clientId,
        algorithms: [algorithm],
        currentDate: app.clock.now(),
      })
      expect(payload).toEqual({
        sub: user.id,
        email: user.email,
        email_verified: true,
        iss: app.issuer,
        aud: application.clientId,
      })
      // RFC 8725 §2.8: it opens nothing.
      expect((await userinfo(app, jwt)).status).toBe(401)
    },
  )

  test('OIDC Core §5.3.3: errors are what they are', async () => {
    await describeApplication(app, application, { userinfo_signed_response_alg: 'ES256' })
    const { status, body } = await userinfo(app, `${accessToken}x`)
    expect(status).toBe(401)
    expect(body).toMatchObject({ error: 'invalid_token' })
  })
})

describe('OIDC Registration §2: id_token_signed_response_alg', () => {
  test.each([
    ['RS256', 'sha256'],
    ['PS256', 'sha256'],
    ['ES256', 'sha256'],
    // RFC 8032 §5.1: Ed25519 has SHA-512 within.
    ['EdDSA', 'sha512'],
  ] as const)('OIDC Core §3.1.3.6: %s, and at_hash is the left half of %s', async (algorithm, hash) => {
    await describeApplication(app, application, { id_token_signed_response_alg: algorithm })
    const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' })
    const renewed = await refresh(app, application, textOf(tokens, 'refresh_token'))
    for (const answer of [tokens, renewed]) {
      const idToken = textOf(answer, 'id_token')
      expect(decodeProtectedHeader(idToken)).toMatchObject({ alg: algorithm, typ: 'JWT' })
      const { payload } = await jwtVerify(idToken, createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`)), {
        audience: application.clientId,
        currentDate: app.clock.now(),
      })
      const digest = createHash(hash).update(textOf(answer, 'access_token'), 'ascii').digest()
      expect(payload['at_hash']).toBe(digest.subarray(0, digest.length / 2).toString('base64url'))
    }
  })
})

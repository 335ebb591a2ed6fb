import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'

/*
 * What the documentation of WorkOS Connect has M2M applications do, as they have it in production.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

/** The published example, but for the host. */
const publishedExample = async ({
  clientId,
  clientSecret,
}: TestApplication): Promise<{ readonly access_token: string }> => {
  const response = await fetch(`${app.issuer}/oauth2/token`, {
    method: 'POST',
    headers: {
      'Content-Type': 'application/x-www-form-urlencoded',
    },
    body: new URLSearchParams({
      grant_type: 'client_credentials',
      client_id: clientId,
      client_secret: clientSecret,
      scope: 'openid profile email',
    }),
  })
  return (await response.json()) as { access_token: string }
}

describe('the published example, run by an M2M application', () => {
  test.each([
    ['without scopes of its own', []],
    ['that was assigned them', ['openid', 'profile', 'email']],
  ])('%s gets an access token, and neither ID token nor refresh token', async (_, scopes) => {
    const application = await app.fixtures.m2m(await app.fixtures.organization(), { scopes })
    expect(await publishedExample(application)).toEqual({
      access_token: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'openid profile email',
    })
  })

  test('the token has the claims of an M2M application, the credential besides, and no others', async () => {
    const organization = await app.fixtures.organization()
    const application = await app.fixtures.m2m(organization)
    const { access_token } = await publishedExample(application)
    const { jti, iat = 0, exp, ...claims } = decodeJwt(access_token)
    expect(claims).toEqual({
      iss: app.issuer,
      aud: await app.stores.environment.clientId(),
      sub: application.clientId,
      client_id: application.clientId,
      org_id: organization,
      scope: 'openid profile email',
      // Ours: so that the token ends with the credential it was got by.
      credential_id: application.credentialId,
    })
    expect(jti).toMatch(/^[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(Math.abs(Date.now() / 1000 - iat)).toBeLessThan(10)
    expect(exp).toBe(iat + 300)
  })
})

import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { authorize, post } from '../support/relying-party.ts'

/*
 * The official SDK from the first call to a token that verifies: what somebody does who moves over from WorkOS, on an
 * empty deployment and with nothing but an API key.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

test('an application, its secret and a user of the SDK sign in with the PKCE of the SDK', async () => {
  const workos = await app.sdk()
  const redirectUri = 'https://forum.example.com/callback'
  const application = await workos.connect.createApplication({
    applicationType: 'oauth',
    name: 'Forum',
    isFirstParty: true,
    redirectUris: [{ uri: redirectUri }],
  })
  const { secret } = await workos.connect.createApplicationClientSecret({ id: application.id })
  const password = 'correct horse battery staple'
  const { id, email } = await workos.userManagement.createUser({ email: 'ada@example.com', password })

  const { codeVerifier, codeChallenge, codeChallengeMethod } = await workos.pkce.generate()
  const { clientId } = application
  const response = await authorize(
    app,
    { clientId, redirectUri } as never,
    { id, email, password } as never,
    { code_challenge: codeChallenge, code_challenge_method: codeChallengeMethod },
  )
  const tokens = await post(`${app.issuer}/oauth2/token`, {
    grant_type: 'authorization_code',
    code: response.get('code') ?? '',
    redirect_uri: redirectUri,
    code_verifier: codeVerifier,
    client_id: clientId,
    client_secret: secret,
  })
  expect(tokens.status).toBe(200)

  const keys = createRemoteJWKSet(new URL(workos.userManagement.getJwksUrl(clientId)))
  const { payload } = await jwtVerify(String(tokens.body['access_token']), keys, {
    issuer: app.issuer,
    currentDate: app.clock.now(),
  })
  expect(payload).toMatchObject({ sub: id, client_id: clientId })
})

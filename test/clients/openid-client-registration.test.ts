import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { switchOn } from '../support/registration.ts'

const REDIRECT_URI = 'https://rp.example/callback'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await switchOn(app)
})
afterAll(() => app[Symbol.asyncDispose]())

test.each(['client_secret_basic', 'client_secret_post', 'none'])(
  'openid-client 6 discovers, registers with %s and signs its user in',
  async (token_endpoint_auth_method) => {
    const config = await client.dynamicClientRegistration(
      new URL(app.issuer),
      { client_name: 'openid-client', redirect_uris: [REDIRECT_URI], token_endpoint_auth_method },
      token_endpoint_auth_method === 'none' ? client.None() : undefined,
      { execute: [client.allowInsecureRequests] },
    )
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid email',
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
    })
    const user = await app.fixtures.user()
    const answered = await followAuthorization(url, user)
    const tokens = await client.authorizationCodeGrant(config, answered, { pkceCodeVerifier })
    expect(tokens.claims()).toMatchObject({ sub: user.id, aud: config.clientMetadata().client_id })
    expect(decodeJwt(tokens.access_token)['client_id']).toBe(config.clientMetadata().client_id)
  },
)

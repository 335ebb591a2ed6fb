import { decodeJwt } from 'jose'
import * as openid from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { registerResources } from '../support/resources.ts'

const MCP = 'https://mcp.example.com/mcp'
const DOWNSTREAM = 'https://downstream.example.com/'

let app: TestApp
let application: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [MCP, DOWNSTREAM])
  application = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('openid-client 6', () => {
  test('asks for a resource, refreshes for it, and exchanges the token for another one', async () => {
    const { clientId, clientSecret, redirectUri } = application
    const config = await openid.discovery(new URL(app.issuer), clientId, clientSecret, undefined, {
      execute: [openid.allowInsecureRequests],
    })
    const verifier = openid.randomPKCECodeVerifier()
    const url = openid.buildAuthorizationUrl(config, {
      redirect_uri: redirectUri,
      scope: 'openid offline_access',
      resource: MCP,
      code_challenge: await openid.calculatePKCECodeChallenge(verifier),
      code_challenge_method: 'S256',
    })
    const callback = await followAuthorization(url, await app.fixtures.user())
    const tokens = await openid.authorizationCodeGrant(
      config,
      callback,
      { pkceCodeVerifier: verifier },
      { resource: MCP },
    )
    expect(decodeJwt(tokens.access_token).aud).toBe(MCP)
    const next = await openid.refreshTokenGrant(config, tokens.refresh_token ?? '', { resource: MCP })
    expect(decodeJwt(next.access_token).aud).toBe(MCP)

    const exchanged = await openid.genericGrantRequest(
      config,
      'urn:ietf:params:oauth:grant-type:token-exchange',
      {
        subject_token: next.access_token,
        subject_token_type: 'urn:ietf:params:oauth:token-type:access_token',
        resource: DOWNSTREAM,
      },
    )
    expect(exchanged['issued_token_type']).toBe('urn:ietf:params:oauth:token-type:access_token')
    expect(decodeJwt(exchanged.access_token).aud).toBe(DOWNSTREAM)
    expect(await openid.tokenIntrospection(config, exchanged.access_token)).toMatchObject({ active: true })
  })
})

import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { REDIRECT_URI, type TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { implicitly, switchImplicit } from '../support/implicit.ts'
import { type KeyedApplication, withKey } from '../support/keyed-application.ts'

/*
 * openid-client 6, with requests that are pushed (RFC 9126) or signed (RFC 9101), and answers that are signed (JARM).
 */

let app: TestApp
let application: KeyedApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  application = await withKey(app, await app.fixtures.firstParty())
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const discover = (authentication = client.ClientSecretPost(application.clientSecret)) =>
  client.discovery(new URL(app.issuer), application.clientId, undefined, authentication, {
    execute: [client.allowInsecureRequests],
  })

type Build = (
  config: client.Configuration,
  parameters: Readonly<Record<string, string>>,
) => URL | Promise<URL>

const signIn = async (config: client.Configuration, build: Build) => {
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const url = await build(config, {
    redirect_uri: REDIRECT_URI,
    scope: 'openid email',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
  })
  const callback = await followAuthorization(url, user)
  const tokens = await client.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier,
    expectedState,
    expectedNonce,
    idTokenExpected: true,
  })
  return { url, callback, claims: tokens.claims() }
}

const signed: Build = (config, parameters) =>
  client.buildAuthorizationUrlWithJAR(config, parameters, application.key.privateKey)

const pushedSigned: Build = async (config, parameters) => {
  const { searchParams } = await signed(config, parameters)
  return client.buildAuthorizationUrlWithPAR(config, searchParams)
}

describe('openid-client 6', () => {
  test.each<[string, Build, readonly string[]]>([
    ['RFC 9126 §2: pushed', client.buildAuthorizationUrlWithPAR, ['client_id', 'request_uri']],
    ['RFC 9101 §5: signed', signed, ['client_id', 'request']],
    ['RFC 9126 §3: signed and pushed', pushedSigned, ['client_id', 'request_uri']],
  ])('%s, it signs a user in', async (_what, build, names) => {
    const { url, claims } = await signIn(await discover(), build)
    expect([...url.searchParams.keys()].sort()).toEqual(names)
    expect(claims).toMatchObject({ sub: user.id, email: user.email })
  })

  test('JARM §2.3: a signed answer is verified, and signs a user in', async () => {
    for (const build of [client.buildAuthorizationUrl, pushedSigned]) {
      const config = await discover()
      client.useJwtResponseMode(config)
      const { callback, claims } = await signIn(config, build)
      expect([...callback.searchParams.keys()]).toEqual(['response'])
      expect(claims).toMatchObject({ sub: user.id })
    }
  })

  test('RFC 9126 §2, RFC 7523 §2.2: pushed with an assertion', async () => {
    const config = await discover(client.PrivateKeyJwt(application.key.privateKey))
    const { claims } = await signIn(config, client.buildAuthorizationUrlWithPAR)
    expect(claims).toMatchObject({ sub: user.id })
  })

  test('OIDC Core §3.2: an ID token in the fragment is verified, and is of this very request', async () => {
    await switchImplicit(app)
    const registered = await implicitly(app, await app.fixtures.firstParty())
    const config = await client.discovery(new URL(app.issuer), registered.clientId, undefined, undefined, {
      execute: [client.allowInsecureRequests],
    })
    client.useIdTokenResponseType(config)
    const nonce = client.randomNonce()
    const expectedState = client.randomState()
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri: REDIRECT_URI,
      scope: 'openid email',
      nonce,
      state: expectedState,
    })
    const callback = await followAuthorization(url, user)
    const claims = await client.implicitAuthentication(config, callback, nonce, { expectedState })
    expect(claims).toMatchObject({ sub: user.id, email: user.email })
    const other = client.implicitAuthentication(config, callback, client.randomNonce(), { expectedState })
    await expect(other).rejects.toThrow()
  })

  test('RFC 9126 §2.3: a refusal is what the library says', async () => {
    const config = await discover()
    const refused = client.buildAuthorizationUrlWithPAR(config, {
      redirect_uri: 'https://evil.example/',
      scope: 'openid',
    })
    await expect(refused).rejects.toMatchObject({ error: 'invalid_request', status: 400 })
  })
})

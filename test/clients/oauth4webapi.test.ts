import * as oauth from 'oauth4webapi'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { REDIRECT_URI, type TestApplication, type TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'

/*
 * oauth4webapi, which openid-client and Auth.js stand on, used step by step: each process… and validate… function
 * makes every check that its specification has for a client.
 */

let app: TestApp
let as: oauth.AuthorizationServer
beforeAll(async () => {
  app = await startTestApp()
  as = await discover('oidc')
})
afterAll(() => app[Symbol.asyncDispose]())

/** Plain http, on this machine only. */
const insecurely = { [oauth.allowInsecureRequests]: true }

const discover = async (algorithm: 'oidc' | 'oauth2') => {
  const issuer = new URL(app.issuer)
  const response = await oauth.discoveryRequest(issuer, { algorithm, ...insecurely })
  return oauth.processDiscoveryResponse(issuer, response)
}

interface SetUp {
  readonly application: TestApplication
  readonly client: oauth.Client
  readonly authentication: oauth.ClientAuth
}

const setUp = async (): Promise<SetUp> => {
  const application = await app.fixtures.firstParty()
  return {
    application,
    client: { client_id: application.clientId, require_auth_time: true },
    authentication: oauth.ClientSecretBasic(application.clientSecret),
  }
}

/** As far as the code: the answer at the redirection URI, checked with its state and iss. */
const authorize = async (
  { client }: SetUp,
  user: TestUser,
  {
    scope = 'openid profile email offline_access',
    parameters = {},
  }: {
    readonly scope?: string
    readonly parameters?: Readonly<Record<string, string>>
  } = {},
) => {
  const verifier = oauth.generateRandomCodeVerifier()
  const state = oauth.generateRandomState()
  const nonce = oauth.generateRandomNonce()
  const url = new URL(as.authorization_endpoint ?? '')
  url.search = new URLSearchParams({
    client_id: client.client_id,
    redirect_uri: REDIRECT_URI,
    response_type: 'code',
    scope,
    state,
    nonce,
    code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
    code_challenge_method: 'S256',
    ...parameters,
  }).toString()
  const callback = await followAuthorization(url, user)
  return { callback, verifier, state, nonce, answer: oauth.validateAuthResponse(as, client, callback, state) }
}

const redeem = (
  { client, authentication }: SetUp,
  { answer, verifier }: { readonly answer: URLSearchParams; readonly verifier: string },
) =>
  oauth.authorizationCodeGrantRequest(as, client, authentication, answer, REDIRECT_URI, verifier, insecurely)

const obtainTokens = async (set: SetUp, user: TestUser) => {
  const authorized = await authorize(set, user)
  const response = await redeem(set, authorized)
  const tokens = await oauth.processAuthorizationCodeResponse(as, set.client, response, {
    expectedNonce: authorized.nonce,
  })
  const { access_token, id_token = '', refresh_token = '' } = tokens
  return { access_token, id_token, refresh_token, claims: oauth.getValidatedIdTokenClaims(tokens) }
}

const failureOf = (promise: Promise<unknown>): Promise<unknown> =>
  promise.then(
    () => undefined,
    (error: unknown) => error,
  )

test.each(['oidc', 'oauth2'] as const)(
  'discovery by the algorithm %s finds all endpoints',
  async (algorithm) => {
    expect(await discover(algorithm)).toMatchObject({
      issuer: app.issuer,
      authorization_endpoint: `${app.issuer}/oauth2/authorize`,
      token_endpoint: `${app.issuer}/oauth2/token`,
      userinfo_endpoint: `${app.issuer}/oauth2/userinfo`,
      jwks_uri: `${app.issuer}/oauth2/jwks`,
      introspection_endpoint: `${app.issuer}/oauth2/introspection`,
      revocation_endpoint: `${app.issuer}/oauth2/revoke`,
      code_challenge_methods_supported: ['S256'],
      authorization_response_iss_parameter_supported: true,
    })
  },
)

describe('the authorization response', () => {
  test('RFC 9207 §2.4: iss is there and right; with another issuer it is refused', async () => {
    const set = await setUp()
    const { callback, state } = await authorize(set, await app.fixtures.user())
    expect(callback.searchParams.get('iss')).toBe(as.issuer)
    callback.searchParams.set('iss', 'https://attacker.example.com')
    expect(() => oauth.validateAuthResponse(as, set.client, callback, state)).toThrow('"iss"')
    callback.searchParams.delete('iss')
    expect(() => oauth.validateAuthResponse(as, set.client, callback, state)).toThrow('"iss"')
  })

  test('RFC 6749 §4.1.2.1, RFC 9207 §2: an error comes with state and iss too', async () => {
    const set = await setUp()
    const failure = await failureOf(
      authorize(set, await app.fixtures.user(), { scope: 'openid nobody:knows' }),
    )
    // The library checks state and iss before it looks at the error.
    expect(failure).toBeInstanceOf(oauth.AuthorizationResponseError)
    expect(failure).toMatchObject({ error: 'invalid_scope' })
  })
})

describe('the token response', () => {
  test('OIDC Core §3.1.3.7: the ID token passes with nonce, max_age and signature', async () => {
    const set = await setUp()
    const user = await app.fixtures.user()
    const authorized = await authorize(set, user, { parameters: { max_age: '60' } })
    const response = await redeem(set, authorized)
    const tokens = await oauth.processAuthorizationCodeResponse(as, set.client, response, {
      expectedNonce: authorized.nonce,
      maxAge: 60,
      requireIdToken: true,
    })
    await oauth.validateApplicationLevelSignature(as, response, insecurely)
    const claims = oauth.getValidatedIdTokenClaims(tokens)
    expect(claims).toMatchObject({ sub: user.id, nonce: authorized.nonce })
    expect(Math.abs(Date.now() / 1000 - (claims?.auth_time ?? 0))).toBeLessThan(10)
    const userinfo = await oauth.userInfoRequest(as, set.client, tokens.access_token, insecurely)
    expect(await oauth.processUserInfoResponse(as, set.client, user.id, userinfo)).toMatchObject({
      email: user.email,
      name: 'Ada Lovelace',
    })
  })

  test('OIDC Core §3.1.2.1: an application that does not ask for openid gets no ID token', async () => {
    const set = await setUp()
    const { answer, verifier } = await authorize(set, await app.fixtures.user(), {
      scope: 'profile',
      parameters: { nonce: '' },
    })
    const response = await redeem(set, { answer, verifier })
    const tokens = await oauth.processAuthorizationCodeResponse(as, set.client, response)
    expect(tokens).not.toHaveProperty('id_token')
    expect(tokens).not.toHaveProperty('refresh_token')
    expect(tokens.scope).toBe('profile')
  })

  test('RFC 9700 §2.1.1: a confidential client may do without PKCE, state and nonce', async () => {
    const set = await setUp()
    const url = new URL(as.authorization_endpoint ?? '')
    const query = { client_id: set.client.client_id, redirect_uri: REDIRECT_URI, response_type: 'code' }
    url.search = new URLSearchParams({ ...query, scope: 'openid' }).toString()
    const callback = await followAuthorization(url, await app.fixtures.user())
    const answer = oauth.validateAuthResponse(as, set.client, callback, oauth.expectNoState)
    const response = await oauth.authorizationCodeGrantRequest(
      as,
      set.client,
      set.authentication,
      answer,
      REDIRECT_URI,
      oauth.nopkce,
      insecurely,
    )
    const tokens = await oauth.processAuthorizationCodeResponse(as, set.client, response, {
      expectedNonce: oauth.expectNoNonce,
    })
    expect(tokens).toHaveProperty('id_token')
  })

  test('OIDC Core §12.2: a refreshed ID token is about the same user and sign-in', async () => {
    const set = await setUp()
    const user = await app.fixtures.user()
    const { refresh_token, claims: before } = await obtainTokens(set, user)
    const { client, authentication } = set
    const response = await oauth.refreshTokenGrantRequest(
      as,
      client,
      authentication,
      refresh_token,
      insecurely,
    )
    const refreshed = await oauth.processRefreshTokenResponse(as, client, response)
    await oauth.validateApplicationLevelSignature(as, response, insecurely)
    const after = oauth.getValidatedIdTokenClaims(refreshed)
    expect(after).toMatchObject({
      iss: before?.iss,
      sub: user.id,
      aud: before?.aud,
      auth_time: before?.auth_time,
    })
    expect(after).not.toHaveProperty('nonce')
  })

  test('RFC 6749 §4.4: client credentials are answered without refresh token and ID token', async () => {
    const application = await app.fixtures.m2m(await app.fixtures.organization())
    const client = { client_id: application.clientId }
    const authentication = oauth.ClientSecretPost(application.clientSecret)
    const response = await oauth.clientCredentialsGrantRequest(as, client, authentication, {}, insecurely)
    const tokens = await oauth.processClientCredentialsResponse(as, client, response)
    expect(Object.keys(tokens).sort()).toEqual(['access_token', 'expires_in', 'token_type'])
  })
})

describe('a protected resource', () => {
  const call = (accessToken: string) =>
    new Request('https://api.example.com/', { headers: { authorization: `Bearer ${accessToken}` } })
  const audience = async () => (await app.stores.environment.clientId()) ?? ''

  test('RFC 9068 §4: accepts the access token of a user', async () => {
    const set = await setUp()
    const user = await app.fixtures.user()
    const { access_token } = await obtainTokens(set, user)
    expect(
      await oauth.validateJwtAccessToken(as, call(access_token), await audience(), insecurely),
    ).toMatchObject({
      iss: app.issuer,
      sub: user.id,
      client_id: set.client.client_id,
      scope: 'openid profile email offline_access',
    })
  })

  test('RFC 9068 §4: refuses it for another audience, and an ID token in its place', async () => {
    const set = await setUp()
    const { access_token, id_token } = await obtainTokens(set, await app.fixtures.user())
    await expect(
      oauth.validateJwtAccessToken(as, call(access_token), 'https://api.example.com', insecurely),
    ).rejects.toThrow('"aud"')
    // Its audience is the client, which is why only the type tells it from an access token.
    await expect(
      oauth.validateJwtAccessToken(as, call(id_token), set.client.client_id, insecurely),
    ).rejects.toThrow('"typ"')
  })
})

describe('introspection and revocation', () => {
  const introspect = async ({ client, authentication }: SetUp, token: string) => {
    const response = await oauth.introspectionRequest(as, client, authentication, token, insecurely)
    return oauth.processIntrospectionResponse(as, client, response)
  }

  test('RFC 7662 §2.2, RFC 7009 §2.2: a token is active until it is revoked', async () => {
    const set = await setUp()
    const user = await app.fixtures.user()
    const { access_token, refresh_token } = await obtainTokens(set, user)
    expect(await introspect(set, access_token)).toMatchObject({ active: true, sub: user.id })
    expect(await introspect(set, refresh_token)).toMatchObject({ active: true, sub: user.id })
    const { client, authentication } = set
    const response = await oauth.revocationRequest(as, client, authentication, access_token, insecurely)
    expect(await oauth.processRevocationResponse(response)).toBeUndefined()
    expect(await introspect(set, access_token)).toEqual({ active: false })
    expect(await introspect(set, refresh_token)).toMatchObject({ active: true })
  })

  test('RFC 7662 §2.2: whatever is no token of ours is just inactive', async () => {
    expect(await introspect(await setUp(), 'a.b.c')).toEqual({ active: false })
  })
})

describe('refusals', () => {
  test('RFC 6749 §4.1.2: a code used twice is refused, and what it had issued ends', async () => {
    const set = await setUp()
    const authorized = await authorize(set, await app.fixtures.user())
    const { client, authentication } = set
    const first = await redeem(set, authorized)
    const expectedNonce = authorized.nonce
    const tokens = await oauth.processAuthorizationCodeResponse(as, client, first, { expectedNonce })

    const replay = await redeem(set, authorized)
    const failure = await failureOf(
      oauth.processAuthorizationCodeResponse(as, client, replay, { expectedNonce }),
    )
    expect(failure).toBeInstanceOf(oauth.ResponseBodyError)
    // RFC 6749 §5.2
    expect(failure).toMatchObject({
      code: oauth.RESPONSE_BODY_ERROR,
      status: 400,
      error: 'invalid_grant',
      error_description: expect.stringMatching(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/),
      cause: { error: 'invalid_grant' },
    })

    const response = await oauth.introspectionRequest(
      as,
      client,
      authentication,
      tokens.access_token,
      insecurely,
    )
    expect(await oauth.processIntrospectionResponse(as, client, response)).toEqual({ active: false })
  })

  test('RFC 6749 §5.2: a wrong secret by Basic is answered with a Basic challenge', async () => {
    const set = await setUp()
    const authorized = await authorize(set, await app.fixtures.user())
    const other = await app.fixtures.firstParty()
    const response = await redeem(
      { ...set, authentication: oauth.ClientSecretBasic(other.clientSecret) },
      authorized,
    )
    const failure = await failureOf(oauth.processAuthorizationCodeResponse(as, set.client, response))
    expect(failure).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
    expect(failure).toMatchObject({
      status: 401,
      cause: [{ scheme: 'basic', parameters: { realm: app.issuer } }],
    })
    // Whoever got hold of the code could not use it up.
    await oauth.processAuthorizationCodeResponse(as, set.client, await redeem(set, authorized), {
      expectedNonce: authorized.nonce,
    })
  })

  test.each([
    ['malformed', () => 'not-a-token'],
    ['altered', (token: string) => `${token.slice(0, -8)}AAAAAAAA`],
  ])('RFC 6750 §3.1: userinfo answers a(n) %s token with a Bearer challenge', async (_, alter) => {
    const set = await setUp()
    const user = await app.fixtures.user()
    const { access_token } = await obtainTokens(set, user)
    const response = await oauth.userInfoRequest(as, set.client, alter(access_token), insecurely)
    const failure = await failureOf(oauth.processUserInfoResponse(as, set.client, user.id, response))
    expect(failure).toBeInstanceOf(oauth.WWWAuthenticateChallengeError)
    expect(failure).toMatchObject({
      status: 401,
      cause: [{ scheme: 'bearer', parameters: { realm: app.issuer, error: 'invalid_token' } }],
    })
  })

  test('RFC 6750 §3.1: userinfo answers a token without openid with insufficient_scope', async () => {
    const set = await setUp()
    const user = await app.fixtures.user()
    const { answer, verifier } = await authorize(set, user, { scope: 'profile', parameters: { nonce: '' } })
    const { access_token } = await oauth.processAuthorizationCodeResponse(
      as,
      set.client,
      await redeem(set, { answer, verifier }),
    )
    const response = await oauth.userInfoRequest(as, set.client, access_token, insecurely)
    await expect(oauth.processUserInfoResponse(as, set.client, user.id, response)).rejects.toMatchObject({
      status: 403,
      cause: [{ scheme: 'bearer', parameters: { error: 'insufficient_scope', scope: 'openid' } }],
    })
  })
})

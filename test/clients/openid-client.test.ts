import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type ApplicationOptions, REDIRECT_URI, type TestApplication } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'

/*
 * openid-client 6, the usual choice of Node applications, as its documentation uses it.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await app.fixtures.permission('reports:read')
  await app.fixtures.permission('reports:write')
})
afterAll(() => app[Symbol.asyncDispose]())

type Method = 'client_secret_basic' | 'client_secret_post' | 'none'

const authenticationBy = (method: Method, { clientSecret }: TestApplication): client.ClientAuth =>
  ({
    client_secret_basic: () => client.ClientSecretBasic(clientSecret),
    client_secret_post: () => client.ClientSecretPost(clientSecret),
    none: () => client.None(),
  })[method]()

const discover = (application: TestApplication, method: Method, clientSecret = application.clientSecret) =>
  client.discovery(
    new URL(app.issuer),
    application.clientId,
    undefined,
    authenticationBy(method, { ...application, clientSecret }),
    // Plain http, on this machine only.
    { execute: [client.allowInsecureRequests] },
  )

/** What the documentation's example does, with the pages in between. */
const signIn = async (
  config: client.Configuration,
  {
    scope = 'openid profile email offline_access',
    parameters = {},
    decision,
  }: {
    readonly scope?: string
    readonly parameters?: Readonly<Record<string, string>>
    readonly decision?: 'allow' | 'deny'
  } = {},
) => {
  const user = await app.fixtures.user()
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedState = client.randomState()
  const expectedNonce = client.randomNonce()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: REDIRECT_URI,
    scope,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    state: expectedState,
    nonce: expectedNonce,
    ...parameters,
  })
  const callback = await followAuthorization(url, user, decision ? { decision } : {})
  const tokens = await client.authorizationCodeGrant(config, callback, {
    pkceCodeVerifier,
    expectedState,
    expectedNonce,
    idTokenExpected: true,
  })
  return { user, tokens, expectedNonce }
}

const refreshTokenOf = ({ refresh_token }: client.TokenEndpointResponse): string => {
  if (refresh_token === undefined) throw new Error('No refresh token was issued.')
  return refresh_token
}

test('OIDC Discovery §4, RFC 8414 §3: the server is discovered, and says that it supports PKCE', async () => {
  const application = await app.fixtures.firstParty()
  for (const algorithm of ['oidc', 'oauth2'] as const) {
    const config = await client.discovery(
      new URL(app.issuer),
      application.clientId,
      application.clientSecret,
      undefined,
      { algorithm, execute: [client.allowInsecureRequests] },
    )
    expect(config.serverMetadata().issuer).toBe(app.issuer)
    expect(config.serverMetadata().supportsPKCE()).toBe(true)
  }
})

describe.each<[Method, ApplicationOptions]>([
  ['client_secret_basic', {}],
  ['client_secret_post', {}],
  ['none', { isPublic: true }],
])('a client that authenticates by %s', (method, options) => {
  const configure = async () => discover(await app.fixtures.firstParty(options), method)

  test('OIDC Core §3.1: signs a user in with PKCE, state and nonce', async () => {
    const config = await configure()
    const { user, tokens, expectedNonce } = await signIn(config)
    expect(tokens.token_type).toBe('bearer')
    expect(tokens.expiresIn()).toBeGreaterThan(290)
    expect(tokens.scope).toBe('openid profile email offline_access')
    expect(tokens.claims()).toMatchObject({
      iss: app.issuer,
      sub: user.id,
      aud: config.clientMetadata().client_id,
      nonce: expectedNonce,
      email: user.email,
      email_verified: true,
      name: 'Ada Lovelace',
    })
  })

  test('OIDC Core §5.3: reads the claims of the user', async () => {
    const config = await configure()
    const { user, tokens } = await signIn(config)
    expect(await client.fetchUserInfo(config, tokens.access_token, user.id)).toMatchObject({
      sub: user.id,
      name: 'Ada Lovelace',
      given_name: 'Ada',
      family_name: 'Lovelace',
      email: user.email,
      email_verified: true,
    })
  })

  test('RFC 6749 §6: refreshes time and again, each time with a new refresh token', async () => {
    const config = await configure()
    const { user, tokens } = await signIn(config)
    const first = await client.refreshTokenGrant(config, refreshTokenOf(tokens))
    const second = await client.refreshTokenGrant(config, refreshTokenOf(first))
    expect(new Set([tokens, first, second].map(refreshTokenOf)).size).toBe(3)
    expect(second.scope).toBe(tokens.scope)
    // OIDC Core §12.2: the subject stays, and so does the time of the sign-in.
    expect(second.claims()).toMatchObject({ sub: user.id, auth_time: tokens.claims()?.auth_time })
    await client.fetchUserInfo(config, second.access_token, user.id)
  })

  test('RFC 6749 §6: the scope of the first request may be repeated, offline_access included', async () => {
    const config = await configure()
    const { tokens } = await signIn(config)
    const scope = 'openid profile email offline_access'
    const repeated = await client.refreshTokenGrant(config, refreshTokenOf(tokens), { scope })
    expect(repeated.scope).toBe(scope)
    const less = await client.refreshTokenGrant(config, refreshTokenOf(repeated), { scope: 'openid' })
    expect(less.scope).toBe('openid')
    const again = await client.refreshTokenGrant(config, refreshTokenOf(less), { scope })
    expect(again.scope).toBe(scope)
  })

  test('RFC 7009 §2.1: a revoked access token reads no more claims', async () => {
    const config = await configure()
    const { user, tokens } = await signIn(config)
    await client.tokenRevocation(config, tokens.access_token, { token_type_hint: 'access_token' })
    await expect(client.fetchUserInfo(config, tokens.access_token, user.id)).rejects.toMatchObject({
      status: 401,
      cause: [{ scheme: 'bearer', parameters: { error: 'invalid_token' } }],
    })
    // The rest of the grant is left alone.
    await client.refreshTokenGrant(config, refreshTokenOf(tokens))
  })

  test('RFC 7009 §2.1: with the refresh token the access token ends as well', async () => {
    const config = await configure()
    const { user, tokens } = await signIn(config)
    await client.tokenRevocation(config, refreshTokenOf(tokens))
    await expect(client.refreshTokenGrant(config, refreshTokenOf(tokens))).rejects.toMatchObject({
      error: 'invalid_grant',
      status: 400,
    })
    await expect(client.fetchUserInfo(config, tokens.access_token, user.id)).rejects.toMatchObject({
      status: 401,
    })
  })

  test('RFC 7009 §2.2: revoking what is no token is no error', async () => {
    await client.tokenRevocation(await configure(), 'never-issued')
  })
})

describe.each<Method>(['client_secret_basic', 'client_secret_post'])(
  'a confidential client by %s',
  (method) => {
    test('RFC 7662 §2: introspects its access and refresh tokens until they are revoked', async () => {
      const application = await app.fixtures.firstParty()
      const config = await discover(application, method)
      const { user, tokens } = await signIn(config)
      const refreshToken = refreshTokenOf(tokens)
      const owned = { active: true, client_id: application.clientId, sub: user.id, iss: app.issuer }
      expect(await client.tokenIntrospection(config, tokens.access_token)).toMatchObject({
        ...owned,
        scope: tokens.scope,
        token_type: 'access_token',
        aud: await app.stores.environment.clientId(),
      })
      expect(await client.tokenIntrospection(config, refreshToken)).toMatchObject(owned)

      await client.tokenRevocation(config, refreshToken)
      for (const token of [tokens.access_token, refreshToken, 'never-issued']) {
        expect(await client.tokenIntrospection(config, token)).toEqual({ active: false })
      }
    })

    test('RFC 6749 §4.4: an M2M application gets a token of its own', async () => {
      const organization = await app.fixtures.organization()
      const application = await app.fixtures.m2m(organization, { scopes: ['reports:read', 'reports:write'] })
      const config = await discover(application, method)
      const everything = await client.clientCredentialsGrant(config)
      expect(everything.scope).toBe('reports:read reports:write')
      const some = await client.clientCredentialsGrant(config, { scope: 'reports:read' })
      expect(some).toMatchObject({ token_type: 'bearer', scope: 'reports:read', expires_in: 300 })
      expect(await client.tokenIntrospection(config, some.access_token)).toMatchObject({
        active: true,
        sub: application.clientId,
        org_id: organization,
      })
      await expect(client.clientCredentialsGrant(config, { scope: 'reports:delete' })).rejects.toMatchObject({
        error: 'invalid_scope',
        status: 400,
      })
    })

    test('RFC 6749 §5.2: a wrong secret is refused with a challenge', async () => {
      const organization = await app.fixtures.organization()
      const application = await app.fixtures.m2m(organization)
      const other = await app.fixtures.m2m(organization)
      const config = await discover(application, method, other.clientSecret)
      const refusal = await client.clientCredentialsGrant(config).catch((error: unknown) => error)
      expect(refusal).toBeInstanceOf(client.WWWAuthenticateChallengeError)
      expect(refusal).toMatchObject({ status: 401, cause: [{ scheme: 'basic' }] })
    })
  },
)

test('RFC 6749 §2.3.1: Basic with the form-url-encoded client ID that the library sends is understood', async () => {
  const application = await app.fixtures.firstParty()
  const config = await discover(application, 'client_secret_basic')
  const sent: string[] = []
  config[client.customFetch] = (url, init) => {
    const [, credentials] = init.headers['authorization']?.split('Basic ') ?? []
    if (credentials !== undefined) sent.push(Buffer.from(credentials, 'base64').toString())
    return fetch(url, init as RequestInit)
  }
  const { tokens } = await signIn(config)
  await client.refreshTokenGrant(config, refreshTokenOf(tokens))
  await client.tokenIntrospection(config, tokens.access_token)
  await client.tokenRevocation(config, tokens.access_token)
  expect(sent).toHaveLength(4)
  for (const credentials of sent) {
    expect(credentials).toContain(`${application.clientId.replace('_', '%5F')}:`)
  }
})

test('RFC 7662 §2.1: a public client may not introspect', async () => {
  const config = await discover(await app.fixtures.firstParty({ isPublic: true }), 'none')
  const { tokens } = await signIn(config)
  await expect(client.tokenIntrospection(config, tokens.access_token)).rejects.toMatchObject({ status: 401 })
})

test('RFC 7636 §4.4.1: a public client that leaves PKCE out is told so', async () => {
  const config = await discover(await app.fixtures.firstParty({ isPublic: true }), 'none')
  const url = client.buildAuthorizationUrl(config, { redirect_uri: REDIRECT_URI, scope: 'openid' })
  const callback = await followAuthorization(url, await app.fixtures.user())
  const refusal = await client.authorizationCodeGrant(config, callback).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(client.AuthorizationResponseError)
  expect(refusal).toMatchObject({ error: 'invalid_request' })
})

test('RFC 6749 §4.1.2.1: a user who denies is reported as access_denied', async () => {
  const application = await app.fixtures.thirdParty(await app.fixtures.organization())
  const config = await discover(application, 'client_secret_basic')
  const refusal = await signIn(config, { decision: 'deny' }).catch((error: unknown) => error)
  expect(refusal).toBeInstanceOf(client.AuthorizationResponseError)
  expect(refusal).toMatchObject({ error: 'access_denied' })
})

test('OIDC Core §3.1.2.6: prompt=none without a session is reported as login_required', async () => {
  const config = await discover(await app.fixtures.firstParty(), 'client_secret_basic')
  await expect(signIn(config, { parameters: { prompt: 'none' } })).rejects.toMatchObject({
    error: 'login_required',
  })
})

import OpenIDConnectStrategy from 'passport-openidconnect'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { basic } from '../support/relying-party.ts'
import { type ExpressServer, signInTo, startExpress, usePassport } from './express-server.ts'

/*
 * passport-openidconnect sends neither PKCE nor a nonce unless told to, and knows no discovery.
 */

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

type Options = Partial<OpenIDConnectStrategy.StrategyOptions>

const serve = async (
  verify: OpenIDConnectStrategy.Verify,
  {
    options = () => ({}),
    register = (redirectUris) => app.fixtures.firstParty({ redirectUris }),
  }: {
    readonly options?: (application: TestApplication) => Options
    readonly register?: (redirectUris: string[]) => Promise<TestApplication>
  } = {},
): Promise<ExpressServer> => {
  const server = await startExpress()
  const callbackURL = `${server.origin}/callback`
  const application = await register([callbackURL])
  usePassport(
    server,
    new OpenIDConnectStrategy(
      {
        issuer: app.issuer,
        authorizationURL: `${app.issuer}/oauth2/authorize`,
        tokenURL: `${app.issuer}/oauth2/token`,
        userInfoURL: `${app.issuer}/oauth2/userinfo`,
        clientID: application.clientId,
        clientSecret: application.clientSecret,
        callbackURL,
        scope: ['profile', 'email', 'offline_access'],
        ...options(application),
      },
      verify,
    ),
  )
  return server
}

const keepProfile: OpenIDConnectStrategy.Verify = (
  issuer: string,
  profile: OpenIDConnectStrategy.Profile,
  verified: OpenIDConnectStrategy.Verified,
) => verified(null, { issuer, ...profile })

describe('passport-openidconnect', () => {
  test('a user signs in without PKCE and nonce and lands in the application with their profile', async () => {
    await using server = await serve(keepProfile)
    const user = await app.fixtures.user({ firstName: 'Grace', lastName: 'Hopper' })
    const { status, path, body, authorizationUrl } = await signInTo(server.origin, user)
    // As it is by default: a newer version may do otherwise, and then this test should know.
    expect([...authorizationUrl.searchParams.keys()].sort()).toEqual([
      'client_id',
      'redirect_uri',
      'response_type',
      'scope',
      'state',
    ])
    expect({ status, path }).toEqual({ status: 200, path: '/' })
    expect(JSON.parse(body)).toEqual({
      issuer: app.issuer,
      id: user.id,
      displayName: 'Grace Hopper',
      name: { givenName: 'Grace', familyName: 'Hopper' },
      emails: [{ value: user.email }],
    })
  })

  test('RFC 6749 §2.3.1: the secret in a Basic header does as well', async () => {
    await using server = await serve(keepProfile, {
      options: ({ clientId, clientSecret }) => {
        const { authorization = '' } = basic(clientId, clientSecret)
        // The empty one it then posts counts as none (RFC 6749 §3.2).
        return { clientSecret: '', customHeaders: { Authorization: authorization } }
      },
    })
    const user = await app.fixtures.user()
    const { path, body } = await signInTo(server.origin, user)
    expect(path).toBe('/')
    expect(JSON.parse(body)).toMatchObject({ id: user.id })
  })

  test('OIDC Core §5.3: with the long callback it reads userinfo and gets all tokens', async () => {
    await using server = await serve(
      (issuer, userinfo, idToken, context, _idToken, accessToken, refreshToken, parameters, verified) =>
        verified(null, { issuer, userinfo, idToken, context, accessToken, refreshToken, parameters }),
      { options: () => ({ nonce: true, maxAge: 300 }) },
    )
    const user = await app.fixtures.user()
    const { path, body } = await signInTo(server.origin, user)
    expect(path).toBe('/')
    expect(JSON.parse(body)).toMatchObject({
      issuer: app.issuer,
      userinfo: { id: user.id, displayName: 'Ada Lovelace', emails: [{ value: user.email }] },
      idToken: { id: user.id, displayName: 'Ada Lovelace', emails: [{ value: user.email }] },
      context: { timestamp: expect.any(String), methods: ['pwd'], class: expect.any(String) },
      accessToken: expect.stringMatching(/^[\w-]+\.[\w-]+\.[\w-]+$/),
      refreshToken: expect.stringMatching(/^[\w-]{43,}$/),
      parameters: { token_type: 'Bearer', expires_in: 300 },
    })
  })

  test('RFC 6749 §4.1.2.1: a user who denies is not signed in', async () => {
    await using server = await serve(keepProfile, {
      register: async (redirectUris) =>
        app.fixtures.thirdParty(await app.fixtures.organization(), { redirectUris }),
    })
    const { status, path } = await signInTo(server.origin, await app.fixtures.user(), 'deny')
    expect({ status, path }).toEqual({ status: 403, path: '/failed' })
  })
})

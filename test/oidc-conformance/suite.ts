import { createRemoteJWKSet, type JWTPayload, jwtVerify } from 'jose'
import { expect } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  type Answer,
  answerOf,
  basic,
  credentials,
  expectRefusal,
  newPkce,
  post,
  signIn,
  textOf,
} from '../support/relying-party.ts'
import { giveStandardClaims } from '../support/standard-claims.ts'

/*
 * The modules of the OpenID Foundation's conformance suite, walked against the server as the suite walks them: the same
 * requests, the same checks, named by the suite's names. What the suite answers with a warning fails here as well.
 *
 * The server is set up as for certification (docs/openid-connect.md): ID tokens without the claims of scopes; a user who
 * holds every standard claim and belongs to no organization; two confidential clients.
 */

/** Where the suite waits for answers. */
export const CALLBACK = 'https://www.certification.example/test/a/latchkey/callback'

export type ResponseMode = 'default' | 'form_post'
export type ClientAuthentication = 'client_secret_basic' | 'client_secret_post'

export interface Suite extends AsyncDisposable {
  readonly app: TestApp
  readonly user: TestUser
  readonly client: TestApplication
  readonly second: TestApplication
  readonly metadata: Readonly<Record<string, unknown>>
  readonly keys: ReturnType<typeof createRemoteJWKSet>
}

export const openSuite = async (settings: Readonly<Record<string, unknown>> = {}): Promise<Suite> => {
  const app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  const user = await app.fixtures.user()
  await giveStandardClaims(app, user)
  const management = await app.management()
  const set = await management.patch('/latchkey/v1/settings', {
    id_token_claims: 'by_name',
    ...settings,
  })
  expect(set.status).toBe(200)
  const discovery = await answerOf(await fetch(`${app.issuer}/.well-known/openid-configuration`))
  return {
    app,
    user,
    client: await app.fixtures.firstParty({ redirectUris: [CALLBACK] }),
    second: await app.fixtures.firstParty({ redirectUris: [CALLBACK] }),
    metadata: discovery.body,
    keys: createRemoteJWKSet(new URL(String(discovery.body['jwks_uri']))),
    [Symbol.asyncDispose]: () => app[Symbol.asyncDispose](),
  }
}

type Parameters = Readonly<Record<string, string | undefined>>

export interface Walk {
  readonly browser?: TestBrowser
  readonly client?: TestApplication
  readonly authentication?: ClientAuthentication
  readonly mode?: ResponseMode
  /** How the browser comes to the authorization endpoint. */
  readonly by?: 'GET' | 'POST'
  /** Whether the user is expected to see a page; unless given, nobody minds. */
  readonly sees?: 'sign-in' | 'nothing'
}

export interface Walked {
  readonly browser: TestBrowser
  readonly request: Readonly<Record<string, string>>
  readonly code: string
  /** Of the token endpoint. */
  readonly tokens: Answer
  readonly idToken: JWTPayload
  readonly accessToken: string
}

const random = () => newPkce().verifier

/** The authorization request of every module, and what a module changes about it; undefined leaves something out. */
export const requestOf = (
  { client: ours }: Pick<Suite, 'client'>,
  parameters: Parameters,
  { client = ours, mode = 'default' }: Walk,
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    Object.entries({
      client_id: client.clientId,
      redirect_uri: client.redirectUri,
      scope: 'openid',
      state: random(),
      nonce: random(),
      response_type: 'code',
      ...(mode === 'form_post' && { response_mode: mode }),
      ...parameters,
    }).filter((entry): entry is [string, string] => entry[1] !== undefined),
  )

const endpoint = ({ metadata }: Pick<Suite, 'metadata'>, name: string): string => String(metadata[name])

/** Comes to the authorization endpoint. */
export const visit = async (
  suite: Suite,
  request: Readonly<Record<string, string>>,
  browser: TestBrowser,
  by: 'GET' | 'POST' = 'GET',
): Promise<Visited> => {
  const url = endpoint(suite, 'authorization_endpoint')
  if (by === 'GET') return browser.get(`${url}?${new URLSearchParams(request)}`)
  const response = await fetch(url, {
    method: 'POST',
    body: new URLSearchParams(request),
    redirect: 'manual',
  })
  expect(response.status).toBe(303)
  return browser.get(response.headers.get('location') ?? '')
}

/** What arrives at the callback: in the query of a redirect, or in a form that the page posts. */
export const arrived = (
  visited: Visited,
  mode: ResponseMode = 'default',
): Readonly<Record<string, string>> => {
  if (mode === 'default') {
    expect(visited.left).toBe(true)
    expect(visited.url.origin + visited.url.pathname).toBe(CALLBACK)
    return Object.fromEntries(visited.url.searchParams)
  }
  // OAuth 2.0 Form Post Response Mode §2
  expect(visited.left).toBe(false)
  const [, action = '', content = ''] =
    /<form id="response" method="post" action="([^"]*)"[^>]*>([\s\S]*?)<\/form>/.exec(visited.body) ?? []
  expect(action).toBe(CALLBACK)
  const fields = [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)]
  return Object.fromEntries(fields.map(([, name = '', value = '']) => [name, value]))
}

/** Redeems a code, authenticating as the variant of the plan says. */
export const redeem = (
  suite: Suite,
  form: Readonly<Record<string, string>>,
  { client = suite.client, authentication = 'client_secret_basic' }: Walk,
): Promise<Answer> =>
  authentication === 'client_secret_basic'
    ? post(endpoint(suite, 'token_endpoint'), form, basic(client.clientId, client.clientSecret))
    : post(endpoint(suite, 'token_endpoint'), { ...form, ...credentials(client) })

/** Calls the userinfo endpoint, as three modules do in three ways. */
export const userinfo = async (
  suite: Suite,
  accessToken: string,
  way: 'get' | 'post-header' | 'post-body' = 'get',
): Promise<Answer> => {
  const authorization = `Bearer ${accessToken}`
  return answerOf(
    await fetch(endpoint(suite, 'userinfo_endpoint'), {
      method: way === 'get' ? 'GET' : 'POST',
      ...(way === 'post-body'
        ? { body: new URLSearchParams({ access_token: accessToken }) }
        : { headers: { authorization } }),
    }),
  )
}

/** A whole flow, with the checks that every module makes on its way. */
export const walk = async (suite: Suite, parameters: Parameters = {}, how: Walk = {}): Promise<Walked> => {
  const { app, user } = suite
  const { browser = createBrowser(app.issuer), mode, by, sees, client = suite.client } = how
  const request = requestOf(suite, parameters, how)
  let visited = await visit(suite, request, browser, by)
  const pathname = visited.left ? '' : visited.url.pathname
  if (sees === 'sign-in') expect(pathname).toBe('/sign-in')
  if (sees === 'nothing') expect(pathname).not.toBe('/sign-in')
  if (pathname === '/sign-in') visited = await signIn(browser, visited, user)

  // CheckMatchingCallbackParameters, CheckStateInAuthorizationResponse, ValidateIssIfPresentInAuthorizationResponse
  const { code = '', ...others } = arrived(visited, mode)
  expect(others).toEqual({ state: request['state'], iss: app.issuer })
  // EnsureMinimumAuthorizationCodeLength, EnsureMinimumAuthorizationCodeEntropy
  expect(code).toMatch(/^[A-Za-z0-9_-]{43}$/)

  const tokens = await redeem(
    suite,
    { grant_type: 'authorization_code', code, redirect_uri: client.redirectUri },
    how,
  )
  const idToken = await checkTokens(suite, tokens, request, client)
  const accessToken = textOf(tokens, 'access_token')
  const { status, body } = await userinfo(suite, accessToken)
  // CallProtectedResource, EnsureHttpStatusCodeIs200, EnsureUserInfoContainsSub, and the same sub in both
  expect({ status, sub: body['sub'] }).toEqual({ status: 200, sub: idToken.sub })
  return { browser, request, code, tokens, idToken, accessToken }
}

/** CheckTokenEndpointHttpStatus200 and on; PerformStandardIdTokenChecks */
export const checkTokens = async (
  { app, keys }: Suite,
  tokens: Answer,
  { nonce }: Readonly<Record<string, string>>,
  client: TestApplication,
): Promise<JWTPayload> => {
  expect(tokens.status).toBe(200)
  expect(tokens.headers.get('content-type')).toMatch(/^application\/json/)
  expect(tokens.headers.get('cache-control')).toBe('no-store')
  expect(tokens.headers.get('pragma')).toBe('no-cache')
  expect(tokens.body).toMatchObject({ token_type: 'Bearer', expires_in: expect.any(Number) })
  expect(textOf(tokens, 'access_token')).toMatch(/^[\x20-\x7E]+$/)
  // ValidateIdTokenSignature: by the key that kid names (OIDC Core §10.1)
  const { payload, protectedHeader } = await jwtVerify(textOf(tokens, 'id_token'), keys, {
    issuer: app.issuer,
    audience: client.clientId,
    currentDate: app.clock.now(),
    algorithms: ['RS256'],
    requiredClaims: ['sub', 'iat', 'exp'],
  })
  expect(protectedHeader.kid).toEqual(expect.any(String))
  expect(payload['nonce']).toBe(nonce)
  // OIDC Core §2: at most 255 ASCII characters
  expect(payload.sub).toMatch(/^[\x20-\x7E]{1,255}$/)
  expect(Object.keys(payload).filter((claim) => !idTokenClaims.has(claim))).toEqual([])
  return payload
}

/** EnsureIdTokenDoesNotContainNonRequestedClaims, EnsureIdTokenDoesNotContainEmailForScopeEmail (warnings) */
const idTokenClaims: ReadonlySet<string> = new Set([
  ...['iss', 'sub', 'aud', 'exp', 'iat', 'auth_time', 'nonce', 'acr', 'amr', 'azp', 'at_hash', 'c_hash'],
  ...['nbf', 'jti', 'sid'],
])

/** What arrives where the server refuses, and nothing beside it (a warning). */
export const expectError = (
  visited: Visited,
  suite: Suite,
  request: Readonly<Record<string, string>>,
  mode?: ResponseMode,
): string | undefined => {
  const { error, error_description, ...others } = arrived(visited, mode)
  expect(error_description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/)
  expect(others).toEqual({ state: request['state'], iss: suite.app.issuer })
  return error
}

/** CheckErrorFromTokenEndpointResponseErrorInvalidGrant and its like */
export const expectInvalidGrant = (answer: Answer): void => expectRefusal(answer, 400, 'invalid_grant')

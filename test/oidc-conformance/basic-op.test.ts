import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import { expectErrorPage, issuingNothing, newPkce, open, textOf } from '../support/relying-party.ts'
import { claimsOfScopes } from '../support/standard-claims.ts'
import {
  arrived,
  CALLBACK,
  checkTokens,
  expectError,
  expectInvalidGrant,
  openSuite,
  type ResponseMode,
  redeem,
  requestOf,
  type Suite,
  userinfo,
  visit,
  type Walk,
  walk,
} from './suite.ts'

let suite: Suite
beforeAll(async () => {
  suite = await openSuite()
})
afterAll(() => suite[Symbol.asyncDispose]())

/** OIDCCBasicTestPlan, and OIDCCFormPostBasicTestPlan, which is the same by form_post. */
describe.each([
  ['oidcc-basic-certification-test-plan', 'default'],
  ['oidcc-formpost-basic-certification-test-plan', 'form_post'],
] as const)('%s', (_plan, mode: ResponseMode) => {
  const inMode = (how: Walk = {}): Walk => ({ mode, ...how })
  const signedIn = async () => (await walk(suite, {}, inMode())).browser

  test('oidcc-server', async () => {
    const { idToken, tokens } = await walk(suite, {}, inMode())
    const digest = createHash('sha256').update(textOf(tokens, 'access_token')).digest()
    // ValidateAtHash; there is no c_hash, which is for ID tokens that come beside a code
    expect(idToken['at_hash']).toBe(digest.subarray(0, 16).toString('base64url'))
    expect(idToken).not.toHaveProperty('c_hash')
  })

  test('oidcc-response-type-missing', async () => {
    const request = requestOf(suite, { response_type: undefined }, inMode())
    const visited = await issuingNothing(suite.app, () =>
      visit(suite, request, createBrowser(suite.app.issuer)),
    )
    expect(expectError(visited, suite, request, mode)).toBe('invalid_request')
  })

  test('oidcc-idtoken-signature', async () => {
    // By its kid: suite.ts. A key set of one key would not need it.
    await walk(suite, {}, inMode())
    expect(suite.metadata['id_token_signing_alg_values_supported']).toContain('RS256')
  })

  test('oidcc-idtoken-unsigned: skipped by the suite, since it is not offered', () => {
    expect(suite.metadata['id_token_signing_alg_values_supported']).not.toContain('none')
  })

  test.each(['get', 'post-header', 'post-body'] as const)('oidcc-userinfo-%s', async (way) => {
    const { accessToken, idToken } = await walk(suite, {}, inMode())
    const answer = await userinfo(suite, accessToken, way)
    expect(answer.status).toBe(200)
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.body).toEqual({ sub: idToken.sub })
  })

  test('oidcc-ensure-request-without-nonce-succeeds-for-code-flow', async () => {
    const { idToken } = await walk(suite, { nonce: undefined }, inMode())
    expect(idToken).not.toHaveProperty('nonce')
  })

  /** VerifyScopesReturnedInUserInfoClaims (a warning): every claim of the scope, since the user holds them all. */
  test.each(Object.entries(claimsOfScopes))('oidcc-scope-%s', async (scope, claims) => {
    const { accessToken, idToken } = await walk(suite, { scope: `openid ${scope}` }, inMode())
    expect((await userinfo(suite, accessToken)).body).toEqual({ sub: idToken.sub, ...claims })
  })

  test.each([
    ['oidcc-scope-all', 'openid email phone address profile'],
    ['oidcc-ensure-other-scope-order-succeeds', 'email openid'],
  ])('%s', async (_module, scope) => {
    const { accessToken, idToken } = await walk(suite, { scope }, inMode())
    const asked = Object.entries(claimsOfScopes).filter(([name]) => scope.split(' ').includes(name))
    expect((await userinfo(suite, accessToken)).body).toEqual({
      sub: idToken.sub,
      ...Object.assign({}, ...asked.map(([, claims]) => claims)),
    })
  })

  test.each(['page', 'popup'])('oidcc-display-%s', async (display) => {
    await walk(suite, { display }, inMode({ sees: 'sign-in' }))
  })

  test('oidcc-prompt-login', async () => {
    const first = await walk(suite, {}, inMode({ sees: 'sign-in' }))
    suite.app.clock.advance(1)
    const second = await walk(suite, { prompt: 'login' }, inMode({ browser: first.browser, sees: 'sign-in' }))
    // CheckSecondIdTokenAuthTimeIsLaterIfPresent
    expect(Number(second.idToken['auth_time'])).toBeGreaterThan(Number(first.idToken['auth_time']))
    expect(second.idToken.sub).toBe(first.idToken.sub)
  })

  test('oidcc-prompt-none-not-logged-in', async () => {
    const request = requestOf(suite, { prompt: 'none', state: 's'.repeat(128) }, inMode())
    const visited = await issuingNothing(suite.app, () =>
      visit(suite, request, createBrowser(suite.app.issuer)),
    )
    expect(expectError(visited, suite, request, mode)).toBe('login_required')
  })

  test('oidcc-prompt-none-logged-in', async () => {
    const first = await walk(suite, {}, inMode())
    const second = await walk(suite, { prompt: 'none' }, inMode({ browser: first.browser, sees: 'nothing' }))
    expect(second.idToken).toMatchObject({ sub: first.idToken.sub, auth_time: first.idToken['auth_time'] })
  })

  test('oidcc-max-age-1', async () => {
    const first = await walk(suite, {}, inMode())
    suite.app.clock.advance(2)
    const { idToken } = await walk(
      suite,
      { max_age: '1' },
      inMode({ browser: first.browser, sees: 'sign-in' }),
    )
    // CheckIdTokenAuthTimeClaimPresentDueToMaxAge, …IsLaterIfPresent, CheckIdTokenAuthTimeIsRecentIfPresent
    expect(Number(idToken['auth_time'])).toBeGreaterThan(Number(first.idToken['auth_time']))
    expect(Number(idToken.iat) - Number(idToken['auth_time'])).toBeLessThan(30)
  })

  test('oidcc-max-age-10000', async () => {
    const first = await walk(suite, { max_age: '15000' }, inMode())
    const second = await walk(
      suite,
      { max_age: '10000' },
      inMode({ browser: first.browser, sees: 'nothing' }),
    )
    expect(first.idToken).toHaveProperty('auth_time')
    expect(second.idToken).toMatchObject({ sub: first.idToken.sub, auth_time: first.idToken['auth_time'] })
  })

  test('oidcc-id-token-hint', async () => {
    const first = await walk(suite, {}, inMode())
    const parameters = { prompt: 'none', id_token_hint: textOf(first.tokens, 'id_token') }
    const second = await walk(suite, parameters, inMode({ browser: first.browser, sees: 'nothing' }))
    expect(second.idToken).toMatchObject({ sub: first.idToken.sub, auth_time: first.idToken['auth_time'] })
  })

  test.each([
    ['oidcc-ensure-request-with-unknown-parameter-succeeds', { extra: 'foobar' }],
    ['oidcc-login-hint', { login_hint: 'buffy@localhost' }],
    ['oidcc-ui-locales', { ui_locales: 'se' }],
    ['oidcc-claims-locales', { claims_locales: 'se' }],
  ])('%s', async (_module, parameters) => {
    await walk(suite, parameters, inMode({ sees: 'sign-in' }))
  })

  test('oidcc-ensure-request-with-acr-values-succeeds', async () => {
    const supported = suite.metadata['acr_values_supported'] as string[]
    const { idToken } = await walk(suite, { acr_values: supported.join(' ') }, inMode())
    // ValidateIdTokenACRClaimAgainstAcrValuesRequest (a warning)
    expect(supported).toContain(idToken['acr'])
  })

  test.each([
    ['oidcc-codereuse', 0],
    ['oidcc-codereuse-30seconds', 30],
  ])('%s', async (_module, seconds) => {
    const { code, accessToken } = await walk(suite, {}, inMode())
    suite.app.clock.advance(seconds)
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }
    expectInvalidGrant(await redeem(suite, form, {}))
    // EnsureHttpStatusCodeIs4xx (a warning)
    expect((await userinfo(suite, accessToken)).status).toBe(401)
  })

  test('oidcc-ensure-registered-redirect-uri', async () => {
    const request = requestOf(suite, { redirect_uri: `${CALLBACK}/random` }, inMode())
    const url = `${suite.metadata['authorization_endpoint']}?${new URLSearchParams(request)}`
    expectErrorPage(await issuingNothing(suite.app, () => open(url)))
  })

  test('oidcc-ensure-post-request-succeeds', async () => {
    await walk(suite, {}, inMode({ by: 'POST', sees: 'sign-in' }))
  })

  test('oidcc-server-client-secret-post', async () => {
    await walk(suite, {}, inMode({ authentication: 'client_secret_post' }))
    expect(suite.metadata['token_endpoint_auth_methods_supported']).toEqual(
      expect.arrayContaining(['client_secret_basic', 'client_secret_post']),
    )
  })

  test('the modules about unsigned request objects: skipped by the suite, since none are taken', () => {
    // oidcc-request-uri-unsigned-…, oidcc-unsigned-request-object-…, oidcc-ensure-request-object-with-redirect-uri
    expect(suite.metadata['request_object_signing_alg_values_supported']).not.toContain('none')
    expect(suite.metadata['request_uri_parameter_supported']).toBe(false)
  })

  test('oidcc-claims-essential', async () => {
    const claims = JSON.stringify({ userinfo: { name: { essential: true } } })
    // EnsureIdTokenDoesNotContainName (a warning): suite.ts
    const { accessToken, idToken } = await walk(suite, { claims }, inMode())
    expect((await userinfo(suite, accessToken)).body).toEqual({ sub: idToken.sub, name: 'Ada Lovelace' })
  })

  test('oidcc-refresh-token', async () => {
    expect(suite.metadata['grant_types_supported']).toContain('refresh_token')
    const scope = 'openid offline_access'
    const first = await walk(suite, { scope, prompt: 'consent' }, inMode())
    const token = textOf(first.tokens, 'refresh_token')
    expect(token).toMatch(/^[\x20-\x7E]{22,}$/)
    suite.app.clock.advance(1)
    const form = { grant_type: 'refresh_token', refresh_token: token, scope }
    const refreshed = await redeem(suite, form, {})
    const idToken = await checkTokens(suite, refreshed, {}, suite.client)
    // CompareIdTokenClaims
    const { iss, sub, aud, auth_time, iat } = first.idToken
    expect(idToken).toMatchObject({ iss, sub, aud, auth_time })
    expect(Number(idToken.iat)).toBeGreaterThan(Number(iat))
    expect(idToken).not.toHaveProperty('azp')
    expect((await userinfo(suite, textOf(refreshed, 'access_token'))).status).toBe(200)

    // Of the second client, with another length of nonce; then tried by the first.
    const second = await walk(
      suite,
      { scope, prompt: 'consent', nonce: 'n'.repeat(43) },
      inMode({ client: suite.second }),
    )
    const foreign = { grant_type: 'refresh_token', refresh_token: textOf(second.tokens, 'refresh_token') }
    expectInvalidGrant(await redeem(suite, foreign, {}))
    expect((await redeem(suite, foreign, { client: suite.second })).status).toBe(200)
  })

  test('oidcc-ensure-request-with-valid-pkce-succeeds', async () => {
    const pkce = newPkce()
    const browser = await signedIn()
    const request = requestOf(suite, pkce.parameters, inMode())
    const { code = '' } = arrived(await visit(suite, request, browser), mode)
    const form = { grant_type: 'authorization_code', code, redirect_uri: CALLBACK }
    expectInvalidGrant(await redeem(suite, form, {}))
    const tokens = await redeem(suite, { ...form, code_verifier: pkce.verifier }, {})
    await checkTokens(suite, tokens, request, suite.client)
  })
})

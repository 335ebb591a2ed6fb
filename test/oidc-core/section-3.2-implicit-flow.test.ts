import { createHash } from 'node:crypto'
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { REDIRECT_URI, type TestApplication, type TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import {
  authorizeImplicitly,
  BOTH_TOKENS,
  fragmentOf,
  ID_TOKEN,
  implicitly,
  implicitUrl,
  switchImplicit,
} from '../support/implicit.ts'
import { describeApplication } from '../support/keyed-application.ts'
import {
  authorizationUrl,
  authorize,
  introspect,
  issuingNothing,
  open,
  post,
  redeem,
  revoke,
  userinfo,
  withdrawConsent,
  writingNothing,
} from '../support/relying-party.ts'
import { registerResources } from '../support/resources.ts'

const RESOURCE = 'https://api.example.com/'

let app: TestApp
let application: TestApplication
let user: TestUser
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  await switchImplicit(app)
  await registerResources(app, [RESOURCE])
  application = await implicitly(app, await app.fixtures.firstParty())
  user = await app.fixtures.user()
  signedIn = createBrowser(app.issuer)
  await authorize(app, application, user, {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

const tokensWith = (parameters: Readonly<Record<string, string>> = {}) =>
  authorizeImplicitly(app, application, user, parameters, signedIn)

const verifiedIdToken = async (idToken = '') => {
  const keys = createRemoteJWKSet(new URL(`${app.issuer}/oauth2/jwks`))
  const { payload } = await jwtVerify(idToken, keys, {
    issuer: app.issuer,
    audience: application.clientId,
    algorithms: ['RS256'],
    currentDate: app.clock.now(),
  })
  return payload
}

const isActive = async (token = '') => (await introspect(app, application, token)).body['active']

/** What the refusal says, wherever the request was refused in the fragment. */
const refusedWith = async (
  parameters: Readonly<Record<string, string>>,
  client = application,
): Promise<string | undefined> => {
  const opened = await issuingNothing(app, () => open(implicitUrl(app, client, parameters)))
  expect(opened.status).toBe(302)
  expect(opened.headers.get('cache-control')).toBe('no-store')
  const { error, error_description, ...others } = fragmentOf(new URL(opened.location ?? ''))
  expect(error_description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/)
  expect(others).toEqual({ state: 's', iss: app.issuer })
  return error
}

describe('OIDC Core §3.2.2.5: a successful answer', () => {
  test('OIDC Core §3.2.2.5: id_token token has both tokens in the fragment, no code and no refresh token', async () => {
    const answer = await tokensWith({ scope: 'openid email offline_access' })
    expect(answer).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: '300',
      // OIDC Core §11: offline_access is ignored where there is no code.
      scope: 'openid email',
      id_token: expect.any(String),
      state: 's',
      iss: app.issuer,
    })
    const { access_token: accessToken = '', id_token: idToken } = answer
    const claims = await verifiedIdToken(idToken)
    expect(claims).toMatchObject({ sub: user.id, nonce: 'n', auth_time: expect.any(Number) })
    // OIDC Core §3.2.2.9: at_hash is required.
    const hash = createHash('sha256').update(accessToken).digest().subarray(0, 16).toString('base64url')
    expect(claims['at_hash']).toBe(hash)
    expect(claims).not.toHaveProperty('c_hash')
    expect(await isActive(accessToken)).toBe(true)
    expect((await userinfo(app, accessToken)).body).toMatchObject({ sub: user.id, email: user.email })
  })

  test('OIDC Core §3.2.2.5: id_token has an ID token alone, without at_hash', async () => {
    const answer = await tokensWith({ response_type: ID_TOKEN })
    expect(answer).toEqual({ id_token: expect.any(String), state: 's', iss: app.issuer })
    const claims = await verifiedIdToken(answer['id_token'])
    expect(claims).toMatchObject({ sub: user.id, nonce: 'n' })
    expect(claims).not.toHaveProperty('at_hash')
  })

  test('OIDC Core §5.4: without an access token the claims of scopes are in the ID token, whatever is set', async () => {
    const management = await app.management()
    await management.patch('/latchkey/v1/settings', { id_token_claims: 'by_name' })
    const alone = await tokensWith({ response_type: ID_TOKEN, scope: 'openid email' })
    const beside = await tokensWith({ scope: 'openid email' })
    await management.patch('/latchkey/v1/settings', { id_token_claims: null })
    expect(await verifiedIdToken(alone['id_token'])).toMatchObject({ email: user.email })
    expect(await verifiedIdToken(beside['id_token'])).not.toHaveProperty('email')
  })

  test('OAuth 2.0 Multiple Response Types §3: the order of the words means nothing', async () => {
    expect(await tokensWith({ response_type: 'token id_token' })).toHaveProperty('access_token')
  })

  test('RFC 8707 §2: the access token is for the resource that was named', async () => {
    const { access_token: accessToken = '' } = await tokensWith({ resource: RESOURCE })
    expect(decodeJwt(accessToken).aud).toBe(RESOURCE)
  })

  test('OIDC Core §5.5, §8: claims by name, acr and pairwise subjects are as for codes', async () => {
    const pairwise = await implicitly(app, await app.fixtures.firstParty(), { subject_type: 'pairwise' })
    const claims = JSON.stringify({ id_token: { given_name: null, acr: { essential: true } } })
    const asked = { claims, max_age: '600' }
    const { id_token: idToken = '', access_token: accessToken = '' } = await authorizeImplicitly(
      ...[app, pairwise, user, asked, signedIn],
    )
    const { sub = '', ...others } = decodeJwt(idToken)
    expect(others).toMatchObject({ given_name: 'Ada', acr: expect.any(String) })
    expect(sub).not.toBe(user.id)
    expect((await userinfo(app, accessToken)).body['sub']).toBe(sub)
  })

  test('a third party gets tokens once the user has agreed, and none if they deny', async () => {
    const theirs = await implicitly(app, await app.fixtures.thirdParty(await app.fixtures.organization()))
    const url = new URL(implicitUrl(app, theirs))
    const denied = await followAuthorization(url, user, { decision: 'deny' })
    expect(fragmentOf(denied)).toMatchObject({ error: 'access_denied', state: 's', iss: app.issuer })
    expect(fragmentOf(await followAuthorization(url, user))).toHaveProperty('access_token')
  })

  test('the user chooses the organization to act for', async () => {
    const organizations = [await app.fixtures.organization('A'), await app.fixtures.organization('B')]
    const member = await app.fixtures.user({ organizations })
    const { access_token: accessToken = '', id_token: idToken = '' } = await authorizeImplicitly(
      ...[app, application, member],
    )
    expect(organizations).toContain(decodeJwt(accessToken)['org_id'])
    expect(decodeJwt(idToken)['org_id']).toBe(decodeJwt(accessToken)['org_id'])
  })

  test('RFC 6749 §4.2.2: the redirect is not cached, and nothing that was issued is logged', async () => {
    const opened = await open(implicitUrl(app, application), {
      cookie: [...signedIn.cookies].map((pair) => pair.join('=')).join('; '),
    })
    expect(opened.status).toBe(302)
    expect(opened.headers.get('cache-control')).toBe('no-store')
    const { access_token: accessToken = '', id_token: idToken = '' } = fragmentOf(
      new URL(opened.location ?? ''),
    )
    const log = app.logLines.join('\n')
    for (const token of [accessToken, idToken]) {
      expect(token).not.toBe('')
      for (const part of token.split('.').slice(1)) expect(log).not.toContain(part)
    }
  })
})

describe('OAuth 2.0 Multiple Response Types §2.1, §5: how the answer travels', () => {
  test('form_post posts the tokens', async () => {
    const { body, left } = await signedIn.get(implicitUrl(app, application, { response_mode: 'form_post' }))
    expect(left).toBe(false)
    const names = [...body.matchAll(/<input type="hidden" name="([^"]*)"/g)].map(([, name]) => name)
    const expected = ['access_token', 'token_type', 'expires_in', 'scope', 'id_token', 'state', 'iss']
    expect(names.sort()).toEqual(expected.sort())
  })

  test.each(['jwt', 'fragment.jwt'])('JARM §2.3.2: %s has one JWT in the fragment', async (mode) => {
    const { response, ...others } = await tokensWith({ response_mode: mode })
    expect(others).toEqual({})
    expect(await verifiedIdToken(response)).toMatchObject({
      access_token: expect.any(String),
      id_token: expect.any(String),
      expires_in: '300',
      state: 's',
    })
  })

  test('JARM §2.3.3: form_post.jwt posts one', async () => {
    const { body } = await signedIn.get(implicitUrl(app, application, { response_mode: 'form_post.jwt' }))
    const names = [...body.matchAll(/<input type="hidden" name="([^"]*)"/g)].map(([, name]) => name)
    expect(names).toEqual(['response'])
  })

  test.each(['query', 'query.jwt'])('§5, JARM §2.3.1: %s is refused, in the fragment', async (mode) => {
    expect(await refusedWith({ response_mode: mode })).toBe('invalid_request')
  })

  test('§2.1: a code comes in a fragment if that is asked for', async () => {
    const { url } = await signedIn.get(
      authorizationUrl(app, application, { response_mode: 'fragment', state: 's' }),
    )
    const answer = fragmentOf(url)
    expect(answer).toEqual({ code: expect.any(String), state: 's', iss: app.issuer })
    expect((await redeem(app, application, answer['code'] ?? '')).status).toBe(200)
  })
})

describe('OIDC Core §3.2.2.1, §3.2.2.6: refusals come in the fragment', () => {
  test('OIDC Core §3.2.2.1: nonce is required, and PKCE is not', async () => {
    expect(await refusedWith({ nonce: '' })).toBe('invalid_request')
    const spa = await implicitly(app, await app.fixtures.firstParty({ isPublic: true }))
    expect(await authorizeImplicitly(app, spa, user, {}, signedIn)).toHaveProperty('access_token')
  })

  test.each<[string, string, Readonly<Record<string, string>>]>([
    ['prompt=none without a session', 'login_required', { prompt: 'none' }],
    ['a scope without openid', 'invalid_scope', { scope: 'email' }],
    ['a scope that is not assigned', 'invalid_scope', { scope: 'openid nonsense' }],
    ['a key for the code that there is not', 'invalid_request', { dpop_jkt: 'a'.repeat(43) }],
  ])('OIDC Core §3.2.2.6: %s is %s', async (_what, error, parameters) => {
    expect(await refusedWith(parameters)).toBe(error)
  })

  test.each(['token', 'code id_token', 'code token', 'code id_token token', 'id_token id_token'])(
    'RFC 6749 §4.2.2.1: %s is unsupported_response_type, in the fragment as all answers that hold tokens',
    async (responseType) => {
      expect(await refusedWith({ response_type: responseType })).toBe('unsupported_response_type')
    },
  )

  test.each(['tokens', 'none', 'ID_TOKEN', 'code code'])(
    'RFC 6749 §3.1.1: %s, which is not understood, is so in the query',
    async (responseType) => {
      const opened = await issuingNothing(app, () =>
        open(implicitUrl(app, application, { response_type: responseType })),
      )
      expect(new URL(opened.location ?? '').searchParams.get('error')).toBe('unsupported_response_type')
    },
  )

  test('OIDC Core §5.5: claims of userinfo are for response types with an access token', async () => {
    const claims = JSON.stringify({ userinfo: { email: null } })
    expect(await refusedWith({ claims, response_type: ID_TOKEN })).toBe('invalid_request')
    const { access_token: token = '' } = await tokensWith({ claims })
    expect((await userinfo(app, token)).body).toMatchObject({ email: user.email })
  })

  test('RFC 6749 §4.2.2.1: what the application is not registered for is unauthorized_client', async () => {
    expect(await refusedWith({}, await app.fixtures.firstParty())).toBe('unauthorized_client')
    const idTokens = await implicitly(app, await app.fixtures.firstParty(), { response_types: [ID_TOKEN] })
    expect(await refusedWith({}, idTokens)).toBe('unauthorized_client')
    const opened = await issuingNothing(app, () => open(authorizationUrl(app, idTokens)))
    expect(new URL(opened.location ?? '').searchParams.get('error')).toBe('unauthorized_client')
  })

  test.each<[string, ClientMetadata]>([
    ['DPoP', { dpop_bound_access_tokens: true }],
    ['certificates', { tls_client_certificate_bound_access_tokens: true }],
    ['FAPI 2.0', { profile: 'fapi2' }],
  ])(
    'RFC 9449 §5.2, RFC 8705 §3.4: a client of %s, however it came to be registered, gets none',
    async (_what, metadata) => {
      const client = await app.fixtures.firstParty()
      await describeApplication(app, client, { response_types: [BOTH_TOKENS], ...metadata })
      expect(await refusedWith({}, client)).toBe('unauthorized_client')
    },
  )

  test('OIDC Registration §2: neither does an address of this machine that is not for a native application', async () => {
    const client = await app.fixtures.firstParty({ redirectUris: ['http://localhost/callback'] })
    await describeApplication(app, client, { response_types: [BOTH_TOKENS] })
    expect(await refusedWith({}, client)).toBe('invalid_request')
  })

  test('RFC 9700 §4.1.1: no tokens go where a pattern of the environment leads', async () => {
    const management = await app.management()
    const uri = 'https://preview-*.example.com/callback'
    expect((await management.post('/user_management/redirect_uris', { uri })).status).toBe(201)
    const redirectUri = 'https://preview-1.example.com/callback'
    expect(await refusedWith({ redirect_uri: redirectUri })).toBe('invalid_request')
    const { url } = await signedIn.get(authorizationUrl(app, application, { redirect_uri: redirectUri }))
    expect(url.searchParams.get('code')).toMatch(/^[\w-]{43}$/)
  })

  test('RFC 9126 §2: pushed, it is refused to the application itself; else answered, and once', async () => {
    const pushed = { response_type: BOTH_TOKENS, redirect_uri: REDIRECT_URI, scope: 'openid', state: 's' }
    const authenticated = { client_id: application.clientId, client_secret: application.clientSecret }
    const push = (more: Readonly<Record<string, string>>) =>
      post(`${app.issuer}/oauth2/par`, { ...pushed, ...authenticated, ...more })
    expect((await push({})).body['error']).toBe('invalid_request')
    const { body } = await push({ nonce: 'n' })
    const query = new URLSearchParams({
      client_id: application.clientId,
      request_uri: String(body['request_uri']),
    })
    const url = `${app.issuer}/oauth2/authorize?${query}`
    expect(fragmentOf((await signedIn.get(url)).url)).toMatchObject({ token_type: 'Bearer', state: 's' })
    // Whose request it was is not known any more, nor where its answer would go.
    const again = await issuingNothing(app, () => signedIn.get(url))
    expect({ status: again.status, left: again.left }).toEqual({ status: 400, left: false })
  })

  test('RFC 9126 §4: of ten at once with one pushed request, one is answered with tokens', async () => {
    const { body } = await post(`${app.issuer}/oauth2/par`, {
      ...{ client_id: application.clientId, client_secret: application.clientSecret },
      ...{ response_type: BOTH_TOKENS, redirect_uri: REDIRECT_URI, scope: 'openid', nonce: 'n' },
    })
    const query = new URLSearchParams({
      client_id: application.clientId,
      request_uri: String(body['request_uri']),
    })
    const grants = async () => {
      const { kysely } = app.testDatabase.database
      return (await kysely.selectFrom('authorization_grant').select('id').execute()).length
    }
    const before = await grants()
    const visited = await Promise.all(
      Array.from({ length: 10 }, () => signedIn.get(`${app.issuer}/oauth2/authorize?${query}`)),
    )
    expect(visited.filter(({ url }) => url.hash.includes('access_token='))).toHaveLength(1)
    expect(await grants()).toBe(before + 1)
  })
})

describe('OIDC Core §3.2: the access token is as true as any other', () => {
  test('RFC 7009 §2.1: it can be revoked', async () => {
    const { access_token: accessToken = '' } = await tokensWith()
    expect((await revoke(app, application, accessToken)).status).toBe(200)
    expect(await isActive(accessToken)).toBe(false)
    expect((await userinfo(app, accessToken)).status).toBe(401)
  })

  test('RFC 7662 §2.2: it ends with the session, and with the consent', async () => {
    for (const end of ['session', 'consent'] as const) {
      const theirs = await implicitly(app, await app.fixtures.thirdParty(await app.fixtures.organization()))
      const somebody = await app.fixtures.user()
      const { access_token: accessToken = '' } = await authorizeImplicitly(app, theirs, somebody)
      expect(await isActive(accessToken)).toBe(true)
      if (end === 'consent') await withdrawConsent(app, somebody, theirs)
      else {
        const management = await app.management()
        const { body } = await management.get(`/user_management/users/${somebody.id}/sessions`)
        for (const { id } of (body as { data: { id: string }[] }).data) {
          await management.post('/user_management/sessions/revoke', { session_id: id })
        }
      }
      expect(await isActive(accessToken)).toBe(false)
    }
  })

  test('OIDC Back-Channel Logout §2.1: the session knows that it signed in to the application', async () => {
    const hearing = await implicitly(app, await app.fixtures.firstParty(), {
      backchannel_logout_uri: 'https://app.example.com/logout',
    })
    const { id_token: idToken = '' } = await authorizeImplicitly(app, hearing, user, {
      response_type: ID_TOKEN,
    })
    const noted = await app.testDatabase.database.kysely
      .selectFrom('session_application')
      .select('session_id')
      .where('application_id', '=', hearing.id)
      .execute()
    expect(noted).toEqual([{ session_id: decodeJwt(idToken)['sid'] }])
  })

  test('RFC 6749 §5.2: there is nothing for the token endpoint to do', async () => {
    const form = { grant_type: 'implicit', client_id: application.clientId }
    const refused = await writingNothing(app, () =>
      post(`${app.issuer}/oauth2/token`, { ...form, client_secret: application.clientSecret }),
    )
    expect(refused.body['error']).toBe('unsupported_grant_type')
  })

  test('RFC 9700 §2.1.2: off, which it is unless somebody turns it on, nobody gets tokens this way', async () => {
    await switchImplicit(app, false)
    const opened = await issuingNothing(app, () => open(implicitUrl(app, application)))
    await switchImplicit(app)
    expect(new URL(opened.location ?? '').searchParams.get('error')).toBe('unsupported_response_type')
  })
})

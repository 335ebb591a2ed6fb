import { createRemoteJWKSet, decodeJwt, decodeProtectedHeader, jwtVerify } from 'jose'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import type { SessionId } from '../../src/protocol/identifiers.ts'
import { connectDevice } from '../support/device.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { introspect, obtainTokens, refresh, signIn, textOf } from '../support/relying-party.ts'
import { type Receiver, startReceiver } from '../webhooks/receiver.ts'
import { BYE, isSignedIn, type LogoutStage, type SignedIn, startLogoutStage, until } from './logout-stage.ts'

let stage: LogoutStage
beforeAll(async () => {
  stage = await startLogoutStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

let receiver: Receiver
beforeEach(async () => {
  receiver = await startReceiver()
})
afterEach(() => receiver[Symbol.asyncDispose]())

const told = (metadata: ClientMetadata = {}) =>
  stage.application({
    backchannel_logout_uri: receiver.url,
    post_logout_redirect_uris: [BYE],
    ...metadata,
  })

const logOut = ({ browser, idToken }: SignedIn) => browser.get(stage.logoutUrl({ id_token_hint: idToken }))

/** The logout tokens that have come, in the order they came. */
const tokensOf = ({ received }: Receiver): string[] =>
  received.map(({ body }) => new URLSearchParams(body).get('logout_token') ?? '')

const arrived = (count: number) => until(() => expect(receiver.received).toHaveLength(count))

/** OIDC Back-Channel Logout §2.6: what an application checks, with a library. */
const verify = async (token: string, application: TestApplication) => {
  const keys = createRemoteJWKSet(new URL(`${stage.app.issuer}/oauth2/jwks`))
  const { payload } = await jwtVerify(token, keys, {
    issuer: stage.app.issuer,
    audience: application.clientId,
    typ: 'logout+jwt',
    algorithms: ['RS256'],
    currentDate: stage.app.clock.now(),
    requiredClaims: ['iat', 'exp', 'jti', 'events'],
  })
  return payload
}

const queuedFor = (sid: string) => stage.app.stores.logoutDeliveries.ofSession(sid as SessionId)

describe('OIDC Back-Channel Logout §2.4, §2.5: the logout token', () => {
  test('is posted as a form, and is what the application can verify', async () => {
    const application = await told()
    const who = await stage.signedIn(application)
    await logOut(who)
    await arrived(1)
    const [received] = receiver.received
    expect(received?.headers['content-type']).toBe('application/x-www-form-urlencoded')
    expect([...new URLSearchParams(received?.body).keys()]).toEqual(['logout_token'])
    const [token = ''] = tokensOf(receiver)
    expect(decodeProtectedHeader(token)).toEqual({
      alg: 'RS256',
      typ: 'logout+jwt',
      kid: expect.stringMatching(/^key_/),
    })
    const { iat = 0, exp = 0, ...claims } = await verify(token, application)
    expect(claims).toEqual({
      iss: stage.app.issuer,
      aud: application.clientId,
      sub: who.sub,
      sid: who.sid,
      jti: expect.stringMatching(/^[\w-]{43}$/),
      events: { 'http://schemas.openid.net/event/backchannel-logout': {} },
    })
    expect(exp - iat).toBe(120)
    await until(async () =>
      expect(await queuedFor(who.sid)).toMatchObject([
        { attempts: 1, deliveredAt: expect.any(Date), nextAttemptAt: null, lastError: null },
      ]),
    )
  })

  test('names a pairwise subject by the name the application knows', async () => {
    const application = await told({ subject_type: 'pairwise' })
    const who = await stage.signedIn(application)
    expect(who.sub).not.toBe(who.user.id)
    expect(who.sid).not.toMatch(/^session_/)
    await logOut(who)
    await arrived(1)
    expect(await verify(tokensOf(receiver)[0] ?? '', application)).toMatchObject({
      sub: who.sub,
      sid: who.sid,
    })
    expect(receiver.received[0]?.body).not.toContain(who.user.id)
  })

  test('§4: passes for no ID token and no access token', async () => {
    const application = await told()
    const who = await stage.signedIn(application)
    await logOut(who)
    await arrived(1)
    const [token = ''] = tokensOf(receiver)
    expect((await introspect(stage.app, application, token)).body).toEqual({ active: false })
    const next = await stage.signedIn(application, { user: who.user, browser: who.browser })
    const page = await who.browser.get(stage.logoutUrl({ id_token_hint: token }))
    expect(page.body).toContain('Do you want to sign out?')
    expect(await isSignedIn(stage, application, next.browser)).toBe(true)
    // RFC 8725 §3.11
    expect(decodeJwt(token)).not.toHaveProperty('nonce')
  })
})

describe('OIDC Back-Channel Logout §2.3: an application hears of the end of a session', () => {
  const somebodyElse = async ({ browser }: SignedIn, application: TestApplication) => {
    const other = await stage.app.fixtures.user()
    const url = new URL(`${stage.app.issuer}/oauth2/authorize`)
    url.search = `${new URLSearchParams({
      response_type: 'code',
      client_id: application.clientId,
      redirect_uri: application.redirectUri,
      scope: 'openid',
      prompt: 'login',
    })}`
    const done = await signIn(browser, await browser.get(url.href), other)
    expect(done.url.searchParams.has('code')).toBe(true)
  }

  test.each<[string, (who: SignedIn) => Promise<unknown>]>([
    ['by an application', logOut],
    [
      'by the user, on the page that asks',
      async ({ browser }) => browser.submit(await browser.get(stage.logoutUrl()), { decision: 'sign_out' }),
    ],
    [
      'by the user, on the page of the server',
      async ({ browser }) => browser.submit(await browser.get('/'), {}),
    ],
    ['by somebody else who signs in in the same browser', (who) => somebodyElse(who, who.application)],
    [
      'by the management API',
      ({ sid }) => stage.management.post('/user_management/sessions/revoke', { session_id: sid }),
    ],
    [
      'by a new password',
      ({ user }) =>
        stage.management.put(`/user_management/users/${user.id}`, {
          password: 'another correct horse battery',
        }),
    ],
    [
      'by the deletion of the user',
      ({ user }) => stage.management.delete(`/user_management/users/${user.id}`),
    ],
  ])('%s', async (_, end) => {
    const application = await told()
    const who = await stage.signedIn(application)
    await end(who)
    await arrived(1)
    expect(await verify(tokensOf(receiver)[0] ?? '', application)).toMatchObject({
      sub: who.sub,
      sid: who.sid,
    })
  })

  test('once for each session that a new password ends', async () => {
    const application = await told()
    const user = await stage.app.fixtures.user()
    const sessions = [
      await stage.signedIn(application, { user }),
      await stage.signedIn(application, { user }),
    ]
    await stage.management.put(`/user_management/users/${user.id}`, {
      password: 'another correct horse battery',
    })
    await arrived(2)
    const sids = tokensOf(receiver).map((token) => decodeJwt(token)['sid'])
    expect(sids.sort()).toEqual(sessions.map(({ sid }) => sid).sort())
  })

  test('each of several applications by itself; those that do not ask, and those of other sessions, not', async () => {
    const [first, second] = [await told(), await told()]
    const silent = await stage.application({})
    const who = await stage.signedIn(first)
    await stage.signedIn(second, who)
    await stage.signedIn(silent, who)
    await stage.signedIn(await told())
    await logOut(who)
    await arrived(2)
    expect(
      tokensOf(receiver)
        .map((token) => decodeJwt(token).aud)
        .sort(),
    ).toEqual([first.clientId, second.clientId].sort())
    expect(await queuedFor(who.sid)).toHaveLength(2)
  })

  test('that was signed in to on a device, when the session it was approved in ends', async () => {
    const application = await told()
    const user = await stage.app.fixtures.user()
    const tokens = await connectDevice(stage.app, application, user, { scope: 'openid' })
    const { sid } = decodeJwt(textOf(tokens, 'id_token'))
    await stage.management.post('/user_management/sessions/revoke', { session_id: sid })
    await arrived(1)
    expect(await verify(tokensOf(receiver)[0] ?? '', application)).toMatchObject({ sub: user.id, sid })
  })

  test('that signed in twice in a session once', async () => {
    const application = await told()
    const who = await stage.signedIn(application)
    await stage.signedIn(application, who)
    await logOut(who)
    await arrived(1)
    expect(await queuedFor(who.sid)).toHaveLength(1)
  })

  test('not when the session merely expires', async () => {
    const who = await stage.signedIn(await told())
    stage.app.clock.advance(400 * 24 * 3600)
    await stage.management.post('/user_management/sessions/revoke', { session_id: who.sid })
    await stage.management.delete(`/user_management/users/${who.user.id}`)
    expect(await queuedFor(who.sid)).toEqual([])
  })

  test('an application that was deleted, or asks no more, is not told', async () => {
    const [gone, changed] = [await told(), await told()]
    const who = await stage.signedIn(gone)
    await stage.signedIn(changed, who)
    await stage.app.stores.clients.delete(gone.id)
    await stage.management.put(`/latchkey/v1/applications/${changed.id}/client_metadata`, {})
    await who.browser.submit(await who.browser.get('/'), {})
    expect(await queuedFor(who.sid)).toEqual([])
  })

  test('a code that is redeemed while the session ends: no grant, or an application that is told', async () => {
    const application = await told()
    for (let round = 0; round < 5; round++) {
      const who = await stage.signedIn(await stage.application({}))
      const [tokens] = await Promise.all([
        obtainTokens(stage.app, application, who.user, { scope: 'openid' }, who.browser).catch(
          () => undefined,
        ),
        stage.management.post('/user_management/sessions/revoke', { session_id: who.sid }),
      ])
      const idToken = tokens?.body['id_token']
      if (typeof idToken !== 'string' || decodeJwt(idToken)['sid'] !== who.sid) continue
      expect(await queuedFor(who.sid)).toHaveLength(1)
    }
  })
})

describe('OIDC Back-Channel Logout §2.7: what was granted in the session', () => {
  test('ends with it without offline access, and goes on with', async () => {
    const application = await told()
    const who = await stage.signedIn(application, { scope: 'openid offline_access' })
    const without = await stage.signedIn(application, { ...who, scope: 'openid' })
    await logOut(who)
    expect((await introspect(stage.app, application, without.accessToken)).body).toEqual({ active: false })
    expect((await introspect(stage.app, application, who.accessToken)).body).toMatchObject({ active: true })
    const refreshed = await refresh(stage.app, application, who.refreshToken ?? '')
    expect(refreshed.status).toBe(200)
    expect((await introspect(stage.app, application, textOf(refreshed, 'access_token'))).body).toMatchObject({
      active: true,
    })
  })
})

test('a usual sign-in writes nothing down for applications that ask for no logout', async () => {
  const { kysely } = stage.app.testDatabase.database
  const count = async () =>
    (await kysely.selectFrom('session_application').select('session_id').execute()).length
  const before = await count()
  await stage.signedIn(await stage.application({ post_logout_redirect_uris: [BYE] }))
  expect(await count()).toBe(before)
  await stage.signedIn(await told())
  expect(await count()).toBe(before + 1)
})

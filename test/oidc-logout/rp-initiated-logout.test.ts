import { SignJWT, UnsecuredJWT } from 'jose'
import { allowInsecureRequests, buildEndSessionUrl, discovery } from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { expectErrorPage, introspect, open, userinfo } from '../support/relying-party.ts'
import { BYE, isSignedIn, type LogoutStage, type SignedIn, startLogoutStage } from './logout-stage.ts'

let stage: LogoutStage
let application: TestApplication
beforeAll(async () => {
  stage = await startLogoutStage()
  application = await stage.application({
    post_logout_redirect_uris: [BYE, `${BYE}?from=here`, 'com.example.app:/bye'],
  })
})
afterAll(() => stage[Symbol.asyncDispose]())

const cookieHeader = ({ browser }: Pick<SignedIn, 'browser'>) => ({
  cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
})

const stillSignedIn = ({ browser }: Pick<SignedIn, 'browser'>) => isSignedIn(stage, application, browser)

const reasonsOf = async (sid: string) =>
  (await eventsOf(stage.app, sid, ['session.revoked'])).map(({ data }) => data['reason'])

describe('OIDC RP-Initiated Logout §2: with an ID token of the session', () => {
  test('the user is signed out unasked, and sent to where the application registered, with the state', async () => {
    const who = await stage.signedIn(application)
    const left = await who.browser.get(
      stage.logoutUrl({ id_token_hint: who.idToken, post_logout_redirect_uri: BYE, state: 'a b&c=ü' }),
    )
    expect(left.left).toBe(true)
    expect(`${left.url.origin}${left.url.pathname}`).toBe(BYE)
    expect([...left.url.searchParams]).toEqual([['state', 'a b&c=ü']])
    expect(who.browser.cookie('latchkey_session')).toBeUndefined()
    expect(await stillSignedIn(who)).toBe(false)
    expect(await reasonsOf(who.sid)).toEqual(['signed_out_by_application'])
  })

  test('that has expired all the same (§4)', async () => {
    const who = await stage.signedIn(application)
    stage.app.clock.advance(2 * 3600)
    const { url } = await who.browser.get(
      stage.logoutUrl({ id_token_hint: who.idToken, post_logout_redirect_uri: BYE }),
    )
    expect(url.href).toBe(BYE)
    expect(await stillSignedIn(who)).toBe(false)
  })

  test('without a state nothing is added to the URI; one with a query keeps it', async () => {
    for (const [uri, state, expected] of [
      [BYE, undefined, BYE],
      [`${BYE}?from=here`, undefined, `${BYE}?from=here`],
      [`${BYE}?from=here`, 's', `${BYE}?from=here&state=s`],
      ['com.example.app:/bye', 's', 'com.example.app:/bye?state=s'],
    ] as const) {
      const who = await stage.signedIn(application)
      const url = stage.logoutUrl({ id_token_hint: who.idToken, post_logout_redirect_uri: uri, state })
      expect(await open(url, cookieHeader(who))).toMatchObject({ status: 303, location: expected })
    }
  })

  test('and no URI the page says that they are signed out', async () => {
    const who = await stage.signedIn(application)
    const page = await who.browser.get(stage.logoutUrl({ id_token_hint: who.idToken }))
    expect(page.status).toBe(200)
    expect(page.body).toContain('You are signed out')
    expect(page.body).not.toContain('<iframe')
    expect(page.headers.get('content-security-policy')).not.toMatch(/frame-src|script-src/)
    expect(await stillSignedIn(who)).toBe(false)
  })

  test('by POST as well: it goes on without the token in a URL', async () => {
    const who = await stage.signedIn(application)
    const response = await fetch(`${stage.app.issuer}/oauth2/logout`, {
      method: 'POST',
      // A form of another site: cookies with SameSite=Lax stay behind.
      headers: { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' },
      body: new URLSearchParams({ id_token_hint: who.idToken, post_logout_redirect_uri: BYE, state: 's' }),
      redirect: 'manual',
    })
    expect(response.status).toBe(303)
    const location = response.headers.get('location') ?? ''
    expect(location).not.toContain(who.idToken.slice(-20))
    expect(await stillSignedIn(who)).toBe(true)
    const { url } = await who.browser.get(location)
    expect(url.href).toBe(`${BYE}?state=s`)
    expect(await stillSignedIn(who)).toBe(false)
  })

  test('without a session the user is sent on, and nobody is asked', async () => {
    const who = await stage.signedIn(application)
    await who.browser.get(stage.logoutUrl({ id_token_hint: who.idToken }))
    const again = stage.logoutUrl({ id_token_hint: who.idToken, post_logout_redirect_uri: BYE, state: 's' })
    expect((await who.browser.get(again)).url.href).toBe(`${BYE}?state=s`)
    expect((await createBrowser(stage.app.issuer).get(again)).url.href).toBe(`${BYE}?state=s`)
  })

  test('of a client with pairwise subjects', async () => {
    const pairwise = await stage.application({ subject_type: 'pairwise', post_logout_redirect_uris: [BYE] })
    const who = await stage.signedIn(pairwise)
    expect(who.sub).not.toBe(who.user.id)
    // By the name of the session, too: that of another one of the same user ends nothing unasked.
    const { idToken } = await stage.signedIn(pairwise, { user: who.user })
    expect((await who.browser.get(stage.logoutUrl({ id_token_hint: idToken }))).body).toContain(
      'Do you want to sign out?',
    )
    const { url } = await who.browser.get(
      stage.logoutUrl({ id_token_hint: who.idToken, post_logout_redirect_uri: BYE }),
    )
    expect(url.href).toBe(BYE)
    expect(await stillSignedIn(who)).toBe(false)
  })

  test('what was granted without offline access is inactive at once', async () => {
    const who = await stage.signedIn(application)
    await who.browser.get(stage.logoutUrl({ id_token_hint: who.idToken }))
    expect((await introspect(stage.app, application, who.accessToken)).body).toEqual({ active: false })
    expect((await userinfo(stage.app, who.accessToken)).status).toBe(401)
  })

  test('openid-client: buildEndSessionUrl', async () => {
    const who = await stage.signedIn(application)
    const configuration = await discovery(
      new URL(stage.app.issuer),
      application.clientId,
      application.clientSecret,
      undefined,
      { execute: [allowInsecureRequests] },
    )
    const url = buildEndSessionUrl(configuration, {
      id_token_hint: who.idToken,
      post_logout_redirect_uri: BYE,
      state: 'from-the-library',
    })
    expect(url.searchParams.get('client_id')).toBe(application.clientId)
    expect((await who.browser.get(url.href)).url.href).toBe(`${BYE}?state=from-the-library`)
    expect(await stillSignedIn(who)).toBe(false)
  })
})

describe('OIDC RP-Initiated Logout §2: the user is asked', () => {
  const asked = async (who: SignedIn, parameters: Readonly<Record<string, string | undefined>>) => {
    const page = await who.browser.get(stage.logoutUrl(parameters))
    expect({ status: page.status, left: page.left }).toEqual({ status: 200, left: false })
    expect(page.body).toContain('Do you want to sign out?')
    expect(page.body).toContain(who.user.email)
    expect(page.headers.get('cache-control')).toBe('no-store')
    expect(await stillSignedIn(who)).toBe(true)
    return page
  }

  test.each<[string, (who: SignedIn) => Record<string, string> | Promise<Record<string, string>>]>([
    ['without any parameter', () => ({})],
    ['with the client alone', () => ({ client_id: application.clientId })],
    ['with a logout_hint alone', ({ user }) => ({ logout_hint: user.email })],
    [
      'with the ID token of somebody else',
      async () => ({ id_token_hint: (await stage.signedIn(application)).idToken }),
    ],
    [
      "with an ID token of the same user's session in another browser",
      async ({ user }) => ({ id_token_hint: (await stage.signedIn(application, { user })).idToken }),
    ],
    ['with an ID token that is none', () => ({ id_token_hint: 'not.a.token' })],
  ])('%s', async (_, parametersOf) => {
    const who = await stage.signedIn(application)
    const page = await asked(who, await parametersOf(who))
    const done = await who.browser.submit(page, { decision: 'sign_out' })
    expect(done.status).toBe(200)
    expect(done.body).toContain('You are signed out')
    expect(await stillSignedIn(who)).toBe(false)
    expect(await reasonsOf(who.sid)).toEqual(['signed_out'])
  })

  test('and goes back to the application with the state when they have said yes', async () => {
    const who = await stage.signedIn(application)
    const page = await asked(who, {
      client_id: application.clientId,
      post_logout_redirect_uri: BYE,
      state: 'kept',
    })
    expect((await who.browser.submit(page, { decision: 'sign_out' })).url.href).toBe(`${BYE}?state=kept`)
    expect(await stillSignedIn(who)).toBe(false)
  })

  test('and stays signed in when they have said no; nobody is told', async () => {
    const who = await stage.signedIn(application)
    const page = await asked(who, { client_id: application.clientId, post_logout_redirect_uri: BYE })
    const stayed = await who.browser.submit(page, { decision: 'stay' })
    expect({ left: stayed.left, path: stayed.url.pathname }).toEqual({ left: false, path: '/' })
    expect(await stillSignedIn(who)).toBe(true)
    expect(await reasonsOf(who.sid)).toEqual([])
  })

  test('a form sent twice, or after they signed out in another tab, leads on', async () => {
    const who = await stage.signedIn(application)
    const page = await asked(who, { client_id: application.clientId, post_logout_redirect_uri: BYE })
    await who.browser.submit(await who.browser.get('/'), {})
    expect((await who.browser.submit(page, { decision: 'sign_out' })).url.href).toBe(BYE)
    expect((await who.browser.submit(page, { decision: 'sign_out' })).url.href).toBe(BYE)
  })

  test('a form made for one session does not end the next', async () => {
    const who = await stage.signedIn(application)
    const page = await asked(who, {})
    await who.browser.submit(await who.browser.get('/'), {})
    const next = await stage.signedIn(application, { browser: who.browser })
    expect((await who.browser.submit(page, { decision: 'sign_out' })).status).toBe(403)
    expect(await stillSignedIn(next)).toBe(true)
  })

  test('OWASP ASVS 5 §3.5.1: a form without its token, from elsewhere, or that says nothing ends no session', async () => {
    const who = await stage.signedIn(application)
    const { body } = await asked(who, {})
    const hidden = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(body)?.[1] ?? ''
    const form = { csrf_token: hidden('csrf_token'), request: hidden('request'), decision: 'sign_out' }
    const ours = { origin: stage.app.issuer, 'sec-fetch-site': 'same-origin' }
    const send = async (changes: Record<string, string>, headers: Record<string, string>) => {
      const response = await fetch(`${stage.app.issuer}/oauth2/logout/confirm`, {
        method: 'POST',
        body: new URLSearchParams({ ...form, ...changes }),
        headers: { ...cookieHeader(who), ...headers },
        redirect: 'manual',
      })
      await response.text()
      return response.status
    }
    expect(await send({ csrf_token: '' }, ours)).toBe(403)
    expect(await send({ csrf_token: 'x'.repeat(43) }, ours)).toBe(403)
    expect(await send({}, { origin: 'https://evil.example' })).toBe(403)
    expect(await send({}, { 'sec-fetch-site': 'cross-site' })).toBe(403)
    expect(await send({ request: 'v2.nothing' }, ours)).toBe(400)
    expect(await send({ decision: 'perhaps' }, ours)).toBe(400)
    expect(await stillSignedIn(who)).toBe(true)
    expect(await send({}, ours)).toBe(200)
  })

  test('what was registered is looked at again when they have decided', async () => {
    const fickle = await stage.application({ post_logout_redirect_uris: [BYE] })
    const who = await stage.signedIn(fickle)
    const page = await asked(who, { client_id: fickle.clientId, post_logout_redirect_uri: BYE })
    await stage.management.put(`/latchkey/v1/applications/${fickle.id}/client_metadata`, {})
    const done = await who.browser.submit(page, { decision: 'sign_out' })
    expect({ left: done.left, status: done.status }).toEqual({ left: false, status: 200 })
    expect(await stillSignedIn(who)).toBe(false)
  })

  test('a page that was left open too long has expired', async () => {
    const who = await stage.signedIn(application)
    const page = await asked(who, {})
    stage.app.clock.advance(2 * 3600)
    const late = await who.browser.submit(page, { decision: 'sign_out' })
    expect(late.status).toBe(400)
    expect(late.body).toContain('expired')
  })
})

describe('OIDC RP-Initiated Logout §3, §4: with anything in doubt nobody is sent anywhere, and nobody signed out', () => {
  const other = 'https://evil.example/bye'

  test.each<[string, (who: SignedIn) => Record<string, string>]>([
    [
      'a URI that is not registered',
      ({ idToken }) => ({ id_token_hint: idToken, post_logout_redirect_uri: other }),
    ],
    [
      'one that is, with a query added',
      ({ idToken }) => ({ id_token_hint: idToken, post_logout_redirect_uri: `${BYE}?x=y` }),
    ],
    [
      'one that is, with a slash added',
      ({ idToken }) => ({ id_token_hint: idToken, post_logout_redirect_uri: `${BYE}/` }),
    ],
    [
      'one that is, in other capitals',
      ({ idToken }) => ({ id_token_hint: idToken, post_logout_redirect_uri: BYE.toUpperCase() }),
    ],
    [
      'a redirection URI, which is none for logout',
      ({ idToken }) => ({ id_token_hint: idToken, post_logout_redirect_uri: application.redirectUri }),
    ],
    ['a registered one of nobody', () => ({ post_logout_redirect_uri: BYE })],
    [
      'a registered one, and an ID token that cannot be verified',
      ({ idToken }) => ({ id_token_hint: `${idToken.slice(0, -4)}AAAA`, post_logout_redirect_uri: BYE }),
    ],
    ['an unknown client', () => ({ client_id: 'client_nobody', post_logout_redirect_uri: BYE })],
    [
      'an unknown client beside an ID token',
      ({ idToken }) => ({ client_id: 'client_nobody', id_token_hint: idToken }),
    ],
    [
      'an access token in the place of the ID token',
      ({ accessToken }) => ({ id_token_hint: accessToken, post_logout_redirect_uri: BYE }),
    ],
  ])('%s', async (_, parametersOf) => {
    const who = await stage.signedIn(application)
    const page = await open(stage.logoutUrl(parametersOf(who)), cookieHeader(who))
    expectErrorPage(page)
    expect(page.body).not.toContain('Continue')
    expect(await stillSignedIn(who)).toBe(true)
    const posted = await fetch(`${stage.app.issuer}/oauth2/logout`, {
      method: 'POST',
      body: new URLSearchParams(parametersOf(who)),
      redirect: 'manual',
    })
    expect({ status: posted.status, location: posted.headers.get('location') }).toEqual({
      status: 400,
      location: null,
    })
    await posted.text()
  })

  test('§2: a client_id that is not the one the ID token was issued to', async () => {
    const another = await stage.application({ post_logout_redirect_uris: [BYE] })
    const who = await stage.signedIn(application)
    expectErrorPage(
      await open(
        stage.logoutUrl({
          client_id: another.clientId,
          id_token_hint: who.idToken,
          post_logout_redirect_uri: BYE,
        }),
        cookieHeader(who),
      ),
    )
    expect(await stillSignedIn(who)).toBe(true)
  })

  test('ID tokens that somebody else made, or nobody signed, say nothing', async () => {
    const who = await stage.signedIn(application)
    const claims = { iss: stage.app.issuer, aud: application.clientId, sub: who.sub, sid: who.sid }
    const forged = [
      await new SignJWT(claims)
        .setProtectedHeader({ alg: 'HS256', typ: 'JWT' })
        .sign(new TextEncoder().encode(application.clientSecret.padEnd(32, 'x'))),
      new UnsecuredJWT(claims).encode(),
    ]
    for (const id_token_hint of forged) {
      const page = await who.browser.get(stage.logoutUrl({ id_token_hint }))
      expect(page.body).toContain('Do you want to sign out?')
      expectErrorPage(
        await open(stage.logoutUrl({ id_token_hint, post_logout_redirect_uri: BYE }), cookieHeader(who)),
      )
    }
    expect(await stillSignedIn(who)).toBe(true)
  })

  test('parameters that were sent twice, are too long or hold a NUL are an error page', async () => {
    for (const query of [
      'state=a&state=b',
      `state=${'x'.repeat(20_000)}`,
      'state=%00',
      'id_token_hint[a]=b',
    ]) {
      const page = await open(`${stage.app.issuer}/oauth2/logout?${query}`)
      expect([200, 400, 431]).toContain(page.status)
      expect(page.location).toBeNull()
    }
  })

  test('nothing that was sent comes back in a page, nor into the log', async () => {
    const who = await stage.signedIn(application)
    const evil = '"><script>alert(1)</script>'
    for (const name of ['state', 'logout_hint', 'ui_locales', 'client_id', 'post_logout_redirect_uri']) {
      const page = await open(stage.logoutUrl({ [name]: evil }), cookieHeader(who))
      expect(page.body).not.toContain(evil)
    }
    await who.browser.get(stage.logoutUrl({ id_token_hint: who.idToken, state: 'a-state-of-mine' }))
    expect(stage.app.logLines.join()).not.toContain(who.idToken.split('.')[2])
    expect(stage.app.logLines.join()).not.toContain('a-state-of-mine')
  })
})

test('two requests at once end the session once', async () => {
  const who = await stage.signedIn(application)
  const url = stage.logoutUrl({ id_token_hint: who.idToken, post_logout_redirect_uri: BYE })
  const answers = await Promise.all(Array.from({ length: 5 }, () => open(url, cookieHeader(who))))
  expect(answers.every(({ location }) => location === BYE)).toBe(true)
  expect(await reasonsOf(who.sid)).toEqual(['signed_out_by_application'])
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Visited } from '../support/browser.ts'
import { describeApplication } from '../support/keyed-application.ts'
import { authorizationUrl } from '../support/relying-party.ts'
import { withoutTable } from '../support/unreadable.ts'
import { BYE, isSignedIn, type LogoutStage, type SignedIn, startLogoutStage } from './logout-stage.ts'

let stage: LogoutStage
beforeAll(async () => {
  stage = await startLogoutStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

const framesOf = ({ body }: Visited): string[] =>
  [...body.matchAll(/<iframe[^>]* src="([^"]*)"/g)].map(([, src = '']) => src.replaceAll('&amp;', '&'))

const onwardOf = ({ body }: Visited): string | undefined =>
  /<a id="continue"[^>]* href="([^"]*)"/.exec(body)?.[1]?.replaceAll('&amp;', '&')

const policyOf = ({ headers }: Visited): string => headers.get('content-security-policy') ?? ''

const logOut = ({ browser, idToken }: SignedIn, parameters: Readonly<Record<string, string>> = {}) =>
  browser.get(stage.logoutUrl({ id_token_hint: idToken, ...parameters }))

describe('OIDC Front-Channel Logout §3: the page after signing out', () => {
  test('loads the logout URI of each application of the session, and then goes on', async () => {
    const [notes, mail, silent, elsewhere] = await Promise.all([
      stage.application({
        frontchannel_logout_uri: 'https://notes.example.com/logout',
        frontchannel_logout_session_required: true,
        post_logout_redirect_uris: [BYE],
      }),
      stage.application({
        frontchannel_logout_uri: 'https://mail.example.com:8443/logout?a=b',
        frontchannel_logout_session_required: true,
      }),
      stage.application({ frontchannel_logout_uri: 'http://127.0.0.1:9999/logout' }),
      stage.application({ frontchannel_logout_uri: 'https://elsewhere.example.com/logout' }),
    ])
    const who = await stage.signedIn(notes)
    await stage.signedIn(mail, who)
    await stage.signedIn(silent, who)
    // Of the same user, in another browser: its session goes on.
    await stage.signedIn(elsewhere, { user: who.user })
    const page = await logOut(who, { post_logout_redirect_uri: BYE, state: 's' })
    expect(page.status).toBe(200)
    const told = new URLSearchParams({ iss: stage.app.issuer, sid: who.sid })
    expect(framesOf(page).sort()).toEqual(
      [
        `https://notes.example.com/logout?${told}`,
        `https://mail.example.com:8443/logout?a=b&${told}`,
        'http://127.0.0.1:9999/logout',
      ].sort(),
    )
    expect(onwardOf(page)).toBe(`${BYE}?state=s`)
    expect(await isSignedIn(stage, notes, who.browser)).toBe(false)
  })

  test('OIDC Core §8.1: says to each application with pairwise subjects its own name of the session', async () => {
    const pairwise = (host: string) =>
      stage.application(
        {
          subject_type: 'pairwise',
          frontchannel_logout_uri: `https://${host}/logout`,
          frontchannel_logout_session_required: true,
        },
        { redirectUris: [`https://${host}/callback`] },
      )
    const who = await stage.signedIn(await pairwise('forum.example.com'))
    const other = await stage.signedIn(await pairwise('clinic.example.com'), who)
    expect(other.sid).not.toBe(who.sid)
    expect(framesOf(await logOut(who)).sort()).toEqual([
      `https://clinic.example.com/logout?${new URLSearchParams({ iss: stage.app.issuer, sid: other.sid })}`,
      `https://forum.example.com/logout?${new URLSearchParams({ iss: stage.app.issuer, sid: who.sid })}`,
    ])
  })

  test('may frame these origins and no others, and run our own script alone; no other page may', async () => {
    const application = await stage.application({
      frontchannel_logout_uri: 'https://notes.example.com/logout',
      post_logout_redirect_uris: [BYE],
    })
    const page = await logOut(await stage.signedIn(application), { post_logout_redirect_uri: BYE })
    const policy = policyOf(page)
      .split(';')
      .map((directive) => directive.trim())
    expect(policy).toContain('frame-src https://notes.example.com')
    expect(policy).toContain("script-src 'self'")
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(page.headers.get('x-frame-options')).toBe('DENY')
    expect(page.headers.get('cache-control')).toBe('no-store')
    const [script = ''] = /\/assets\/signed-out-[0-9a-f]+\.js/.exec(page.body) ?? []
    const served = await fetch(stage.app.issuer + script)
    expect(served.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(await served.text()).toContain('location.replace')
    const who = await stage.signedIn(application)
    expect(policyOf(await who.browser.get(stage.logoutUrl()))).not.toMatch(/frame-src|script-src/)
  })

  test('a host that means something in a policy is refused, and one from before left out: it could widen it', async () => {
    const metadata = { frontchannel_logout_uri: "https://x;script-src'unsafe-inline'.example.com/logout" }
    const application = await stage.app.fixtures.firstParty()
    const path = `/latchkey/v1/applications/${application.id}/client_metadata`
    expect((await stage.management.put(path, metadata)).status).toBe(422)
    await describeApplication(stage.app, application, metadata)
    const page = await logOut(await stage.signedIn(application))
    expect(framesOf(page)).toEqual([])
    expect(policyOf(page)).not.toMatch(/unsafe-inline|frame-src/)
  })

  test('without frames there is none: the browser is sent on at once', async () => {
    const application = await stage.application({
      backchannel_logout_uri: 'https://notes.example.com/back',
      post_logout_redirect_uris: [BYE],
    })
    const { left, url } = await logOut(await stage.signedIn(application), { post_logout_redirect_uri: BYE })
    expect({ left, href: url.href }).toEqual({ left: true, href: BYE })
  })

  test('without a way on it has no script, and stays', async () => {
    const application = await stage.application({
      frontchannel_logout_uri: 'https://notes.example.com/logout',
    })
    const page = await logOut(await stage.signedIn(application))
    expect(framesOf(page)).toEqual(['https://notes.example.com/logout'])
    expect(onwardOf(page)).toBeUndefined()
    expect(page.body).not.toContain('<script')
  })

  test('comes after the page of the server and after "use another account" too, and goes on from there', async () => {
    const application = await stage.application({
      frontchannel_logout_uri: 'https://notes.example.com/logout',
    })
    const atHome = await stage.signedIn(application)
    const page = await atHome.browser.submit(await atHome.browser.get('/'), {})
    expect(framesOf(page)).toHaveLength(1)
    expect(onwardOf(page)).toBe('/')

    const owner = await stage.app.fixtures.organization()
    const thirdParty = await stage.app.fixtures.thirdParty(owner)
    const who = await stage.signedIn(application)
    const consent = await who.browser.get(authorizationUrl(stage.app, thirdParty))
    expect(consent.url.pathname).toBe('/consent')
    const action = {
      ...consent,
      body: consent.body.slice(
        consent.body.lastIndexOf('<form', consent.body.indexOf('use-another-account')),
      ),
    }
    const switched = await who.browser.submit(action, {})
    expect(framesOf(switched)).toHaveLength(1)
    const onward = onwardOf(switched) ?? ''
    expect(onward).toMatch(/^\/oauth2\/authorize\/continue\?request=/)
    expect((await who.browser.get(onward)).url.pathname).toBe('/sign-in')
  })

  test('needs nothing read once the session has ended: no application is left untold', async () => {
    const required = { frontchannel_logout_session_required: true }
    const notes = await stage.application({
      frontchannel_logout_uri: 'https://notes.example.com/logout',
      ...required,
    })
    const forum = await stage.application(
      { frontchannel_logout_uri: 'https://forum.example.com/logout', subject_type: 'pairwise', ...required },
      { redirectUris: ['https://forum.example.com/callback'] },
    )
    const who = await stage.signedIn(notes)
    const other = await stage.signedIn(forum, who)
    const home = await who.browser.get('/')
    // What is kept of applications in memory is too old by then.
    stage.app.clock.advance(6)
    const page = await withoutTable(stage.app, 'client_credential', () => who.browser.submit(home, {}))
    expect({ status: page.status, frames: framesOf(page).sort() }).toEqual({
      status: 200,
      frames: [
        `https://forum.example.com/logout?${new URLSearchParams({ iss: stage.app.issuer, sid: other.sid })}`,
        `https://notes.example.com/logout?${new URLSearchParams({ iss: stage.app.issuer, sid: who.sid })}`,
      ],
    })
  })
})

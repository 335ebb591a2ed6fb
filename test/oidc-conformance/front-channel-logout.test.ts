import { afterAll, beforeAll, expect, test } from 'vitest'
import { BYE, isSignedIn, type LogoutStage, startLogoutStage } from '../oidc-logout/logout-stage.ts'

/* The modules of oidcc-frontchannel-rp-initiated-logout-certification-test-plan of the OpenID conformance suite, by name. */

let stage: LogoutStage
beforeAll(async () => {
  stage = await startLogoutStage()
})
afterAll(() => stage[Symbol.asyncDispose]())

test('oidcc-frontchannel-logout-discovery-endpoint-verification', async () => {
  const response = await fetch(`${stage.app.issuer}/.well-known/openid-configuration`)
  expect(await response.json()).toMatchObject({
    end_session_endpoint: `${stage.app.issuer}/oauth2/logout`,
    frontchannel_logout_supported: true,
    frontchannel_logout_session_supported: true,
  })
})

// That a browser loads the frame and goes on is in test/browser/logout.test.ts.
test('oidcc-frontchannel-rp-initiated-logout', async () => {
  const application = await stage.application({
    frontchannel_logout_uri: 'https://app.example.com/frontchannel_logout',
    frontchannel_logout_session_required: true,
    post_logout_redirect_uris: [BYE],
  })
  const who = await stage.signedIn(application)
  const page = await who.browser.get(
    stage.logoutUrl({ id_token_hint: who.idToken, post_logout_redirect_uri: BYE, state: 'state' }),
  )
  const [, frame = ''] = /<iframe[^>]* src="([^"]*)"/.exec(page.body) ?? []
  const url = new URL(frame.replaceAll('&amp;', '&'))
  expect(url.origin + url.pathname).toBe('https://app.example.com/frontchannel_logout')
  expect(Object.fromEntries(url.searchParams)).toEqual({ iss: stage.app.issuer, sid: who.sid })
  expect(page.body).toContain(`href="${BYE}?state=state"`)
  expect(await isSignedIn(stage, application, who.browser)).toBe(false)
})

import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { BYE, isSignedIn, type LogoutStage, startLogoutStage, until } from '../oidc-logout/logout-stage.ts'
import { type Receiver, startReceiver } from '../webhooks/receiver.ts'

/* The modules of oidcc-backchannel-rp-initiated-logout-certification-test-plan of the OpenID conformance suite, by name. */

let stage: LogoutStage
let receiver: Receiver
beforeAll(async () => {
  ;[stage, receiver] = await Promise.all([startLogoutStage(), startReceiver()])
})
afterAll(async () => {
  await stage[Symbol.asyncDispose]()
  await receiver[Symbol.asyncDispose]()
})

test('oidcc-backchannel-logout-discovery-endpoint-verification', async () => {
  const response = await fetch(`${stage.app.issuer}/.well-known/openid-configuration`)
  expect(await response.json()).toMatchObject({
    end_session_endpoint: `${stage.app.issuer}/oauth2/logout`,
    backchannel_logout_supported: true,
    backchannel_logout_session_supported: true,
  })
})

test('oidcc-backchannel-rp-initiated-logout', async () => {
  const application = await stage.application({
    backchannel_logout_uri: receiver.url,
    backchannel_logout_session_required: true,
    post_logout_redirect_uris: [BYE],
  })
  const who = await stage.signedIn(application)
  const { url } = await who.browser.get(
    stage.logoutUrl({ id_token_hint: who.idToken, post_logout_redirect_uri: BYE, state: 'state' }),
  )
  expect(url.href).toBe(`${BYE}?state=state`)
  await until(() => expect(receiver.received).toHaveLength(1))
  const form = new URLSearchParams(receiver.received[0]?.body)
  expect([...form.keys()]).toEqual(['logout_token'])
  const keys = createRemoteJWKSet(new URL(`${stage.app.issuer}/oauth2/jwks`))
  const { payload } = await jwtVerify(form.get('logout_token') ?? '', keys, {
    issuer: stage.app.issuer,
    audience: application.clientId,
    currentDate: stage.app.clock.now(),
    requiredClaims: ['iat', 'jti', 'events'],
  })
  const { sub, sid } = decodeJwt(who.idToken)
  expect(payload).toMatchObject({ sub, sid })
  expect(payload).not.toHaveProperty('nonce')
  expect(await isSignedIn(stage, application, who.browser)).toBe(false)
})

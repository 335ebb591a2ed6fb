import { SignJWT } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import {
  BYE,
  isSignedIn,
  type LogoutStage,
  type SignedIn,
  startLogoutStage,
} from '../oidc-logout/logout-stage.ts'
import type { TestApplication } from '../support/fixtures.ts'

/*
 * The modules of oidc-rp-initiated-logout-certification-test-plan of the OpenID conformance suite, by name: what each
 * sends, and what it expects of the answer.
 */

let stage: LogoutStage
let application: TestApplication
beforeAll(async () => {
  stage = await startLogoutStage()
  application = await stage.application({ post_logout_redirect_uris: [BYE] })
})
afterAll(() => stage[Symbol.asyncDispose]())

const STATE = 'o7x2VdeqF1HCp0cVkSQy'

/** The request that most modules begin with, and leave something out of. */
const full = ({ idToken }: SignedIn) => ({
  id_token_hint: idToken,
  post_logout_redirect_uri: BYE,
  state: STATE,
})

const send = async (who: SignedIn, parameters: Readonly<Record<string, string>>) =>
  who.browser.get(stage.logoutUrl(parameters))

const signedIn = () => stage.signedIn(application)

const withoutState = ({ state: _, ...others }: ReturnType<typeof full>) => others
const withoutHint = ({ id_token_hint: _, ...others }: ReturnType<typeof full>) => others
const withoutUri = ({ post_logout_redirect_uri: _, ...others }: ReturnType<typeof full>) => others

/** The suite wants a picture of an error, and no redirect. */
const expectNoRedirect = (page: Awaited<ReturnType<typeof send>>): void => {
  expect({ left: page.left, status: page.status }).toEqual({ left: false, status: 400 })
}

/** A picture of a page that says so; the suite lets the user be asked on the way. */
const expectSignedOut = async (who: SignedIn, page: Awaited<ReturnType<typeof send>>): Promise<void> => {
  const last = page.body.includes('Do you want to sign out?')
    ? await who.browser.submit(page, { decision: 'sign_out' })
    : page
  expect(last.left).toBe(false)
  expect(last.body).toContain('You are signed out')
  expect(await isSignedIn(stage, application, who.browser)).toBe(false)
}

test('oidcc-rp-initiated-logout-discovery-endpoint-verification', async () => {
  const response = await fetch(`${stage.app.issuer}/.well-known/openid-configuration`)
  expect(await response.json()).toMatchObject({ end_session_endpoint: `${stage.app.issuer}/oauth2/logout` })
})

test('oidcc-rp-initiated-logout', async () => {
  const who = await signedIn()
  const { url } = await send(who, full(who))
  expect([...url.searchParams]).toEqual([['state', STATE]])
  expect(url.href.startsWith(`${BYE}?`)).toBe(true)
  expect(await isSignedIn(stage, application, who.browser)).toBe(false)
})

test('oidcc-rp-initiated-logout-no-state', async () => {
  const who = await signedIn()
  expect((await send(who, withoutState(full(who)))).url.href).toBe(BYE)
  expect(await isSignedIn(stage, application, who.browser)).toBe(false)
})

test('oidcc-rp-initiated-logout-bad-id-token-hint', async () => {
  const who = await signedIn()
  const fake = await new SignJWT({ sub: who.sub })
    .setProtectedHeader({ alg: 'HS256' })
    .setIssuer(stage.app.issuer)
    .setAudience(application.clientId)
    .setIssuedAt()
    .setExpirationTime('5m')
    .sign(new TextEncoder().encode(application.clientSecret))
  expectNoRedirect(await send(who, { ...full(who), id_token_hint: fake }))
})

test('oidcc-rp-initiated-logout-modified-id-token-hint', async () => {
  const who = await signedIn()
  const [, payload = ''] = who.idToken.split('.')
  const header = Buffer.from(JSON.stringify({ alg: 'none' })).toString('base64url')
  expectNoRedirect(await send(who, { ...full(who), id_token_hint: `${header}.${payload}.` }))
})

test('oidcc-rp-initiated-logout-no-id-token-hint', async () => {
  const who = await signedIn()
  expectNoRedirect(await send(who, withoutHint(full(who))))
})

test('oidcc-rp-initiated-logout-bad-post-logout-redirect-uri', async () => {
  const who = await signedIn()
  expectNoRedirect(
    await send(who, { ...full(who), post_logout_redirect_uri: 'https://app.example.com/other' }),
  )
})

test('oidcc-rp-initiated-logout-query-added-to-post-logout-redirect-uri', async () => {
  const who = await signedIn()
  expectNoRedirect(await send(who, { ...full(who), post_logout_redirect_uri: `${BYE}?foo=bar` }))
})

test('oidcc-rp-initiated-logout-no-params', async () => {
  const who = await signedIn()
  await expectSignedOut(who, await send(who, {}))
})

test('oidcc-rp-initiated-logout-no-post-logout-redirect-uri', async () => {
  const who = await signedIn()
  await expectSignedOut(who, await send(who, withoutUri(full(who))))
})

test('oidcc-rp-initiated-logout-only-state', async () => {
  const who = await signedIn()
  await expectSignedOut(who, await send(who, { state: STATE }))
})

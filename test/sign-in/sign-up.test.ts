import { decodeJwt } from 'jose'
import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { atOnce } from '../events/test-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { comparable } from '../support/comparable.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { codeIn, codeTo, mailTo } from '../support/mailbox.ts'
import { authorizationUrl, open } from '../support/relying-party.ts'

const PASSWORD = 'a pass phrase of my own'

let app: TestApp
let application: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { sign_up: true })
  application = await app.fixtures.firstParty()
  await app.changesHeard()
})
afterAll(() => app[Symbol.asyncDispose]())

const linkOf = (body: string, id: string): string => {
  const [link = ''] = new RegExp(`<a[^>]* id="${id}"[^>]*>`).exec(body) ?? []
  return (/ href="([^"]*)"/.exec(link)?.[1] ?? '').replaceAll('&amp;', '&')
}

const signingUp = async (email: string, browser = createBrowser(app.issuer)) => {
  const first = await browser.get(authorizationUrl(app, application))
  const signUp = await browser.get(linkOf(first.body, 'create-account'))
  const page = await browser.submit(signUp, { email })
  return { browser, first, signUp, page }
}

test('somebody new proves their address, then has an account with it, and is signed in', async () => {
  const email = 'Grace.Hopper@example.com'
  const { browser, signUp, page } = await signingUp(email)
  expect(signUp.body).toContain('<title>Create an account')
  const creating = await browser.submit(page, { code: await codeTo(app, email) })
  expect(creating.body).toContain(email)
  const refused = await browser.submit(creating, { name: '', password: 'short' })
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('Enter your name.')
  const tooShort = await browser.submit(creating, { name: 'Grace Hopper', password: 'short' })
  expect(tooShort.body).toContain('Use at least 8 characters.')
  expect(tooShort.body).toContain('value="Grace Hopper"')
  // Marks that turn the direction of writing are none of a name.
  const reversed = await browser.submit(creating, { name: 'Grace \u202Eecarg', password: PASSWORD })
  expect(reversed.body).toContain('visible characters')
  const done = await browser.submit(creating, { name: 'Grace Hopper', password: PASSWORD })
  expect(done.left).toBe(true)
  expect(done.url.searchParams.get('code')).not.toBeNull()

  const user = await app.stores.users.byNormalizedEmail(email.toLowerCase())
  expect(user).toMatchObject({ email, emailVerified: true, name: 'Grace Hopper', locale: 'en' })
  expect(user?.lastSignInAt).not.toBeNull()
  const created = await app.stores.events.byName('user.created', 10)
  expect(created.filter(({ targetId }) => targetId === user?.id)).toMatchObject([{ actor: { type: 'user' } }])
  // The page is worth nothing any more.
  const fresh = await browser.get(`${creating.url}`)
  expect((await browser.submit(fresh, { name: 'Eve', password: 'some other pass phrase' })).status).toBe(422)
})

test('an address that has an account gets the same page, a mail that says so, and a code that signs in', async () => {
  const user = await app.fixtures.user()
  const unknown = 'brand.new@example.com'
  const ofKnown = await signingUp(user.email)
  const ofUnknown = await signingUp(unknown)
  expect(comparable(ofKnown.page, user.email)).toBe(comparable(ofUnknown.page, unknown))
  const wrong = '000000'
  const [codeOfKnown, codeOfUnknown] = [await codeTo(app, user.email), await codeTo(app, unknown)]
  if (codeOfKnown !== wrong && codeOfUnknown !== wrong) {
    const afterKnown = await ofKnown.browser.submit(ofKnown.page, { code: wrong })
    const afterUnknown = await ofUnknown.browser.submit(ofUnknown.page, { code: wrong })
    expect(comparable(afterKnown, user.email)).toBe(comparable(afterUnknown, unknown))
  }
  const mail = await mailTo(app, user.email)
  expect(mail.subject).toBe('You already have an account with Latchkey')
  expect((await mailTo(app, unknown)).subject).toBe('Your code to create an account with Latchkey')
  const done = await ofKnown.browser.submit(ofKnown.page, { code: codeIn(mail) })
  expect(done.left).toBe(true)
  expect((await app.stores.users.byId(user.id))?.passwordHash).not.toBeNull()
})

test('of two who prove one mailbox at once, in two browsers, one makes the account', async () => {
  const email = 'twice@example.com'
  const one = await signingUp(email)
  const code = await codeTo(app, email)
  const other = await signingUp(email)
  const otherCode = await codeTo(app, email, 2)
  const creating = await one.browser.submit(one.page, { code })
  const otherCreating = await other.browser.submit(other.page, { code: otherCode })
  const results = await Promise.all([
    one.browser.submit(creating, { name: 'One', password: PASSWORD }),
    other.browser.submit(otherCreating, { name: 'Other', password: 'some other pass phrase' }),
  ])
  expect(results.filter(({ left }) => left)).toHaveLength(1)
  expect(results.filter(({ status }) => status === 422)).toHaveLength(1)
})

test('whoever clicks twice, or more often, has made one account, and goes on by whichever answer they see', async () => {
  const email = 'double.click@example.com'
  const { browser, page } = await signingUp(email)
  const creating = await browser.submit(page, { code: await codeTo(app, email) })
  const answers = await atOnce(4, () => browser.submit(creating, { name: 'Ada', password: PASSWORD }))
  expect(answers.map(({ url }) => url.searchParams.has('code'))).toEqual([true, true, true, true])
  const user = await app.stores.users.byNormalizedEmail(email)
  const created = await app.stores.events.byName('user.created', 100)
  expect(created.filter(({ data }) => data['email'] === email).map(({ targetId }) => targetId)).toEqual([
    user?.id,
  ])
})

test('an address that is none is refused beside its field', async () => {
  const browser = createBrowser(app.issuer)
  const { signUp } = await signingUp('somebody.else@example.com', browser)
  const refused = await browser.submit(signUp, { email: 'not an address\r\nBcc: eve@example.com' })
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('id="email-error"')
})

test('switched off, nobody creates an account, by whichever address', async () => {
  const management = await app.management()
  const { browser, page, signUp } = await signingUp('too.late@example.com')
  const code = await codeTo(app, 'too.late@example.com')
  const creating = await browser.submit(page, { code })
  await management.patch('/latchkey/v1/settings', { sign_up: false })
  await app.changesHeard()
  expect((await open(authorizationUrl(app, application))).body).not.toContain('create-account')
  expect((await browser.submit(creating, { name: 'Eve', password: PASSWORD })).status).toBe(422)
  expect((await browser.submit(signUp, { email: 'another@example.com' })).body).toContain(
    'Sign in to continue',
  )
  expect(await app.stores.users.byNormalizedEmail('too.late@example.com')).toBeUndefined()
})

/* Initiating User Registration via OpenID Connect 1.0 */

const discovered = () =>
  client.discovery(new URL(app.issuer), application.clientId, application.clientSecret, undefined, {
    execute: [client.allowInsecureRequests],
  })
const set = async (settings: Readonly<Record<string, unknown>>) => {
  await (await app.management()).patch('/latchkey/v1/settings', settings)
  await app.changesHeard()
}
const promptsAnnounced = async () => (await discovered()).serverMetadata()['prompt_values_supported']

test('Prompt Create §4.1: prompt=create begins at the page to create an account, whoever is signed in', async () => {
  await set({ sign_up: true })
  const config = await discovered()
  // §4.2
  expect(await promptsAnnounced()).toEqual(['none', 'login', 'consent', 'select_account', 'create'])
  const email = 'katherine@example.com'
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const url = client.buildAuthorizationUrl(config, {
    redirect_uri: application.redirectUri,
    scope: 'openid',
    prompt: 'create',
    login_hint: email,
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
  })
  const browser = createBrowser(app.issuer)
  const signUp = await browser.get(url.href)
  expect(signUp.body).toContain('<title>Create an account')
  expect(signUp.body).toContain(`value="${email}"`)
  const creating = await browser.submit(await browser.submit(signUp, { email }), {
    code: await codeTo(app, email),
  })
  const { url: callback } = await browser.submit(creating, { name: 'Katherine', password: PASSWORD })
  const tokens = await client.authorizationCodeGrant(config, callback, { pkceCodeVerifier })
  const user = await app.stores.users.byNormalizedEmail(email)
  expect(tokens.claims()?.sub).toBe(user?.id)

  const again = await browser.get(url.href)
  expect(again.body).toContain('<title>Create an account')
  const instead = await browser.get(linkOf(again.body, 'sign-in-instead'))
  expect(instead.body).toContain(`value="${email}"`)
  const silent = await browser.get(authorizationUrl(app, application, { prompt: 'none create' }))
  expect(silent.url.searchParams.get('error')).toBe('invalid_request')
})

test('Prompt Create §4.1: it is refused where it is not supported, and a login page of the operator’s is told', async () => {
  const visited = () =>
    createBrowser(app.issuer).get(authorizationUrl(app, application, { prompt: 'create' }))
  const refused = async () => {
    expect((await visited()).url.searchParams.get('error')).toBe('invalid_request')
    expect(await promptsAnnounced()).not.toContain('create')
  }
  try {
    await set({ sign_up: false })
    await refused()
    await set({ sign_up: true, standalone_login_uri: 'https://login.example.com/' })
    const { url } = await visited()
    expect(decodeJwt(url.searchParams.get('request') ?? '')['prompt']).toBe('create')
    expect(await promptsAnnounced()).toContain('create')
    await set({ standalone_signed_request: false })
    await refused()
  } finally {
    await set({ sign_up: true, standalone_login_uri: null, standalone_signed_request: null })
  }
})

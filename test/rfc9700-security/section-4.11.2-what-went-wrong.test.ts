import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { METADATA, register, registeredApplication, switchOn } from '../support/registration.ts'
import { authorizationUrl, newPkce, obtainTokens, post, signIn, textOf } from '../support/relying-party.ts'

/*
 * RFC 9700 §4.11.2: the page before a stranger's address says what went wrong. One code has several causes, and of those
 * it names the one that it was.
 */

let app: TestApp
let application: TestApplication
let user: TestUser
let browser: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  await switchOn(app)
  application = await registeredApplication(
    app,
    await register(app, { ...METADATA, token_endpoint_auth_method: 'none' }),
  )
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => {
  browser = createBrowser(app.issuer)
})

const urlFor = (parameters: Readonly<Record<string, string>>) =>
  authorizationUrl(app, application, { ...newPkce().parameters, ...parameters })

const demanding = (idToken: Readonly<Record<string, unknown>>) =>
  urlFor({ claims: JSON.stringify({ id_token: idToken }) })

/** What the page says, and the code beside it. */
const problemOf = ({ left, status, body }: Visited) => {
  expect({ left, status }).toEqual({ left: false, status: 400 })
  const [, words, code] = /<dd id="problem">([^<]*) <code>(\w+)<\/code>/.exec(body) ?? []
  return [code, words]
}

test('OIDC Core §3.1.2.6: login_required, since prompt=none lets nothing be shown', async () => {
  expect(problemOf(await browser.get(urlFor({ prompt: 'none' })))).toEqual([
    'login_required',
    'It tried to sign you in without showing you anything, and that is not possible just now.',
  ])
})

test.each([
  [
    'OIDC Core §3.1.2.1: id_token_hint',
    async () => urlFor({ id_token_hint: textOf(await obtainTokens(app, application, user), 'id_token') }),
  ],
  ['OIDC Core §5.5.1: a value of sub', async () => demanding({ sub: { value: user.id } })],
])('%s names somebody else than the one who has signed in: login_required as well', async (_, makeUrl) => {
  const page = await browser.get(await makeUrl())
  expect(problemOf(await signIn(browser, page, await app.fixtures.user()))).toEqual([
    'login_required',
    'It expected somebody else to sign in.',
  ])
})

test('OIDC Core §5.5.1.1: an acr is demanded that cannot be had', async () => {
  const page = await browser.get(demanding({ acr: { essential: true, value: 'urn:example:gold' } }))
  expect(problemOf(page)).toEqual([
    'unmet_authentication_requirements',
    'It demands a way of signing in that does not exist here.',
  ])
})

test('RFC 9126 §4: a pushed request was answered before, or has expired', async () => {
  const pushed = await post(`${app.issuer}/oauth2/par`, new URL(urlFor({})).searchParams)
  const url = urlFor({ request_uri: textOf(pushed, 'request_uri') })
  await followAuthorization(new URL(url), user, { browser })
  expect(problemOf(await createBrowser(app.issuer).get(url))).toEqual([
    'invalid_request_uri',
    'What it asked for has expired, or was answered before. Go back to it and start again.',
  ])
})

test('OIDC Core §3.1.2.6: while any other request_uri is wrong, and stays so', async () => {
  expect(problemOf(await browser.get(urlFor({ request_uri: 'https://notes.example/r' })))).toEqual([
    'request_uri_not_supported',
    'Its request is not valid. Only the people who run it can change that.',
  ])
})

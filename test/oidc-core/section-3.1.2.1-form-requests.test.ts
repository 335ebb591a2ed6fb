import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { REDIRECT_URI, type TestApplication } from '../support/fixtures.ts'
import { type KeyedApplication, pushed, requestObject, withKey } from '../support/keyed-application.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorPage,
  expectErrorRedirect,
  type Opened,
  writingNothing,
} from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
let keyed: KeyedApplication
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  application = await app.fixtures.firstParty()
  keyed = await withKey(app, await app.fixtures.firstParty())
  signedIn = createBrowser(app.issuer)
  await authorize(app, application, await app.fixtures.user(), {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

/** A form of the application's site: cookies stay behind. */
const postForm = async (form: URLSearchParams): Promise<Opened> => {
  const response = await fetch(`${app.issuer}/oauth2/authorize`, {
    method: 'POST',
    body: form,
    redirect: 'manual',
    headers: { origin: 'https://app.example.com', 'sec-fetch-site': 'cross-site' },
  })
  const { status, headers } = response
  return { status, headers, location: headers.get('location'), body: await response.text() }
}

const formOf = (url: string): URLSearchParams => new URL(url).searchParams

/** Where the browser ends up that is sent on, with its cookies. */
const goOn = ({ status, location }: Opened) => {
  // RFC 9700 §4.12: never 307, which would post the form again.
  expect(status).toBe(303)
  return signedIn.get(location ?? '')
}

describe('OIDC Core §3.1.2.1: an authentication request by POST', () => {
  test('OIDC Core §3.1.2.1: is answered as the same one by GET, for whoever is signed in', async () => {
    const opened = await writingNothing(app, () =>
      postForm(formOf(authorizationUrl(app, application, { state: 'a&b=ü' }))),
    )
    const { url } = await goOn(opened)
    expect(url.href.startsWith(`${REDIRECT_URI}?code=`)).toBe(true)
    expect(url.searchParams.get('state')).toBe('a&b=ü')
  })

  test('RFC 9126 §4, RFC 9101 §5: so are pushed and signed ones', async () => {
    for (const form of [
      formOf(await pushed(app, application)),
      new URLSearchParams({ client_id: keyed.clientId, request: await requestObject(app, keyed) }),
    ]) {
      expect((await goOn(await postForm(form))).url.searchParams.has('code')).toBe(true)
    }
  })

  test('OIDC Core §3.1.2.1: a form of many kilobytes is answered', async () => {
    const state = 's'.repeat(6_000)
    const { url } = await goOn(await postForm(formOf(authorizationUrl(app, application, { state }))))
    expect(url.searchParams.get('state')).toBe(state)
  })

  test('OIDC Core §3.1.2.6: one that no page could carry is told to the client', async () => {
    for (const length of [12_500, 16_000, 40_000]) {
      const state = 'short'
      const form = formOf(authorizationUrl(app, application, { state, nonce: 'n'.repeat(length) }))
      expectErrorRedirect(await writingNothing(app, () => postForm(form)), {
        to: REDIRECT_URI,
        error: 'invalid_request',
        iss: app.issuer,
        state,
        status: 303,
      })
    }
  })

  test('RFC 6749 §4.1.2.1: and shown where nobody knows whom to tell', async () => {
    const nonce = 'n'.repeat(20_000)
    const evil = authorizationUrl(app, application, { nonce, redirect_uri: 'https://evil.example/' })
    expectErrorPage(await writingNothing(app, () => postForm(formOf(evil))))
    expectErrorPage(await writingNothing(app, () => postForm(new URLSearchParams({ nonce }))))
  })

  test('RFC 6749 §3.1: a parameter sent twice is refused, as by GET', async () => {
    const form = formOf(authorizationUrl(app, application, { state: 's' }))
    form.append('scope', 'email')
    const { url } = await goOn(await postForm(form))
    expect(url.searchParams.get('error')).toBe('invalid_request')
    expect(url.searchParams.get('state')).toBe('s')
    form.append('nonce', 'n'.repeat(14_000))
    expectErrorRedirect(await postForm(form), {
      to: REDIRECT_URI,
      error: 'invalid_request',
      iss: app.issuer,
      state: 's',
      status: 303,
    })
  })

  test('RFC 6749 §3.1: part of it in the query and part in the form is not put together', async () => {
    const { search } = new URL(authorizationUrl(app, application))
    const response = await fetch(`${app.issuer}/oauth2/authorize${search}`, {
      method: 'POST',
      body: new URLSearchParams({ state: 's' }),
      redirect: 'manual',
    })
    const visited = await signedIn.get(response.headers.get('location') ?? '')
    expect({ left: visited.left, status: visited.status }).toEqual({ left: false, status: 400 })
  })

  test('RFC 6749 §3.1: a body that is no form is shown', async () => {
    const response = await fetch(`${app.issuer}/oauth2/authorize`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: '{"client_id":"x"}',
    })
    expect(response.status).toBe(415)
    expect(response.headers.get('content-type')).toContain('text/html')
    await response.arrayBuffer()
  })
})

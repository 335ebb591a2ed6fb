import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorPage,
  expectErrorRedirect,
  open,
  redeem,
  writingNothing,
} from '../support/relying-party.ts'

const REGISTERED = 'https://app.example.com/callback'
const WITH_QUERY = 'https://app.example.com/callback?dummy1=lorem&dummy2=ipsum'

let app: TestApp
let application: TestApplication
let withQuery: TestApplication
let m2m: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  const organization = await app.fixtures.organization()
  application = await app.fixtures.firstParty({ redirectUris: [REGISTERED, 'https://app.example.com/other'] })
  withQuery = await app.fixtures.firstParty({ redirectUris: [WITH_QUERY] })
  m2m = await app.fixtures.m2m(organization)
})
afterAll(() => app[Symbol.asyncDispose]())

/** Parameters as they are; undefined leaves one out. */
const urlWith = (changes: Readonly<Record<string, string | undefined>>): string => {
  const url = new URL(authorizationUrl(app, application, { state: 'xyz' }))
  for (const [name, value] of Object.entries(changes)) {
    if (value === undefined) url.searchParams.delete(name)
    else url.searchParams.set(name, value)
  }
  return url.href
}

describe('RFC 6749 §4.1.2.1: with the client in doubt nobody is sent anywhere', () => {
  test.each([
    ['a missing client_id', () => undefined],
    ['an empty client_id', () => ''],
    ['an unknown client_id', () => 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV'],
    ['a client_id that cannot be one', () => "' or 1=1 --"],
    ['a client_id in another case', () => application.clientId.toLowerCase()],
    ['a client_id with a space', () => `${application.clientId} `],
    ['a client_id with a NUL', () => `${application.clientId}\0`],
    ["an application's ID in place of its client ID", () => application.id],
    ['the client of an application that has no users', () => m2m.clientId],
    ['a client_id of 20,000 characters', () => 'c'.repeat(10_000)],
  ])('RFC 6749 §4.1.2.1: %s gets an error page', async (_what, clientId) => {
    const url = urlWith({ client_id: clientId() })
    expectErrorPage(await writingNothing(app, () => open(url)))
  })

  test('RFC 6749 §3.1: a repeated client_id gets an error page', async () => {
    const url = `${urlWith({})}&client_id=${application.clientId}`
    expectErrorPage(await writingNothing(app, () => open(url)))
  })

  test('RFC 6749 §4.1.2.1: what the request said is escaped on the page', async () => {
    const opened = await open(urlWith({ redirect_uri: 'https://evil.example/"><script>alert(1)</script>' }))
    expectErrorPage(opened)
    expect(opened.body).not.toContain('<script>')
  })
})

describe('RFC 6749 §3.1.2.3: redirection URIs are compared as they are', () => {
  test.each([
    ['a prefix', 'https://app.example.com/callbac'],
    ['a suffix', 'https://app.example.com/callback2'],
    ['a trailing slash', `${REGISTERED}/`],
    ['a deeper path', `${REGISTERED}/deeper`],
    ['the host in another case', 'https://APP.example.com/callback'],
    ['the scheme in another case', 'HTTPS://app.example.com/callback'],
    ['the path in another case', 'https://app.example.com/Callback'],
    ['the default port spelled out', 'https://app.example.com:443/callback'],
    ['another port', 'https://app.example.com:8443/callback'],
    ['http', 'http://app.example.com/callback'],
    ['user information', 'https://user@app.example.com/callback'],
    ['user information and password', 'https://user:pw@app.example.com/callback'],
    ['the host as user information', 'https://app.example.com@evil.example/callback'],
    ['the host as user information with a backslash', 'https://evil.example\\@app.example.com/callback'],
    ['a fragment', `${REGISTERED}#fragment`],
    ['an empty fragment', `${REGISTERED}#`],
    ['an extra query', `${REGISTERED}?next=https://evil.example`],
    ['an empty query', `${REGISTERED}?`],
    ['path traversal', 'https://app.example.com/x/../callback'],
    ['encoded path traversal', 'https://app.example.com/x/%2e%2e/callback'],
    ['a doubled slash', 'https://app.example.com//callback'],
    ['an encoded letter', 'https://app.example.com/%63allback'],
    ['a longer host', 'https://app.example.com.evil.example/callback'],
    ['a subdomain', 'https://x.app.example.com/callback'],
    ['a host that ends the same', 'https://evilapp.example.com/callback'],
    ['a trailing dot of the host', 'https://app.example.com./callback'],
    ['a path parameter', `${REGISTERED};x=1`],
    ['leading white space', ` ${REGISTERED}`],
    ['trailing white space', `${REGISTERED} `],
    ['a line break', `${REGISTERED}\r\nSet-Cookie: a=b`],
    ['a tab', `${REGISTERED}\t`],
    ['two of them', `${REGISTERED} https://app.example.com/other`],
    ['a path alone', '/callback'],
    ['a URI without scheme', '//app.example.com/callback'],
    ['a URI without slashes', 'https:app.example.com/callback'],
    ['a script', 'javascript:alert(1)//https://app.example.com/callback'],
    ['data', 'data:text/html,https://app.example.com/callback'],
    ['a letter that looks like another', 'https://аpp.example.com/callback'],
    ['the server itself', 'http://localhost/callback'],
    ['16,000 characters', `${REGISTERED}?${'x'.repeat(9_000)}`],
  ])('RFC 6749 §3.1.2.3: %s is another URI, and gets an error page', async (_what, uri) => {
    expectErrorPage(await writingNothing(app, () => open(urlWith({ redirect_uri: uri }))))
  })

  test('RFC 9700 §2.1: a redirection URI of another application gets an error page', async () => {
    expectErrorPage(await open(urlWith({ redirect_uri: WITH_QUERY })))
  })

  test('RFC 9700 §2.1: so does a wrong one beside another error', async () => {
    const url = urlWith({
      redirect_uri: 'https://evil.example/',
      response_type: undefined,
      scope: 'nonsense',
    })
    expectErrorPage(await open(url))
  })

  test('RFC 6749 §3.1: one that is sent twice or holds a NUL leads nowhere that is not registered', async () => {
    const evil = encodeURIComponent('https://evil.example/callback')
    const urls = [
      `${urlWith({})}&redirect_uri=${evil}`,
      `${urlWith({ redirect_uri: undefined })}&redirect_uri=${evil}&redirect_uri=${encodeURIComponent(REGISTERED)}`,
      urlWith({ redirect_uri: 'https://evil.example/\0' }),
    ]
    for (const url of urls) {
      const opened = await open(url)
      if (opened.location === null) expectErrorPage(opened)
      else {
        const expected = { to: REGISTERED, error: 'invalid_request', iss: app.issuer, state: 'xyz' }
        expectErrorRedirect(opened, expected)
      }
    }
  })
})

describe('RFC 6749 §3.1.2: what a registered URI may be', () => {
  test('RFC 6749 §3.1.2: a query is kept, and the answer is added to it', async () => {
    const user = await app.fixtures.user()
    const browser = createBrowser(app.issuer)
    const answer = await authorize(app, withQuery, user, { state: 's' }, browser)
    expect([...answer.keys()]).toEqual(['dummy1', 'dummy2', 'code', 'state', 'iss'])
    expect(answer.get('dummy1')).toBe('lorem')
    expect((await redeem(app, withQuery, answer.get('code') ?? '')).status).toBe(200)
    const refused = await open(authorizationUrl(app, withQuery, { response_type: 'token', state: 's' }))
    expectErrorRedirect(refused, {
      to: WITH_QUERY,
      error: 'unsupported_response_type',
      iss: app.issuer,
      state: 's',
    })
  })

  test.each([
    ['without its query', 'https://app.example.com/callback'],
    ['with part of its query', 'https://app.example.com/callback?dummy1=lorem'],
    ['with its query in another order', 'https://app.example.com/callback?dummy2=ipsum&dummy1=lorem'],
    ['with more of a query', `${WITH_QUERY}&dummy3=dolor`],
  ])('RFC 6749 §3.1.2: %s it is another URI', async (_what, uri) => {
    expectErrorPage(await open(authorizationUrl(app, withQuery, { redirect_uri: uri })))
  })

  test('RFC 6749 §3.1.2.3: left out, it is the default one', async () => {
    const url = urlWith({ redirect_uri: undefined, scope: 'nonsense' })
    const expected = { to: REGISTERED, error: 'invalid_scope', iss: app.issuer, state: 'xyz' }
    expectErrorRedirect(await open(url), expected)
    expectErrorRedirect(await open(urlWith({ redirect_uri: '', scope: 'nonsense' })), expected)
  })

  test('RFC 6749 §3.1.2.3: left out where none is registered, it gets an error page', async () => {
    const without = await app.fixtures.firstParty({ redirectUris: [] })
    const url = new URL(authorizationUrl(app, without))
    url.searchParams.delete('redirect_uri')
    expectErrorPage(await open(url.href))
  })

  test('RFC 3986 §2: a URI with letters beyond ASCII is none, and is refused at registration', async () => {
    const uri = 'https://app.example.com/rückruf'
    await expect(app.fixtures.firstParty({ redirectUris: [uri] })).rejects.toThrow('redirect_uri_invalid')
  })

  test('RFC 8252 §7.3: port 80 of a loopback URI is a port like any other', async () => {
    const native = await app.fixtures.firstParty({ redirectUris: ['http://127.0.0.1/cb'], isPublic: true })
    const opened = await open(
      authorizationUrl(app, native, { redirect_uri: 'http://127.0.0.1:80/cb', response_type: 'token' }),
    )
    expect(opened.location).toMatch(/^http:\/\/127\.0\.0\.1:80\/cb\?error=unsupported_response_type/)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { REDIRECT_URI, type TestApplication, type TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorPage,
  expectErrorRedirect,
  open,
  redeem,
  writingNothing,
} from '../support/relying-party.ts'

let app: TestApp
let application: TestApplication
let native: TestApplication
let user: TestUser
let signedIn: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  application = await app.fixtures.firstParty({ name: 'Acme <Notes>' })
  native = await app.fixtures.firstParty({ redirectUris: ['com.example.app:/callback'] })
  user = await app.fixtures.user()
  signedIn = createBrowser(app.issuer)
  await authorize(app, application, user, {}, signedIn)
})
afterAll(() => app[Symbol.asyncDispose]())

const urlWith = (parameters: Readonly<Record<string, string>>): string =>
  authorizationUrl(app, application, { response_mode: 'form_post', ...parameters })

/** The form of the page, as a browser reads it. */
const formOf = ({ body }: Pick<Visited, 'body'>) => {
  const [, attributes = '', content = ''] = /<form([^>]*)>([\s\S]*?)<\/form>/.exec(body) ?? []
  const decode = (text = '') =>
    text
      .replaceAll('&quot;', '"')
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&#39;', "'")
      .replaceAll('&amp;', '&')
  return {
    action: decode(/action="([^"]*)"/.exec(attributes)?.[1]),
    method: /method="([^"]*)"/.exec(attributes)?.[1],
    fields: Object.fromEntries(
      [...content.matchAll(/<input type="hidden" name="([^"]*)" value="([^"]*)"/g)].map(([, name, value]) => [
        name,
        decode(value),
      ]),
    ),
  }
}

describe('OAuth 2.0 Form Post Response Mode §2', () => {
  test('§2: the answer is a form that the browser posts to the redirection URI', async () => {
    const visited = await signedIn.get(urlWith({ state: 's' }))
    expect({ left: visited.left, status: visited.status }).toEqual({ left: false, status: 200 })
    const { action, method, fields } = formOf(visited)
    expect({ action, method }).toEqual({ action: REDIRECT_URI, method: 'post' })
    expect(fields).toEqual({ code: expect.stringMatching(/^[\w-]{43}$/), state: 's', iss: app.issuer })
    expect(visited.url.href).not.toContain(String(fields['code']))
    expect((await redeem(app, application, String(fields['code']))).status).toBe(200)
  })

  test('§2: so is an error', async () => {
    const visited = await writingNothing(app, () =>
      createBrowser(app.issuer).get(urlWith({ state: 's', scope: 'openid nonsense' })),
    )
    expect(visited.status).toBe(200)
    expect(formOf(visited).fields).toEqual({
      error: 'invalid_scope',
      error_description: expect.any(String),
      state: 's',
      iss: app.issuer,
    })
  })

  test('§2: and an answer that comes after a page', async () => {
    const browser = createBrowser(app.issuer)
    const page = await browser.get(urlWith({ state: 's' }))
    const visited = await signIn(browser, page, user)
    expect(formOf(visited).fields['code']).toMatch(/^[\w-]{43}$/)
  })

  test('§2: whatever is in state or in the name of the application is text', async () => {
    const state = `"><script>alert(1)</script><input name='code' value="&amp;`
    const visited = await signedIn.get(urlWith({ state }))
    expect(visited.body).not.toContain('<script>')
    expect(visited.body).toContain('Acme &lt;Notes>')
    expect(formOf(visited).fields['state']).toBe(state)
  })

  test('§2: the page works without JavaScript: it has a button', async () => {
    const { body } = await signedIn.get(urlWith({}))
    expect(body).toMatch(/<button[^>]*id="continue"/)
  })

  test('§4: the page is not cached, cannot be framed, and runs one script of ours alone', async () => {
    const { headers, body } = await signedIn.get(urlWith({}))
    expect(headers.get('cache-control')).toBe('no-store')
    expect(headers.get('x-frame-options')).toBe('DENY')
    expect(headers.get('referrer-policy')).toBe('origin')
    const policy = headers.get('content-security-policy') ?? ''
    expect(policy.split('; ')).toEqual(expect.arrayContaining(["default-src 'none'", "script-src 'self'"]))
    expect(policy).not.toContain('unsafe')
    const scripts = [...body.matchAll(/<script[^>]*>/g)]
    expect(scripts).toHaveLength(1)
    const [, path = ''] = /<script src="([^"]+)" defer>/.exec(body) ?? []
    const script = await fetch(app.issuer + path)
    expect(script.status).toBe(200)
    expect(script.headers.get('content-type')).toBe('text/javascript; charset=utf-8')
    expect(script.headers.get('cache-control')).toContain('immutable')
  })

  test('§2: no page runs a script that is not a file of ours', async () => {
    const { headers, body } = await createBrowser(app.issuer).get(urlWith({}))
    expect(headers.get('content-security-policy')).toMatch(/default-src 'none'.*script-src 'self'$/)
    for (const [script] of body.matchAll(/<script[^>]*>/g)) expect(script).toMatch(/ src="\/assets\//)
  })
})

describe('RFC 6749 §3.1.2: where a form may lead', () => {
  test('RFC 9700 §4.11.2: to nothing that is not registered', async () => {
    const url = urlWith({ redirect_uri: 'https://evil.example/' })
    const opened = await writingNothing(app, () => open(url))
    expectErrorPage(opened)
    expect(opened.body).not.toContain('<form')
  })

  test('RFC 8252 §7.1: not to a private scheme: invalid_request, by the URL', async () => {
    const url = authorizationUrl(app, native, { response_mode: 'form_post', state: 's' })
    expectErrorRedirect(await writingNothing(app, () => open(url)), {
      to: 'com.example.app:/callback',
      error: 'invalid_request',
      iss: app.issuer,
      state: 's',
    })
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { comeWithCode, DEVICE_CODE_GRANT, newDevice } from '../support/device.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { wayOn } from '../support/leaving-page.ts'
import { applicationAt, documentAt, documents, switchDocuments } from '../support/metadata-documents.ts'
import { METADATA, register, registeredApplication, switchOn } from '../support/registration.ts'
import {
  authorizationUrl,
  authorize,
  issuingNothing,
  newPkce,
  open,
  signIn,
} from '../support/relying-party.ts'
import { withoutTable } from '../support/unreadable.ts'

const published = documents()
let app: TestApp
let user: TestUser
let browser: TestBrowser
const BYE = 'https://notes.example/bye'
let serial = 0
beforeAll(async () => {
  app = await startTestApp({
    overrides: {
      outboundFetch: published.outboundFetch,
      registrationLimits: { windowSeconds: 3600, perAddress: 1000 },
    },
  })
  user = await app.fixtures.user()
  await switchOn(app)
  await switchDocuments(app)
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => {
  browser = createBrowser(app.issuer)
})

const registered = async (members: Readonly<Record<string, unknown>> = {}): Promise<TestApplication> =>
  registeredApplication(
    app,
    await register(app, {
      ...METADATA,
      client_name: `Notes ${++serial}`,
      token_endpoint_auth_method: 'none',
      post_logout_redirect_uris: [BYE],
      ...members,
    }),
  )

const described = async (): Promise<TestApplication> => {
  const url = `https://host${++serial}.example/client.json`
  published.put(url, documentAt(url))
  return applicationAt(url)
}

const urlFor = (application: TestApplication, parameters: Readonly<Record<string, string>>) =>
  authorizationUrl(app, application, { ...newPkce().parameters, state: 'xyz', ...parameters })

/** What the consent page names besides the place that the answer goes to. */
const otherHosts = ({ body }: Visited): string[] => {
  const [, list = ''] = /<ul id="other-hosts"[^>]*>(.*?)<\/ul>/s.exec(body) ?? []
  return [...list.matchAll(/<bdi>([^<]*)<\/bdi>/g)].map(([, host = '']) => host)
}

const expectPage = (visited: Visited, error: string): URL => {
  expect({ left: visited.left, status: visited.status }).toEqual({ left: false, status: 400 })
  expect(visited.headers.get('location')).toBeNull()
  expect(visited.body).toContain('<strong id="destination"><bdi>notes.example</bdi></strong>')
  expect(visited.body).toContain(`<code>${error}</code>`)
  expect(visited.body).toContain('Nobody has checked this application')
  expect(visited.headers.get('content-security-policy')).toMatch(/default-src 'none'/)
  expect(visited.headers.get('content-security-policy')).not.toContain('script-src')
  const onward = wayOn(visited.body)
  expect(Object.fromEntries(onward.searchParams)).toMatchObject({ error, state: 'xyz', iss: app.issuer })
  return onward
}

describe('RFC 9700 §4.11.2: nobody is redirected to an address that nobody has checked', () => {
  test.each([
    ['registered itself', () => registered()],
    ['describes itself', described],
  ])('by an error of a client that %s: a page says where the way leads', async (_, make) => {
    const application = await make()
    for (const [parameters, error] of [
      [{ scope: 'openid everything' }, 'invalid_scope'],
      [{ prompt: 'none' }, 'login_required'],
      [{ response_type: 'token' }, 'unsupported_response_type'],
      [{ request: 'x.y.z' }, 'invalid_request_object'],
    ] as const) {
      const visited = await browser.get(urlFor(application, parameters))
      expect(expectPage(visited, error).href).toMatch(/^https:\/\/notes\.example\/callback\?error=/)
    }
  })

  test('the page names the application as it calls itself, without any markup of its own', async () => {
    const application = await registered({ client_name: '<b>Your bank</b>' })
    const { body } = await browser.get(urlFor(application, { scope: 'x' }))
    expect(body).toContain('<bdi>&lt;b>Your bank&lt;/b></bdi> could not sign you in')
  })

  test('a form is not sent by itself either', async () => {
    const application = await registered()
    const visited = await browser.get(urlFor(application, { scope: 'x', response_mode: 'form_post' }))
    expect(visited).toMatchObject({ left: false, status: 400 })
    expect(visited.body).toContain('action="https://notes.example/callback"')
    expect(visited.body).toContain('<input type="hidden" name="error" value="invalid_scope"/>')
    expect(visited.body).not.toContain('<script')
    expect(visited.headers.get('content-security-policy')).not.toContain('script-src')
  })

  test('by a private scheme the page names the scheme, and nothing that looks like a host', async () => {
    const application = await registered({ redirect_uris: ['com.example.notes://bank.example/callback'] })
    const { body } = await browser.get(urlFor(application, { scope: 'x' }))
    expect(body).toContain('<strong id="destination"><bdi>com.example.notes:</bdi></strong>')
  })

  test('having signed in is no agreement to go anywhere: that page does not say where', async () => {
    const other = await app.fixtures.user()
    const organization = await app.fixtures.organization()
    const application = await registered()
    const page = await browser.get(urlFor(application, { organization_id: organization }))
    expectPage(await signIn(browser, page, other), 'access_denied')
    expectPage(await browser.get(urlFor(application, { prompt: 'none' })), 'consent_required')
  })

  test('who has denied it was told where they would be sent, and is', async () => {
    const application = await registered()
    const url = new URL(urlFor(application, {}))
    const answer = await followAuthorization(url, user, { browser, decision: 'deny' })
    expect(answer.searchParams.get('error')).toBe('access_denied')
  })

  test('a denial of another request in the same browser leads nowhere', async () => {
    const application = await registered()
    await followAuthorization(new URL(urlFor(application, {})), user, { browser, decision: 'deny' })
    expectPage(await browser.get(urlFor(application, { prompt: 'none' })), 'consent_required')
  })

  test.each([
    ['registered itself', () => registered()],
    ['describes itself', described],
  ])(
    'OIDC Core §3.1.2.1: prompt=none of one that %s goes on in the browser of who has agreed to it',
    async (_, make) => {
      const application = await make()
      const parameters = newPkce().parameters
      expect((await authorize(app, application, user, parameters, browser)).has('code')).toBe(true)
      const again = await browser.get(urlFor(application, { prompt: 'none' }))
      expect(again.url.searchParams.has('code')).toBe(true)
      const refused = await browser.get(urlFor(application, { prompt: 'none', scope: 'openid email' }))
      expect(refused).toMatchObject({ left: true })
      expect(refused.url.searchParams.get('error')).toBe('consent_required')
      // Of somebody else, or in another browser, it is a stranger's.
      expectPage(
        await createBrowser(app.issuer).get(urlFor(application, { prompt: 'none' })),
        'login_required',
      )
    },
  )

  const ELSEWHERE = 'https://elsewhere.example/callback'
  const PLACES = {
    redirect_uris: [METADATA.redirect_uris[0], ELSEWHERE, 'http://127.0.0.1:7000/', 'com.example.notes:/'],
  }
  const leadsElsewhere = async (application: TestApplication, parameters: Readonly<Record<string, string>>) =>
    (await browser.get(urlFor({ ...application, redirectUri: ELSEWHERE }, parameters))).left

  test.each([
    ['registered itself', () => registered({ application_type: 'native', ...PLACES })],
    [
      'describes itself',
      async () => {
        const application = await described()
        published.put(application.clientId, documentAt(application.clientId, PLACES))
        return application
      },
    ],
  ])(
    'who is asked about one that %s reads of every place where it can send them, and is sent to no other',
    async (_, make) => {
      const application = await make()
      expect(await leadsElsewhere(application, { scope: 'x' })).toBe(false)
      const page = await signIn(browser, await browser.get(urlFor(application, {})), user)
      expect(page.url.pathname).toBe('/consent')
      expect(page.body).toContain('you will be sent to <bdi><strong>notes.example</strong></bdi>')
      expect(otherHosts(page)).toEqual(['elsewhere.example', '127.0.0.1', 'com.example.notes:'])
      await browser.submit(page, { decision: 'allow' })
      expect(await leadsElsewhere(application, { scope: 'x' })).toBe(true)
      expect(await leadsElsewhere(application, { prompt: 'none' })).toBe(true)
    },
  )

  test('nor is what was agreed to for a device an agreement to places that its page did not name', async () => {
    const application = await registered({
      ...PLACES,
      application_type: 'native',
      grant_types: ['authorization_code', DEVICE_CODE_GRANT],
    })
    const page = await comeWithCode(app, await newDevice(app, application), user, browser)
    expect(await leadsElsewhere(application, { prompt: 'none' })).toBe(false)
    expect(otherHosts(page)).toEqual([
      'notes.example',
      'elsewhere.example',
      '127.0.0.1',
      'com.example.notes:',
    ])
    await browser.submit(page, { decision: 'allow' })
    expect(await leadsElsewhere(application, { prompt: 'none' })).toBe(true)
  })

  test('of an application that the operator made the page names the place of this request alone', async () => {
    const application = await app.fixtures.thirdParty(await app.fixtures.organization())
    const page = await signIn(browser, await browser.get(urlFor(application, {})), user)
    expect({ path: page.url.pathname, hosts: otherHosts(page) }).toEqual({ path: '/consent', hosts: [] })
  })

  test('RFC 7591 §5: an answer to a page that did not name a place is none: the page is shown anew, with the place', async () => {
    const application = await described()
    const page = await signIn(browser, await browser.get(urlFor(application, {})), user)
    expect(otherHosts(page)).toEqual([])
    const { redirect_uris } = METADATA
    published.put(
      application.clientId,
      documentAt(application.clientId, { redirect_uris: [...redirect_uris, ELSEWHERE] }),
    )
    app.clock.advance(301)
    const again = await issuingNothing(app, () => browser.submit(page, { decision: 'allow' }))
    expect({ path: again.url.pathname, hosts: otherHosts(again) }).toEqual({
      path: '/consent',
      hosts: ['elsewhere.example'],
    })
    const answered = await browser.submit(again, { decision: 'allow' })
    expect(answered.url.searchParams.has('code')).toBe(true)
  })

  test('a place that its document names since is nobody’s agreement', async () => {
    const application = await described()
    await authorize(app, application, user, newPkce().parameters, browser)
    published.put(
      application.clientId,
      documentAt(application.clientId, { redirect_uris: ['https://elsewhere.example/callback'] }),
    )
    app.clock.advance(301)
    const moved = { ...application, redirectUri: 'https://elsewhere.example/callback' }
    const { left, body } = await browser.get(urlFor(moved, { prompt: 'none' }))
    expect({ left, isNamed: body.includes('<bdi>elsewhere.example</bdi>') }).toEqual({
      left: false,
      isNamed: true,
    })
  })

  test('those of the operator, first party or third, are redirected as RFC 6749 §4.1.2.1 says', async () => {
    const owner = await app.fixtures.organization()
    for (const application of [await app.fixtures.firstParty(), await app.fixtures.thirdParty(owner)]) {
      const { status, location } = await open(authorizationUrl(app, application, { scope: 'x' }))
      expect(status).toBe(302)
      expect(location).toMatch(`${application.redirectUri}?error=invalid_scope`)
    }
  })

  test('they are so whoever is signed in: nobody looks, and a failing look-up changes nothing', async () => {
    const application = await app.fixtures.firstParty()
    await authorize(app, application, user, {}, browser)
    const visited = await withoutTable(app, 'session', () =>
      browser.get(urlFor(application, { request: 'x.y.z' })),
    )
    expect({ left: visited.left, error: visited.url.searchParams.get('error') }).toEqual({
      left: true,
      error: 'invalid_request_object',
    })
  })
})

describe('RFC 9700 §4.11.2: nor after a logout', () => {
  const logoutUrl = ({ clientId }: TestApplication) =>
    `${app.issuer}/oauth2/logout?${new URLSearchParams({
      client_id: clientId,
      post_logout_redirect_uri: BYE,
      state: 'xyz',
    })}`

  const expectSignedOutPage = (visited: Visited, name: RegExp): void => {
    expect({ left: visited.left, status: visited.status }).toEqual({ left: false, status: 200 })
    expect(visited.body).toContain('You are signed out')
    expect(visited.body).toMatch(name)
    expect(visited.body).toContain('<strong>notes.example</strong>')
    expect(visited.body).not.toContain('<script')
    expect(wayOn(visited.body).href).toBe(`${BYE}?state=xyz`)
  }

  test('without a session', async () => {
    const application = await registered()
    expectSignedOutPage(await browser.get(logoutUrl(application)), /Notes \d+/)
  })

  test('of who has signed out when asked, and never agreed to the application', async () => {
    await authorize(app, await app.fixtures.firstParty(), user, {}, browser)
    const page = await browser.get(logoutUrl(await registered()))
    expect(page.url.pathname).toBe('/oauth2/logout')
    expectSignedOutPage(await browser.submit(page, { decision: 'sign_out' }), /Notes \d+/)
    expect(browser.cookie('latchkey_session')).toBeUndefined()
  })

  test('of who has agreed to it, to a host where they have not been sent before', async () => {
    const application = await registered({ redirect_uris: ['https://other.example/callback'] })
    await authorize(app, application, user, newPkce().parameters, browser)
    const page = await browser.get(logoutUrl(application))
    expectSignedOutPage(await browser.submit(page, { decision: 'sign_out' }), /Notes \d+/)
  })

  test('a failure to find out whether they have agreed to it ends no session: trying again does, and goes on', async () => {
    const application = await registered()
    await authorize(app, application, user, newPkce().parameters, browser)
    const page = await browser.get(logoutUrl(application))
    const failed = await withoutTable(app, 'consent', () => browser.submit(page, { decision: 'sign_out' }))
    expect(failed.status).toBe(500)
    const left = await browser.submit(page, { decision: 'sign_out' })
    expect(left.url.href).toBe(`${BYE}?state=xyz`)
  })

  test('but who has agreed to it goes on, and so does everybody with those of the operator', async () => {
    const application = await registered()
    await authorize(app, application, user, newPkce().parameters, browser)
    const page = await browser.get(logoutUrl(application))
    const left = await browser.submit(page, { decision: 'sign_out' })
    expect(left.url.href).toBe(`${BYE}?state=xyz`)

    const own = await app.fixtures.firstParty()
    const management = await app.management()
    const path = `/latchkey/v1/applications/${own.id}/client_metadata`
    expect((await management.put(path, { post_logout_redirect_uris: [BYE] })).status).toBe(200)
    expect(await open(logoutUrl(own))).toMatchObject({ status: 303, location: `${BYE}?state=xyz` })
  })
})

import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type RelyingParty, startRelyingParty } from '../../examples/relying-party/relying-party.ts'
import { freePort, startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import type { TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/relying-party.ts'

describe('the sample relying party', () => {
  let app: TestApp
  let relyingParty: RelyingParty
  let user: TestUser

  beforeAll(async () => {
    app = await startTestApp()
    const organization = await app.fixtures.organization('Acme')
    user = await app.fixtures.user({ firstName: '<b>Ada</b>', organizations: [organization] })
    const port = await freePort()
    const { clientId, clientSecret } = await app.fixtures.thirdParty(
      await app.fixtures.organization('Globex'),
      {
        redirectUris: [`http://localhost:${port}/callback`],
      },
    )
    const { issuer } = app
    relyingParty = await startRelyingParty({ issuer, clientId, clientSecret, port, name: 'Sample & Sons' })
  })
  afterAll(async () => {
    await relyingParty.close()
    await app[Symbol.asyncDispose]()
  })

  /** From the button to the answer, through the pages of the server. */
  const goThrough = async (here: TestBrowser, decision: 'allow' | 'deny'): Promise<Visited> => {
    const there = createBrowser(app.issuer)
    const sent = await here.get('/sign-in')
    const signedIn = await signIn(there, await there.get(sent.url.href), user)
    const answered = signedIn.left ? signedIn : await there.submit(signedIn, { decision })
    expect(answered.left, answered.body).toBe(true)
    return here.get(answered.url.href)
  }

  const press = async (here: TestBrowser, path: string, origin = relyingParty.url): Promise<Response> =>
    fetch(relyingParty.url + path, {
      method: 'POST',
      headers: {
        origin,
        'content-type': 'application/x-www-form-urlencoded',
        cookie: [...here.cookies].map(([name, value]) => `${name}=${value}`).join('; '),
      },
      redirect: 'manual',
    })

  it('invites whoever is not signed in', async () => {
    const { body, headers } = await createBrowser(relyingParty.url).get('/')
    expect(body).toContain('Welcome to Sample &amp; Sons')
    expect(body).toContain('href="/sign-in"')
    expect(headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  it('shows who a user is, asks again, refreshes, and signs out', async () => {
    const here = createBrowser(relyingParty.url)
    const { body } = await goThrough(here, 'allow')
    expect(body).toContain('&lt;b&gt;Ada&lt;/b&gt; Lovelace')
    expect(body).not.toContain('<b>Ada')
    expect(body).toContain(user.email)
    expect(body).toMatch(/id="organization">org_/)
    expect(body).toContain('<code>nonce</code>')

    expect((await press(here, '/userinfo')).status).toBe(303)
    const asked = (await here.get('/')).body
    expect(asked).toContain('Userinfo answered just now.')
    expect(asked).toContain('id="userinfo-title"')

    await press(here, '/refresh')
    expect((await here.get('/')).body).toContain('renewed once')
    await press(here, '/refresh')
    expect((await here.get('/')).body).toContain('renewed 2 times')

    expect((await press(here, '/sign-out')).status).toBe(303)
    expect((await here.get('/')).body).toContain('Welcome to Sample')
    // What it was given has been handed back.
    expect(app.logLines.join('')).toContain('"outcome":"revoked authorization_grant"')
  })

  it('tells a person that access was denied', async () => {
    const other = await app.fixtures.user({ firstName: 'Grace' })
    const here = createBrowser(relyingParty.url)
    user = other
    const { status, body } = await goThrough(here, 'deny')
    expect(status).toBe(400)
    expect(body).toContain('Sample &amp; Sons did not get the access it asked for')
    expect(body).toContain('<code>access_denied</code>')
  })

  it('takes no answer that it did not ask for', async () => {
    const here = createBrowser(relyingParty.url)
    const stranger = await here.get('/callback?code=stolen&state=made-up')
    expect([stranger.status, stranger.body]).toEqual([400, expect.stringContaining('unknown_state')])

    const sent = await here.get('/sign-in')
    const state = sent.url.searchParams.get('state') ?? ''
    const query = new URLSearchParams({ code: 'stolen', state, iss: 'https://elsewhere.example.com' })
    const mixedUp = await here.get(`/callback?${query}`)
    expect([mixedUp.status, mixedUp.body]).toEqual([400, expect.stringContaining('not the answer')])
  })

  it('takes no forms of other pages', async () => {
    expect((await press(createBrowser(relyingParty.url), '/sign-out', app.issuer)).status).toBe(403)
  })
})

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { IdentityProviderObject } from '../../src/objects/identity-provider.ts'
import type { IdentityProviderId, OrganizationId } from '../../src/protocol/identifiers.ts'
import { toEpochSeconds } from '../../src/system/clock.ts'
import { createBrowser } from '../support/browser.ts'
import { giveTotp } from '../support/factors.ts'
import { linkOf } from '../support/follow-authorization.ts'
import type { ForeignProvider } from '../support/identity-provider.ts'
import { authorizationUrl, signIn } from '../support/relying-party.ts'
import { openUpstreamRoom, PROVIDERS } from './upstream-room.ts'

const PASSWORD = 'correct horse battery'

const room = await openUpstreamRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { app, provider, management, application, somebody } = room
const { register, begin, chooseProvider, comeBack, throughProvider, subjectOf } = room
beforeEach(() => {
  Object.assign(provider, { tamper: {}, answerIss: provider.issuer, isDown: false })
})

describe('whoever signs in at a provider', () => {
  test('OWASP ASVS 5 §7.5.1: is to do so anew there before a second factor is set up here, if that was a while ago', async () => {
    const browser = createBrowser(app.issuer)
    await comeBack(browser, await chooseProvider(browser, await begin(browser)), somebody())
    app.clock.advance(601)
    const wish = { acr_values: 'urn:latchkey:acr:multi-factor' }
    const stale = await browser.get(authorizationUrl(app, application, wish))
    const again = await browser.get(linkOf(stale, 'sign-in-again'))
    const sent = await chooseProvider(browser, again)
    expect(sent.url.searchParams.get('max_age')).toBe('300')
  })

  test('is told so where the provider is deleted while they are sent there, and nothing fails', async () => {
    const fleeting = await register({ name: 'Fleeting' })
    const browser = createBrowser(app.issuer)
    // Long enough for what it says of itself to be asked for again.
    app.clock.advance(2 * 86_400)
    provider.meanwhile = () => management.delete(`${PROVIDERS}/${fleeting.id}`)
    const told = await chooseProvider(browser, await begin(browser), fleeting)
    expect(told).toMatchObject({ status: 409, body: expect.stringContaining('This has just been removed') })
  })

  test('gets an account without a name that nobody could read, be it backwards or none at all', async () => {
    const names = { given_name: 'Ada\u202e', family_name: 'Love\u0000lace', name: ' ' }
    const person = { ...somebody(), ...names, locale: 'en' }
    expect((await throughProvider(person)).left).toBe(true)
    const user = await app.stores.users.byNormalizedEmail(person.email)
    expect(user).toMatchObject({ firstName: null, lastName: null, name: null, locale: 'en' })
  })

  test('for the first time gets an account with the address it has verified, and the same one the next time', async () => {
    const person = { ...somebody(), given_name: 'Ada', family_name: 'Lovelace' }
    const first = (await subjectOf(await throughProvider(person))) as Record<string, unknown>
    const user = await app.stores.users.byNormalizedEmail(person.email)
    expect(user).toMatchObject({ id: first['sub'], emailVerified: true, firstName: 'Ada' })
    // OIDC Core §5.7: by subject, not by an address that has changed there.
    const moved = { ...person, email: 'elsewhere@example.com' }
    const again = await subjectOf(await throughProvider(moved))
    expect(again).toMatchObject({ sub: first['sub'] })
    expect(again).not.toHaveProperty('amr')
  })

  test('is asked there what the application asked here, and with PKCE, state and nonce', async () => {
    const browser = createBrowser(app.issuer)
    const asked = { prompt: 'login', max_age: '60', ui_locales: 'fr', login_hint: 'ada' }
    const sent = await chooseProvider(browser, await begin(browser, asked))
    expect(Object.fromEntries(sent.url.searchParams)).toMatchObject({
      response_type: 'code',
      client_id: provider.clientId,
      redirect_uri: `${app.issuer}/upstream/callback`,
      scope: 'openid email profile',
      code_challenge_method: 'S256',
      prompt: 'login',
      max_age: '60',
      ui_locales: 'fr',
      login_hint: 'ada',
      state: expect.stringMatching(/^[\w-]{43}$/),
      nonce: expect.stringMatching(/^[\w-]{43}$/),
    })
  })

  test('is known by userinfo where the ID token does not say the address (OIDC Core §5.4)', async () => {
    const { email, email_verified, sub } = somebody()
    const browser = createBrowser(app.issuer)
    const sent = await chooseProvider(browser, await begin(browser))
    provider.next = { sub }
    const back = await provider.signIn(sent.url)
    provider.next = { sub, email, email_verified }
    await subjectOf(await browser.get(back.href))
    expect(await app.stores.users.byNormalizedEmail(email)).toBeDefined()
  })

  test('signs in there anew where a page of the account wants that, however long they stay signed in there', async () => {
    const person = somebody()
    const browser = createBrowser(app.issuer)
    const sent = await chooseProvider(browser, await browser.get('/account/password'))
    expect(sent.url.searchParams.has('max_age')).toBe(false)
    // They signed in there two hours ago, and were not asked again.
    const now = toEpochSeconds(app.clock.now())
    const page = await comeBack(browser, sent, { ...person, auth_time: now - 7200 })
    expect([page.url.pathname, page.url.searchParams.get('request')]).toEqual([
      '/sign-in',
      'account-password',
    ])
    // Who it is is known, and so the first page is left out, which has the buttons.
    const again = await chooseProvider(browser, page)
    expect(again.url.searchParams.get('max_age')).toBe('300')
    const arrived = await comeBack(browser, again, { ...person, auth_time: now })
    expect([arrived.url.pathname, arrived.status]).toEqual(['/account/password', 200])
  })

  test('goes on at the page of ours they came from when no application asked', async () => {
    const browser = createBrowser(app.issuer)
    const sent = await chooseProvider(browser, await browser.get('/sign-in'))
    const home = await comeBack(browser, sent, somebody())
    expect(home.url.pathname).toBe('/')
    expect(browser.cookie('latchkey_session')).toBeDefined()
  })
})

describe('an account that is there', () => {
  test('is connected once its owner has signed in to it, and not by the word of the provider', async () => {
    const user = await app.fixtures.user({ password: PASSWORD })
    const person = { sub: 'owner', email: user.email, email_verified: true }
    const browser = createBrowser(app.issuer)
    const asked = await throughProvider(person, browser)
    expect(asked.body).toContain('You already have an account')
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    expect(await app.stores.identities.ofUser(user.id)).toEqual([])
    await subjectOf(await browser.submit(asked, { password: PASSWORD }))
    expect(await app.stores.identities.ofUser(user.id)).toMatchObject([{ subject: 'owner' }])
    expect(await subjectOf(await throughProvider(person))).toMatchObject({ sub: user.id })
  })

  test('stays as it is if somebody else signs in instead', async () => {
    const [user, other] = [
      await app.fixtures.user({ password: PASSWORD }),
      await app.fixtures.user({ password: PASSWORD }),
    ]
    const browser = createBrowser(app.issuer)
    const asked = await throughProvider({ sub: 'thief', email: user.email, email_verified: true }, browser)
    expect(await subjectOf(await signIn(browser, asked, other))).toMatchObject({ sub: other.id })
    expect(await app.stores.identities.ofUser(user.id)).toEqual([])
    expect(await app.stores.identities.ofUser(other.id)).toEqual([])
  })

  test('is not found by an address that the provider has not verified', async () => {
    const user = await app.fixtures.user({ password: PASSWORD })
    for (const email_verified of [false, undefined, 'true']) {
      const person = {
        sub: 'unverified',
        email: user.email,
        ...(email_verified !== undefined && { email_verified }),
      }
      const page = await throughProvider(person as ForeignProvider['next'])
      expect(page.status).toBe(422)
      expect(page.body).toContain('did not confirm your email address')
    }
    expect(await app.stores.identities.ofUser(user.id)).toEqual([])
  })

  test('comes to be once, of two first sign-ins at once', async () => {
    const person = somebody()
    const browsers = [createBrowser(app.issuer), createBrowser(app.issuer)]
    const backs = await Promise.all(
      browsers.map(async (browser) => {
        const sent = await chooseProvider(browser, await begin(browser))
        provider.next = person
        return provider.signIn(sent.url)
      }),
    )
    const visits = await Promise.all(browsers.map((browser, index) => browser.get(backs[index]?.href ?? '')))
    expect(visits.map(({ left, status }) => left || status)).not.toContain(500)
    const user = await app.stores.users.byNormalizedEmail(person.email)
    expect(await app.stores.identities.ofUser(user?.id ?? ('' as never))).toHaveLength(1)
  })
})

describe('an answer of a provider', () => {
  test.each([
    ['another nonce', { nonce: 'another' }, undefined],
    ['another issuer in the token', { iss: 'https://evil.example' }, undefined],
    ['another audience', { aud: 'somebody-else' }, undefined],
    ['another issuer in the answer (RFC 9207 §2.4)', {}, 'https://evil.example'],
  ])('with %s signs nobody in, and the request goes on', async (_, tamper, answerIss) => {
    provider.tamper = tamper
    if (answerIss !== undefined) provider.answerIss = answerIss
    const browser = createBrowser(app.issuer)
    const page = await throughProvider(somebody(), browser)
    expect(page.status).toBe(422)
    expect(page.body).toContain('answered in a way we cannot trust')
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    provider.tamper = {}
    provider.answerIss = provider.issuer
    const again = await comeBack(browser, await chooseProvider(browser, page), somebody())
    expect(again.left).toBe(true)
  })

  test('counts once, and in the browser alone that was sent there', async () => {
    const browser = createBrowser(app.issuer)
    const sent = await chooseProvider(browser, await begin(browser))
    provider.next = somebody()
    const back = await provider.signIn(sent.url)
    const stranger = createBrowser(app.issuer)
    await stranger.get('/sign-in')
    const elsewhere = await stranger.get(back.href)
    expect([elsewhere.status, stranger.cookie('latchkey_session')]).toEqual([400, undefined])
    const visits = await Promise.all([browser.get(back.href), browser.get(back.href)])
    expect(visits.filter(({ left }) => left)).toHaveLength(1)
    const late = await browser.get(back.href)
    expect([late.status, late.url.pathname]).toEqual([422, '/upstream/callback'])
  })

  test('OIDC Core §3.1.2.1 prompt=login: signs nobody in who says to have signed in there before they were sent', async () => {
    const now = () => toEpochSeconds(app.clock.now())
    const anew = { prompt: 'login' }
    const browser = createBrowser(app.issuer)
    const sent = await chooseProvider(browser, await begin(browser, anew))
    const page = await comeBack(browser, sent, { ...somebody(), auth_time: now() - 3600 })
    expect([page.status, page.body.includes('answered in a way we cannot trust')]).toEqual([422, true])
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    const again = await chooseProvider(browser, page)
    expect((await comeBack(browser, again, { ...somebody(), auth_time: now() })).left).toBe(true)

    // Not every provider says when; and where it was not asked, an hour ago will do.
    for (const [asked, person] of [
      [anew, somebody()],
      [{}, { ...somebody(), auth_time: now() - 3600 }],
    ] as const) {
      const other = createBrowser(app.issuer)
      const there = await chooseProvider(other, await begin(other, asked))
      expect((await comeBack(other, there, person)).left).toBe(true)
    }
  })

  test('that comes too late begins anew, with the request', async () => {
    const browser = createBrowser(app.issuer)
    const sent = await chooseProvider(browser, await begin(browser))
    provider.next = somebody()
    const back = await provider.signIn(sent.url)
    app.clock.advance(601)
    const late = await browser.get(back.href)
    expect(late.status).toBe(422)
    expect((await chooseProvider(browser, late)).url.origin).toBe(provider.issuer)
  })

  test('that the user gave up says so, and offers the other ways', async () => {
    const browser = createBrowser(app.issuer)
    const sent = await chooseProvider(browser, await begin(browser))
    const state = sent.url.searchParams.get('state') ?? ''
    const query = new URLSearchParams({ error: 'access_denied', state, iss: provider.issuer })
    const page = await browser.get(`/upstream/callback?${query}`)
    expect([page.status, page.body.includes('You did not sign in with')]).toEqual([422, true])
  })

  test('without a state that we gave shows no way on', async () => {
    for (const query of ['', '?state=x', '?state=x&code=y&redirect_uri=https://evil.example']) {
      const page = await createBrowser(app.issuer).get(`/upstream/callback${query}`)
      expect([page.status, page.body.includes('evil.example')]).toEqual([400, false])
    }
  })
})

describe('a provider', () => {
  test('may change its keys, and is asked what it is once in a while only', async () => {
    const before = provider.requests.discovery
    await subjectOf(await throughProvider(somebody()))
    await provider.rotateKey()
    await subjectOf(await throughProvider(somebody()))
    expect(provider.requests.discovery - before).toBeLessThanOrEqual(2)
  })

  test('that is down loses nothing: 503, and the other ways stay', async () => {
    const browser = createBrowser(app.issuer)
    const down = await register({ name: 'Down' })
    const first = await begin(browser)
    provider.isDown = true
    const page = await chooseProvider(browser, first, down)
    expect([page.status, page.body.includes('cannot be reached just now')]).toEqual([503, true])
    const user = await app.fixtures.user({ password: PASSWORD })
    expect((await signIn(browser, page, user)).left).toBe(true)
    provider.isDown = false
    const other = createBrowser(app.issuer)
    const sent = await chooseProvider(other, await begin(other), down)
    provider.next = somebody()
    const back = await provider.signIn(sent.url)
    provider.isDown = true
    expect((await other.get(back.href)).status).toBe(503)
    await management.delete(`${PROVIDERS}/${down.id}`)
  })

  test('that was switched off is offered no more, and neither is what it answers', async () => {
    const browser = createBrowser(app.issuer)
    const off = await register({ name: 'Fabrikam' })
    const shown = await begin(browser)
    expect(shown.body).toContain('Fabrikam')
    const sent = await chooseProvider(browser, shown, off)
    await management.patch(`${PROVIDERS}/${off.id}`, { enabled: false })
    await app.changesHeard()
    expect((await comeBack(browser, sent, somebody())).status).toBe(422)
    expect((await chooseProvider(browser, shown, off)).status).toBe(422)
    expect((await begin(browser)).body).not.toContain('Fabrikam')
  })

  test('that was switched off while somebody it vouched for was at the second factor signs nobody in', async () => {
    const off = await register({ name: 'Northwind' })
    const user = await app.fixtures.user()
    const now = app.clock.now()
    const providerId = off.id as IdentityProviderId
    const of = { providerId, subject: user.id, userId: user.id, email: user.email }
    await app.stores.identities.insert({ ...of, createdAt: now, lastUsedAt: now })
    const { code } = await giveTotp(app, user)
    app.clock.advance(60)
    const browser = createBrowser(app.issuer)
    const sent = await chooseProvider(browser, await begin(browser), off)
    const asked = await comeBack(browser, sent, { sub: user.id })
    expect(asked.body).toContain('id="code"')
    await management.patch(`${PROVIDERS}/${off.id}`, { enabled: false })
    await app.changesHeard()
    const refused = await browser.submit(asked, { code: code() })
    expect([refused.left, refused.body.includes('id="email"')]).toEqual([false, true])
    expect(browser.cookie('latchkey_session')).toBeUndefined()
  })
})

test('The issuer of a provider stays: a subject is somebody at their issuer alone (OIDC Core §5.7)', async () => {
  const { id } = await register({ name: 'Fabrikam' })
  const { status } = await management.patch(`${PROVIDERS}/${id}`, { issuer: `${provider.issuer}/another` })
  expect(status).toBe(422)
  const { body } = await management.get(`${PROVIDERS}/${id}`)
  expect(body).toMatchObject({ issuer: provider.issuer })
  await management.delete(`${PROVIDERS}/${id}`)
  await app.changesHeard()
})

describe('the provider of an organization', () => {
  let organizationId: OrganizationId
  let own: IdentityProviderObject
  const domain = 'wayne.example'
  beforeAll(async () => {
    const { body } = await management.post('/organizations', {
      name: 'Wayne',
      domain_data: [{ domain, state: 'verified' }],
    })
    organizationId = (body as { readonly id: OrganizationId }).id
    own = await register({ name: 'Wayne ID', organization_id: organizationId })
  })

  test('is offered to whoever has an address of its verified domain, and its people become members', async () => {
    const browser = createBrowser(app.issuer)
    const first = await begin(browser)
    expect(first.body).not.toContain('Wayne ID')
    const page = await browser.submit(first, { email: `bruce@${domain}` })
    const sent = await chooseProvider(browser, page, own)
    expect(sent.url.searchParams.get('login_hint')).toBe(`bruce@${domain}`)
    const person = { sub: 'bruce', email: `bruce@${domain}`, email_verified: true }
    expect(await subjectOf(await comeBack(browser, sent, person))).toMatchObject({ org_id: organizationId })
  })

  test('is not believed for an address of others', async () => {
    const browser = createBrowser(app.issuer)
    const page = await browser.submit(await begin(browser), { email: `x@${domain}` })
    const sent = await chooseProvider(browser, page, own)
    const person = { sub: 'joker', email: 'somebody@example.com', email_verified: true }
    expect((await comeBack(browser, sent, person)).status).toBe(422)
    expect(await app.stores.users.byNormalizedEmail('somebody@example.com')).toBeUndefined()
  })
})

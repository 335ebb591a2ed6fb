import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { sha256 } from '../../src/system/hash.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { softAuthenticator, type Tampering } from '../support/authenticator.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import { givePasskey, giveRecoveryCodes, giveTotp, passkeyOptionsOf } from '../support/factors.ts'
import type { TestUser } from '../support/fixtures.ts'
import { identify, linkOf } from '../support/follow-authorization.ts'
import { codeTo } from '../support/mailbox.ts'
import type { Management } from '../support/management.ts'
import { authorizationUrl, signIn } from '../support/relying-party.ts'
import { authenticatorApp } from '../support/totp.ts'

let app: TestApp
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const settings = async (change: object) => {
  expect((await management.patch('/latchkey/v1/settings', change)).status).toBe(200)
  await app.changesHeard()
}

const browse = (): TestBrowser => createBrowser(app.issuer)

const withPassword = async (browser: TestBrowser, user: TestUser) =>
  signIn(browser, await browser.get('/sign-in'), user)

const sessionOf = async (browser: TestBrowser) => {
  const token = browser.cookie('latchkey_session')
  if (token === undefined) return undefined
  return app.stores.sessions.liveByToken(sha256(token), app.clock.now())
}

/** Answers what a page asks for. */
const showPasskey = (
  browser: TestBrowser,
  visited: Visited,
  authenticator: ReturnType<typeof softAuthenticator>,
  tampering?: Tampering,
) => {
  const options = passkeyOptionsOf(visited)
  if (!options) throw new RangeError(`No passkey is asked for: ${visited.body.slice(0, 500)}`)
  return browser.submit(visited, { passkey: authenticator.authenticate(options, tampering) })
}

/** The page that asks for a recovery code. */
const toRecovery = async (user: TestUser) => {
  app.clock.advance(60)
  const browser = browse()
  const asked = await withPassword(browser, user)
  return { browser, recovery: await browser.get(linkOf(asked, 'use-recovery-code')) }
}

describe('whoever has an authenticator app', () => {
  test('is asked for its code after the password, and is in no session before', async () => {
    const user = await app.fixtures.user()
    const { code } = await giveTotp(app, user)
    app.clock.advance(60)
    const browser = browse()
    const asked = await withPassword(browser, user)
    expect(asked.body).toContain('id="code"')
    expect(asked.body).toContain('autocomplete="one-time-code"')
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    const empty = await browser.submit(asked, { code: ' ' })
    expect([empty.status, empty.body.includes('id="code-error"')]).toEqual([422, true])
    const wrong = await browser.submit(empty, { code: code() === '123456' ? '654321' : '123456' })
    expect([wrong.status, wrong.body.includes('id="code-error"')]).toEqual([422, true])
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    const done = await browser.submit(wrong, { code: code() })
    expect(done.url.pathname).toBe('/')
    // RFC 8176 §2
    expect(await sessionOf(browser)).toMatchObject({ userId: user.id, amr: ['pwd', 'otp', 'mfa'] })
    expect(await eventsOf(app, user.id, ['authentication.mfa_succeeded'])).toHaveLength(1)
  })

  test('is asked by a later page as well: the session starts of no page that skips one', async () => {
    const user = await app.fixtures.user()
    await giveTotp(app, user)
    const browser = browse()
    const asked = await withPassword(browser, user)
    const action = asked.body.replaceAll('/sign-in/second-factor', '/sign-in/recovery-codes')
    const skipped = await browser.submit({ ...asked, body: action }, { code: '1' })
    expect(skipped.body).toContain('id="code"')
    const renamed = asked.body.replaceAll('name="code"', 'name="decision"')
    const declined = await browser.submit({ ...asked, body: renamed }, { decision: 'not_now' })
    expect(declined.status).toBe(422)
    expect(browser.cookie('latchkey_session')).toBeUndefined()
  })

  test('gets in by a recovery code, and hears when few are left', async () => {
    const user = await app.fixtures.user()
    await giveTotp(app, user)
    const codes = await giveRecoveryCodes(app, user)
    const use = async (code: string) => {
      const { browser, recovery } = await toRecovery(user)
      return { browser, answered: await browser.submit(recovery, { recovery_code: code }) }
    }
    const { answered } = await use(codes[0] ?? '')
    expect(answered.url.pathname).toBe('/')
    const again = await use(codes[0] ?? '')
    expect([again.answered.status, again.answered.body.includes('id="recovery_code-error"')]).toEqual([
      422,
      true,
    ])
    for (const code of codes.slice(1, 6)) await use(code)
    const few = await use(codes[6] ?? '')
    expect(few.answered.body).toContain('Recovery codes left: <bdi>3</bdi>')
    const onward = await few.browser.submit(few.answered, {})
    expect(onward.url.pathname).toBe('/')
    expect(await sessionOf(few.browser)).toMatchObject({ amr: ['pwd', 'otp', 'mfa'] })
  })

  test('spends one recovery code on one sign-in, however many are sent at once', async () => {
    const user = await app.fixtures.user()
    await giveTotp(app, user)
    const codes = await giveRecoveryCodes(app, user)
    const { browser, recovery } = await toRecovery(user)
    const answered = await Promise.all(
      codes.slice(0, 3).map((code) => browser.submit(recovery, { recovery_code: code })),
    )
    expect(answered.filter(({ url }) => url.pathname === '/')).toHaveLength(1)
    expect(answered.filter(({ status }) => status === 422)).toHaveLength(2)
    expect(await app.stores.recoveryCodes.count(user.id)).toBe(9)
    expect(await eventsOf(app, user.id, ['recovery_code.used'])).toHaveLength(1)
  })

  test('may show a passkey in its place, verified or not', async () => {
    const user = await app.fixtures.user()
    await giveTotp(app, user)
    const { passkey, authenticator } = await givePasskey(app, user)
    const browser = browse()
    const asked = await withPassword(browser, user)
    expect(passkeyOptionsOf(asked)).toMatchObject({
      rpId: 'localhost',
      userVerification: 'preferred',
      allowCredentials: [{ id: passkey.credentialId }],
    })
    const { authenticator: foreign } = await givePasskey(app, await app.fixtures.user())
    const refused = await showPasskey(browser, asked, foreign)
    expect([refused.status, refused.body.includes('id="form-error"')]).toEqual([422, true])
    await showPasskey(browser, refused, authenticator, { isUserVerified: false })
    expect(await sessionOf(browser)).toMatchObject({ amr: ['pwd', 'swk', 'user', 'mfa'] })
  })
})

describe('signing in with a passkey', () => {
  test('takes neither e-mail address nor password nor code; the same page twice takes nobody in twice', async () => {
    const user = await app.fixtures.user()
    await giveTotp(app, user)
    const { authenticator } = await givePasskey(app, user)
    const browser = browse()
    const page = await browser.get('/sign-in')
    expect(page.headers.get('content-security-policy')).toContain("script-src 'self'")
    expect(page.body).toContain('autocomplete="username webauthn"')
    expect(passkeyOptionsOf(page)).toMatchObject({ userVerification: 'required' })
    expect(passkeyOptionsOf(page)).not.toHaveProperty('allowCredentials')
    const done = await showPasskey(browser, page, authenticator)
    expect(done.url.pathname).toBe('/')
    const session = await sessionOf(browser)
    expect(session).toMatchObject({ userId: user.id, amr: ['swk', 'user', 'mfa'] })
    const replayed = browse()
    for (const [name, value] of browser.cookies) {
      if (name !== 'latchkey_session') (replayed.cookies as Map<string, string>).set(name, value)
    }
    const again = await showPasskey(replayed, page, authenticator)
    expect([again.status, again.body.includes('id="form-error"')]).toEqual([422, true])
    expect(replayed.cookie('latchkey_session')).toBeUndefined()
  })

  test('leads to the provider that their organization demands, whichever address they typed, or none', async () => {
    const domain_data = [{ domain: 'wayne.example', state: 'verified' }]
    const { body } = await management.post('/organizations', { name: 'Wayne', domain_data })
    const { id: organization_id } = body as { readonly id: string }
    const made = await management.post('/latchkey/v1/identity_providers', {
      ...{ name: 'Wayne ID', organization_id, required: true, issuer: 'https://id.wayne.example' },
      ...{ client_id: 'latchkey', client_secret: 'kept-by-the-two-of-them' },
    })
    expect(made.status, JSON.stringify(made.body)).toBe(201)
    await app.changesHeard()
    const user = await app.fixtures.user({ email: 'selina@wayne.example' })
    const { authenticator } = await givePasskey(app, user)
    const browser = browse()
    const first = await browser.get('/sign-in')
    for (const asking of [first, await identify(browser, first, { email: 'another@example.com' })]) {
      const shown = await showPasskey(browser, asking, authenticator)
      expect([shown.status, shown.url.pathname]).toEqual([200, '/sign-in'])
      expect(shown.body).toContain('Sign in with your organization')
      expect(shown.body).toContain(user.email)
      // There is nobody there; where there is, they are sent there (upstream/sign-in.test.ts).
      const sent = await browser.submit(shown, { provider: (made.body as { readonly id: string }).id })
      expect([sent.status, sent.body.includes('Wayne ID')]).toEqual([503, true])
    }
    expect(await sessionOf(browser)).toBeUndefined()
  })

  test('is refused for another origin, challenge, user or browser, unverified, and unknown', async () => {
    const user = await app.fixtures.user()
    const { authenticator } = await givePasskey(app, user)
    const other = await app.fixtures.user()
    const refusals: readonly Tampering[] = [
      { origin: 'http://localhost:1' },
      { challenge: 'AAAA' },
      { rpId: 'example.com' },
      { isUserVerified: false },
      { userHandle: Buffer.from(other.id).toString('base64url') },
      { signature: new Uint8Array(64) },
    ]
    const browser = browse()
    let page = await browser.get('/sign-in')
    for (const tampering of refusals) {
      page = await showPasskey(browser, page, authenticator, tampering)
      expect([page.status, page.body.includes('id="form-error"')], JSON.stringify(tampering)).toEqual([
        422,
        true,
      ])
    }
    page = await showPasskey(browser, page, softAuthenticator(app.issuer))
    expect([page.status, page.body.includes('not known here')]).toEqual([422, true])
    page = await browser.submit(page, { passkey: '{"id":' })
    expect(page.status).toBe(422)
    const [elsewhere, foreign] = [browse(), await browse().get('/sign-in')]
    const own = await elsewhere.get('/sign-in')
    const options = passkeyOptionsOf(foreign)
    const [, sealed = ''] = /name="challenge" value="([^"]*)"/.exec(foreign.body) ?? []
    const answer = authenticator.authenticate(options || { challenge: '' })
    const stolen = await elsewhere.submit(own, { challenge: sealed, passkey: answer })
    expect(stolen.status).toBe(422)
    expect([browser, elsewhere].map((each) => each.cookie('latchkey_session'))).toEqual([
      undefined,
      undefined,
    ])
  })

  test('is not offered where the operator has switched it off, or a form of before is used', async () => {
    const { authenticator } = await givePasskey(app, await app.fixtures.user())
    const browser = browse()
    const page = await browser.get('/sign-in')
    await settings({ passkeys: false })
    const refused = await showPasskey(browser, page, authenticator)
    expect(passkeyOptionsOf(refused)).toBeUndefined()
    expect(refused.headers.get('content-security-policy')).not.toContain('script-src')
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    await settings({ passkeys: null })
  })
})

describe('where the operator requires a second factor', () => {
  beforeAll(() => settings({ second_factor: 'required' }))
  afterAll(() => settings({ second_factor: null }))

  test('whoever has none sets an authenticator app up, sees recovery codes once, and is asked from then on', async () => {
    const user = await app.fixtures.user()
    const browser = browse()
    const asked = await withPassword(browser, user)
    expect(asked.body).not.toContain('id="not-now"')
    const [, uri = ''] = /id="totp-link" href="([^"]*)"/.exec(asked.body) ?? []
    const app1 = uri.replaceAll('&amp;', '&')
    const wrong = await browser.submit(asked, { set_up: setUpOf(asked), code: '000000' })
    expect([wrong.status, setUpOf(wrong) === setUpOf(asked)]).toEqual([422, true])
    const shown = await browser.submit(wrong, {
      set_up: setUpOf(wrong),
      code: authenticatorApp(app1, app.clock.now()),
    })
    const codes = [...shown.body.matchAll(/<code>([^<]*)<\/code>/g)].map(([, code]) => code)
    expect(codes).toHaveLength(10)
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    await browser.submit(shown, {})
    expect(await sessionOf(browser)).toMatchObject({ userId: user.id, amr: ['pwd', 'otp', 'mfa'] })

    const again = await withPassword(browse(), user)
    expect(again.body).toContain('id="code"')
    // The page of before, sent once more, neither replaces the app nor shows codes.
    const repeated = await browser.submit(wrong, {
      set_up: setUpOf(wrong),
      code: authenticatorApp(app1, app.clock.now()),
    })
    expect(repeated.body).not.toContain('id="recovery-codes"')
  })

  test('or a passkey, which also comes with recovery codes', async () => {
    const user = await app.fixtures.user()
    const authenticator = softAuthenticator(app.issuer, { isSynced: false })
    const browser = browse()
    const asked = await withPassword(browser, user)
    const options = passkeyOptionsOf(asked)
    if (!options) throw new RangeError('no passkey')
    const refused = await browser.submit(asked, {
      passkey: authenticator.register(options, { origin: 'https://evil.example' }),
    })
    expect(refused.status).toBe(422)
    const shown = await browser.submit(refused, {
      passkey: authenticator.register(passkeyOptionsOf(refused) || options),
    })
    expect(shown.body).toContain('id="recovery-codes"')
    await browser.submit(shown, {})
    expect(await sessionOf(browser)).toMatchObject({ amr: ['pwd', 'hwk', 'user', 'mfa'] })
    const next = browse()
    await showPasskey(next, await withPassword(next, user), authenticator)
    expect(await sessionOf(next)).toMatchObject({ userId: user.id })
  })
})

describe('where an application asks a session for a second factor', () => {
  test('OWASP ASVS 5 §7.5.1: one is set up after a sign-in of the last ten minutes alone', async () => {
    const user = await app.fixtures.user()
    const application = await app.fixtures.firstParty()
    const browser = browse()
    await withPassword(browser, user)
    const ask = () => browser.get(authorizationUrl(app, application, { acr_values: MULTI_FACTOR }))
    const fresh = await ask()
    const [, uri = ''] = /id="totp-link" href="([^"]*)"/.exec(fresh.body) ?? []
    const options = passkeyOptionsOf(fresh)
    if (!options) throw new RangeError('no passkey')
    app.clock.advance(601)
    const stale = await ask()
    expect([setUpOf(stale), passkeyOptionsOf(stale)]).toEqual(['', undefined])
    expect(stale.body).toContain('id="not-now"')

    // The forms of before, with how far this session has come.
    const mixed = { ...fresh, body: fresh.body.replaceAll(progressOf(fresh), progressOf(stale)) }
    const code = authenticatorApp(uri.replaceAll('&amp;', '&'), app.clock.now())
    const app1 = await browser.submit(mixed, { set_up: setUpOf(fresh), code })
    const passkey = softAuthenticator(app.issuer).register(options)
    const passkey1 = await browser.submit(mixed, { passkey })
    expect([app1.status, passkey1.status]).toEqual([422, 422])
    expect(await app.stores.passkeys.secondFactorsOf(user.id)).toMatchObject({ hasTotp: false, passkeys: 0 })

    const [, href = ''] = /id="sign-in-again"[^>]*href="([^"]*)"/.exec(stale.body) ?? []
    const again = await browser.get(href.replaceAll('&amp;', '&'))
    const offered = await browser.submit(again, { password: user.password })
    expect(setUpOf(offered)).not.toBe('')
    const { url } = await browser.submit(offered, { decision: 'not_now' })
    expect(url.searchParams.has('code')).toBe(true)
  })
})

describe('a new password by mail', () => {
  const reset = async (isVerified: boolean) => {
    const user = await app.fixtures.user()
    await app.stores.users.update(user.id, { emailVerified: isVerified })
    await giveTotp(app, user)
    await givePasskey(app, user)
    const browser = browse()
    const asked = await identify(browser, await browser.get('/sign-in'), user)
    const resetting = await browser.submit(asked, { purpose: 'reset_password' })
    const choosing = await browser.submit(resetting, { code: await codeTo(app, user.email) })
    const done = await browser.submit(choosing, { password: 'another pass phrase altogether' })
    return { browser, done, owned: await app.stores.passkeys.secondFactorsOf(user.id) }
  }

  test('is no way around the second factor', async () => {
    const { browser, done, owned } = await reset(true)
    expect(done.body).toContain('id="code"')
    expect(browser.cookie('latchkey_session')).toBeUndefined()
    expect(owned).toMatchObject({ hasTotp: true, passkeys: 1 })
  })

  test('of an address that nobody had proved takes away what somebody else may have set up', async () => {
    const { browser, owned } = await reset(false)
    expect(owned).toEqual({ hasTotp: false, passkeys: 0, recoveryCodes: 0 })
    expect(browser.cookie('latchkey_session')).toBeDefined()
  })
})

describe('where the operator has switched second factors off', () => {
  test('nobody is asked for a code', async () => {
    const user = await app.fixtures.user()
    await giveTotp(app, user)
    await settings({ second_factor: 'off' })
    const browser = browse()
    await withPassword(browser, user)
    expect(await sessionOf(browser)).toMatchObject({ amr: ['pwd'] })
    await settings({ second_factor: null })
  })
})

const MULTI_FACTOR = 'urn:latchkey:acr:multi-factor'

const progressOf = ({ body }: Visited): string => /name="progress" value="([^"]*)"/.exec(body)?.[1] ?? ''

const setUpOf = ({ body }: Visited): string => /name="set_up" value="([^"]*)"/.exec(body)?.[1] ?? ''

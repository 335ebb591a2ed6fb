import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestBrowser, Visited } from '../support/browser.ts'
import { createBrowser } from '../support/browser.ts'
import { enterCode, newDevice, poll } from '../support/device.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { fragmentOf, implicitly, implicitUrl, switchImplicit } from '../support/implicit.ts'
import {
  complete,
  completed,
  externalAuthIdOf,
  sentToLogin,
  setLoginUri,
  somebody,
} from '../support/own-login.ts'
import { authorizationUrl, issuingNothing, redeem, refresh, textOf } from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'
import { exchange } from '../support/token-exchange.ts'

/* What users choose on the consent page, as the operator's login page has it, and what becomes of it. */

let app: TestApp
let partner: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  partner = await app.fixtures.thirdParty(await app.fixtures.organization())
  await setLoginUri(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const flat = {
  claim: 'workspace',
  type: 'enum',
  label: 'Workspace',
  choices: [
    { value: 'compilers', label: 'Compilers' },
    { value: 'navy', label: 'Navy' },
  ],
}
const grouped = {
  claim: 'plan',
  type: 'enum',
  label: 'Plan <b>of yours</b>',
  choices: [
    { group: 'Own "plans"', choices: [{ value: 'free', label: 'Free' }] },
    { group: 'Shared', choices: [{ value: 'team', label: '<i>Team</i>' }] },
  ],
}
const offering = (...options: object[]) => ({ user_consent_options: options })

/** At the consent page. */
const asked = async (
  options: object[],
  { user = somebody(), parameters = {} as Record<string, string>, application = partner } = {},
): Promise<{ browser: TestBrowser; page: Visited; user: typeof user }> => {
  const { browser, externalAuthId } = await sentToLogin(app, application, parameters)
  const page = await browser.get(await completed(app, externalAuthId, user, offering(...options)))
  return { browser, page, user }
}
const allow = (browser: TestBrowser, page: Visited, chosen: Record<string, string>) =>
  browser.submit(page, { decision: 'allow', ...chosen })
const tokensOf = (url: URL, application = partner) =>
  redeem(app, application, url.searchParams.get('code') ?? '')

describe('consent options', () => {
  test('are asked for by name, flat and in groups, every word as text, and become claims', async () => {
    const { browser, page } = await asked([flat, grouped], {
      parameters: { scope: 'openid offline_access' },
    })
    expect(page.url.pathname).toBe('/consent')
    expect(page.body).toContain('<label for="option-0"><bdi>Workspace</bdi></label>')
    expect(page.body).toContain('Plan &lt;b>of yours&lt;/b>')
    expect(page.body).toMatch(/<optgroup label="Own &quot;plans&quot;"><option value="free">Free</)
    expect(page.body).not.toMatch(/<b>of yours|<i>Team/)
    const { url } = await allow(browser, page, { 'option:workspace': 'navy', 'option:plan': 'team' })
    const tokens = await tokensOf(url)
    expect(accessTokenClaimsOf(tokens)).toMatchObject({ workspace: 'navy', plan: 'team' })
    // Kept with the grant.
    const refreshed = await refresh(app, partner, textOf(tokens, 'refresh_token'))
    expect(accessTokenClaimsOf(refreshed)).toMatchObject({ workspace: 'navy', plan: 'team' })
  })

  test.each([
    { chosen: {}, what: 'nothing' },
    { chosen: { 'option:workspace': '' }, what: 'no choice' },
    { chosen: { 'option:workspace': 'admin' }, what: 'what is not offered' },
  ] as { chosen: Record<string, string>; what: string }[])(
    'answered with $what are asked for again, and nothing is agreed to',
    async ({ chosen }) => {
      const { browser, page } = await asked([flat])
      const again = await issuingNothing(app, () => allow(browser, page, chosen))
      expect(again.status).toBe(422)
      expect(again.body).toContain('id="option-0-error"')
      const { url } = await allow(browser, again, { 'option:workspace': 'compilers' })
      expect(accessTokenClaimsOf(await tokensOf(url))).toMatchObject({ workspace: 'compilers' })
    },
  )

  test('need not be chosen by whoever denies', async () => {
    const { browser, page } = await asked([flat])
    const { url } = await browser.submit(page, { decision: 'deny' })
    expect(url.searchParams.get('error')).toBe('access_denied')
  })

  test('are asked for once, and hold for the next sign-in that offers them', async () => {
    const first = await asked([flat])
    await allow(first.browser, first.page, { 'option:workspace': 'navy' })
    const second = await asked([flat], { user: first.user })
    expect(second.page.left).toBe(true)
    expect(accessTokenClaimsOf(await tokensOf(second.page.url))).toMatchObject({ workspace: 'navy' })
    // In the same session as well.
    const { url } = await second.browser.get(authorizationUrl(app, partner))
    expect(accessTokenClaimsOf(await tokensOf(url))).toMatchObject({ workspace: 'navy' })
  })

  test('are asked for again where the choice is offered no more; OIDC Core §3.1.2.6: or refused', async () => {
    const first = await asked([flat])
    await allow(first.browser, first.page, { 'option:workspace': 'navy' })
    const [compilers] = flat.choices
    const choices = [compilers, { value: 'army', label: 'Army' }]
    const second = await asked([{ ...flat, choices }], { user: first.user })
    expect(second.page.url.pathname).toBe('/consent')
    const silent = await second.browser.get(authorizationUrl(app, partner, { prompt: 'none' }))
    expect(silent.url.searchParams.get('error')).toBe('consent_required')
    const { url } = await allow(second.browser, second.page, { 'option:workspace': 'army' })
    expect(accessTokenClaimsOf(await tokensOf(url))).toMatchObject({ workspace: 'army' })
  })

  test('that are not offered leave no claim, whatever was chosen before', async () => {
    const first = await asked([flat])
    await allow(first.browser, first.page, { 'option:workspace': 'navy' })
    const second = await asked([], { user: first.user })
    expect(accessTokenClaimsOf(await tokensOf(second.page.url))).not.toHaveProperty('workspace')
  })

  test('the last answer counts: what a later page did not offer is chosen no more, but in tokens of before', async () => {
    const parameters = { scope: 'openid offline_access', prompt: 'consent' }
    const first = await asked([flat, grouped], { parameters })
    const { user } = first
    const chosen = { 'option:workspace': 'navy', 'option:plan': 'team' }
    const before = await tokensOf((await allow(first.browser, first.page, chosen)).url)
    const fewer = await asked([flat], { user, parameters })
    const { url } = await allow(fewer.browser, fewer.page, { 'option:workspace': 'compilers' })
    expect(accessTokenClaimsOf(await tokensOf(url))).not.toHaveProperty('plan')
    const again = await asked([flat, grouped], { user })
    expect(again.page.url.pathname).toBe('/consent')
    // What the grant of before was made with stays its own.
    const refreshed = await refresh(app, partner, textOf(before, 'refresh_token'))
    expect(accessTokenClaimsOf(refreshed)).toMatchObject({ workspace: 'navy', plan: 'team' })
  })

  test('are of the session: another application is chosen for by itself', async () => {
    const { browser, page } = await asked([flat])
    await allow(browser, page, { 'option:workspace': 'navy' })
    const other = await app.fixtures.thirdParty(await app.fixtures.organization())
    const asksToo = await browser.get(authorizationUrl(app, other))
    expect(asksToo.url.pathname).toBe('/consent')
    const { url } = await allow(browser, asksToo, { 'option:workspace': 'compilers' })
    expect(accessTokenClaimsOf(await tokensOf(url, other))).toMatchObject({ workspace: 'compilers' })
    const own = await app.fixtures.firstParty()
    const { url: silent } = await browser.get(authorizationUrl(app, own))
    expect(accessTokenClaimsOf(await tokensOf(silent, own))).not.toHaveProperty('workspace')
  })

  test('are asked for when they are needed, in a session that began without; once, and they stay', async () => {
    const own = await app.fixtures.firstParty()
    const user = somebody()
    const { browser, externalAuthId } = await sentToLogin(app, own)
    await browser.get(await completed(app, externalAuthId, user))
    // OIDC Core §3.1.2.6: not where no page may be shown, nor for an application whose users sign in here.
    const silent = await browser.get(authorizationUrl(app, partner, { prompt: 'none' }))
    expect(silent.url.searchParams.get('error')).toBe('interaction_required')
    const here = await app.fixtures.thirdParty(await app.fixtures.organization())
    const rule = { name: 'Here', uri: null, application_id: here.id }
    await (await app.management()).post('/latchkey/v1/login_uris', rule)
    await app.changesHeard()
    expect((await browser.get(authorizationUrl(app, here))).url.pathname).toBe('/consent')

    const there = await sentToLogin(app, partner, {}, browser)
    const page = await browser.get(await completed(app, there.externalAuthId, user, offering(flat)))
    const { url } = await allow(browser, page, { 'option:workspace': 'navy' })
    expect(accessTokenClaimsOf(await tokensOf(url))).toMatchObject({ workspace: 'navy' })
    // Signed in anew for an application that asks nothing: what is offered is offered still.
    const again = await sentToLogin(app, own, { prompt: 'login' }, browser)
    await browser.get(await completed(app, again.externalAuthId, user))
    const last = await browser.get(authorizationUrl(app, partner, { prompt: 'none' }))
    expect(accessTokenClaimsOf(await tokensOf(last.url))).toMatchObject({ workspace: 'navy' })
  })

  test('that the login page does not offer are not asked for again', async () => {
    const { browser, page } = await asked([])
    expect(page.url.pathname).toBe('/consent')
    expect((await allow(browser, page, {})).left).toBe(true)
    const silent = await browser.get(authorizationUrl(app, partner, { prompt: 'none' }))
    expect(silent.url.searchParams.has('code')).toBe(true)
  })

  test('RFC 8628 §3.3: are asked for a device as well', async () => {
    const owner = await app.fixtures.organization()
    const television = await app.fixtures.thirdParty(owner, { isPublic: true })
    const device = await newDevice(app, television)
    const browser = createBrowser(app.issuer)
    const externalAuthId = externalAuthIdOf(await enterCode(browser, device.userCode))
    const page = await browser.get(await completed(app, externalAuthId, somebody(), offering(flat)))
    await allow(browser, page, { 'option:workspace': 'navy' })
    expect(accessTokenClaimsOf(await poll(app, television, device))).toMatchObject({ workspace: 'navy' })
  })

  test('OIDC Core §3.2: are claims of tokens without a code as well', async () => {
    await switchImplicit(app)
    const owner = await app.fixtures.organization()
    const application = await implicitly(app, await app.fixtures.thirdParty(owner))
    const browser = createBrowser(app.issuer)
    const externalAuthId = externalAuthIdOf(await browser.get(implicitUrl(app, application)))
    const page = await browser.get(await completed(app, externalAuthId, somebody(), offering(flat)))
    const { url } = await allow(browser, page, { 'option:workspace': 'navy' })
    expect(decodeJwt(fragmentOf(url)['access_token'] ?? '')).toMatchObject({ workspace: 'navy' })
  })

  test('RFC 8693 §2.2.1: are in what a token is exchanged for, as they are in that token', async () => {
    const downstream = 'https://downstream.example.com/'
    await registerResources(app, [downstream])
    const gateway = await app.fixtures.firstParty()
    const { browser, page } = await asked([flat])
    const { url } = await allow(browser, page, { 'option:workspace': 'navy' })
    const token = textOf(await tokensOf(url), 'access_token')
    const exchanged = await exchange(app, gateway, token, { resource: downstream })
    expect(accessTokenClaimsOf(exchanged)).toMatchObject({ aud: downstream, workspace: 'navy' })
  })

  test('that another sign-in has replaced take no answer of a page from before', async () => {
    const first = await asked([flat])
    const { browser } = first
    const again = await sentToLogin(app, partner, { prompt: 'login' }, browser)
    const choices = [{ value: 'army', label: 'Army' }]
    await browser.get(await completed(app, again.externalAuthId, first.user, offering({ ...flat, choices })))
    const refused = await allow(browser, first.page, { 'option:workspace': 'navy' })
    expect(refused.status).toBe(422)
    expect(refused.body).toContain('Army')
  })

  test('cannot set what our tokens say: WorkOS’s answer, and the sign-in goes on', async () => {
    for (const claim of ['sub', 'aud', 'scope', 'org_id', 'act', 'cnf']) {
      const { externalAuthId } = await sentToLogin(app, partner)
      const answer = await complete(app, externalAuthId, somebody(), offering({ ...flat, claim }))
      expect(answer).toEqual({
        status: 400,
        body: { error: 'Bad Request', message: `Claim "${claim}" is reserved and cannot be used.` },
      })
      await completed(app, externalAuthId, somebody(), offering(flat))
    }
  })

  test.each([
    [{ ...flat, claim: '__proto__' }, '0.claim'],
    [{ ...flat, claim: 'constructor' }, '0.claim'],
    [{ ...flat, label: 'A\u202Eb' }, '0.label'],
    [{ ...flat, choices: [{ value: ' a', label: 'A' }] }, '0.choices'],
    [{ ...flat, choices: [...flat.choices, { value: 'navy', label: 'Navy too' }] }, '0.choices'],
    [
      { ...flat, choices: Array.from({ length: 101 }, (_, n) => ({ value: `${n}`, label: 'x' })) },
      '0.choices',
    ],
  ])('that could not be shown or sent back are refused: %#', async (option, field) => {
    const { externalAuthId } = await sentToLogin(app, partner)
    const answer = await complete(app, externalAuthId, somebody(), offering(option))
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ field: `user_consent_options.${field}` }] },
    })
  })

  test.each([
    ['claims for more than fits in a header', 10, [{ value: '漢'.repeat(255), label: 'x' }]],
    [
      'more than a session can hold',
      2,
      Array.from({ length: 100 }, (_, n) => ({ value: `${n}`, label: 'x'.repeat(255) })),
    ],
  ])('that offer %s are refused', async (_what, count, choices) => {
    const { externalAuthId } = await sentToLogin(app, partner)
    const options = Array.from({ length: count }, (_, n) => ({ ...flat, claim: `claim${n}`, choices }))
    const answer = await complete(app, externalAuthId, somebody(), offering(...options))
    expect(answer).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'user_consent_options' }] },
    })
  })

  test('twice under one claim are refused', async () => {
    const { externalAuthId } = await sentToLogin(app, partner)
    expect(await complete(app, externalAuthId, somebody(), offering(flat, flat))).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'user_consent_options.1.claim' }] },
    })
  })

  test('are taken from the SDK', async () => {
    const workos = await app.sdk(['users:write'])
    const { browser, externalAuthId } = await sentToLogin(app, partner)
    const { redirectUri } = await workos.connect.completeOAuth2({
      externalAuthId,
      user: somebody(),
      userConsentOptions: [{ ...flat, type: 'enum' }],
    })
    expect((await browser.get(redirectUri)).body).toContain('id="option-0"')
  })
})

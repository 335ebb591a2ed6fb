import { decodeJwt } from 'jose'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { comeWithCode, newDevice, poll } from '../support/device.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  authorizationUrl,
  introspect,
  issuingNothing,
  obtainTokens,
  redeem,
  refresh,
  signIn,
  textOf,
  userinfo,
} from '../support/relying-party.ts'
import { registerResources } from '../support/resources.ts'

/*
 * RFC 6749 §3.3: the server may ignore a part of the scope, based on the resource owner's instructions, and says what it
 * granted.
 */

const ALL = 'openid profile email offline_access invoices:read'

let app: TestApp
let application: TestApplication
let first: TestApplication
let user: TestUser
let browser: TestBrowser
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  await app.fixtures.permission('invoices:read', 'Read invoices')
  await app.fixtures.permission('invoices:write', 'Write invoices')
  application = await app.fixtures.thirdParty(await app.fixtures.organization(), {
    scopes: ['invoices:read', 'invoices:write'],
  })
  first = await app.fixtures.firstParty({ scopes: ['invoices:read'] })
})
beforeEach(async () => {
  user = await app.fixtures.user()
  browser = createBrowser(app.issuer)
})
afterAll(() => app[Symbol.asyncDispose]())

/** Opens a request, signing in where that is asked. */
const ask = async (scope: string, parameters: Readonly<Record<string, string>> = {}): Promise<Visited> => {
  const visited = await browser.get(authorizationUrl(app, application, { scope, ...parameters }))
  return visited.url.pathname === '/sign-in' && !visited.left ? signIn(browser, visited, user) : visited
}

/** What can be left out on the page, and whether it is ticked. */
const boxesOn = ({ body }: Visited): Record<string, boolean> =>
  Object.fromEntries(
    [...body.matchAll(/<input type="checkbox"[^>]*>/g)].map(([box]) => [
      /name="scope:([^"]+)"/.exec(box)?.[1],
      /\schecked\b/.test(box),
    ]),
  )

const newOn = ({ body }: Visited): number => body.split('class="badge"').length - 1

const allow = (page: Visited, ...without: readonly string[]): Promise<Visited> =>
  browser.submit(page, {
    ...Object.fromEntries(without.map((scope) => [`scope:${scope}`, undefined])),
    decision: 'allow',
  })

const tokensFrom = (visited: Visited) => {
  expect(visited.left).toBe(true)
  return redeem(app, application, visited.url.searchParams.get('code') ?? '')
}

const setOptional = async (value: boolean | null) => {
  const api = await app.management()
  expect((await api.patch('/latchkey/v1/settings', { optional_scopes: value })).status).toBe(200)
}

describe('RFC 6749 §3.3: what users may leave out', () => {
  test('is all but openid, and is ticked', async () => {
    const page = await ask(ALL)
    expect(boxesOn(page)).toEqual({
      profile: true,
      email: true,
      offline_access: true,
      'invoices:read': true,
    })
  })

  test('is granted if it stays ticked: the answer then need not differ from the request', async () => {
    const { body } = await tokensFrom(await allow(await ask(ALL)))
    expect(body['scope']).toBe(ALL)
    expect(body['refresh_token']).toEqual(expect.any(String))
  })

  test('is nothing where one scope alone is asked for, of the own applications, and of a device', async () => {
    expect(boxesOn(await ask('email'))).toEqual({})
    expect((await obtainTokens(app, first, user, { scope: ALL.replace(' email', '') })).body['scope']).toBe(
      ALL.replace(' email', ''),
    )
    const device = await newDevice(app, application, { scope: 'openid email' })
    const page = await comeWithCode(app, device, user, browser)
    expect(boxesOn(page)).toEqual({})
    await allow(page)
    expect((await poll(app, application, device)).body['scope']).toBe('openid email')
  })

  test('OIDC Core §5.5.1: is not what the application marks as essential', async () => {
    const claims = JSON.stringify({ userinfo: { email: { essential: true }, nickname: null } })
    expect(boxesOn(await ask('openid phone', { claims }))).toEqual({ phone: true, profile: true })
  })
})

describe('RFC 6749 §3.3: what was left out', () => {
  test('is not granted, and the answer says so; neither token, introspection nor userinfo has it', async () => {
    const { body } = await tokensFrom(await allow(await ask(ALL), 'email', 'invoices:read'))
    const granted = 'openid profile offline_access'
    expect(body['scope']).toBe(granted)
    const token = String(body['access_token'])
    expect(decodeJwt(token)).toMatchObject({ scope: granted })
    expect(decodeJwt(String(body['id_token']))).not.toHaveProperty('email')
    expect((await introspect(app, application, token)).body).toMatchObject({ active: true, scope: granted })
    expect((await userinfo(app, token)).body).not.toHaveProperty('email')
    const refreshed = await refresh(app, application, String(body['refresh_token']))
    expect(refreshed.body['scope']).toBe(granted)
    // RFC 6749 §6: nothing can be added later.
    const more = await refresh(app, application, textOf(refreshed, 'refresh_token'), {
      scope: 'openid email',
    })
    expect(more.body['error']).toBe('invalid_scope')
  })

  test('OIDC Core §11: without offline_access there is no refresh token', async () => {
    const { body } = await tokensFrom(await allow(await ask(ALL), 'offline_access'))
    expect(body).not.toHaveProperty('refresh_token')
  })

  test('OIDC Core §5.5: takes the claims along that were asked for by name', async () => {
    const claims = JSON.stringify({ userinfo: { email: null, name: null }, id_token: { email: null } })
    const { body } = await tokensFrom(await allow(await ask('openid', { claims }), 'email'))
    expect(decodeJwt(String(body['id_token']))).not.toHaveProperty('email')
    expect((await userinfo(app, String(body['access_token']))).body).toEqual({
      sub: user.id,
      name: 'Ada Lovelace',
    })
  })

  test('is remembered: the same request again asks nothing, and grants as little', async () => {
    await allow(await ask('openid email profile'), 'email')
    for (const prompt of ['', 'none']) {
      const again = await ask('openid email profile', prompt === '' ? {} : { prompt })
      expect((await tokensFrom(again)).body['scope']).toBe('openid profile')
    }
    // Nor does less of the request ask.
    expect((await tokensFrom(await ask('openid email'))).body['scope']).toBe('openid')
  })

  test('is shown unticked, and not as new, when something new or prompt=consent asks again', async () => {
    await allow(await ask('openid email profile'), 'email')
    const withNew = await ask('openid email profile invoices:read')
    expect(boxesOn(withNew)).toEqual({ email: false, profile: true, 'invoices:read': true })
    expect(newOn(withNew)).toBe(1)
    const anew = await ask('openid email profile', { prompt: 'consent' })
    expect(boxesOn(anew)).toEqual({ email: false, profile: true })
    const { body } = await tokensFrom(
      await browser.submit(anew, { 'scope:email': 'allow', decision: 'allow' }),
    )
    expect(body['scope']).toBe('openid email profile')
    expect((await tokensFrom(await ask('openid email profile'))).body['scope']).toBe('openid email profile')
  })

  test('RFC 8707 §2: at one resource says nothing of another', async () => {
    const [one, two] = ['https://one.example.com/', 'https://two.example.com/']
    await registerResources(app, [one, two])
    await allow(await ask('openid invoices:read invoices:write', { resource: one }), 'invoices:write')
    const page = await ask('openid invoices:read invoices:write', { resource: two })
    expect(boxesOn(page)).toEqual({ 'invoices:read': true, 'invoices:write': true })
    expect((await tokensFrom(await allow(page))).body['scope']).toBe('openid invoices:read invoices:write')
    const again = await ask('openid invoices:read invoices:write', { resource: one })
    expect((await tokensFrom(again)).body['scope']).toBe('openid invoices:read')
  })

  test('a permission that is deleted and made again was never declined', async () => {
    await app.fixtures.permission('reports', 'See reports')
    const other = await app.fixtures.thirdParty(await app.fixtures.organization(), { scopes: ['reports'] })
    const url = () => authorizationUrl(app, other, { scope: 'openid email reports' })
    await allow(await signIn(browser, await browser.get(url()), user), 'reports')
    expect((await browser.get(url())).left).toBe(true)
    await app.stores.consents.loseScope('reports', app.clock.now(), 1)
    expect((await browser.get(url())).url.pathname).toBe('/consent')
  })
})

describe('what was agreed to before and is unticked later', () => {
  test('is taken back from every token that stands on the consent, at once', async () => {
    const claims = JSON.stringify({ id_token: { email: null } })
    const before = await tokensFrom(await allow(await ask('openid profile offline_access', { claims })))
    expect(decodeJwt(textOf(before, 'id_token'))).toHaveProperty('email')
    const page = await ask('openid email profile', { prompt: 'consent' })
    expect(boxesOn(page)).toEqual({ email: true, profile: true })
    await allow(page, 'email', 'profile')
    const token = textOf(before, 'access_token')
    expect((await introspect(app, application, token)).body).toMatchObject({
      active: true,
      scope: 'openid offline_access',
    })
    expect((await userinfo(app, token)).body).toEqual({ sub: user.id })
    const refreshed = await refresh(app, application, textOf(before, 'refresh_token'))
    expect(refreshed.body['scope']).toBe('openid offline_access')
    expect(decodeJwt(textOf(refreshed, 'id_token'))).not.toHaveProperty('email')
  })

  test('OIDC Core §11: without offline_access its refresh tokens end', async () => {
    const before = await tokensFrom(await allow(await ask('openid email offline_access')))
    await allow(await ask('openid email offline_access', { prompt: 'consent' }), 'offline_access')
    const refreshed = await refresh(app, application, textOf(before, 'refresh_token'))
    expect(refreshed.body['error']).toBe('invalid_grant')
    expect((await introspect(app, application, textOf(before, 'access_token'))).body).toMatchObject({
      active: true,
      scope: 'openid email',
    })
  })

  test('counts as it was answered last, whichever of two tabs was opened first', async () => {
    const [one, two] = [await ask('openid email profile'), await ask('openid email profile')]
    expect((await tokensFrom(await allow(one))).body['scope']).toBe('openid email profile')
    expect((await tokensFrom(await allow(two, 'profile'))).body['scope']).toBe('openid email')
    expect((await tokensFrom(await ask('openid email profile'))).body['scope']).toBe('openid email')
  })
})

describe('the form', () => {
  test('allows nothing at all if all is unticked: it says what to do, and grants nothing', async () => {
    const page = await ask('email profile')
    const again = await issuingNothing(app, () => allow(page, 'email', 'profile'))
    expect(again.status).toBe(422)
    expect(again.body).toContain('id="scopes-error"')
    expect(boxesOn(again)).toEqual({ email: false, profile: false })
    const answered = await browser.submit(again, { 'scope:email': 'allow', decision: 'allow' })
    expect((await tokensFrom(answered)).body['scope']).toBe('email')
  })

  test('cannot add what was not asked for, nor leave out what has no box', async () => {
    const page = await ask('openid email profile')
    const form = {
      ...Object.fromEntries(
        [...page.body.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/g)].map(
          ([, name = '', value = '']) => [name, value],
        ),
      ),
      'scope:email': 'allow',
      'scope:phone': 'allow',
      'scope:invoices:write': 'allow',
      decision: 'allow',
    }
    const response = await fetch(`${app.issuer}/consent`, {
      method: 'POST',
      body: new URLSearchParams(form),
      headers: {
        cookie: [...browser.cookies].map((pair) => pair.join('=')).join('; '),
        origin: app.issuer,
        'sec-fetch-site': 'same-origin',
      },
      redirect: 'manual',
    })
    expect(response.status).toBe(303)
    const { consents } = await app.stores.consents.standing(user.id, application.id)
    expect(consents).toMatchObject([{ scopes: ['openid', 'email'], declinedByPlace: { '': ['profile'] } }])
  })

  test('deny remembers nothing', async () => {
    const denied = await browser.submit(await ask('openid email profile'), {
      'scope:email': undefined,
      decision: 'deny',
    })
    expect(denied.url.searchParams.get('error')).toBe('access_denied')
    expect(boxesOn(await ask('openid email profile'))).toEqual({ email: true, profile: true })
  })
})

describe('the setting optional_scopes', () => {
  test('off: everything or nothing, and what was declined before is asked about', async () => {
    await allow(await ask('openid email profile'), 'email')
    const offered = await ask('openid email profile invoices:read')
    await setOptional(false)
    try {
      // A page of before, on which something was left out, is answered once more.
      const again = await issuingNothing(app, () => allow(offered, 'profile'))
      expect(again.url.pathname).toBe('/consent')
      expect(boxesOn(again)).toEqual({})
      const page = await ask('openid email profile')
      expect(page.url.pathname).toBe('/consent')
      expect(boxesOn(page)).toEqual({})
      expect((await tokensFrom(await allow(page))).body['scope']).toBe('openid email profile')
    } finally {
      await setOptional(null)
    }
  })
})

import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { ClaimsRequest } from '../../src/protocol/grant-terms.ts'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorRedirect,
  issuingNothing,
  obtainTokens,
  open,
  redeem,
  refresh,
  signIn,
  textOf,
  userinfo,
  withdrawConsent,
} from '../support/relying-party.ts'
import { giveStandardClaims, standardClaims } from '../support/standard-claims.ts'

let app: TestApp
let first: TestApplication
let globex: OrganizationId
let user: TestUser
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  first = await app.fixtures.firstParty()
  globex = await app.fixtures.organization('Globex')
  user = await app.fixtures.user()
  await giveStandardClaims(app, user)
})
afterAll(() => app[Symbol.asyncDispose]())

const ask = (claims: ClaimsRequest | object): Record<string, string> => ({ claims: JSON.stringify(claims) })

const signedIn = async (who = user): Promise<TestBrowser> => {
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get(authorizationUrl(app, first)), who)
  return browser
}

const errorOf = async (browser: TestBrowser, parameters: Readonly<Record<string, string>>) => {
  const visited = await issuingNothing(app, () => browser.get(authorizationUrl(app, first, parameters)))
  return { left: visited.left, error: visited.url.searchParams.get('error') }
}

describe('OIDC Core §5.5: claims asked for by name', () => {
  test('OIDC Core §5.5: each in the place it was asked for, and nothing else', async () => {
    const claims = { userinfo: { email: { essential: true }, nickname: null }, id_token: { birthdate: null } }
    const tokens = await obtainTokens(app, first, user, ask(claims))
    // What is asked for by name is not granted as a scope.
    expect(tokens.body['scope']).toBe('openid')
    const { body } = await userinfo(app, textOf(tokens, 'access_token'))
    expect(body).toEqual({ sub: user.id, email: user.email, nickname: 'Ada' })
    const id = decodeJwt(textOf(tokens, 'id_token'))
    expect(id['birthdate']).toBe(standardClaims.birthdate)
    expect(id).not.toHaveProperty('email')
    expect(id).not.toHaveProperty('nickname')
  })

  test('OIDC Core §5.5: beside those of the scopes', async () => {
    const parameters = { scope: 'openid email', ...ask({ userinfo: { zoneinfo: null, email: null } }) }
    const tokens = await obtainTokens(app, first, user, parameters)
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toEqual({
      sub: user.id,
      email: user.email,
      email_verified: true,
      zoneinfo: 'Europe/London',
    })
  })

  test('OIDC Core §5.5.1: an essential claim that the user does not have is no error, and left out', async () => {
    const other = await app.fixtures.user()
    const claims = { userinfo: { phone_number: { essential: true } }, id_token: { address: null } }
    const tokens = await obtainTokens(app, first, other, ask(claims))
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toEqual({ sub: other.id })
    expect(decodeJwt(textOf(tokens, 'id_token'))).not.toHaveProperty('address')
  })

  test('OIDC Core §5.5.1: a claim asked for with a value is told if it has that value', async () => {
    const claims = {
      userinfo: {
        email: { value: user.email },
        nickname: { value: 'Countess' },
        gender: { values: ['male', 'female'] },
        locale: { values: ['fr-FR'] },
        address: { value: standardClaims.address },
      },
    }
    const tokens = await obtainTokens(app, first, user, ask(claims))
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toEqual({
      sub: user.id,
      email: user.email,
      gender: 'female',
      address: standardClaims.address,
    })
  })

  test('OIDC Core §5.5: what is not known is ignored', async () => {
    const claims = {
      userinfo: { 'http://example.info/claims/groups': null, __proto__x: null, sub: null },
      id_token: { shoe_size: { essential: true } },
      verified_claims: {},
    }
    const tokens = await obtainTokens(app, first, user, ask(claims))
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toEqual({ sub: user.id })
  })

  test('OIDC Core §3.1.2.1: without openid it is no OpenID Connect request, and nothing is asked for', async () => {
    const third = await app.fixtures.thirdParty(globex)
    const browser = await signedIn()
    const claims = ask({ userinfo: { email: null }, id_token: { acr: { essential: true, value: 'phr' } } })
    const page = await browser.get(authorizationUrl(app, third, { scope: 'profile', ...claims }))
    expect(page.url.pathname).toBe('/consent')
    expect(page.body).not.toContain('See your email address')
    const { url } = await browser.submit(page, { decision: 'allow' })
    const tokens = await redeem(app, third, url.searchParams.get('code') ?? '')
    expect(tokens.body).not.toHaveProperty('id_token')
    expect((await userinfo(app, textOf(tokens, 'access_token'))).status).toBe(403)
  })

  test('OIDC Core §12.2: a refresh tells them again', async () => {
    const parameters = { scope: 'openid offline_access', ...ask({ id_token: { nickname: null } }) }
    const tokens = await obtainTokens(app, first, user, parameters)
    const refreshed = await refresh(app, first, textOf(tokens, 'refresh_token'))
    expect(decodeJwt(textOf(refreshed, 'id_token'))['nickname']).toBe('Ada')
  })

  test.each(['{', '[]', '{"userinfo":1}', '{"id_token":{"name":"x"}}'])(
    'OIDC Core §3.1.2.6: %s is invalid_request',
    async (claims) => {
      const url = authorizationUrl(app, first, { claims, state: 's' })
      const answer = await issuingNothing(app, () => open(url))
      const expected = { to: first.redirectUri, error: 'invalid_request', iss: app.issuer, state: 's' }
      expectErrorRedirect(answer, expected)
    },
  )
})

describe('OIDC Core §5.5: what a third-party application asks for by name, its user agrees to', () => {
  test('OIDC Core §5.4: the page shows the scope of the claim; it is agreed to and not granted', async () => {
    const third = await app.fixtures.thirdParty(globex)
    const browser = await signedIn()
    const parameters = { scope: 'openid', ...ask({ userinfo: { phone_number: null } }) }
    const page = await browser.get(authorizationUrl(app, third, parameters))
    expect(page.url.pathname).toBe('/consent')
    expect(page.body).toContain('See your phone number')
    expect(page.body).not.toContain('See your email address')
    const { url } = await browser.submit(page, { decision: 'allow' })
    const tokens = await redeem(app, third, url.searchParams.get('code') ?? '')
    expect(tokens.body['scope']).toBe('openid')
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toEqual({
      sub: user.id,
      phone_number: standardClaims.phone_number,
    })
  })

  test('OIDC Core §5.5: agreed to the scopes before, the user is asked for what is new', async () => {
    const third = await app.fixtures.thirdParty(globex)
    const browser = await signedIn()
    await authorize(app, third, user, { scope: 'openid' }, browser)
    const more = { scope: 'openid', ...ask({ id_token: { email: null } }) }
    const silent = await issuingNothing(app, () =>
      browser.get(authorizationUrl(app, third, { ...more, prompt: 'none' })),
    )
    expect(silent.url.searchParams.get('error')).toBe('consent_required')
    await authorize(app, third, user, more, browser)
    // Agreed to once, and for the scope as a whole.
    const again = { scope: 'openid', prompt: 'none', ...ask({ userinfo: { email_verified: null } }) }
    const { url } = await browser.get(authorizationUrl(app, third, again))
    const tokens = await redeem(app, third, url.searchParams.get('code') ?? '')
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toEqual({
      sub: user.id,
      email_verified: true,
    })
  })

  test('OIDC Core §3.1.2.4: a user who does not agree is not told of', async () => {
    const third = await app.fixtures.thirdParty(globex)
    const browser = await signedIn()
    const page = await browser.get(authorizationUrl(app, third, ask({ userinfo: { email: null } })))
    const answered = await issuingNothing(app, () => browser.submit(page, { decision: 'deny' }))
    expect(answered.url.searchParams.get('error')).toBe('access_denied')
  })

  test('whoever takes the consent back takes the claims back', async () => {
    const third = await app.fixtures.thirdParty(globex)
    const tokens = await obtainTokens(app, third, user, ask({ userinfo: { email: null } }))
    await withdrawConsent(app, user, third)
    expect((await userinfo(app, textOf(tokens, 'access_token'))).status).toBe(401)
  })
})

describe('OIDC Core §5.5.1: demands on the authentication', () => {
  test('OIDC Core §5.5.1: a value of sub is the user who is signed in', async () => {
    const browser = await signedIn()
    const parameters = { prompt: 'none', ...ask({ id_token: { sub: { value: user.id } } }) }
    const { url } = await browser.get(authorizationUrl(app, first, parameters))
    const tokens = await redeem(app, first, url.searchParams.get('code') ?? '')
    expect(decodeJwt(textOf(tokens, 'id_token')).sub).toBe(user.id)
  })

  test('OIDC Core §5.5.1: with the sub of another user it is login_required', async () => {
    const other = await app.fixtures.user()
    const sub = ask({ id_token: { sub: { value: other.id } } })
    const browser = await signedIn()
    expect(await errorOf(browser, { prompt: 'none', ...sub })).toEqual({
      left: true,
      error: 'login_required',
    })
    // Asked for interactively, the other may sign in, and nobody else.
    for (const [who, parameter] of [
      [user, 'error'],
      [other, 'code'],
    ] as const) {
      const page = await browser.get(authorizationUrl(app, first, sub))
      expect(page.url.pathname).toBe('/sign-in')
      const answered = await signIn(browser, page, who)
      expect([...answered.url.searchParams.keys()]).toContain(parameter)
      if (parameter === 'error') expect(answered.url.searchParams.get('error')).toBe('login_required')
    }
  })

  test('OIDC Core §5.5.1: values of sub are as many users; a value that is no subject is nobody', async () => {
    const browser = await signedIn()
    const values = ask({ id_token: { sub: { values: ['somebody', user.id] } } })
    const { url } = await browser.get(authorizationUrl(app, first, { prompt: 'none', ...values }))
    expect(url.searchParams.has('code')).toBe(true)
    for (const value of ['nobody', 1, null, { id: user.id }]) {
      const claims = ask({ id_token: { sub: { value } } })
      expect(await errorOf(browser, { prompt: 'none', ...claims })).toEqual({
        left: true,
        error: 'login_required',
      })
    }
  })

  test('OIDC Core §5.5.1: a value of sub at userinfo is demanded like one of the ID token', async () => {
    const browser = await signedIn()
    const sub = ask({ userinfo: { sub: { value: 'user_x' } } })
    expect(await errorOf(browser, { prompt: 'none', ...sub })).toEqual({
      left: true,
      error: 'login_required',
    })
    const own = { prompt: 'none', ...ask({ userinfo: { sub: { value: user.id } } }) }
    const { url } = await browser.get(authorizationUrl(app, first, own))
    const tokens = await redeem(app, first, url.searchParams.get('code') ?? '')
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toMatchObject({ sub: user.id })
  })

  test('OIDC Core §5.5.1: to a client with pairwise subjects it is the pairwise one', async () => {
    const application = await app.fixtures.firstParty()
    const management = await app.management()
    const path = `/latchkey/v1/applications/${application.id}/client_metadata`
    await management.put(path, { subject_type: 'pairwise' })
    const browser = await signedIn()
    const tokens = await obtainTokens(app, application, user, {}, browser)
    const { sub } = decodeJwt(textOf(tokens, 'id_token'))
    const answerTo = async (value: unknown) => {
      const parameters = { prompt: 'none', ...ask({ id_token: { sub: { value } } }) }
      return (await browser.get(authorizationUrl(app, application, parameters))).url.searchParams
    }
    expect((await answerTo(sub)).has('code')).toBe(true)
    // Whether somebody's ID is that of the user who is signed in, it is not to find out.
    expect((await answerTo(user.id)).get('error')).toBe('login_required')
  })

  test('OIDC Core §5.5.1.1: an essential acr that cannot be had is unmet_authentication_requirements', async () => {
    const demand = (acr: object) => ask({ id_token: { acr } })
    const browser = await signedIn()
    for (const acr of [
      { essential: true, value: 'urn:example:smart-card' },
      { essential: true, values: ['phrh', 'urn:example:gold'] },
      { essential: true, values: [] },
    ]) {
      for (const prompt of ['none', 'login', 'consent']) {
        expect(await errorOf(browser, { prompt, ...demand(acr) })).toEqual({
          left: true,
          error: 'unmet_authentication_requirements',
        })
      }
    }
  })

  test('OIDC Core §5.5.1.1: one that can be had, or need not be, is no error, and acr says the truth', async () => {
    const browser = await signedIn()
    for (const acr of [
      { essential: true },
      { essential: true, value: 'urn:latchkey:acr:single-factor' },
      { essential: true, values: ['phr', 'urn:latchkey:acr:single-factor'] },
      { values: ['phr'] },
      { value: 'phr' },
      null,
    ]) {
      const parameters = { prompt: 'none', ...ask({ id_token: { acr } }) }
      const { url } = await browser.get(authorizationUrl(app, first, parameters))
      const tokens = await redeem(app, first, url.searchParams.get('code') ?? '')
      expect(decodeJwt(textOf(tokens, 'id_token'))['acr']).toBe('urn:latchkey:acr:single-factor')
    }
  })

  test('OIDC Core §5.5.1: auth_time is told whether it was asked for or not', async () => {
    const claims = ask({ id_token: { auth_time: { essential: true } } })
    for (const parameters of [claims, {}]) {
      const tokens = await obtainTokens(app, first, user, parameters)
      expect(decodeJwt(textOf(tokens, 'id_token'))['auth_time']).toEqual(expect.any(Number))
    }
  })
})

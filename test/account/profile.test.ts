import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestUser } from '../support/fixtures.ts'
import { authorizationUrl } from '../support/relying-party.ts'
import { csrfTokenOn, fieldValue, noticeOn, post, signedInAt, textIn } from './account-room.ts'

let app: TestApp
beforeAll(async () => {
  const limits = { windowSeconds: 60, perEmail: 1000, perAddress: 1000 }
  app = await startTestApp({ overrides: { signInLimits: limits } })
})
afterAll(() => app[Symbol.asyncDispose]())

const updated = (user: TestUser) => eventsOf(app, user.id, ['user.updated'])

describe('the profile', () => {
  test('is what its owner says, and is told of as their doing', async () => {
    const organization = await app.fixtures.organization('Globex')
    const user = await app.fixtures.user({ organizations: [organization] })
    const { browser, visited } = await signedInAt(app, user)
    expect(fieldValue(visited, 'first_name')).toBe('Ada')
    expect(visited.body).toContain('Globex')
    expect(textIn(visited, 'email-title')).toBe('Email address')
    const saved = await browser.submit(visited, {
      name: ' Countess <b>Lovelace</b> ',
      first_name: 'Augusta',
      last_name: '',
      locale: 'en',
    })
    expect({ path: saved.url.pathname, notice: noticeOn(saved) }).toEqual({
      path: '/account',
      notice: 'Your profile has been saved.',
    })
    expect(saved.body).not.toContain('<b>Lovelace')
    expect(await app.stores.users.byId(user.id)).toMatchObject({
      name: 'Countess <b>Lovelace</b>',
      firstName: 'Augusta',
      lastName: null,
      locale: 'en',
      email: user.email,
    })
    expect(await updated(user)).toMatchObject([
      { actor: { type: 'user', id: user.id }, data: { first_name: 'Augusta', email: user.email } },
    ])
    expect(noticeOn(await browser.get('/account'))).toBe('')
  })

  test('keeps nothing of what is no name, and says so beside the field', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user)
    for (const wrong of ['x'.repeat(256), 'two\nlines', 'bell\u0007']) {
      const refused = await browser.submit(visited, {
        name: 'Fine',
        first_name: wrong,
        last_name: '',
        locale: '',
      })
      expect(refused.status).toBe(422)
      expect(textIn(refused, 'first_name-error')).toContain('255 characters')
      expect(fieldValue(refused, 'name')).toBe('Fine')
    }
    expect(await updated(user)).toEqual([])
  })

  test('has the language in which pages are shown from then on, but for one that an application asks for', async () => {
    const user = await app.fixtures.user()
    const browser = createBrowser(app.issuer, { 'accept-language': 'de' })
    const { visited } = await signedInAt(app, user, '/account', browser)
    expect(visited.body).toContain('<html lang="de"')
    const saved = await browser.submit(visited, {
      name: '',
      first_name: 'Ada',
      last_name: 'Lovelace',
      locale: 'ar',
    })
    expect(saved.body).toContain('<html lang="ar" dir="rtl">')
    const application = await app.fixtures.thirdParty(await app.fixtures.organization())
    const consentIn = async (parameters: Readonly<Record<string, string>>) =>
      (await browser.get(authorizationUrl(app, application, parameters))).body
    expect(await consentIn({})).toContain('<html lang="ar" dir="rtl">')
    expect(await consentIn({ ui_locales: 'fr' })).toContain('<html lang="fr"')
  })

  test('has no field for what is not its owner’s to say', async () => {
    const user = await app.fixtures.user()
    const { browser, visited } = await signedInAt(app, user)
    const form = {
      csrf_token: csrfTokenOn(visited),
      name: 'Ada',
      first_name: 'Ada',
      last_name: 'Lovelace',
      locale: '',
    }
    const before = await app.stores.users.byId(user.id)
    const sent = await post(app, browser, '/account', {
      ...form,
      email: 'other@example.com',
      email_verified: 'true',
      external_id: 'x',
      id: (await app.fixtures.user()).id,
      password: 'something else',
    })
    expect(sent.status).toBe(303)
    expect(await app.stores.users.byId(user.id)).toEqual({
      ...before,
      name: 'Ada',
      updatedAt: expect.any(Date),
    })
    expect((await post(app, browser, '/account', { ...form, locale: 'tlh' })).status).toBe(400)
  })

  test('keeps a language that pages are not in, and shows a picture without telling where from', async () => {
    const user = await app.fixtures.user()
    const management = await app.management()
    await management.put(`/user_management/users/${user.id}`, { locale: 'fy-NL' })
    await app.stores.users.update(user.id, { pictureUrl: 'https://pictures.example/ada.png' })
    const { browser, visited } = await signedInAt(app, user)
    expect(visited.body).toMatch(/<option value="fy-NL"[^>]* selected[^>]*>Frysk/)
    expect(visited.body).toContain('<img class="account-picture" src="https://pictures.example/ada.png"')
    expect(visited.headers.get('content-security-policy')).toContain(
      "img-src 'self' data: https://pictures.example;",
    )
    expect((await browser.get('/account/security')).headers.get('content-security-policy')).toContain(
      "img-src 'self' data:;",
    )
    const saved = await browser.submit(visited, {
      name: '',
      first_name: 'Ada',
      last_name: '',
      locale: 'fy-NL',
    })
    expect(saved.status).toBe(200)
    expect(await app.stores.users.byId(user.id)).toMatchObject({ locale: 'fy-NL' })
  })

  test('opens in whatever language somebody is said to have, and calls it what can be called', async () => {
    const user = await app.fixtures.user()
    const { browser } = await signedInAt(app, user)
    const management = await app.management()
    for (const [locale, name] of [
      ['en-u-hc-h12', 'English'],
      ['en-x-foo', 'English'],
      ['ja-JP-u-ca-japanese', '日本語 (日本)'],
    ] as const) {
      await management.put(`/user_management/users/${user.id}`, { locale })
      const opened = await browser.get('/account')
      expect({ locale, status: opened.status }).toEqual({ locale, status: 200 })
      const [, shown] =
        new RegExp(`<option value="${locale}"[^>]* selected[^>]*>([^<]*)<`).exec(opened.body) ?? []
      expect(shown).toBe(name)
    }
  })
})

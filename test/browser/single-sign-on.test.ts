import type { BrowserContext } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { follow, open, openStage, placeOf, signIn, welcomed } from './support/stage.ts'

const stage = await openStage()
const { fixtures } = stage.app
const globex = await fixtures.organization('Globex')
const user = await fixtures.user({ organizations: [globex] })
const portal = await stage.application({ name: 'Portal' })
const wiki = await stage.application({ name: 'Wiki', host: '127.0.0.1' })
const insights = await stage.application({ name: 'Insights', owner: globex })

const cookiesOf = async (context: BrowserContext) =>
  Object.fromEntries((await context.cookies(stage.app.issuer)).map((cookie) => [cookie.name, cookie]))

describe('whoever has signed in to one application', () => {
  test('signs in to a second one without a password, in the same tab and in a new one', async () => {
    const { context, page } = await stage.person()
    await open(page, portal)
    await signIn(page, user)
    await welcomed(page, portal)

    await open(page, wiki)
    expect(await welcomed(page, wiki)).toMatchObject({ sub: user.id })

    const tab = await context.newPage()
    await open(tab, wiki)
    expect(await welcomed(tab, wiki)).toMatchObject({ sub: user.id })
  })

  test('is asked by a third-party application for consent alone', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, user)
    await welcomed(page, portal)
    await open(page, insights)
    expect(placeOf(page)).toBe(`${stage.app.issuer}/consent`)
    await follow(page, '#allow')
    expect(await welcomed(page, insights)).toMatchObject({ sub: user.id })
  })

  test('is greeted by name at home, and after signing out asked for the password again', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, user)
    await welcomed(page, portal)
    await page.goto(stage.app.issuer)
    expect(await page.innerHTML('main')).toContain('Ada Lovelace')
    await follow(page, '#sign-out')
    expect(placeOf(page)).toBe(`${stage.app.issuer}/`)
    expect(await page.locator('#sign-out').count()).toBe(0)
    await open(page, portal)
    expect(placeOf(page)).toBe(`${stage.app.issuer}/sign-in`)
  })

  test('is unknown in another browser', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    expect(placeOf(page)).toBe(`${stage.app.issuer}/sign-in`)
  })

  test('in one of two tabs that wait at sign-in can go on in the other', async () => {
    const { context, page } = await stage.person()
    await open(page, portal)
    const tab = await context.newPage()
    await open(tab, wiki)
    await signIn(page, user)
    await welcomed(page, portal)
    await tab.reload()
    await signIn(tab, user)
    expect(await welcomed(tab, wiki)).toMatchObject({ sub: user.id })
  })
})

describe('cookies', () => {
  test('are HttpOnly, SameSite=Lax, and named so that no application on localhost collides with them', async () => {
    const { context, page } = await stage.person()
    await open(page, wiki)
    expect(Object.keys(await cookiesOf(context))).toEqual(['latchkey_browser'])
    await signIn(page, user)
    await welcomed(page, wiki)
    const cookies = await cookiesOf(context)
    expect(Object.keys(cookies).sort()).toEqual(['latchkey_browser', 'latchkey_session'])
    for (const cookie of Object.values(cookies)) {
      expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', domain: 'localhost' })
    }
    const daysOf = (name: string) => ((cookies[name]?.expires ?? 0) - Date.now() / 1000) / 86_400
    expect(daysOf('latchkey_session')).toBeCloseTo(14, 1)
    // Outlasts sessions: attempts to sign in with a browser that is known count by themselves.
    expect(daysOf('latchkey_browser')).toBeCloseTo(400, 1)
  })

  test('OWASP ASVS 5 §7.2.4: the session gets a new value at each sign-in, and the old one is worth nothing', async () => {
    const { context, page } = await stage.person()
    // Planted by somebody who hopes that it becomes the session of the victim.
    const planted = 'A'.repeat(43)
    await context.addCookies([{ name: 'latchkey_session', value: planted, url: stage.app.issuer }])
    await open(page, portal)
    await signIn(page, user)
    await welcomed(page, portal)
    const first = (await cookiesOf(context))['latchkey_session']?.value ?? ''
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(first).not.toBe(planted)

    await page.goto(`${portal.origin}/login?prompt=login`)
    await signIn(page, user)
    await welcomed(page, portal)
    expect((await cookiesOf(context))['latchkey_session']?.value).not.toBe(first)

    const { context: thief, page: elsewhere } = await stage.person()
    await thief.addCookies([{ name: 'latchkey_session', value: first, url: stage.app.issuer }])
    await open(elsewhere, portal)
    expect(placeOf(elsewhere)).toBe(`${stage.app.issuer}/sign-in`)
  })

  test('of the session are gone after signing out, from the browser and from the server', async () => {
    const { context, page } = await stage.person()
    await open(page, portal)
    await signIn(page, user)
    await welcomed(page, portal)
    const { value = '' } = (await cookiesOf(context))['latchkey_session'] ?? {}
    await page.goto(stage.app.issuer)
    await follow(page, '#sign-out')
    expect(await cookiesOf(context)).not.toHaveProperty('latchkey_session')
    await context.addCookies([{ name: 'latchkey_session', value, url: stage.app.issuer }])
    await open(page, portal)
    expect(placeOf(page)).toBe(`${stage.app.issuer}/sign-in`)
  })
})

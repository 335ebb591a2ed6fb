import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import type { TestUser } from '../support/fixtures.ts'
import { follow, identify, open, openStage, placeOf, signIn, textOf, welcomed } from './support/stage.ts'

const stage = await openStage()
const issuer = stage.app.issuer
const { fixtures } = stage.app
const user = await fixtures.user()
const portal = await stage.application({ name: 'Portal', host: '127.0.0.1' })
const insights = await stage.application({ name: 'Insights', owner: await fixtures.organization('Initech') })

const FORM_NOT_OURS = 'We could not confirm that this came from you'
const EXPIRED = 'This page has expired'
const PENDING_REQUEST_SECONDS = 30 * 60

/** Stays on the server, says what to do, and offers nothing that cannot work. */
const expectHelp = async (page: Page, title: string) => {
  expect(new URL(page.url()).origin).toBe(issuer)
  expect(await textOf(page, 'h1')).toBe(title)
  expect(await textOf(page)).toMatch(/go back to the application/i)
}

/** Signs in and stops at the consent page. */
const waitAtConsent = async (page: Page, as: TestUser) => {
  await open(page, insights)
  await signIn(page, as)
  expect(placeOf(page)).toBe(`${issuer}/consent`)
}

/** Has typed the password, and not sent it. */
const waitAtPassword = async (page: Page) => {
  await open(page, portal)
  await identify(page, user)
  await page.fill('#password', user.password)
}

describe('the Back button', () => {
  test('after sign-in shows the form once more, and it works', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, user)
    await welcomed(page, portal)
    await page.goBack()
    expect(placeOf(page)).toBe(`${issuer}/sign-in`)
    await signIn(page, user)
    await page.waitForURL(`${portal.origin}/**`)
    expect(portal.answers.at(-1)?.has('code')).toBe(true)
  })

  test('from consent to sign-in lets another user sign in', async () => {
    const { page } = await stage.person()
    const other = await stage.app.fixtures.user()
    await waitAtConsent(page, await stage.app.fixtures.user())
    await page.goBack()
    expect(placeOf(page)).toBe(`${issuer}/sign-in`)
    await signIn(page, other)
    expect(await textOf(page)).toContain(other.email)
    await follow(page, '#allow')
    expect(await welcomed(page, insights)).toMatchObject({ sub: other.id })
  })

  test.each(['allow', 'deny'])('after consent lets the user answer again (%s)', async (answer) => {
    const { page } = await stage.person()
    await waitAtConsent(page, await stage.app.fixtures.user())
    await follow(page, '#deny')
    await page.waitForURL(`${insights.origin}/callback**`)
    await page.goBack()
    expect(placeOf(page)).toBe(`${issuer}/consent`)
    await follow(page, `#${answer}`)
    await page.waitForURL(`${insights.origin}/**`)
    expect(insights.answers.at(-1)?.has('code')).toBe(answer === 'allow')
  })

  test('after a refused sign-in shows a form that still works', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    await signIn(page, { email: user.email, password: 'not my password' })
    await page.goBack()
    expect(await page.locator('#form-error').count()).toBe(0)
    await signIn(page, user)
    expect(await welcomed(page, portal)).toMatchObject({ sub: user.id })
  })
})

describe('a form that is no longer good', () => {
  test('sign-in, after somebody signed in in another tab, is asked for again and then works', async () => {
    const { context, page } = await stage.person()
    const other = await stage.app.fixtures.user()
    await open(page, portal)
    await identify(page, user)
    const tab = await context.newPage()
    await tab.goto(`${issuer}/sign-in`)
    await signIn(tab, other)
    await signIn(page, user)
    expect(placeOf(page)).toBe(`${issuer}/sign-in/password`)
    expect(await textOf(page, '#form-error')).toMatch(/sign in again/i)
    await signIn(page, user)
    // The account that was typed, not the one of the other tab.
    expect(await welcomed(page, portal)).toMatchObject({ sub: user.id })
  })

  test('consent, after somebody else signed in in another tab, grants nothing and asks them', async () => {
    const { context, page } = await stage.person()
    await waitAtConsent(page, await stage.app.fixtures.user())
    const other = await stage.app.fixtures.user()
    const tab = await context.newPage()
    await tab.goto(`${portal.origin}/login?prompt=login`)
    await signIn(tab, other)
    await welcomed(tab, portal)
    const { length } = insights.answers
    await follow(page, '#allow')
    // Asked again, as the one who is signed in now.
    expect(placeOf(page)).toBe(`${issuer}/consent`)
    expect(await textOf(page)).toContain(other.email)
    expect(insights.answers).toHaveLength(length)
  })

  test('consent, after signing out in another tab, grants nothing and asks for a sign-in', async () => {
    const { context, page } = await stage.person()
    await waitAtConsent(page, await stage.app.fixtures.user())
    const tab = await context.newPage()
    await tab.goto(issuer)
    await follow(tab, '#sign-out')
    const { length } = insights.answers
    await follow(page, '#allow')
    expect(placeOf(page)).toBe(`${issuer}/sign-in`)
    expect(insights.answers).toHaveLength(length)
  })

  test.each(['sign-in', 'allow', 'use-another-account'])(
    '%s, after the cookies were deleted',
    async (button) => {
      const { context, page } = await stage.person()
      if (button === 'sign-in') await waitAtPassword(page)
      else await waitAtConsent(page, await stage.app.fixtures.user())
      await context.clearCookies()
      await follow(page, `#${button}`)
      await expectHelp(page, FORM_NOT_OURS)
      await page.goBack()
      await page.reload()
      await expectHelp(page, EXPIRED)
      // "Go back to the application and start again" is true.
      await open(page, portal)
      await signIn(page, user)
      expect(await welcomed(page, portal)).toMatchObject({ sub: user.id })
    },
  )

  test('any page, in another browser', async () => {
    const { page } = await stage.person()
    await open(page, portal)
    const { page: elsewhere } = await stage.person()
    await elsewhere.goto(page.url())
    await expectHelp(elsewhere, EXPIRED)
  })

  test.each(['sign-in', 'allow', 'use-another-account'])('%s, after half an hour', async (button) => {
    const { page } = await stage.person()
    if (button === 'sign-in') await waitAtPassword(page)
    else await waitAtConsent(page, await stage.app.fixtures.user())
    stage.app.clock.advance(PENDING_REQUEST_SECONDS)
    await follow(page, `#${button}`)
    await expectHelp(page, EXPIRED)
    await page.goBack()
    await page.reload()
    await expectHelp(page, EXPIRED)
    await open(page, portal)
    if (placeOf(page) === `${issuer}/sign-in`) await signIn(page, user)
    await welcomed(page, portal)
  })
})

import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { createBrowser } from '../support/browser.ts'
import { signIn } from '../support/follow-authorization.ts'
import { obtainTokens } from '../support/relying-party.ts'
import { openStage, placeOf, textOf } from './support/stage.ts'

const stage = await openStage()

/** Goes on with Tab to what is wanted; wherever the focus is on the way is in view. */
const tabTo = async (page: Page, wanted: string): Promise<void> => {
  for (let stops = 0; stops < 25; stops++) {
    await page.keyboard.press('Tab')
    const isInView = await page.evaluate(() => {
      const { top = 0, bottom = 0 } = document.activeElement?.getBoundingClientRect() ?? {}
      // Browsers scroll by whole pixels, and lay out by parts of them.
      return top > -1 && bottom < innerHeight + 1
    })
    expect(isInView, wanted).toBe(true)
    if ((await page.locator(wanted).and(page.locator(':focus')).count()) > 0) return
  }
  throw new Error(`Tab does not reach ${wanted}`)
}

const press = (page: Page, key: string) => Promise.all([page.waitForEvent('load'), page.keyboard.press(key)])

const open = async (page: Page, wanted: string): Promise<void> => {
  await tabTo(page, wanted)
  await press(page, 'Enter')
}

test('with the keyboard alone, without JavaScript and on the smallest phone, somebody looks after their account', async () => {
  const { app } = stage
  const user = await app.fixtures.user()
  const application = await app.fixtures.thirdParty(await app.fixtures.organization(), { name: 'Insights' })
  const elsewhere = createBrowser(app.issuer)
  await signIn(elsewhere, await elsewhere.get('/account'), user)
  await obtainTokens(app, application, user, { scope: 'openid offline_access' })

  const { page } = await stage.person({ javaScriptEnabled: false, viewport: { width: 320, height: 568 } })
  await page.goto(app.issuer)
  await open(page, '#account')
  await page.locator('#email:focus').waitFor()
  await page.keyboard.type(user.email)
  await press(page, 'Enter')
  await page.locator('#password:focus').waitFor()
  await page.keyboard.type(user.password)
  await press(page, 'Enter')
  expect(placeOf(page)).toBe(`${app.issuer}/account`)

  await tabTo(page, '#name')
  await page.keyboard.type('Countess')
  await press(page, 'Enter')
  expect(await textOf(page, '#notice')).toContain('saved')

  await open(page, '#to-security')
  await open(page, '#to-password')
  await page.locator('#current_password:focus').waitFor()
  await page.keyboard.type(user.password)
  await tabTo(page, '#new_password')
  await page.keyboard.type('another one that nobody guesses')
  await tabTo(page, '#end_others')
  await page.keyboard.press('Space')
  await open(page, '#save')
  expect(await textOf(page, '#notice')).toContain('has been changed')

  await open(page, '#to-sessions')
  expect(await textOf(page)).toContain('Unknown browser')
  await open(page, '#end-others')
  expect(await textOf(page, '#notice')).toContain('everywhere else')
  expect(await textOf(page)).toContain('You are signed in nowhere else.')

  await open(page, '#to-applications')
  await open(page, 'a[id^="details-"]')
  expect(await textOf(page, '#consequence')).toContain('Insights can no longer use your account')
  await open(page, '#remove')
  expect(await textOf(page)).toContain('No application has access to your account.')

  await open(page, '#sign-out')
  expect(placeOf(page)).toBe(`${app.issuer}/`)
  expect(await textOf(page)).toContain('You are not signed in')
})

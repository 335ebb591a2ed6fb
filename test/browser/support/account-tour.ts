import type { Page } from 'playwright-core'
import { createBrowser } from '../../support/browser.ts'
import type { TestUser } from '../../support/fixtures.ts'
import { signIn } from '../../support/follow-authorization.ts'
import { codeTo, otherThan } from '../../support/mailbox.ts'
import { follow, type Stage } from './stage.ts'

/** Goes to every page of the account, as somebody who is signed in and has agreed to something. */
export const accountTour = async (
  { app }: Stage,
  page: Page,
  { user }: { readonly user: TestUser },
  arrived: (at: string) => Promise<void>,
): Promise<void> => {
  const elsewhere = createBrowser(app.issuer, { 'user-agent': 'something that nobody knows' })
  await signIn(elsewhere, await elsewhere.get('/account'), user)

  const goTo = (path: string) => page.goto(app.issuer + path)
  await goTo('/account')
  await arrived('account')
  await page.fill('#name', 'x'.repeat(256))
  await follow(page, '#save')
  await arrived('account, refused')
  await page.fill('#name', 'Ada, Countess of Lovelace')
  await follow(page, '#save')
  await arrived('account, saved')
  const email = `other.${user.email}`
  await follow(page, '#to-email')
  await arrived('account-email')
  await page.fill('#email', 'nobody')
  await follow(page, '#save')
  await arrived('account-email, refused')
  await page.fill('#email', email)
  await follow(page, '#save')
  await arrived('account-code')
  await page.fill('#code', otherThan(await codeTo(app, email)))
  await follow(page, '#save')
  await arrived('account-code, refused')
  await follow(page, '#to-security')
  await arrived('account-security')
  await follow(page, '#to-password')
  await arrived('account-password')
  await follow(page, '#save')
  await arrived('account-password, refused')
  await follow(page, '#to-sessions')
  await arrived('account-sessions')
  await follow(page, 'button[name="end"]')
  await arrived('account-sessions, one ended')
  await follow(page, '#to-applications')
  await arrived('account-applications')
  await follow(page, 'a[id^="details-"]')
  await arrived('account-application')
}

import type { Page } from 'playwright-core'
import { follow, type Stage } from './stage.ts'

/** Goes to the pages of the dashboard as an owner who is signed in; every form is refused once, and taken once. */
export const dashboardTour = async (
  { app }: Stage,
  page: Page,
  arrived: (at: string) => Promise<void>,
  /** What is made has to be called otherwise each time. */
  mark: string,
): Promise<void> => {
  await app.fixtures.operator('viewer', { email: `vera-${mark}@example.com`, firstName: 'Vera' })
  const goTo = (path: string) => page.goto(app.issuer + path)
  await goTo('/dashboard')
  await arrived('overview')
  await goTo('/dashboard/none')
  await arrived('not found')

  await follow(page, '#to-permissions')
  await arrived('permissions')
  await page.fill('#slug', 'Not a scope')
  await follow(page, '#create-permission')
  await arrived('permissions, refused')
  await page.fill('#slug', `invoices:${mark}`)
  await page.fill('#name', 'Read your invoices')
  await follow(page, '#create-permission')
  await arrived('permissions, created')
  await follow(page, `a[href$="invoices:${mark}"]`)
  await arrived('permission')
  await follow(page, '#confirm')
  await arrived('permission, not confirmed')

  await follow(page, '#to-roles')
  await page.fill('#slug', `analyst-${mark}`)
  await page.fill('#name', 'Analyst')
  await follow(page, '#create-role')
  await arrived('role')
  await page.check(`[id="permissions-invoices:${mark}"]`)
  await follow(page, '#save-permissions')
  await arrived('role, saved')
  await follow(page, '#to-roles')
  await arrived('roles')

  await follow(page, '#to-webhooks')
  await page.fill('#endpoint_url', `https://hooks.example.com/${mark}`)
  await page.check('[id="events-user.created"]')
  await follow(page, '#create-webhook')
  await arrived('webhooks')
  await app.fixtures.user()
  await follow(page, 'a[href*="/webhooks/we_"]')
  await arrived('webhook')

  await follow(page, '#to-apiKeys')
  await page.fill('#name', `Nightly ${mark}`)
  await page.check('[id="permissions-users:read"]')
  await follow(page, '#create-api-key')
  await arrived('API keys, created')
  await follow(page, 'a[href*="/api-keys/"]')
  await arrived('API key')

  await follow(page, '#to-signingKeys')
  await arrived('signing keys')
  await follow(page, 'a[href*="/signing-keys/"]')
  await arrived('signing key')

  await follow(page, '#to-operators')
  await arrived('operators')
  await page.fill('#email', 'nobody@example.com')
  await follow(page, '#add-operator')
  await arrived('operators, refused')
  await follow(page, 'a[href*="/operators/user_"]')
  await arrived('operator')
}

import type { Page } from 'playwright-core'
import { limitPortal, memberOf, openPortalOf } from '../../portal/portal-room.ts'
import { follow, type Stage, signIn } from './stage.ts'

/** Goes to the pages of the developer portal as an admin who signs in for it; every form is refused once, and taken once. */
export const portalTour = async (
  { app }: Stage,
  page: Page,
  arrived: (at: string) => Promise<void>,
  /** What is made has to be called otherwise each time. */
  mark: string,
): Promise<void> => {
  await openPortalOf(app)
  const organization = await app.fixtures.organization(`Globex ${mark}`)
  const other = await app.fixtures.organization(`Acme ${mark}`)
  await app.fixtures.permission(
    `orders-${mark}:read`,
    'Read your orders',
    'All of them, with what is in them.',
  )
  await limitPortal(app, { scopes: [`orders-${mark}:read`] })
  const goTo = (path: string) => page.goto(app.issuer + path)

  await page.context().clearCookies()
  await goTo('/developers')
  await signIn(page, await memberOf(app, [organization, other]))
  await page.waitForURL('**/developers')
  await arrived('organizations')
  await follow(page, `main a[href$="${organization}"]`)
  await arrived('no applications yet')
  await follow(page, '#new-application')
  await arrived('new application')
  await page.fill('#redirect_uris', 'http://localhost/callback')
  await follow(page, '#create-application')
  await arrived('new application, refused')
  await page.fill('#name', `Forum ${mark}`)
  await page.fill('#redirect_uris', 'https://forum.example.com/callback')
  await page.check(`[id="scopes-orders-${mark}:read"]`)
  await follow(page, '#create-application')
  await arrived('application')
  await page.fill('#secret_name', 'Of the server')
  await follow(page, '#create-secret')
  await arrived('application, new secret')
  await follow(page, 'a[href*="/secrets/secret_"]')
  await arrived('client secret')
  await follow(page, '#confirm')
  await arrived('client secret, not confirmed')
  await follow(page, '.crumbs li:last-child a')
  await follow(page, '#integrate')
  await arrived('integrate')
  await follow(page, '.crumbs li:last-child a')
  await follow(page, '#refusals')
  await arrived('no refused requests')
  await follow(page, '.crumbs li:last-child a')
  await page.fill('#redirect_uris', 'nowhere')
  await follow(page, '#save')
  await arrived('application, refused')
  await page.fill('#redirect_uris', 'https://forum.example.com/other')
  await follow(page, '#save')
  await arrived('application, saved')
  await follow(page, '.crumbs li:last-child a')
  await arrived('applications')
  await goTo('/developers/none')
  await arrived('nothing there')
}

import type { BrowserContextOptions } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsOn } from './support/axe.ts'
import { dashboardTour } from './support/dashboard-tour.ts'
import { faultless, outline } from './support/outline.ts'
import { portalTour } from './support/portal-tour.ts'
import { openStage, signIn, textOf } from './support/stage.ts'

const stage = await openStage()

const operatorOn = async (options: BrowserContextOptions) => {
  const user = await stage.app.fixtures.operator('owner')
  const { page } = await stage.person(options)
  await page.goto(`${stage.app.issuer}/dashboard`)
  await signIn(page, user)
  await page.waitForURL('**/dashboard')
  return page
}

test.each<[string, string, BrowserContextOptions]>([
  ['on a phone, in light', 'phone', { viewport: { width: 360, height: 740 } }],
  ['on a desktop, in the dark', 'desktop', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }],
])(
  'every page of the dashboard and of the developer portal is labelled, within its window and without a finding of axe %s',
  async (_, mark, options) => {
    const page = await operatorOn(options)
    const arrived = async (at: string) => {
      const { title, levels, ...found } = await outline(page)
      expect(found, at).toEqual(faultless)
      expect(levels[0], at).toBe('H1')
      expect(title, at).toMatch(/ · Latchkey (dashboard|developers)$/)
      expect(await violationsOn(page), at).toEqual([])
    }
    await dashboardTour(stage, page, arrived, mark)
    await portalTour(stage, page, arrived, mark)
  },
)

test('everything at the dashboard and the developer portal works without JavaScript', async () => {
  const page = await operatorOn({ javaScriptEnabled: false })
  const seen: string[] = []
  const arrived = async (at: string) => void seen.push(`${at}: ${await textOf(page, 'h1')}`)
  await dashboardTour(stage, page, arrived, 'plain')
  await portalTour(stage, page, arrived, 'plain')
  expect(seen).toContain('role, saved: Analyst')
  expect(seen).toContain('application, saved: Forum plain')
  expect(await page.locator('button.copy:visible').count()).toBe(0)
})

test('what is shown once is copied by a button, and by the keyboard where the clipboard is closed', async () => {
  const page = await operatorOn({ permissions: ['clipboard-read', 'clipboard-write'] })
  await page.goto(`${stage.app.issuer}/dashboard/api-keys`)
  await page.fill('#name', 'Copied')
  await page.check('[id="permissions-users:read"]')
  await page.press('#name', 'Enter')
  const value = await textOf(page, '#secret')
  await page.click('.shown-once .copy')
  await page.waitForSelector('.shown-once .copy:text("Copied")')
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(value)
})

test('Enter in the preview of the JWT template shows it, and makes nothing of it that holds', async () => {
  const page = await operatorOn({})
  const user = await stage.app.fixtures.user()
  await page.goto(`${stage.app.issuer}/dashboard/settings/jwt-template`)
  await page.fill('#content', '{ "tried": {{ user.email }} }')
  await page.fill('#email', user.email)
  await page.press('#email', 'Enter')
  expect(JSON.parse(await textOf(page, '#claims'))).toEqual({ tried: user.email })
  const management = await stage.app.management()
  expect((await management.get('/user_management/jwt_template')).status).toBe(404)
  await page.press('#organization_id', 'Enter')
  await page.waitForSelector('#claims')
  expect((await management.get('/user_management/jwt_template')).status).toBe(404)
})

test('the preview of the branding follows what is typed, before anything is saved', async () => {
  const page = await operatorOn({})
  await page.goto(`${stage.app.issuer}/dashboard/settings/branding`)
  const button = page.frameLocator('#preview-dark').locator('#continue')
  const colorOf = () => button.evaluate((element) => getComputedStyle(element).backgroundColor)
  await button.waitFor()
  const before = await colorOf()
  await page.fill('#accent_color', '#aa0000')
  await expect.poll(colorOf, { timeout: 10_000 }).not.toBe(before)
  await page.fill('#brand_name', 'Initech')
  await page.frameLocator('#preview-light').getByText('Initech').first().waitFor()
  const { set } = (await (await stage.app.management()).get('/latchkey/v1/settings')).body as {
    set: string[]
  }
  expect(set).not.toContain('brand_name')
})

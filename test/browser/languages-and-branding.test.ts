import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsOn } from './support/axe.ts'
import { follow, identify, open, openStage } from './support/stage.ts'

const stage = await openStage()
const management = await stage.app.management()

/** How far the page is wider than its window. */
const overflowOf = (page: Page) =>
  page.evaluate(() => document.documentElement.scrollWidth - document.documentElement.clientWidth)

/** What the browser makes of the rules, for one element. */
const styleOf = <Name extends string>(page: Page, selector: string, ...names: Name[]) =>
  page.locator(selector).evaluate((element, wanted) => {
    const style = getComputedStyle(element as HTMLElement)
    return Object.fromEntries(wanted.map((name) => [name, style.getPropertyValue(name)]))
  }, names as string[]) as Promise<Record<Name, string>>

const edges = async (page: Page, selector: string) => {
  const box = await page.locator(selector).boundingBox()
  if (!box) throw new Error(`${selector} is not shown`)
  return { left: box.x, right: box.x + box.width }
}

test('in Arabic pages run from right to left; addresses do not, and names stand by themselves', async () => {
  const owner = await stage.app.fixtures.organization('(Acme) Software!')
  const running = await stage.application({ name: 'Acme Notes (beta)', owner })
  const user = await stage.app.fixtures.user()
  const { page } = await stage.person({ locale: 'ar-EG', viewport: { width: 360, height: 740 } })
  const looksRight = async () => {
    expect(await page.locator('html').getAttribute('lang')).toBe('ar')
    expect(await styleOf(page, 'html', 'direction')).toEqual({ direction: 'rtl' })
    expect(await overflowOf(page)).toBe(0)
    expect(await violationsOn(page)).toEqual([])
    expect(await page.locator('h1 bdi').textContent()).toBe('Acme Notes (beta)')
    expect(await styleOf(page, 'h1', 'letter-spacing')).toEqual({ 'letter-spacing': 'normal' })
  }

  await open(page, running)
  await looksRight()
  // In the logical order of its parts, but at the edge where the lines of the language begin.
  expect(await styleOf(page, '#email', 'direction', 'text-align')).toEqual({
    direction: 'ltr',
    'text-align': 'end',
  })
  await identify(page, user)
  await looksRight()
  await page.fill('#password', user.password)
  await follow(page, '#sign-in')
  await looksRight()
  const [deny, allow] = [await edges(page, '#deny'), await edges(page, '#allow')]
  expect(deny.left).toBeGreaterThan(allow.right)
  const row = '.identity:has(#use-another-account)'
  const [tile, name] = [await edges(page, `${row} .tile`), await edges(page, `${row} .identity-name`)]
  expect(tile.left).toBeGreaterThan(name.right)
})

test.each([
  ['light', 'rgb(10, 31, 68)', 'rgb(255, 255, 255)', '#0b5'],
  ['dark', 'rgb(255, 212, 0)', 'rgb(0, 0, 0)', '#fd0'],
] as const)(
  'on %s pages the operator has its logo, icon, colours and corners, and all of it can be read',
  async (colorScheme, background, ink, color) => {
    const drawing = (fill: string): string =>
      `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 96 32"><rect width="96" height="32" style="fill:${fill}"/></svg>`
    const upload = async (kind: string, fill: string) => {
      const { status, body } = await management.put(`/latchkey/v1/branding/${kind}`, drawing(fill), {
        'content-type': 'image/svg+xml',
      })
      expect(status).toBe(200)
      return (body as Record<string, string>)[kind]
    }
    const addresses = { light: await upload('logo', '#0b5'), dark: await upload('logo_dark', '#fd0') }
    const icon = await upload('icon', color)
    const { status } = await management.patch('/latchkey/v1/settings', {
      accent_color: '#ffd400',
      background_color: '#0a1f44',
      background_color_dark: '#ffd400',
      corner_radius: 24,
      terms_url: 'https://acme.example/terms',
    })
    expect(status).toBe(200)

    const { page } = await stage.person({ colorScheme, viewport: { width: 1280, height: 900 } })
    await page.goto(`${stage.app.issuer}/sign-in`)
    const logo = page.locator('.brand-logo img')
    expect(
      await logo.evaluate((element) => {
        const image = element as HTMLImageElement
        return { address: image.currentSrc, isLoaded: image.naturalWidth > 0 }
      }),
    ).toEqual({ address: addresses[colorScheme], isLoaded: true })
    expect(await page.locator('link[rel=icon]').getAttribute('href')).toBe(new URL(icon ?? '').pathname)
    expect(await styleOf(page, 'html', 'background-color')).toEqual({ 'background-color': background })
    expect(await styleOf(page, '.button-primary', 'border-top-left-radius')).toEqual({
      'border-top-left-radius': '24px',
    })
    expect(await violationsOn(page)).toEqual([])
    await page.hover('.footer a')
    expect(await styleOf(page, '.footer a', 'color')).toEqual({ color: ink })

    // A phone shows nothing of what is around the page.
    await page.setViewportSize({ width: 390, height: 844 })
    const { 'background-color': onPhone } = await styleOf(page, 'html', 'background-color')
    expect(onPhone).not.toBe(background)
    expect(await violationsOn(page)).toEqual([])
  },
)

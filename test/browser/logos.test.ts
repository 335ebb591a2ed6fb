import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { open, openStage, type RunningApplication, signIn, textOf } from './support/stage.ts'

const stage = await openStage()
const management = await stage.app.management()

/** Styled by a sheet, as drawing programs write it: what is served has it on each element. */
const drawing = (color: string): string =>
  `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48"><style>.a{fill:${color}}</style>` +
  '<rect class="a" width="48" height="48" rx="8"/></svg>'

const upload = async ({ application }: RunningApplication, theme: string, color: string): Promise<string> => {
  const path = `/latchkey/v1/applications/${application.id}/logos/${theme}`
  const { status, body } = await management.put(path, drawing(color), { 'content-type': 'image/svg+xml' })
  expect(status).toBe(200)
  return (body as Record<string, string>)[theme] ?? ''
}

const logo = 'main picture.tile-logo img'

/** The picture that is shown, and the colour in its middle. */
const shown = async (page: Page) => {
  const image = page.locator(logo)
  await image.waitFor()
  const [address, width] = await image.evaluate((element) => {
    const { currentSrc, naturalWidth } = element as unknown as { currentSrc: string; naturalWidth: number }
    return [currentSrc, naturalWidth] as const
  })
  return { address, isLoaded: width > 0 }
}

const consentPage = async (running: RunningApplication, colorScheme: 'light' | 'dark'): Promise<Page> => {
  const user = await stage.app.fixtures.user()
  const { page } = await stage.person({ colorScheme })
  await open(page, running)
  await signIn(page, user)
  expect(await textOf(page)).toContain(running.name)
  return page
}

test('the consent page shows the logo that suits the colours of the reader', async () => {
  const owner = await stage.app.fixtures.organization('Acme Software')
  const running = await stage.application({ name: 'Acme Notes', owner })
  const [light, dark] = [await upload(running, 'light', '#0b5'), await upload(running, 'dark', '#fd0')]
  for (const [colorScheme, address] of [
    ['light', light],
    ['dark', dark],
  ] as const) {
    const page = await consentPage(running, colorScheme)
    expect(await shown(page)).toEqual({ address, isLoaded: true })
    await page.emulateMedia({ colorScheme: colorScheme === 'light' ? 'dark' : 'light' })
    await expect.poll(async () => (await shown(page)).address).toBe(colorScheme === 'light' ? dark : light)
  }
})

test('without one for dark pages the light one is shown on a plate', async () => {
  const owner = await stage.app.fixtures.organization('Acme Software')
  const running = await stage.application({ name: 'Acme Tasks', owner })
  const address = await upload(running, 'light', '#0b5')
  const page = await consentPage(running, 'dark')
  expect(await shown(page)).toEqual({ address, isLoaded: true })
  expect(await page.locator('main picture.plate').count()).toBe(1)
})

test('a logo that is opened by itself shows itself', async () => {
  const owner = await stage.app.fixtures.organization()
  const running = await stage.application({ name: 'Acme Mail', owner })
  const { page } = await stage.person()
  const response = await page.goto(await upload(running, 'light', '#0b5'))
  expect(response?.headers()['content-security-policy']).toContain('sandbox')
  expect(await page.locator('rect').getAttribute('style')).toBe('fill:#0b5')
})

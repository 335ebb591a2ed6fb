import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { BrowserContextOptions } from 'playwright-core'
import { afterAll, test } from 'vitest'
import { dashboardTour } from '../browser/support/dashboard-tour.ts'
import { portalTour } from '../browser/support/portal-tour.ts'
import { openStage, signIn } from '../browser/support/stage.ts'
import { castOf, longNames, shortNames, tour, tourSettings } from '../browser/support/tour.ts'
import { contactSheet, fileNameOf } from './contact-sheet.ts'

/*
 * Every page of the tour, on a phone and on a desktop, light and dark, and right to left: into screenshots/. Japanese is not
 * among them: neither the npm packages nor most build machines have a font for it, and boxes show nothing.
 */

const directory = fileURLToPath(new URL('../../screenshots/', import.meta.url))

const phone = { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2, isMobile: true, hasTouch: true }
const desktop = { viewport: { width: 1280, height: 900 } }
const small = { viewport: { width: 320, height: 568 }, isMobile: true, hasTouch: true }

const variants: Readonly<Record<string, BrowserContextOptions>> = {
  'phone-light': { ...phone, colorScheme: 'light' },
  'phone-dark': { ...phone, colorScheme: 'dark' },
  'desktop-light': { ...desktop, colorScheme: 'light' },
  'desktop-dark': { ...desktop, colorScheme: 'dark' },
  'phone-arabic': { ...phone, colorScheme: 'light', locale: 'ar' },
  'desktop-arabic-dark': { ...desktop, colorScheme: 'dark', locale: 'ar' },
  'phone-german': { ...phone, colorScheme: 'light', locale: 'de' },
  'small-long-names': { ...small, colorScheme: 'light' },
}

const stage = await openStage({ settings: tourSettings })
const taken = new Map<string, string[]>()

rmSync(directory, { recursive: true, force: true })
mkdirSync(directory, { recursive: true })
afterAll(() => {
  writeFileSync(join(directory, 'index.html'), contactSheet(Object.keys(variants), taken))
})

test.each(Object.entries(variants))('%s', async (variant, options) => {
  const { page } = await stage.person({ ...options, reducedMotion: 'reduce' })
  const names = variant.endsWith('long-names') ? longNames : shortNames
  const cast = await castOf(stage, names, `${variant}.${names.email}`)
  await tour(stage, page, cast, async (at) => {
    await page.screenshot({ path: join(directory, fileNameOf(at, variant)), fullPage: true })
    taken.set(at, [...(taken.get(at) ?? []), variant])
  })
})

// The workspaces are in English alone, and have no names of people in their frame.
const workspaces = ['phone-light', 'phone-dark', 'desktop-light', 'desktop-dark'] as const

test.each(workspaces)('the dashboard and the developer portal, %s', async (variant) => {
  const { page } = await stage.person({ ...variants[variant], reducedMotion: 'reduce' })
  const owner = await stage.app.fixtures.operator('owner')
  await page.goto(`${stage.app.issuer}/dashboard`)
  await signIn(page, owner)
  await page.waitForURL('**/dashboard')
  const take = (workspace: string) => async (at: string) => {
    const name = `${workspace}: ${at}`
    await page.screenshot({ path: join(directory, fileNameOf(name, variant)), fullPage: true })
    taken.set(name, [...(taken.get(name) ?? []), variant])
  }
  await dashboardTour(stage, page, take('dashboard'), variant)
  await portalTour(stage, page, take('developers'), variant)
})

import type { Page } from 'playwright-core'
import { describe, expect, test } from 'vitest'
import { open, openStage, signIn, textOf, welcomed } from './support/stage.ts'
import { castOf, shortNames, tour, tourSettings } from './support/tour.ts'

const stage = await openStage({ settings: tourSettings })
const portal = await stage.application({ name: 'Portal', host: '127.0.0.1' })

describe('without JavaScript', () => {
  test('every page is reached and every form works', async () => {
    const { page } = await stage.person({ javaScriptEnabled: false })
    const cast = await castOf(stage)
    const places: string[] = []
    await tour(stage, page, cast, async (at) => {
      places.push(at)
      expect(await page.locator('h1').count(), at).toBe(1)
      // Scripts are files that add to a page; nothing is said to those without.
      expect(await page.locator('script:not([src]), noscript').count(), at).toBe(0)
    })
    expect(places).toContain('home signed in')
    // Sixty pages: a loaded machine is no failure.
  }, 180_000)
})

describe('with the keyboard alone', () => {
  /** Goes on with Tab to what is wanted; on the way, wherever the focus is can be seen. */
  const tabTo = async (page: Page, wanted: string): Promise<void> => {
    for (let stops = 0; stops < 15; stops++) {
      await page.keyboard.press('Tab')
      const focus = await page.evaluate(() => {
        const element = document.activeElement
        if (!element || element === document.body) return undefined
        const { outlineStyle, outlineWidth, outlineColor } = getComputedStyle(element)
        const { top, bottom } = element.getBoundingClientRect()
        return {
          what: element.outerHTML.slice(0, 200),
          ring:
            outlineStyle === 'solid' &&
            Number.parseFloat(outlineWidth) >= 2 &&
            !outlineColor.endsWith(', 0)'),
          isInView: top >= 0 && bottom <= innerHeight,
        }
      })
      if (!focus) continue
      expect(focus).toMatchObject({ ring: true, isInView: true })
      if ((await page.locator(wanted).and(page.locator(':focus')).count()) > 0) return
    }
    throw new Error(`Tab does not reach ${wanted}`)
  }

  const press = (page: Page, key: string) =>
    Promise.all([page.waitForEvent('load'), page.keyboard.press(key)])

  test.each([
    ['on a phone', { viewport: { width: 390, height: 664 } }],
    ['without JavaScript', { javaScriptEnabled: false }],
  ] as const)(
    'a user signs in, chooses, changes, consents, seeing where the focus is (%s)',
    async (name, options) => {
      const { page } = await stage.person(options)
      const { application, user } = await castOf(
        stage,
        shortNames,
        `${name.replaceAll(' ', '-')}@example.com`,
      )
      await page.goto(application.origin)
      await page.keyboard.press('Tab')
      await press(page, 'Enter')

      // The cursor is in the right field already.
      await page.locator('#email:focus').waitFor()
      await page.keyboard.type(user.email)
      await press(page, 'Enter')
      await page.locator('#password:focus').waitFor()
      await page.keyboard.type('not my password')
      await press(page, 'Enter')
      expect(await textOf(page, '#form-error')).toContain('is not right')
      await page.locator('#password:focus').waitFor()
      await page.keyboard.type(user.password)
      await tabTo(page, '#sign-in')
      await press(page, 'Space')

      await tabTo(page, '.option:has-text("Hooli")')
      await press(page, 'Enter')
      await tabTo(page, '#change-organization')
      await press(page, 'Enter')
      await tabTo(page, '.option:has-text("Globex")')
      await press(page, 'Enter')
      expect(await textOf(page)).toContain('Globex')
      await tabTo(page, '#scope-2')
      await page.keyboard.press('Space')
      await tabTo(page, '#allow')
      await press(page, 'Enter')
      const profile = await welcomed(page, application)
      expect(profile).toMatchObject({ sub: user.id, name: 'Ada Lovelace' })
      // What the tick was taken from was not granted.
      expect(profile).not.toHaveProperty('email')
    },
  )

  test('a user reaches everything on a page in the order in which it is read', async () => {
    const { page } = await stage.person()
    const { application, user } = await castOf(stage, shortNames, 'order@example.com')
    await open(page, application)
    await signIn(page, user)
    await page.keyboard.press('Tab')
    await press(page, 'Enter')
    const stops = ['#use-another-account', '#change-organization', '#scope-1', '#scope-2', '#deny', '#allow']
    for (const stop of stops) {
      await page.keyboard.press('Tab')
      expect(await page.locator(`${stop}:focus`).count(), stop).toBe(1)
    }
  })

  test('Enter in each field goes on', async () => {
    const user = await stage.app.fixtures.user()
    const { page } = await stage.person()
    await open(page, portal)
    await page.fill('#email', user.email)
    await press(page, 'Enter')
    await page.fill('#password', user.password)
    await page.keyboard.press('Enter')
    await welcomed(page, portal)
  })
})

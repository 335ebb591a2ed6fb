import type { Page } from 'playwright-core'
import { expect, test } from 'vitest'
import { violationsOn } from './support/axe.ts'
import { openStage } from './support/stage.ts'
import { castOf, longNames, shortNames, signingIn, tour, tourSettings } from './support/tour.ts'

const stage = await openStage({ settings: tourSettings })

/** What a page says about itself to those who do not see it. */
const outline = (page: Page) =>
  page.evaluate(() => {
    const all = (selector: string) => [...document.querySelectorAll<HTMLElement>(selector)]
    const label = (input: HTMLElement) =>
      input instanceof HTMLInputElement
        ? [...(input.labels ?? [])].map((one) => one.textContent?.trim()).join()
        : ''
    const box = (element: HTMLElement) => element.getBoundingClientRect()
    return {
      language: document.documentElement.lang,
      title: document.title,
      headings: all('h1').length,
      levels: all('h1, h2, h3').map((heading) => heading.tagName),
      unlabelled: all('input:not([type=hidden], [hidden])')
        .filter((input) => label(input) === '')
        .map((input) => input.id),
      nameless: all('button, a, summary').filter((element) => element.textContent?.trim() === '').length,
      pictures: all('img:not([alt])').length,
      small: all('button, summary, input:not([type=hidden], [hidden]), a')
        .filter((element) => box(element).width < 24 || box(element).height < 24)
        .map((element) => element.outerHTML),
      overflow: document.documentElement.scrollWidth - document.documentElement.clientWidth,
      cut: all('main *')
        .filter(
          (element) => box(element).width > 0 && box(element).right > document.documentElement.clientWidth,
        )
        .map((element) => element.outerHTML.slice(0, 200)),
    }
  })

test.each([
  [
    'of 320 px (WCAG 2.2, 1.4.10), with long names',
    { viewport: { width: 320, height: 568 }, colorScheme: 'light' },
    longNames,
  ],
  ['on a desktop in the dark', { viewport: { width: 1280, height: 900 }, colorScheme: 'dark' }, shortNames],
] as const)(
  'every page is labelled, named, within its window and without a finding of axe %s',
  async (_, options, names) => {
    const { page } = await stage.person(options)
    const titles = new Map<string, string>()
    await tour(stage, page, await castOf(stage, names), async (at) => {
      const { title, levels, ...found } = await outline(page)
      expect(found, at).toEqual({
        language: 'en',
        headings: 1,
        unlabelled: [],
        nameless: 0,
        pictures: 0,
        small: [],
        overflow: 0,
        cut: [],
      })
      expect(levels[0], at).toBe('H1')
      expect(await violationsOn(page), at).toEqual([])
      expect(title, at).toMatch(/ · Latchkey$/)
      titles.set(at, title)
    })
    // A state of a page has its title; no two pages share one.
    const places = Map.groupBy(titles, ([, title]) => withoutError(title))
    const shared = [...places.values()].map((states) => [...new Set(states.map(([at]) => pageOf(at)))])
    expect(shared.filter(({ length }) => length > 1)).toEqual([])
  },
)

const withoutError = (title: string): string => title.replace(/^Error: /, '')

/** `sign-in, password` is a state of `sign-in`. */
const pageOf = (at: string): string => at.split(/[ ,]/, 1)[0] ?? at

test('WCAG 2.2, 1.4.12: text spaced out by the reader is not cut off', async () => {
  const { page } = await stage.person({ viewport: { width: 320, height: 568 }, bypassCSP: true })
  const cast = await castOf(stage, shortNames, 'spaced@example.com')
  await tour(stage, page, cast, async (at) => {
    await page.addStyleTag({
      content:
        '* { line-height: 1.5 !important; letter-spacing: 0.12em !important; word-spacing: 0.16em !important } p { margin-block-end: 2em !important }',
    })
    const { overflow, cut } = await outline(page)
    expect({ overflow, cut }, at).toEqual({ overflow: 0, cut: [] })
  })
})

test.each([
  ['a phone', { width: 390, height: 844 }],
  ['a desktop', { width: 1280, height: 900 }],
])(
  'what an application asks for and the answers fit on the screen of %s together',
  async (device, viewport) => {
    const { page } = await stage.person({ viewport })
    const cast = await castOf(stage, shortNames, `on-${device.replace(' ', '-')}@example.com`)
    await signingIn(stage, page, cast, async () => undefined)
    const answers = await page.locator('#allow').boundingBox()
    expect((answers?.y ?? Infinity) + (answers?.height ?? 0)).toBeLessThan(viewport.height)
  },
)

import { expect, test } from 'vitest'
import { violationsOn } from './support/axe.ts'
import { faultless, outline } from './support/outline.ts'
import { openStage } from './support/stage.ts'
import { castOf, longNames, shortNames, signingIn, tour, tourSettings } from './support/tour.ts'

const stage = await openStage({ settings: tourSettings })

/** Sixty pages, each looked through by axe; a loaded machine is no failure. */
const TOUR_MILLISECONDS = 180_000

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
      expect(found, at).toEqual(faultless)
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
  TOUR_MILLISECONDS,
)

const withoutError = (title: string): string => title.replace(/^Error: /, '')

/** `sign-in, password` is a state of `sign-in`. */
const pageOf = (at: string): string => at.split(/[ ,]/, 1)[0] ?? at

test(
  'WCAG 2.2, 1.4.12: text spaced out by the reader is not cut off',
  async () => {
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
  },
  TOUR_MILLISECONDS,
)

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

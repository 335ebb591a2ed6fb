import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { accentRules } from '../../src/html/accent.ts'
import { contrast } from '../../src/html/color.ts'
import { renderPage } from '../../src/html/html.ts'
import { stylesheet } from '../../src/html/stylesheet.ts'
import { everyPage } from './every-page.tsx'

const sha256Hex = (content: string) => createHash('sha256').update(content).digest('hex')
const { path, content } = stylesheet(sha256Hex)
const rules = content.replaceAll(/\/\*.*?\*\//gs, '')

type Theme = Record<string, string>

/** The custom properties of every `:root` in the rules, light and dark. */
const themes = (css: string): { light: Theme; dark: Theme } => {
  const dark = /@media \(prefers-color-scheme: dark\) \{\s*(:root \{[^}]*\})/g
  const read = (text: string): Theme =>
    Object.fromEntries(
      [...text.matchAll(/:root \{([^}]*)\}/g)].flatMap(([, body = '']) =>
        [...body.matchAll(/--([\w-]+):\s*(#[0-9a-f]{6})\b/g)].map(([, name = '', value = '']) => [
          name,
          value,
        ]),
      ),
    )
  const light = read(css.replaceAll(dark, ''))
  return { light, dark: { ...light, ...read([...css.matchAll(dark)].map(([, body]) => body).join('\n')) } }
}

/** Text and what it stands on. */
const text: readonly (readonly [text: string, ...grounds: string[]])[] = [
  ['ink', 'page', 'surface', 'sunken', 'hover'],
  ['muted', 'page', 'surface', 'sunken', 'hover'],
  ['accent-text', 'page', 'surface', 'sunken', 'hover'],
  ['on-accent', 'accent', 'accent-hover'],
  ['danger', 'surface', 'danger-ground'],
  ['caution', 'caution-ground'],
  ['badge', 'badge-ground'],
  ...[1, 2, 3, 4, 5].map((tint) => [`tint-${tint}`, `tint-${tint}-ground`] as const),
]

/** Edges by which a control is known, and focus rings. */
const edges: typeof text = [
  ['control-line', 'page', 'surface', 'sunken'],
  ['accent-text', 'page', 'surface', 'sunken', 'hover'],
  ['danger', 'surface'],
]

const pairs = (list: typeof text) =>
  list.flatMap(([name, ...grounds]) => grounds.map((ground) => [name, ground] as const))

const ratio = (theme: Theme, one: string, other: string): number => {
  const [first, second] = [theme[one], theme[other]]
  if (!first || !second) throw new Error(`no colour --${first ? other : one}`)
  return contrast(first, second)
}

test('the ratio is that of WCAG', () => {
  expect(contrast('#000000', '#ffffff')).toBe(21)
  expect(contrast('#777777', '#ffffff')).toBeCloseTo(4.48, 2)
})

describe.each(['light', 'dark'] as const)('%s', (scheme) => {
  const theme = themes(rules)[scheme]

  test.each(pairs(text))('%s on %s can be read: 4.5:1 (WCAG 1.4.3)', (name, ground) => {
    expect(ratio(theme, name, ground)).toBeGreaterThanOrEqual(4.5)
  })

  test.each(pairs(edges))('%s on %s can be seen: 3:1 (WCAG 1.4.11)', (name, ground) => {
    expect(ratio(theme, name, ground)).toBeGreaterThanOrEqual(3)
  })

  test.each(['#ffd400', '#ffffff', '#000000', '#ff0000', '#808080', '#00e5a0', '#1b2a6b'])(
    "the operator's %s can be read",
    (color) => {
      const branded = themes(`${rules}\n${accentRules(color)}`)[scheme]
      for (const [name, ground] of pairs(text).filter((pair) => pair.join().includes('accent')))
        expect(ratio(branded, name, ground), `${name} on ${ground}`).toBeGreaterThanOrEqual(4.5)
    },
  )

  test('the dark theme changes every colour', () => {
    const { light, dark } = themes(rules)
    const changed = Object.keys(light).filter((name) => light[name] !== dark[name])
    expect(changed).toEqual(Object.keys(light))
  })
})

test('a colour that is none is refused', () => {
  expect(() => accentRules('red; } body { display: none')).toThrow('#rrggbb')
})

test('the path follows the content', () => {
  expect(path).toBe(`/assets/style-${sha256Hex(content).slice(0, 16)}.css`)
})

test('it fetches nothing and overrides nothing by force', () => {
  expect(rules).not.toMatch(/@import|url\(|!important/)
})

test('every class of the pages has a rule, and every rule a page', () => {
  const html = Object.values(everyPage()).map(renderPage).join('')
  const used = new Set([...html.matchAll(/class="([^"]*)"/g)].flatMap(([, names = '']) => names.split(' ')))
  const styled = new Set([...rules.matchAll(/\.([a-z][\w-]*)(?=[^{}]*\{)/g)].map(([, name]) => name))
  const tints = [...styled].filter((name) => name?.startsWith('tile-tint-'))
  expect(tints).toHaveLength(5)
  expect([...used].filter((name) => !styled.has(name))).toEqual([])
  expect([...styled].filter((name) => !used.has(name ?? '') && !tints.includes(name))).toEqual([])
})

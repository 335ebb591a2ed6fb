import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { brandStylesheetAt, brandStylesheetPath, type Look } from '../../src/html/brand.ts'
import { contrast } from '../../src/html/color.ts'
import { stylesheet } from '../../src/html/stylesheet.ts'

const rulesOf = (look: Look): string => brandStylesheetAt(brandStylesheetPath(look) ?? '') ?? ''

/** The value of a custom property in the rules. */
const declared = (rules: string, name: string): string =>
  new RegExp(`--${name}: ([^;]+);`).exec(rules)?.[1] ?? `no --${name}`

const colors = ['#ffffff', '#000000', '#ffd400', '#ff0000', '#767676', '#777777', '#0a1f44', '#00e5a0']

describe.each(['light', 'dark'] as const)('a background of %s pages', (scheme) => {
  const member = scheme === 'light' ? 'backgroundColor' : 'backgroundColorDark'

  test.each(colors)('%s has text on it that can be read: 4.5:1 (WCAG 1.4.3)', (color) => {
    const rules = rulesOf({ [member]: color })
    expect(declared(rules, 'page')).toBe(color)
    for (const name of ['on-page', 'on-page-muted'])
      expect(contrast(declared(rules, name), color), name).toBeGreaterThanOrEqual(4.5)
  })

  test('changes nothing where pages are of the other kind, or on a phone, where there is none', () => {
    const rules = rulesOf({ [member]: '#0a1f44' })
    expect(rules.match(/@media/g)).toHaveLength(1)
    expect(rules).toMatch(
      new RegExp(`^@media \\(width > 32rem\\) and \\(prefers-color-scheme: ${scheme}\\) \\{.*\\}\\n$`),
    )
  })
})

test('every gray has text on it that can be read', () => {
  for (let level = 0; level < 256; level++) {
    const color = `#${level.toString(16).padStart(2, '0').repeat(3)}`
    const rules = rulesOf({ backgroundColor: color })
    for (const name of ['on-page', 'on-page-muted'])
      expect(contrast(declared(rules, name), color), `${name} on ${color}`).toBeGreaterThanOrEqual(4.5)
  }
})

test.each([
  [0, ['0rem', '0rem', '0rem', '0rem']],
  [10, ['0.625rem', '0.5rem', '0.875rem', '1rem']],
  [24, ['1.5rem', '0.625rem', '1.25rem', '2rem']],
] as const)('corners of %i pixels are those of buttons; others follow', (cornerRadius, expected) => {
  const rules = rulesOf({ cornerRadius })
  expect(['', '-small', '-large', '-card'].map((size) => declared(rules, `radius${size}`))).toEqual(expected)
})

test('corners of ten pixels are those of pages without a brand', () => {
  const { content } = stylesheet((text) => createHash('sha256').update(text).digest('hex'))
  const branded = rulesOf({ cornerRadius: 10 })
  for (const name of ['radius', 'radius-small', 'radius-large', 'radius-card'])
    expect(declared(branded, name)).toBe(declared(content, name))
})

test('the path says everything, and nothing else is a path', () => {
  const look = {
    accentColor: '#AA0000',
    backgroundColor: '#0a1f44',
    backgroundColorDark: '#000000',
    cornerRadius: 24,
  }
  expect(brandStylesheetPath(look)).toBe('/assets/brand-1-aa0000-0a1f44-000000-24.css')
  expect(rulesOf(look)).toContain('--accent: #aa0000')
  expect(brandStylesheetPath({ cornerRadius: 0 })).toBe('/assets/brand-1----0.css')
  expect(brandStylesheetPath({})).toBeUndefined()
  expect(brandStylesheetPath()).toBeUndefined()
  for (const path of [
    '/assets/brand-1-red---.css',
    '/assets/brand-1-aa0000---',
    '/assets/brand-1-AA0000---.css',
    '/assets/brand-1-aa0000---024.css',
    '/assets/brand-1-aa0000---100.css',
    '/assets/brand-1-aa0000--.css',
    '/assets/brand-2-aa0000---.css',
    '/assets/brand-1-aa0000---.css?x',
    '/elsewhere/brand-1-aa0000---.css',
  ])
    expect(brandStylesheetAt(path), path).toBeUndefined()
})

import { accentRules } from './accent.ts'
import { black, mix, parse, print, type Rgb, ratio, shade, white } from './color.ts'

/** What the operator makes of the pages beyond words and pictures. */
export interface Look {
  /** `#rrggbb` */
  readonly accentColor?: string
  /** Of what is around the page, where pages are light. */
  readonly backgroundColor?: string
  readonly backgroundColorDark?: string
  /** Of buttons and fields, in pixels. */
  readonly cornerRadius?: number
}

/** The number is that of the rules: browsers keep what they were given under a path, so other rules need another one. */
const PREFIX = '/assets/brand-1'

/**
 * Where the rules of a look are, which follow those of all pages; undefined where there is nothing to say. The path says
 * everything the content is made of: so a node serves the look that another has just been given, and the answer may be
 * cached for ever.
 */
export const brandStylesheetPath = (look: Look = {}): string | undefined => {
  const members = [look.accentColor, look.backgroundColor, look.backgroundColorDark, look.cornerRadius]
  if (members.every((member) => member === undefined)) return undefined
  const names = members.map((member) =>
    String(member ?? '')
      .replace('#', '')
      .toLowerCase(),
  )
  return `${PREFIX}-${names.join('-')}.css`
}

const LOOK = /^-([0-9a-f]{6})?-([0-9a-f]{6})?-([0-9a-f]{6})?-(\d|[1-9]\d)?\.css$/

/** What is at such a path; undefined if it names no look. */
export const brandStylesheetAt = (path: string): string | undefined => {
  const match = path.startsWith(PREFIX) ? LOOK.exec(path.slice(PREFIX.length)) : null
  if (!match) return undefined
  const [, accent, ground, groundDark, radius] = match
  return [
    accent === undefined ? '' : accentRules(`#${accent}`),
    ground === undefined ? '' : groundRules('light', `#${ground}`),
    groundDark === undefined ? '' : groundRules('dark', `#${groundDark}`),
    radius === undefined ? '' : cornerRules(Number(radius)),
  ].join('')
}

/**
 * What is around the page, and what can be read on it: black or white, of which one always can (4.58:1 at least). On a phone
 * there is nothing around the page (assets/frame.css).
 */
export const groundRules = (scheme: 'light' | 'dark', color: string): string => {
  const ground = parse(color)
  const ink = ratio(ground, white) >= 4.5 ? white : black
  const declarations = [
    `--page: ${print(ground)};`,
    `--on-page: ${print(ink)};`,
    `--on-page-muted: ${print(muted(ink, ground))};`,
  ]
  return `@media (width > 32rem) and (prefers-color-scheme: ${scheme}) { :root { ${declarations.join(' ')} } }\n`
}

const muted = (ink: Rgb, ground: Rgb): Rgb => shade(mix(ink, ground, 0.3), ground, ink, 4.6)

/** Pixels at a size of text of 16: corners grow with it. */
const rem = (pixels: number): string => `${pixels / 16}rem`

/** As far as a thing is larger than a button its corners are rounder; what is small does not become a circle. */
export const cornerRules = (radius: number): string => {
  const declarations = [
    `--radius: ${rem(radius)};`,
    `--radius-small: ${rem(Math.min(radius * 0.8, 10))};`,
    `--radius-large: ${rem(Math.min(radius * 1.4, 20))};`,
    `--radius-card: ${rem(Math.min(radius * 1.6, 32))};`,
  ]
  return `:root { ${declarations.join(' ')} }\n`
}

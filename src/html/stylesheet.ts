import { readFileSync } from 'node:fs'
import { accentRules } from './accent.ts'

const parts = ['theme', 'frame', 'form', 'content'] as const

export interface Stylesheet {
  /** Changes with the content, so the answer may be cached for ever. */
  readonly path: string
  readonly content: string
}

/** The stylesheet of all pages. Reads its files: call it once, at start. */
export const stylesheet = (sha256Hex: (content: string) => string): Stylesheet => {
  const sources = parts.map((part) => readFileSync(new URL(`./assets/${part}.css`, import.meta.url), 'utf8'))
  const content = sources.join('\n')
  return { path: `/assets/style-${sha256Hex(content).slice(0, 16)}.css`, content }
}

/**
 * Where the rules of the operator's colour are, which follow those of all pages. The path says everything the content is
 * made of: so a node serves the colour that another has just been given, and the answer may be cached for ever.
 */
export const accentStylesheetPath = (color: string): string =>
  `${ACCENT_PREFIX}${color.slice(1).toLowerCase()}.css`

const ACCENT_PREFIX = '/assets/accent-'

/** What is at such a path; undefined if it names no colour. */
export const accentStylesheetAt = (path: string): string | undefined => {
  const color = /^([0-9a-f]{6})\.css$/.exec(
    path.startsWith(ACCENT_PREFIX) ? path.slice(ACCENT_PREFIX.length) : '',
  )?.[1]
  return color === undefined ? undefined : accentRules(`#${color}`)
}

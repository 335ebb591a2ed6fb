import { readFileSync } from 'node:fs'
import { accentRules } from './accent.ts'

const parts = ['theme', 'frame', 'form', 'content'] as const

export interface Stylesheet {
  /** Changes with the content, so the answer may be cached for ever. */
  readonly path: string
  readonly content: string
}

/**
 * The one stylesheet, with the operator's colour if there is one. Reads its files: call it once, at start.
 *
 * @param accent `#rrggbb`; the shades that light and dark pages need are derived from it
 */
export const stylesheet = (sha256Hex: (content: string) => string, accent?: string): Stylesheet => {
  const sources = parts.map((part) => readFileSync(new URL(`./assets/${part}.css`, import.meta.url), 'utf8'))
  if (accent !== undefined) sources.push(accentRules(accent))
  const content = sources.join('\n')
  return { path: `/assets/style-${sha256Hex(content).slice(0, 16)}.css`, content }
}

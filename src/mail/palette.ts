import { readableAccent } from '../html/accent.ts'

/** Ours, of light pages and of dark ones (html/assets/theme.css). */
const ACCENT = { light: '#3346c4', dark: '#aab5ff' } as const

const grounds = {
  light: { page: '#f5f6f8', surface: '#ffffff', sunken: '#f5f6f8', line: '#e1e4ea' },
  dark: { page: '#0d0e11', surface: '#16181d', sunken: '#1d2026', line: '#2a2e36' },
} as const

const inks = {
  light: { ink: '#14161b', muted: '#5a6170' },
  dark: { ink: '#eff1f5', muted: '#a3aab8' },
} as const

export type Scheme = keyof typeof grounds

/** The colours of a mail. Text, of whatever colour, can be read on each ground there is: 4.5:1 (WCAG 2.2, 1.4.3). */
export const paletteOf = (scheme: Scheme, accentColor: string | undefined) => ({
  ...grounds[scheme],
  ...inks[scheme],
  accent:
    accentColor === undefined ? ACCENT[scheme] : readableAccent(accentColor, grounds[scheme].sunken, scheme),
})

export type Palette = ReturnType<typeof paletteOf>

import { black, mix, parse, print, type Rgb, ratio, shade, white } from './color.ts'

const declarations = (color: Rgb, surface: Rgb, hover: Rgb, end: Rgb): string => {
  // A button is known by its text, so it may be as pale as the operator's yellow, but not vanish.
  const accent = shade(color, surface, end, 1.4)
  const onAccent = ratio(accent, white) >= 4.5 ? white : black
  return [
    `--accent: ${print(accent)};`,
    `--accent-hover: ${print(mix(accent, onAccent === white ? black : white, 0.14))};`,
    `--on-accent: ${print(onAccent)};`,
    `--accent-text: ${print(shade(color, hover, end, 4.6))};`,
  ].join(' ')
}

/** The colour, or the nearest shade of it in which text can be read on such a ground (WCAG 2.2, 1.4.3). */
export const readableAccent = (color: string, ground: string, scheme: 'light' | 'dark'): string =>
  print(shade(parse(color), parse(ground), scheme === 'light' ? black : white, 4.6))

/**
 * Custom properties that put the operator's colour in the place of ours. Where it would be hard to see, on light or on
 * dark pages, a shade of it is used, and the text on it is chosen: no colour makes a page that cannot be read.
 */
export const accentRules = (color: string): string => {
  const accent = parse(color)
  // --surface and --hover of assets/theme.css; a test holds them together.
  const onLight = declarations(accent, parse('#ffffff'), parse('#eceef2'), black)
  const onDark = declarations(accent, parse('#16181d'), parse('#252931'), white)
  return `:root { ${onLight} }\n@media (prefers-color-scheme: dark) { :root { ${onDark} } }\n`
}

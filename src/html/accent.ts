type Rgb = readonly [red: number, green: number, blue: number]

const white: Rgb = [255, 255, 255]
const black: Rgb = [0, 0, 0]

const parse = (color: string): Rgb => {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color)
  if (!match) throw new Error(`"${color}" is not a colour of the form #rrggbb`)
  const [, red = '', green = '', blue = ''] = match
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)]
}

const print = (color: Rgb): string =>
  `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`

const mix = (color: Rgb, other: Rgb, share: number): Rgb => [
  color[0] + (other[0] - color[0]) * share,
  color[1] + (other[1] - color[1]) * share,
  color[2] + (other[2] - color[2]) * share,
]

/** Relative luminance, WCAG 2.2. */
const luminance = (color: Rgb): number => {
  const [red, green, blue] = color.map((channel) => {
    const share = channel / 255
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4
  }) as [number, number, number]
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}

const ratio = (one: Rgb, other: Rgb): number => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Contrast ratio of two `#rrggbb` colours, WCAG 2.2 (1.4.3): 1 to 21. */
export const contrast = (one: string, other: string): number => ratio(parse(one), parse(other))

/** The colour itself, or its nearest shade towards `end` that stands out against `ground` by `least`. */
const shade = (color: Rgb, ground: Rgb, end: Rgb, least: number): Rgb => {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(color, end, share)
    if (ratio(mixed, ground) >= least) return mixed
  }
  return end
}

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

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

/** The colour itself, or the nearest shade towards `towards` that can be read as text on `ground`. */
const readable = (color: Rgb, ground: Rgb, towards: Rgb): Rgb => {
  for (let share = 0; share < 1; share += 0.02) {
    const shade = mix(color, towards, share)
    if (ratio(shade, ground) >= 4.6) return shade
  }
  return towards
}

const declarations = (accent: Rgb, ground: Rgb): string => {
  const onAccent = ratio(accent, white) >= 4.5 ? white : black
  return [
    `--accent: ${print(accent)};`,
    `--accent-hover: ${print(mix(accent, onAccent === white ? black : white, 0.14))};`,
    `--on-accent: ${print(onAccent)};`,
    `--accent-text: ${print(readable(accent, ground, luminance(ground) > 0.5 ? black : white))};`,
  ].join(' ')
}

/**
 * Custom properties that put the operator's colour in the place of ours. A colour too pale for a light page or too
 * dark for a dark one is shifted, and the text on it chosen, so that no choice makes a page that cannot be read.
 */
export const accentRules = (color: string): string => {
  const accent = parse(color)
  const lightGround = parse('#f5f6f8')
  const darkGround = parse('#1d2026')
  const onLight = declarations(readable(accent, lightGround, black), lightGround)
  const onDark = declarations(readable(accent, darkGround, white), darkGround)
  return `:root { ${onLight} }\n@media (prefers-color-scheme: dark) { :root { ${onDark} } }\n`
}

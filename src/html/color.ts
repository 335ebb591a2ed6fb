export type Rgb = readonly [red: number, green: number, blue: number]

export const white: Rgb = [255, 255, 255]
export const black: Rgb = [0, 0, 0]

export const parse = (color: string): Rgb => {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(color)
  if (!match) throw new Error(`"${color}" is not a colour of the form #rrggbb`)
  const [, red = '', green = '', blue = ''] = match
  return [Number.parseInt(red, 16), Number.parseInt(green, 16), Number.parseInt(blue, 16)]
}

export const print = (color: Rgb): string =>
  `#${color.map((channel) => Math.round(channel).toString(16).padStart(2, '0')).join('')}`

export const mix = (color: Rgb, other: Rgb, share: number): Rgb => [
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

export const ratio = (one: Rgb, other: Rgb): number => {
  const [dark, light] = [luminance(one), luminance(other)].sort((a, b) => a - b) as [number, number]
  return (light + 0.05) / (dark + 0.05)
}

/** Contrast ratio of two `#rrggbb` colours, WCAG 2.2 (1.4.3): 1 to 21. */
export const contrast = (one: string, other: string): number => ratio(parse(one), parse(other))

/** The colour itself, or its nearest shade towards `end` that stands out against `ground` by `least`. */
export const shade = (color: Rgb, ground: Rgb, end: Rgb, least: number): Rgb => {
  for (let share = 0; share < 1; share += 0.02) {
    const mixed = mix(color, end, share)
    if (ratio(mixed, ground) >= least) return mixed
  }
  return end
}

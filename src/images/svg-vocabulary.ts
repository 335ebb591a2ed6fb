/*
 * What of SVG is kept: shapes, text, and what they are painted with. What is not listed here is left out: whatever
 * runs, moves, links, embeds or loads, today's and tomorrow's.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

export const elements = words(`
  svg g defs symbol use title desc
  path rect circle ellipse line polyline polygon text tspan
  linearGradient radialGradient stop pattern clipPath mask
  filter feBlend feColorMatrix feComposite feDropShadow feFlood feGaussianBlur feMerge feMergeNode feOffset`)

/** Elements that are seen by themselves. */
export const shapes = words('path rect circle ellipse line polyline polygon text')

/** Elements that are not seen where they stand, nor is what is in them. */
export const unseen = words(
  'defs symbol clipPath mask pattern linearGradient radialGradient filter title desc',
)

/** Elements whose children are kept in a group without them. */
export const wrappers = words('a switch')

/** Elements that hold text for people. */
export const textElements = words('text tspan title desc')

/** Properties, which an attribute may give as well as a style. */
export const properties = words(`
  alignment-baseline baseline-shift clip-path clip-rule color color-interpolation color-interpolation-filters
  direction display dominant-baseline fill fill-opacity fill-rule filter flood-color flood-opacity font-family
  font-size font-stretch font-style font-variant font-weight image-rendering isolation letter-spacing
  lighting-color mask mask-type mix-blend-mode opacity overflow paint-order shape-rendering stop-color
  stop-opacity stroke stroke-dasharray stroke-dashoffset stroke-linecap stroke-linejoin stroke-miterlimit
  stroke-opacity stroke-width text-anchor text-decoration text-rendering transform transform-origin
  unicode-bidi vector-effect visibility word-spacing writing-mode`)

export const attributes = words(`
  ${[...properties].join(' ')}
  x y width height cx cy r rx ry x1 y1 x2 y2 fx fy fr dx dy d points pathLength rotate textLength lengthAdjust
  viewBox preserveAspectRatio offset gradientUnits gradientTransform spreadMethod clipPathUnits maskUnits
  maskContentUnits patternUnits patternContentUnits patternTransform filterUnits primitiveUnits
  in in2 result type values mode operator k1 k2 k3 k4 stdDeviation edgeMode role aria-label`)

/** Elements that may take from another of the same document. */
export const referring = words('use linearGradient radialGradient pattern')

const functions = words(`
  rgb rgba hsl hsla hwb lab lch oklab oklch color
  matrix translate translatex translatey scale scalex scaley rotate skewx skewy`)

const NAME = String.raw`[A-Za-z_][\w.:-]{0,127}`
const LOCAL_URL = new RegExp(String.raw`url\(\s*(["']?)#(${NAME})\1\s*\)`, 'gi')
const LOCAL_REFERENCE = new RegExp(`^#(${NAME})$`)
const WHOLE_NAME = new RegExp(`^${NAME}$`)

/** Longer than any function's name. */
const LONGEST_FUNCTION = 16

/** Ends a value, escapes what follows, or begins a comment: no value of the above needs it. */
const SUSPICIOUS = /[<>{}\\;@\p{Cc}]|\/\*/u

export const isName = (text: string): boolean => WHOLE_NAME.test(text)

/** Whether a value calls nothing but what is listed, and points nowhere but into its own document. */
export const isHarmless = (value: string): boolean => {
  const rest = value.replaceAll(/[\t\r\n]/g, ' ').replace(LOCAL_URL, ' ')
  if (SUSPICIOUS.test(rest)) return false
  return rest
    .split('(')
    .slice(0, -1)
    .every((before) => {
      const [name = ''] = /[\w-]*$/.exec(before.slice(-2 * LONGEST_FUNCTION).trimEnd()) ?? []
      return functions.has(name.toLowerCase())
    })
}

/** The names a value points to by `url(#name)`. */
export const pointedTo = (value: string): string[] =>
  [...value.matchAll(LOCAL_URL)].map(([, , name = '']) => name)

/** The name that an `href` points to, if that is one of the same document. */
export const fragmentOf = (href: string): string | undefined => LOCAL_REFERENCE.exec(href.trim())?.[1]

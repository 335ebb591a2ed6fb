/** Addresses of one picture; `dark` is for dark pages, where `light` alone stands on a white plate. */
export interface Logo {
  readonly light: string
  readonly dark?: string
}

export const LogoImage = ({ logo, alt, class: name }: { logo: Logo; alt: string; class: string }) => (
  <picture class={logo.dark === undefined ? `${name} plate` : name}>
    {logo.dark !== undefined && <source srcset={logo.dark} media="(prefers-color-scheme: dark)" />}
    <img src={logo.light} alt={alt} />
  </picture>
)

/** A square for somebody or something: the logo, or the first letter of the name. The name stands beside it. */
export const Tile = (props: {
  name: string
  logo?: Logo | undefined
  shape?: 'square' | 'round'
  large?: boolean
}) => {
  const { name, logo, shape = 'square', large = false } = props
  const classes = `tile tile-${shape}${large ? ' tile-large' : ''}`
  if (logo) return <LogoImage logo={logo} alt="" class={`${classes} tile-logo`} />
  return (
    <span class={`${classes} tile-tint-${tint(name)}`} aria-hidden="true">
      {initial(name)}
    </span>
  )
}

const graphemes = new Intl.Segmenter(undefined, { granularity: 'grapheme' })

const initial = (name: string): string => {
  const [first] = graphemes.segment(name.trim())
  return first?.segment.toUpperCase() ?? '?'
}

/** One of five colours, always the same for the same name. */
const tint = (name: string): number => {
  let sum = 0
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 9973
  return (sum % 5) + 1
}

import type { ComponentChildren } from 'preact'
import type { MailBranding, MailLogo } from './mail-branding.ts'
import { type Palette, paletteOf } from './palette.ts'
import type { MailText } from './text/index.ts'

/*
 * What the HTML part of every mail looks like. Mail programs are not browsers: some drop what stands in the head, one
 * lays out as Word does. So it is tables, and the light colours stand with each element. The dark ones are rules by class,
 * for those that ask for them (Apple Mail, Outlook on phones, Thunderbird); the others show it light, or turn the colours
 * over by themselves. Nothing is loaded from anywhere, so that no server learns who reads when.
 */

const FONT = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"

/** In both schemes: a logo is made for a light ground. As an image, since programs that turn colours over leave images alone. */
const PLATE = 'background-color:#ffffff;background-image:linear-gradient(#ffffff,#ffffff)'

const darkRules = ({ page, surface, sunken, line, ink, muted, accent }: Palette): string =>
  [
    ':root{color-scheme:light dark;supported-color-schemes:light dark}',
    '@media (prefers-color-scheme:dark){',
    `.page{background-color:${page}!important}`,
    `.letter{background-color:${surface}!important;border-color:${line}!important;border-top-color:${accent}!important}`,
    `.ink{color:${ink}!important}`,
    `.muted{color:${muted}!important}`,
    `.code{background-color:${sunken}!important;color:${accent}!important}`,
    '}',
  ].join('')

interface Colored {
  readonly palette: Palette
}

export const Paragraph = (
  props: Colored & { readonly tone?: 'ink' | 'muted'; readonly children: ComponentChildren },
) => {
  const { tone = 'ink', palette } = props
  const size = tone === 'ink' ? '16px/24px' : '14px/21px'
  return (
    <p class={tone} style={`margin:0 0 16px;font:${size} ${FONT};color:${palette[tone]}`}>
      {props.children}
    </p>
  )
}

export const Code = ({ palette: { sunken, accent }, children }: Colored & { readonly children: string }) => (
  // Digits of a group are read from left to right in every language. Behind the last there is a space as well.
  <p
    dir="ltr"
    class="code"
    style={`margin:0 0 16px;padding:16px 8px 16px 14px;font:600 32px/40px Menlo,Consolas,monospace;letter-spacing:6px;text-align:center;background-color:${sunken};color:${accent};border-radius:8px`}
  >
    {children}
  </p>
)

export const Letter = (props: {
  readonly text: MailText
  readonly title: string
  readonly branding: MailBranding
  readonly children: (palette: Palette) => ComponentChildren
}) => {
  const { branding } = props
  const { tag, direction } = props.text.language
  const light = paletteOf('light', branding.accentColor)
  const dark = paletteOf('dark', branding.accentColor)
  return (
    <html lang={tag} dir={direction}>
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <meta name="supported-color-schemes" content="light dark" />
        <title>{props.title}</title>
        <style>{darkRules(dark)}</style>
      </head>
      <body class="page" style={`margin:0;padding:0;background-color:${light.page}`}>
        {/* Language and direction once more: mail on the web has no document of its own. */}
        <Table class="page" lang={tag} dir={direction} style={`background-color:${light.page}`}>
          <td align="center" style="padding:24px 12px">
            <Table
              class="letter"
              style={`max-width:480px;border-collapse:separate;border:1px solid ${light.line};border-top:4px solid ${light.accent};border-radius:12px;background-color:${light.surface}`}
            >
              <td
                align={direction === 'rtl' ? 'right' : 'left'}
                style="padding:24px 24px 8px;overflow-wrap:anywhere;word-break:break-word"
              >
                <Brand branding={branding} palette={light} />
                {props.children(light)}
              </td>
            </Table>
          </td>
        </Table>
      </body>
    </html>
  )
}

/** Of one row. */
const Table = ({
  children,
  ...attributes
}: {
  readonly class: string
  readonly style: string
  readonly lang?: string
  readonly dir?: 'ltr' | 'rtl'
  readonly children: ComponentChildren
}) => (
  <table role="presentation" width="100%" cellpadding="0" cellspacing="0" {...attributes}>
    <tbody>
      <tr>{children}</tr>
    </tbody>
  </table>
)

const Brand = ({ branding: { name, logo }, palette }: Colored & { readonly branding: MailBranding }) => (
  <p class="ink" style={`margin:0 0 20px;font:600 18px/24px ${FONT};text-align:center;color:${palette.ink}`}>
    {logo ? <Logo logo={logo} name={name} /> : <bdi>{name}</bdi>}
  </p>
)

const Logo = ({ logo, name }: { readonly logo: MailLogo; readonly name: string }) => (
  <span style={`display:inline-block;padding:8px 12px;border-radius:8px;${PLATE}`}>
    <img
      src={`cid:${logo.contentId}`}
      alt={name}
      width={logo.width}
      height={logo.height}
      style="display:block;border:0;color:#14161b"
    />
  </span>
)

import type { ComponentChildren } from 'preact'
import { brandStylesheetPath, type Look } from './brand.ts'
import { type Logo, LogoImage } from './logo.tsx'

/** What the operator puts on every page. */
export interface Branding {
  readonly name: string
  readonly logo?: Logo
  /** The address of the picture in the tab of the browser. */
  readonly icon?: string
  readonly look?: Look
  readonly termsUrl?: string
  readonly privacyUrl?: string
}

export interface HeadProps {
  readonly title: string
  readonly stylesheetPath: string
  readonly branding: Branding
  readonly scriptPath?: string
}

export interface DocumentProps extends HeadProps {
  readonly language: { readonly tag: string; readonly direction: 'ltr' | 'rtl' }
  readonly footer: { readonly terms: string; readonly privacy: string }
  readonly width?: 'narrow' | 'wide' | 'account'
  readonly children: ComponentChildren
}

export const Head = (props: HeadProps) => {
  const brandStylesheet = brandStylesheetPath(props.branding.look)
  return (
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      <title>{props.title}</title>
      <link rel="stylesheet" href={props.stylesheetPath} />
      {brandStylesheet !== undefined && <link rel="stylesheet" href={brandStylesheet} />}
      {/* An empty one keeps browsers from asking for /favicon.ico. */}
      <link rel="icon" href={props.branding.icon ?? 'data:,'} />
      {props.scriptPath !== undefined && <script src={props.scriptPath} defer />}
    </head>
  )
}

export const Document = (props: DocumentProps) => (
  <html lang={props.language.tag} dir={props.language.direction}>
    <Head {...props} />
    <body>
      <header class="brand">
        <Brand branding={props.branding} />
      </header>
      <main class={`card card-${props.width ?? 'narrow'}`}>{props.children}</main>
      <Footer branding={props.branding} labels={props.footer} />
    </body>
  </html>
)

export const Brand = ({ branding }: { branding: Branding }) =>
  branding.logo ? (
    <LogoImage logo={branding.logo} alt={branding.name} class="brand-logo" />
  ) : (
    <bdi class="brand-name">{branding.name}</bdi>
  )

const Footer = ({ branding, labels }: { branding: Branding; labels: DocumentProps['footer'] }) => {
  const { termsUrl, privacyUrl } = branding
  if (termsUrl === undefined && privacyUrl === undefined) return null
  return (
    <footer class="footer">
      {termsUrl !== undefined && <a href={termsUrl}>{labels.terms}</a>}
      {privacyUrl !== undefined && <a href={privacyUrl}>{labels.privacy}</a>}
    </footer>
  )
}

import type { ComponentChildren } from 'preact'
import { type Logo, LogoImage } from './logo.tsx'
import { accentStylesheetPath } from './stylesheet.ts'

/** What the operator puts on every page. */
export interface Branding {
  readonly name: string
  readonly logo?: Logo
  /** `#rrggbb` */
  readonly accentColor?: string
  readonly termsUrl?: string
  readonly privacyUrl?: string
}

export interface DocumentProps {
  readonly language: { readonly tag: string; readonly direction: 'ltr' | 'rtl' }
  readonly title: string
  readonly stylesheetPath: string
  readonly branding: Branding
  readonly footer: { readonly terms: string; readonly privacy: string }
  readonly width?: 'narrow' | 'wide'
  readonly scriptPath?: string
  readonly children: ComponentChildren
}

export const Document = (props: DocumentProps) => (
  <html lang={props.language.tag} dir={props.language.direction}>
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <meta name="color-scheme" content="light dark" />
      <meta name="robots" content="noindex" />
      <title>{props.title}</title>
      <link rel="stylesheet" href={props.stylesheetPath} />
      {props.branding.accentColor !== undefined && (
        <link rel="stylesheet" href={accentStylesheetPath(props.branding.accentColor)} />
      )}
      {/* Keeps browsers from asking for /favicon.ico. */}
      <link rel="icon" href="data:," />
      {props.scriptPath !== undefined && <script src={props.scriptPath} defer />}
    </head>
    <body>
      <header class="brand">
        <Brand branding={props.branding} />
      </header>
      <main class={`card card-${props.width ?? 'narrow'}`}>{props.children}</main>
      <Footer branding={props.branding} labels={props.footer} />
    </body>
  </html>
)

const Brand = ({ branding }: { branding: Branding }) =>
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

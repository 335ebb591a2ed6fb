import { readFileSync } from 'node:fs'

/** The files of the sign-in pages, and those of the API reference and the dashboard: the same colours, other layouts. */
const pages = [
  ...['theme', 'frame', 'form', 'content', 'consent', 'failure', 'account', 'mail', 'factors', 'languages'],
] as const
const reference = ['theme', 'reference'] as const
const dashboard = [
  'theme',
  'frame',
  'form',
  'content',
  'dashboard',
  'dashboard-parts',
  'dashboard-developer',
  'dashboard-previews',
  'dashboard-charts',
] as const

export interface Asset {
  /** Changes with the content, so the answer may be cached for ever. */
  readonly path: string
  readonly content: string
}

const asset = (name: string): string => readFileSync(new URL(`./assets/${name}`, import.meta.url), 'utf8')

type Sha256Hex = (content: string) => string

const stylesheetOf = (parts: readonly string[], sha256Hex: Sha256Hex): Asset => {
  const content = parts.map((part) => asset(`${part}.css`)).join('\n')
  return { path: `/assets/style-${sha256Hex(content).slice(0, 16)}.css`, content }
}

/** The stylesheet of all pages. Reads its files: call it once, at start. */
export const stylesheet = (sha256Hex: Sha256Hex): Asset => stylesheetOf(pages, sha256Hex)

/** What sends the form of an answer to an application (form-post.tsx). Reads its file as well. */
export const formPostScript = (sha256Hex: Sha256Hex): Asset => scriptOf('form-post', sha256Hex)

/** What goes on from the page with the frames of signing out (signed-out.tsx). Reads its file as well. */
export const signedOutScript = (sha256Hex: Sha256Hex): Asset => scriptOf('signed-out', sha256Hex)

/** What asks a browser for passkeys (passkey-action.tsx). Reads its file as well. */
export const passkeyScript = (sha256Hex: Sha256Hex): Asset => scriptOf('passkey', sha256Hex)

const scriptOf = (name: string, sha256Hex: Sha256Hex): Asset => {
  const content = asset(`${name}.js`)
  return { path: `/assets/${name}-${sha256Hex(content).slice(0, 16)}.js`, content }
}

/** What the pages of the dashboard load. Reads its files as well. */
export const dashboardAssets = (sha256Hex: Sha256Hex) => ({
  stylesheet: stylesheetOf(dashboard, sha256Hex),
  script: scriptOf('dashboard', sha256Hex),
})

/** What the page of the API reference loads. Reads its files as well. */
export const referenceAssets = (sha256Hex: Sha256Hex) => ({
  stylesheet: stylesheetOf(reference, sha256Hex),
  script: scriptOf('reference', sha256Hex),
})

import type { Html } from './html.ts'

/*
 * A page as those see it who prefer light, or dark, whatever the reader prefers: for previews. What a browser would decide
 * by the preference is decided here.
 */

export const schemes = ['light', 'dark'] as const
export type Scheme = (typeof schemes)[number]

/** CSS, or what holds media queries elsewhere. */
export const styleInScheme = (style: string, scheme: Scheme): string =>
  style
    .replaceAll(/\(prefers-color-scheme: (light|dark)\)/g, (_, wanted: string) =>
      wanted === scheme ? '(min-width: 0)' : '(max-width: 0)',
    )
    .replaceAll('color-scheme: light dark', `color-scheme: ${scheme}`)

/** The page, with its stylesheets of that scheme (page-assets.ts). */
export const pageInScheme = (html: Html, scheme: Scheme): Html =>
  styleInScheme(html, scheme)
    .replace(
      '<meta name="color-scheme" content="light dark"/>',
      `<meta name="color-scheme" content="${scheme}"/>`,
    )
    // A frame that nothing can be done in takes no focus; browsers would complain.
    .replaceAll(/(<input\b[^>]*?) autofocus(?=[\s/>])/g, '$1')
    .replaceAll(/(<link rel="stylesheet" href="[^"?]+)"/g, `$1?scheme=${scheme}"`) as Html

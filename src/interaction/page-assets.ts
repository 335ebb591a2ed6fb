import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { brandStylesheetAt } from '../html/brand.ts'
import { schemes, styleInScheme } from '../html/in-scheme.ts'
import { sendAsset } from './document.ts'
import type { Site } from './site.ts'

/** The stylesheets and scripts of all pages. */
export const pageAssets =
  ({ site }: { readonly site: Site }): FastifyPluginAsync =>
  async (app) => {
    const { stylesheet, formPostScript, signedOutScript, passkeyScript } = site
    app.get(stylesheet.path, async (request, reply) =>
      sendAsset(reply, 'text/css', asAsked(request, stylesheet.content)),
    )
    for (const { path, content } of [formPostScript, signedOutScript, passkeyScript]) {
      app.get(path, async (_request, reply) => sendAsset(reply, 'text/javascript', content))
    }
    app.get('/assets/:name', async (request, reply) => {
      const brand = brandStylesheetAt(pathOf(request))
      return brand === undefined
        ? reply.callNotFound()
        : sendAsset(reply, 'text/css', asAsked(request, brand))
    })
  }

const pathOf = ({ url }: FastifyRequest): string => url.split('?', 1)[0] ?? url

/** In light or dark alone, for previews; otherwise the browser decides. */
const asAsked = ({ query }: FastifyRequest, style: string): string => {
  const { scheme: asked } = query as { readonly scheme?: unknown }
  const scheme = schemes.find((one) => one === asked)
  return scheme === undefined ? style : styleInScheme(style, scheme)
}

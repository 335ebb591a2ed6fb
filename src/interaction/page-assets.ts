import type { FastifyPluginAsync } from 'fastify'
import { brandStylesheetAt } from '../html/brand.ts'
import { sendAsset } from './document.ts'
import type { Site } from './site.ts'

/** The stylesheets and scripts of all pages. */
export const pageAssets =
  ({ site }: { readonly site: Site }): FastifyPluginAsync =>
  async (app) => {
    const { stylesheet, formPostScript, signedOutScript, passkeyScript } = site
    app.get(stylesheet.path, async (_request, reply) => sendAsset(reply, 'text/css', stylesheet.content))
    for (const { path, content } of [formPostScript, signedOutScript, passkeyScript]) {
      app.get(path, async (_request, reply) => sendAsset(reply, 'text/javascript', content))
    }
    app.get('/assets/:name', async (request, reply) => {
      const brand = brandStylesheetAt(request.url)
      return brand === undefined ? reply.callNotFound() : sendAsset(reply, 'text/css', brand)
    })
  }

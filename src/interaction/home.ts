import type { FastifyPluginAsync } from 'fastify'
import { brandStylesheetAt } from '../html/brand.ts'
import { paths } from '../protocol/paths.ts'
import { accountOf } from './account.ts'
import { sendAsset, sendHtml } from './document.ts'
import { openPage, type Pages } from './page-context.ts'
import { Home } from './pages/home.tsx'
import { page } from './site.ts'

/** What this server is, for whoever comes by, and the stylesheets and the script of all pages. */
export const homePage =
  (pages: Pages): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.home, async (request, reply) => {
      const { context } = await openPage(pages, request)
      reply.header('set-cookie', context.setCookies)
      return sendHtml(
        reply,
        page(Home, {
          ...pages.site.frame(request, [], context.session),
          accountHref: paths.account,
          session: context.session
            ? {
                account: accountOf(context.session),
                signOutAction: paths.signOut,
                csrfToken: context.csrfToken,
              }
            : null,
          discoveryUrl: pages.issuer + paths.openidConfiguration,
          jwksUrl: pages.issuer + paths.jwks,
        }),
      )
    })

    const { stylesheet, formPostScript, signedOutScript, passkeyScript } = pages.site
    app.get(stylesheet.path, async (_request, reply) => sendAsset(reply, 'text/css', stylesheet.content))
    for (const { path, content } of [formPostScript, signedOutScript, passkeyScript]) {
      app.get(path, async (_request, reply) => sendAsset(reply, 'text/javascript', content))
    }
    app.get('/assets/:name', async (request, reply) => {
      const brand = brandStylesheetAt(request.url)
      return brand === undefined ? reply.callNotFound() : sendAsset(reply, 'text/css', brand)
    })
  }

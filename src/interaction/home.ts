import type { FastifyPluginAsync } from 'fastify'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { paths } from '../protocol/paths.ts'
import { accountOf } from './account.ts'
import { sendHtml } from './document.ts'
import { openPage, type Pages } from './page-context.ts'
import { Home } from './pages/home.tsx'
import { page } from './site.ts'

/** What this server is, for whoever comes by. */
export const homePage =
  (pages: Pages & { readonly environment: Pick<EnvironmentRegistry, 'latest'> }): FastifyPluginAsync =>
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
          ...(pages.environment.latest().settings.developerPortal && { portalHref: paths.developers }),
        }),
      )
    })
  }

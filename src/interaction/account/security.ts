import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { sendHtml } from '../document.ts'
import { AccountSecurity } from '../pages/account-security.tsx'
import { page } from '../site.ts'
import { factorParts, signsInHere } from './factor-parts.ts'
import type { IdentityPages } from './identities.ts'
import { type AccountPages, accountFrame, openAccount } from './open-account.ts'
import { userOf } from './user-of.ts'

/** How somebody signs in; each way to do so is changed on a page of its own. */
export const accountSecurityPage =
  (pages: AccountPages & IdentityPages): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.accountSecurity, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-security')
      const user = await userOf(pages, account, 'account-security')
      const isHere = signsInHere(pages, account)
      const identities = isHere ? await pages.stores.identities.ofUser(user.id) : []
      return sendHtml(
        reply,
        page(AccountSecurity, {
          ...accountFrame(pages, request, reply, account),
          factors: await factorParts(pages, account),
          password: isHere ? { isSet: user.passwordHash !== null, href: paths.accountPassword } : undefined,
          identities: {
            providers: [...new Set(identities.map(({ providerName }) => providerName))],
            href: paths.accountIdentities,
          },
        }),
      )
    })
  }

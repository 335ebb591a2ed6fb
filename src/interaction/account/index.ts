import type { FastifyPluginAsync } from 'fastify'
import { accountApplicationsPage } from './applications.ts'
import { accountEmailPage } from './email.ts'
import { accountIdentitiesPage, type IdentityPages } from './identities.ts'
import type { AccountPages } from './open-account.ts'
import { accountPasskeysPages } from './passkeys.ts'
import { accountPasswordPage } from './password.ts'
import { accountProfilePage } from './profile.ts'
import { accountSecurityPage } from './security.ts'
import { accountSessionsPage } from './sessions.ts'
import { accountTwoFactorPage } from './two-factor.ts'

/** Every page of the account: open-account.ts has the list. */
export const accountPages =
  (pages: AccountPages & IdentityPages): FastifyPluginAsync =>
  async (app) => {
    await app.register(accountProfilePage(pages))
    await app.register(accountEmailPage(pages))
    await app.register(accountSecurityPage(pages))
    await app.register(accountPasswordPage(pages))
    await app.register(accountTwoFactorPage(pages))
    await app.register(accountPasskeysPages(pages))
    await app.register(accountIdentitiesPage(pages))
    await app.register(accountSessionsPage(pages))
    await app.register(accountApplicationsPage(pages))
  }

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { contentSecurityPolicyWithScript, sendHtml } from '../interaction/document.ts'
import { SignInFirst } from '../interaction/own-page.ts'
import { page } from '../interaction/site.ts'
import { en } from '../interaction/text/en/index.ts'
import type { Operation } from '../management/operation.ts'
import { MissingRight, SignInTooOld } from '../management/operator-caller.ts'
import type { Performing } from '../management/perform.ts'
import { Refusal } from '../management/refusal.ts'
import type { Logger } from '../observability/logger.ts'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import { apiKeysPages } from './api-keys.ts'
import { applicationIntegrationPages } from './application-integration.ts'
import { applicationLogosPages } from './application-logos.ts'
import { applicationPeoplePages } from './application-people.ts'
import { applicationSettingsPages } from './application-settings.ts'
import { applicationTrialPages, type Trying } from './application-trial.ts'
import { applicationsPages } from './applications.ts'
import { createAsk } from './ask.ts'
import { bodyRefusal } from './body-refusal.ts'
import { environmentAddressesPages } from './environment-addresses.ts'
import { eventsPages } from './events.ts'
import { identityProvidersPages } from './identity-providers.ts'
import { jwtTemplatePages } from './jwt-template.ts'
import { loginPagesPages } from './login-pages.ts'
import { tellToFillInAgain } from './notice.ts'
import { type DashboardPages, NoOperator, openDashboard, signInAgainAt, workspace } from './open-dashboard.ts'
import { operatorsPages } from './operators.ts'
import { organizationKeysPages } from './organization-keys.ts'
import { organizationsPages } from './organizations.ts'
import { overviewPage } from './overview.ts'
import { formsFollowed } from './page-address.ts'
import { NoOperatorPage, RefusedPage } from './pages/refused.tsx'
import { permissionsPages } from './permissions.ts'
import { removalsPages } from './removals.ts'
import { rolesPages } from './roles.ts'
import { searchPage } from './search.ts'
import { settingsPages } from './settings.ts'
import { signingKeysPages } from './signing-keys.ts'
import { usersPages } from './users.ts'
import { webhooksPages } from './webhooks.ts'

/*
 * Where operators look after the server. Owns who may be here, and how a refusal looks to them; what they do is done by
 * the operations of the management API (ask.ts). Each section is a file beside this one, its pages are below.
 */

export interface Dashboard extends Omit<DashboardPages, 'ask'>, Trying {
  readonly management: Performing
  readonly logger: Logger
}

export const dashboardPages = (dashboard: Dashboard, operations: readonly Operation[]): FastifyPluginAsync =>
  async function dashboardScope(app) {
    const { management, logger } = dashboard
    const pages = { ...dashboard, ask: createAsk({ ...management, logger }, operations) }
    const pageOf = formsFollowed(app)
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('content-security-policy', contentSecurityPolicyWithScript)
    })
    app.setErrorHandler(async (error, request, reply) => {
      try {
        return await sendProblem(pages, request, reply, error)
      } catch (problem) {
        if (problem instanceof NoOperator) return sendNoOperator(pages, request, reply, problem)
        // What is left is shown as on every page.
        if (problem instanceof SignInFirst) tellToFillInAgain(request, reply, paths.dashboard)
        throw problem
      }
    })
    await app.register(overviewPage(pages))
    await app.register(operatorsPages(pages))
    await app.register(permissionsPages(pages))
    await app.register(rolesPages(pages))
    await app.register(apiKeysPages(pages))
    await app.register(signingKeysPages(pages))
    await app.register(webhooksPages(pages))
    await app.register(applicationsPages(pages))
    await app.register(applicationSettingsPages(pages))
    await app.register(applicationLogosPages(pages))
    await app.register(applicationPeoplePages(pages))
    await app.register(applicationIntegrationPages(pages))
    await app.register(applicationTrialPages(pages))
    await app.register(organizationsPages(pages))
    await app.register(organizationKeysPages(pages))
    await app.register(usersPages(pages))
    await app.register(removalsPages(pages))
    await app.register(eventsPages(pages))
    await app.register(environmentAddressesPages(pages))
    await app.register(loginPagesPages(pages))
    await app.register(identityProvidersPages(pages))
    await app.register(jwtTemplatePages(pages))
    await app.register(settingsPages(pages))
    await app.register(searchPage(pages))
    // Whoever is no operator is not told which pages there are.
    app.get(`${paths.dashboard}/*`, async (request, reply) => {
      await openDashboard(pages, request)
      if (request.url === `${paths.dashboard}/`) return reply.redirect(paths.dashboard, 308)
      const page = pageOf(request)
      if (page !== undefined) return reply.redirect(page, 303)
      throw new Refusal(404, { message: 'There is no such page.' })
    })
  }

/** @throws whatever is no refusal of an operation. */
const sendProblem = async (
  pages: DashboardPages,
  request: FastifyRequest,
  reply: FastifyReply,
  error: unknown,
): Promise<FastifyReply> => {
  if (error instanceof SignInTooOld) throw await signInAgainAt(pages, request)
  const refusal = error instanceof Refusal ? error : bodyRefusal(error)
  if (!refusal) throw error
  note(request, { outcome: refusal.body.code ?? String(refusal.status), reason: 'refused' })
  return sendRefused(pages, request, reply, refusal)
}

const sendNoOperator = (
  pages: DashboardPages,
  request: FastifyRequest,
  reply: FastifyReply,
  { context, session, message }: NoOperator,
): FastifyReply => {
  note(request, { outcome: 'no operator', reason: message })
  const frame = { ...pages.site.frame(request), text: en }
  const { email } = session
  reply.header('set-cookie', context.setCookies)
  return sendHtml(reply.code(403), page(NoOperatorPage, { frame, email, csrfToken: context.csrfToken }))
}

const titles: Readonly<Partial<Record<Refusal['status'], string>>> = {
  403: 'That is not yours to do',
  404: 'Not found',
  409: 'Not as things stand',
  413: 'Too large',
}

const sendRefused = async (
  pages: DashboardPages,
  request: FastifyRequest,
  reply: FastifyReply,
  refusal: Refusal,
): Promise<FastifyReply> => {
  const { status, body } = refusal
  const operator = await openDashboard(pages, request)
  return sendHtml(
    reply.code(status),
    page(RefusedPage, {
      workspace: workspace(pages, request, reply, operator),
      title: titles[status] ?? 'That cannot be done',
      message:
        refusal instanceof MissingRight
          ? `Your role, ${operator.role}, does not cover it. An owner can give you another.`
          : body.message,
      referenceId: request.id,
    }),
  )
}

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { createAsk } from '../dashboard/ask.ts'
import { bodyRefusal } from '../dashboard/body-refusal.ts'
import { tellToFillInAgain } from '../dashboard/notice.ts'
import { formsFollowed } from '../dashboard/page-address.ts'
import { contentSecurityPolicyWithScript, sendHtml } from '../interaction/document.ts'
import { SignInFirst } from '../interaction/own-page.ts'
import { page } from '../interaction/site.ts'
import { en } from '../interaction/text/en/index.ts'
import type { Operation } from '../management/operation.ts'
import type { Performing } from '../management/perform.ts'
import { Refusal } from '../management/refusal.ts'
import type { Logger } from '../observability/logger.ts'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import type { Settings } from '../protocol/settings.ts'
import { applicationsPages } from './applications.ts'
import { openPortal, type PortalPages, portalFrame } from './open-portal.ts'
import { createOwnApplications, NothingThere } from './own-applications.ts'
import { NoAdminPage, NothingTherePage, NotPossiblePage } from './pages/nothing-there.tsx'
import { OrganizationsPage } from './pages/organizations.tsx'
import { organizationPath } from './portal-paths.ts'

/*
 * Where admins of customers' organizations look after the applications of their own. Owns who may be here, what an
 * organization is kept from seeing of another (own-applications.ts), and how far the operator lets its admins go
 * (limits.ts). Made of the parts of the dashboard; what is done is done by the operations of the management API.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/developers` | the organizations that somebody is an admin of | |
 * | `/developers/:organization…` | its applications (applications.ts) | |
 */

export interface Portal extends Omit<PortalPages, 'ownApplications'> {
  readonly management: Performing & { readonly configured: Settings }
  readonly logger: Logger
}

export const portalPages = (portal: Portal, operations: readonly Operation[]): FastifyPluginAsync =>
  async function portalScope(app) {
    const { management, environment, logger } = portal
    const ask = createAsk({ ...management, logger }, operations)
    const pages: PortalPages = { ...portal, ownApplications: createOwnApplications({ ...management, ask }) }
    app.addHook('onRequest', async (_request, reply) => {
      // Where it is off there is nothing here, for anybody.
      if (!(await environment.current()).settings.developerPortal) {
        reply.callNotFound()
        return reply
      }
      reply.header('content-security-policy', contentSecurityPolicyWithScript)
    })
    const pageOf = formsFollowed(app)
    app.setErrorHandler(async (error, request, reply) => {
      if (error instanceof SignInFirst) tellToFillInAgain(request, reply, paths.developers)
      if (error instanceof NothingThere) return sendNothingThere(pages, request, reply, error.message)
      // What is no refusal of an operation is shown as on every page.
      const refusal = error instanceof Refusal ? error : bodyRefusal(error)
      if (!refusal) throw error
      if (refusal.status === 404) return sendNothingThere(pages, request, reply, 'there is no such thing')
      return sendRefused(pages, request, reply, refusal)
    })
    app.get(paths.developers, async (request, reply) => {
      const developer = await openPortal(pages, request)
      const [only, ...others] = developer.administered
      if (!only) {
        note(request, { outcome: 'no admin', reason: 'who is signed in is an admin of no organization' })
        const frame = { ...pages.site.frame(request), text: en }
        const { email } = developer.session
        const { csrfToken, setCookies } = developer.context
        reply.header('set-cookie', setCookies)
        return sendHtml(reply.code(403), page(NoAdminPage, { frame, email, csrfToken }))
      }
      if (others.length === 0) return reply.redirect(organizationPath(only), 302)
      return sendHtml(
        reply,
        page(OrganizationsPage, { workspace: portalFrame(pages, request, reply, developer) }),
      )
    })
    await app.register(applicationsPages({ ...pages, random: management.random }))
    app.get(`${paths.developers}/*`, async (request, reply) => {
      await openPortal(pages, request)
      const page = pageOf(request)
      if (page !== undefined) return reply.redirect(page, 303)
      throw new NothingThere()
    })
  }

/** The same for what is not there and for what is somebody else's, to the last byte. */
const sendNothingThere = async (
  pages: PortalPages,
  request: FastifyRequest,
  reply: FastifyReply,
  reason: string,
): Promise<FastifyReply> => {
  note(request, { outcome: 'nothing there', reason })
  const workspace = portalFrame(pages, request, reply, await openPortal(pages, request))
  return sendHtml(reply.code(404), page(NothingTherePage, { workspace }))
}

const sendRefused = async (
  pages: PortalPages,
  request: FastifyRequest,
  reply: FastifyReply,
  { status, body }: Refusal,
): Promise<FastifyReply> => {
  note(request, { outcome: body.code ?? String(status), reason: 'refused' })
  const workspace = portalFrame(pages, request, reply, await openPortal(pages, request))
  return sendHtml(
    reply.code(status),
    page(NotPossiblePage, { workspace, message: body.message, referenceId: request.id }),
  )
}

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import type { Stores } from '../storage/index.ts'
import type { ActiveMembership } from '../storage/stores/memberships.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import { accountOf } from './account.ts'
import { sendHtml } from './document.ts'
import { continuation, openForm, openPage, type PageContext, type Pages } from './page-context.ts'
import { SelectOrganization } from './pages/select-organization.tsx'
import { page } from './site.ts'

export interface SelectOrganizationPage extends Pages {
  readonly stores: Pick<Stores, 'memberships' | 'sessions'>
}

/** Which of several organizations the user acts for; kept for the next application in this browser. */
export const selectOrganizationPage =
  (pages: SelectOrganizationPage): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.selectOrganization, async (request, reply) => {
      const opened = await openPage(pages, request)
      const { session } = opened.context
      if (!session) return reply.redirect(continuation(pages, opened, {}), 303)
      const memberships = await pages.stores.memberships.activeOf(session.userId)
      // Opened by hand, or removed from the others meanwhile: there is nothing to choose.
      if (memberships.length < 2) return reply.redirect(continuation(pages, opened, {}), 303)
      return show(request, reply, opened, { session, memberships })
    })

    app.post(paths.selectOrganization, async (request, reply) => {
      const opened = await openForm(pages, request)
      const { session } = opened.context
      if (!session) return reply.redirect(continuation(pages, opened, {}), 303)
      const chosen = opened.form.get('organization_id')
      if (chosen === undefined) {
        // "Change": forgetting the choice makes the dispatcher ask again.
        await pages.stores.sessions.chooseOrganization(session.id, null, opened.now)
        return reply.redirect(continuation(pages, opened, { organizationId: undefined }), 303)
      }
      const memberships = await pages.stores.memberships.activeOf(session.userId)
      const membership = memberships.find(({ organizationId }) => organizationId === chosen)
      if (!membership) {
        if (memberships.length === 0) return reply.redirect(continuation(pages, opened, {}), 303)
        const { noLongerMember } = pages.site.frame(request, opened.authorizationRequest?.uiLocales, session)
          .text.selectOrganization
        return show(request, reply.code(422), opened, { session, memberships }, noLongerMember)
      }
      await pages.stores.sessions.chooseOrganization(session.id, membership.organizationId, opened.now)
      note(request, { outcome: 'chosen' })
      return reply.redirect(continuation(pages, opened, { organizationId: membership.organizationId }), 303)
    })

    const show = (
      request: FastifyRequest,
      reply: FastifyReply,
      { context, sealed, authorizationRequest }: PageContext,
      {
        session,
        memberships,
      }: { readonly session: LiveSession; readonly memberships: readonly ActiveMembership[] },
      error?: string,
    ) =>
      sendHtml(
        reply,
        page(SelectOrganization, {
          ...pages.site.frame(request, authorizationRequest?.uiLocales, session),
          action: paths.selectOrganization,
          useAnotherAccountAction: paths.signOut,
          csrfToken: context.csrfToken,
          sealedRequest: sealed,
          application: authorizationRequest ? { name: authorizationRequest.client.name } : null,
          account: accountOf(session),
          organizations: memberships.map(({ organizationId, organizationName }) => ({
            id: organizationId,
            name: organizationName,
          })),
          ...(error !== undefined && { error }),
        }),
      )
  }

import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { ShownError } from '../../authorization/error.ts'
import { note } from '../../observability/request-line.ts'
import type { OrganizationId } from '../../protocol/identifiers.ts'
import { type ConsentId, parseIdentifier } from '../../protocol/identifiers.ts'
import { paths } from '../../protocol/paths.ts'
import type { ClientRecord } from '../../storage/stores/clients.ts'
import type { ConsentInUse } from '../../storage/stores/consents.ts'
import { sendHtml } from '../document.ts'
import { logoOf } from '../logo.ts'
import { AccountApplication } from '../pages/account-application.tsx'
import { AccountApplications, type ShownApplication } from '../pages/account-applications.tsx'
import { describeDetail, describeScope } from '../requested-access.ts'
import { page } from '../site.ts'
import type { Text } from '../text/index.ts'
import { momentOf } from './moment.ts'
import { leaveNotice } from './notice.ts'
import { type AccountPages, accountFrame, openAccount, openAccountForm } from './open-account.ts'
import { pageAskedFor, pagingOf } from './paging.ts'

/** Says who it is and goes without saying: what it takes to sign in at all. */
const UNDERSTOOD = 'openid'

interface Given {
  readonly consent: ConsentInUse
  readonly client: ClientRecord
}

/** What somebody has agreed to, with which application, and that it ends. */
export const accountApplicationsPage =
  (pages: AccountPages): FastifyPluginAsync =>
  async (app) => {
    const onePath = `${paths.accountApplications}/:id`

    app.get(paths.accountApplications, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-applications')
      const { session, now } = account
      const frame = accountFrame(pages, request, reply, account)
      const { rows, ...cursors } = await pages.stores.consents.ofUser(
        session.userId,
        now,
        pageAskedFor(request, 'consent'),
      )
      const given = await withClients(rows)
      const show = await shower(given, frame.text, now)
      return sendHtml(
        reply,
        page(AccountApplications, {
          ...frame,
          applications: given.filter(({ client }) => !client.isFirstParty).map(show),
          ofOperator: given.filter(({ client }) => client.isFirstParty).map(show),
          paging: pagingOf(paths.accountApplications, cursors),
        }),
      )
    })

    app.get(onePath, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-applications')
      const { session, now } = account
      const one = await find(request, session.userId, now)
      if (!one) {
        leaveNotice(reply, 'nothingToRemove')
        return reply.redirect(paths.accountApplications, 303)
      }
      const { consent, client } = one
      const frame = accountFrame(pages, request, reply, account)
      const { scopeDescriptions, authorizationDetailsTypes } = (await pages.environment.current()).settings
      const permissions = await pages.stores.permissions.bySlugs(consent.scopes)
      const show = await shower([one], frame.text, now)
      return sendHtml(
        reply,
        page(AccountApplication, {
          ...frame,
          action: pathOf(consent.id),
          backHref: paths.accountApplications,
          application: show(one),
          isFirstParty: client.isFirstParty,
          isOffline: consent.isOffline,
          scopes: [
            ...consent.scopes.map((scope) =>
              describeScope(scope, frame.text, permissions, scopeDescriptions),
            ),
            ...consent.authorizationDetails.map((detail) =>
              describeDetail(detail, frame.text, authorizationDetailsTypes),
            ),
          ],
          resources: consent.resources,
        }),
      )
    })

    app.post(onePath, async (request, reply) => {
      const { form, session, now } = await openAccountForm(pages, request, reply, 'account-applications')
      if (form.get('decision') !== 'remove') {
        throw new ShownError('malformedRequest', 'the form does not say that access is to be removed')
      }
      const id = consentIn(request)
      const withdrawn = id && (await pages.accountChanges.withdrawConsent(session.userId, id, now))
      note(request, { outcome: withdrawn ? 'access removed' : 'no access to remove' })
      leaveNotice(reply, withdrawn ? 'accessRemoved' : 'nothingToRemove')
      return reply.redirect(paths.accountApplications, 303)
    })

    const find = async (request: FastifyRequest, userId: ConsentInUse['userId'], now: Date) => {
      const id = consentIn(request)
      const consent = id && (await pages.stores.consents.oneOfUser(userId, id, now))
      const [one] = await withClients(consent ? [consent] : [])
      return one
    }

    const withClients = async (consents: readonly ConsentInUse[]): Promise<readonly Given[]> => {
      const clients = await pages.stores.clients.byIds(consents.map(({ applicationId }) => applicationId))
      return consents.flatMap((consent) => {
        const client = clients.get(consent.applicationId)
        // Deleted between the two reads, with its consents.
        return client ? [{ consent, client }] : []
      })
    }

    /** What these are called, and whose they are, in one read each. */
    const shower = async (given: readonly Given[], text: Text, now: Date) => {
      const organizations = await pages.stores.organizations.byIds(
        given.flatMap(({ consent, client }) =>
          [consent.organizationId, client.organizationId].filter((id) => id !== null),
        ),
      )
      const permissions = await pages.stores.permissions.bySlugs([
        ...new Set(given.flatMap(({ consent }) => consent.scopes)),
      ])
      const { scopeDescriptions } = (await pages.environment.current()).settings
      const nameOf = (id: OrganizationId | null) => (id === null ? undefined : organizations.get(id)?.name)
      return ({ consent, client }: Given): ShownApplication => {
        const organization = nameOf(consent.organizationId)
        return {
          id: consent.id,
          href: pathOf(consent.id),
          name: client.name,
          ...logoOf(client),
          ...(!client.isFirstParty && { owner: nameOf(client.organizationId) ?? null }),
          ...(organization !== undefined && { organization }),
          may: consent.scopes
            .filter((scope) => scope !== UNDERSTOOD)
            .map((scope) => describeScope(scope, text, permissions, scopeDescriptions).title),
          since: momentOf(consent.createdAt, now, text),
          ...(consent.lastUsedAt !== null && { lastUsed: momentOf(consent.lastUsedAt, now, text) }),
        }
      }
    }
  }

const pathOf = (id: ConsentId): string => `${paths.accountApplications}/${id}`

const consentIn = (request: FastifyRequest): ConsentId | undefined =>
  parseIdentifier('consent', (request.params as { readonly id?: string }).id)

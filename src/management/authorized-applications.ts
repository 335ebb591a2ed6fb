import { z } from 'zod'
import { withdrawConsents } from '../consents/consent.ts'
import {
  type AuthorizedApplication,
  applicationConsentObject,
  applicationConsentSchema,
  authorizedApplicationId,
  authorizedApplicationObject,
  authorizedApplicationSchema,
  consentIdOf,
  organizationAuthorizedApplicationObject,
  organizationAuthorizedApplicationSchema,
} from '../objects/authorized-application.ts'
import { listObject, listOf } from '../objects/list.ts'
import { type AuthorizedApplicationId, parseIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Page, PageOfRows } from '../storage/page.ts'
import type { ConsentRecord } from '../storage/stores/consents.ts'
import { applicationAt } from './application-reference.ts'
import { found, identified } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, type PageQuery, pageOf, pageParameters } from './pagination.ts'
import { notFound } from './refusal.ts'

/*
 * What users have agreed to. Each consent is an entry of its own: a user who uses an application for two organizations
 * is listed with it twice. First-party applications are listed as well: nobody was asked, but their tokens stand on a
 * consent like all others, and end with it.
 */

export interface AuthorizedApplicationDependencies {
  readonly stores: Stores
}

const tag = 'Authorized applications'

export const authorizedApplicationOperations = ({
  stores,
}: AuthorizedApplicationDependencies): readonly Operation[] => [
  readOperation({
    id: 'listUserAuthorizedApplications',
    method: 'GET',
    path: '/user_management/users/:user_id/authorized_applications',
    tag,
    summary: 'List the applications a user has authorized.',
    permission: 'users:read',
    query: z.strictObject(pageParameters),
    answer: listOf(authorizedApplicationSchema),
    errors: [404],
    handle: async ({ params, query }) => {
      const userId = identified('user', params.user_id)
      found(await stores.users.byId(userId), 'user', userId)
      const page = await stores.consents.page({ userId }, consentPage(query))
      return listObject(await authorized(stores, page, query), authorizedApplicationObject)
    },
  }),

  changeOperation({
    id: 'deleteUserAuthorizedApplication',
    method: 'DELETE',
    path: '/user_management/users/:user_id/authorized_applications/:application_id',
    tag,
    summary: 'Take back what a user has authorized an application for.',
    description:
      'By the ID or the client ID of the application, for every organization. Its refresh tokens end, introspection calls its access tokens inactive, and the user is asked again.',
    permission: 'users:write',
    recentSignIn: 'never',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const userId = identified('user', params.user_id)
        found(await acting.stores.users.byId(userId), 'user', userId)
        const client = await applicationAt(acting.stores, params.application_id)
        if ((await withdrawConsents(acting, userId, client)) === 0) {
          throw notFound('Authorized application', params.application_id)
        }
        return undefined
      }),
  }),

  readOperation({
    id: 'listApplicationConsents',
    method: 'GET',
    path: '/latchkey/v1/applications/:id/consents',
    tag,
    summary: 'List who has allowed an application what.',
    description: 'A user who uses it for two organizations is listed twice.',
    permission: 'users:read',
    query: z.strictObject(pageParameters),
    answer: listOf(applicationConsentSchema),
    errors: [404],
    handle: async ({ params, query }) => {
      const client = await applicationAt(stores, params.id)
      const page = await stores.consents.ofApplication(client.id, pageOf('consent', query))
      return listObject(cursorsOf(page, query), ({ userEmail, ...consent }) =>
        applicationConsentObject({ consent, client, userEmail }),
      )
    },
  }),

  readOperation({
    id: 'listOrganizationAuthorizedApplications',
    method: 'GET',
    path: '/organizations/:organization_id/authorized_applications',
    tag,
    summary: 'List the applications users have authorized in the name of an organization.',
    permission: 'users:read',
    query: z.strictObject(pageParameters),
    answer: listOf(organizationAuthorizedApplicationSchema),
    errors: [404],
    handle: async ({ params, query }) => {
      const organizationId = identified('organization', params.organization_id)
      found(await stores.organizations.byId(organizationId), 'organization', organizationId)
      const page = await stores.consents.page({ organizationId }, consentPage(query))
      return listObject(await authorized(stores, page, query), organizationAuthorizedApplicationObject)
    },
  }),
]

/** Cursors come as IDs of what is listed, and go to the store as those of consents. */
const consentPage = (query: PageQuery): Page => {
  const { before, after, ...page } = pageOf('authorizedApplication', query)
  const consentOf = (cursor: string | undefined) => {
    const id = cursor === undefined ? undefined : parseIdentifier('authorizedApplication', cursor)
    return id && consentIdOf(id)
  }
  return { ...page, before: consentOf(before), after: consentOf(after) }
}

const authorized = async (
  stores: Pick<Stores, 'clients'>,
  page: PageOfRows<ConsentRecord>,
  query: PageQuery,
): Promise<PageOfRows<AuthorizedApplication>> => {
  const clients = await stores.clients.byIds(page.rows.map(({ applicationId }) => applicationId))
  const listed = (cursor: string | null): AuthorizedApplicationId | null => {
    const id = cursor === null ? undefined : parseIdentifier('consent', cursor)
    return id === undefined ? null : authorizedApplicationId(id)
  }
  const rows = page.rows.flatMap((consent) => {
    const client = clients.get(consent.applicationId)
    // Deleted between the two reads, with its consents.
    return client ? [{ consent, client }] : []
  })
  return cursorsOf({ rows, before: listed(page.before), after: listed(page.after) }, query)
}

import type { FastifyPluginAsync } from 'fastify'
import { listOf } from '../objects/list.ts'
import {
  type ManagementApiKeyObject,
  managementApiKeySchema,
  newManagementApiKeySchema,
} from '../objects/management-api-key.ts'
import { managementPermissions, permits } from '../protocol/management-permission.ts'
import { newHandle, type Random } from '../system/random.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import { madeOnce } from './made-once.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { ApiKeyPage } from './pages/api-key.tsx'
import { ApiKeys } from './pages/api-keys.tsx'
import { sectionOn, type Visit } from './section.ts'

/*
 * What opens the management API.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/api-keys` | those that are not revoked; a new one this once | a new one |
 * | `/dashboard/api-keys/:id` | one of them | its end |
 */

export const apiKeysPages =
  (pages: DashboardPages & { readonly random: Random }): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.apiKeys}/:id`

    const showList = async (
      visit: Visit,
      { form = freshForm(), created }: { readonly form?: FilledForm; readonly created?: string } = {},
    ) => {
      const keys = await ask(visit, 'listManagementApiKeys', listOf(managementApiKeySchema), {
        query: listQuery(visit.request),
      })
      return visit.send(ApiKeys, {
        keys,
        form,
        once: newHandle(pages.random),
        ...(created !== undefined && { created }),
        // Nobody gives what they do not hold.
        grantable: managementPermissions.filter((permission) =>
          permits(visit.caller.permissions, permission),
        ),
      })
    }

    section.shows(dashboardPaths.apiKeys, showList)

    // Answered by the page itself: a key that is shown once has no address to be shown at again.
    section.answers(dashboardPaths.apiKeys, (visit) => {
      const { fields } = visit
      return {
        work: async () => {
          const { value } = await ask(visit, 'createManagementApiKey', newManagementApiKeySchema, {
            body: { name: fields.text('name'), permissions: fields.all('permissions') },
            provided: madeOnce(fields, visit.session.userId),
          })
          return () => showList(visit, { created: value })
        },
        refused: (refusal) => showList(visit, { form: refusedForm(fields, refusal) }),
      }
    })

    const read = (visit: Visit) =>
      ask(visit, 'getManagementApiKey', managementApiKeySchema, {
        params: { id: visit.param('id') },
      })

    const showOne = (visit: Visit, apiKey: ManagementApiKeyObject, ending: FilledForm = freshForm()) =>
      visit.send(ApiKeyPage, { apiKey, ending })

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    section.decides(one, async (visit) => {
      const { fields } = visit
      const apiKey = await read(visit)
      return {
        work: async () => {
          requireConfirmation(fields, apiKey.name)
          await ask(visit, 'revokeManagementApiKey', undefined, { params: { id: apiKey.id } })
        },
        refused: (refusal) => showOne(visit, apiKey, refusedForm(fields, refusal)),
        notice: 'revoked',
        onto: dashboardPaths.apiKeys,
      }
    })
  }

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { listOf } from '../objects/list.ts'
import {
  type ManagementApiKeyObject,
  managementApiKeySchema,
  newManagementApiKeySchema,
} from '../objects/management-api-key.ts'
import { managementPermissions, permits } from '../protocol/management-permission.ts'
import { attempt } from './ask.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { ApiKeyPage } from './pages/api-key.tsx'
import { ApiKeys } from './pages/api-keys.tsx'

/*
 * What opens the management API.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/api-keys` | those that are not revoked; a new one this once | a new one |
 * | `/dashboard/api-keys/:id` | one of them | its end |
 */

export const apiKeysPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const one = `${dashboardPaths.apiKeys}/:id`

    const showList = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      { form = freshForm(), created }: { readonly form?: FilledForm; readonly created?: string } = {},
    ) => {
      const keys = await ask(operator, 'listManagementApiKeys', listOf(managementApiKeySchema), {
        query: listQuery(request),
      })
      return sendHtml(
        reply,
        page(ApiKeys, {
          workspace: workspace(pages, request, reply, operator),
          keys,
          form,
          ...(created !== undefined && { created }),
          // Nobody gives what they do not hold.
          grantable: managementPermissions.filter((permission) =>
            permits(operator.caller.permissions, permission),
          ),
        }),
      )
    }

    app.get(dashboardPaths.apiKeys, async (request, reply) =>
      showList(request, reply, await openDashboard(pages, request)),
    )

    // Answered by the page itself: a key that is shown once has no address to be shown at again.
    app.post(dashboardPaths.apiKeys, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const attempted = await attempt(() =>
        ask(operator, 'createManagementApiKey', newManagementApiKeySchema, {
          body: { name: fields.text('name'), permissions: fields.all('permissions') },
        }),
      )
      const { refusal } = attempted
      return refusal
        ? showList(request, reply.code(refusal.status), operator, { form: refusedForm(fields, refusal) })
        : showList(request, reply, operator, { created: attempted.answer.value })
    })

    const read = (operator: Operator, request: FastifyRequest) =>
      ask(operator, 'getManagementApiKey', managementApiKeySchema, {
        params: request.params as { readonly id: string },
      })

    const showOne = (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      apiKey: ManagementApiKeyObject,
      ending: FilledForm = freshForm(),
    ) =>
      sendHtml(
        reply,
        page(ApiKeyPage, { workspace: workspace(pages, request, reply, operator), apiKey, ending }),
      )

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    app.post(one, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const apiKey = await read(operator, request)
      return decide(reply, {
        work: async () => {
          requireConfirmation(fields, apiKey.name)
          await ask(operator, 'revokeManagementApiKey', undefined, { params: { id: apiKey.id } })
        },
        refused: (refusal) => showOne(request, reply, operator, apiKey, refusedForm(fields, refusal)),
        notice: 'revoked',
        onto: dashboardPaths.apiKeys,
      })
    })
  }

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { notFound } from '../management/refusal.ts'
import { listOf } from '../objects/list.ts'
import {
  type WebhookEndpointObject,
  webhookDeliverySchema,
  webhookEndpointSchema,
} from '../objects/webhook-endpoint.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { WebhookPage } from './pages/webhook.tsx'
import { Webhooks } from './pages/webhooks.tsx'
import { unchangedSince } from './unchanged-since.ts'

/*
 * Who is told of what happens.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/webhooks` | the endpoints | a new one |
 * | `/dashboard/webhooks/:id` | one of them, what was sent to it and what became of that | what it is told, its end, that something is sent again |
 */

/** There can be no more of them, so one page of the list holds them all. */
const ALL = { limit: '100' }

const editable = ({ endpoint_url, events, status }: WebhookEndpointObject) =>
  freshForm({ endpoint_url, events, ...(status === 'enabled' && { enabled: 'on' }) })

export const webhooksPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const one = `${dashboardPaths.webhooks}/:id`

    const readAll = async (operator: Operator) =>
      (await ask(operator, 'listWebhookEndpoints', listOf(webhookEndpointSchema), { query: ALL })).data

    const read = async (operator: Operator, request: FastifyRequest) => {
      const { id } = request.params as { readonly id: string }
      const endpoint = (await readAll(operator)).find((each) => each.id === id)
      if (!endpoint) throw notFound('Webhook endpoint', id)
      return endpoint
    }

    const showList = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      form: FilledForm = freshForm(),
    ) =>
      sendHtml(
        reply,
        page(Webhooks, {
          workspace: workspace(pages, request, reply, operator),
          endpoints: await readAll(operator),
          form,
        }),
      )

    app.get(dashboardPaths.webhooks, async (request, reply) =>
      showList(request, reply, await openDashboard(pages, request)),
    )

    app.post(dashboardPaths.webhooks, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      return decide(reply, {
        work: () => ask(operator, 'createWebhookEndpoint', webhookEndpointSchema, { body: wantedBy(fields) }),
        refused: (refusal) => showList(request, reply, operator, refusedForm(fields, refusal)),
        notice: 'created',
        onto: dashboardPaths.webhooks,
      })
    })

    const showOne = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      endpoint: WebhookEndpointObject,
      forms: {
        readonly form?: FilledForm
        readonly ending?: FilledForm
        readonly resending?: FilledForm
      } = {},
    ) => {
      const deliveries = await ask(operator, 'listWebhookDeliveries', listOf(webhookDeliverySchema), {
        params: { id: endpoint.id },
        query: listQuery(request),
      })
      return sendHtml(
        reply,
        page(WebhookPage, {
          workspace: workspace(pages, request, reply, operator),
          ...{ endpoint, deliveries },
          form: forms.form ?? editable(endpoint),
          ending: forms.ending ?? freshForm(),
          resending: forms.resending ?? freshForm(),
        }),
      )
    }

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    app.post(one, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const endpoint = await read(operator, request)
      return decide(reply, {
        work: () =>
          ask(operator, 'updateWebhookEndpoint', webhookEndpointSchema, {
            params: { id: endpoint.id },
            body: { ...wantedBy(fields), status: fields.isOn('enabled') ? 'enabled' : 'disabled' },
            provided: unchangedSince('webhookEndpoint', endpoint.id, fields.text('updated_at')),
          }),
        refused: (refusal) =>
          showOne(request, reply, operator, endpoint, {
            form: refusedForm(fields, refusal, editable(endpoint)),
          }),
        notice: 'saved',
        onto: pathOf(endpoint),
      })
    })

    app.post(`${one}/resend`, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const endpoint = await read(operator, request)
      return decide(reply, {
        work: () =>
          ask(operator, 'resendWebhookDelivery', webhookDeliverySchema, {
            params: { id: endpoint.id, event_id: fields.text('event_id') },
            body: {},
          }),
        refused: (refusal) =>
          showOne(request, reply, operator, endpoint, { resending: refusedForm(fields, refusal) }),
        notice: 'resent',
        onto: pathOf(endpoint),
      })
    })

    app.post(`${one}/delete`, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const endpoint = await read(operator, request)
      return decide(reply, {
        work: async () => {
          requireConfirmation(fields, endpoint.endpoint_url)
          await ask(operator, 'deleteWebhookEndpoint', undefined, { params: { id: endpoint.id } })
        },
        refused: (refusal) =>
          showOne(request, reply, operator, endpoint, { ending: refusedForm(fields, refusal) }),
        notice: 'deleted',
        onto: dashboardPaths.webhooks,
      })
    })
  }

const pathOf = ({ id }: WebhookEndpointObject): string => `${dashboardPaths.webhooks}/${id}`

const wantedBy = (fields: FormFields) => ({
  endpoint_url: fields.text('endpoint_url').trim(),
  events: fields.all('events'),
})

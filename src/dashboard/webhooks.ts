import type { FastifyPluginAsync } from 'fastify'
import { notFound } from '../management/refusal.ts'
import { listOf } from '../objects/list.ts'
import {
  type WebhookEndpointObject,
  webhookDeliverySchema,
  webhookEndpointSchema,
} from '../objects/webhook-endpoint.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { WebhookPage } from './pages/webhook.tsx'
import { Webhooks } from './pages/webhooks.tsx'
import { sectionOn, type Visit } from './section.ts'
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
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.webhooks}/:id`

    const readAll = async (visit: Visit) =>
      (await ask(visit, 'listWebhookEndpoints', listOf(webhookEndpointSchema), { query: ALL })).data

    const read = async (visit: Visit) => {
      const { id } = { id: visit.param('id') }
      const endpoint = (await readAll(visit)).find((each) => each.id === id)
      if (!endpoint) throw notFound('Webhook endpoint', id)
      return endpoint
    }

    const showList = async (visit: Visit, form: FilledForm = freshForm()) =>
      visit.send(Webhooks, { endpoints: await readAll(visit), form })

    section.shows(dashboardPaths.webhooks, showList)

    section.decides(dashboardPaths.webhooks, async (visit) => {
      const { fields } = visit
      return {
        work: () => ask(visit, 'createWebhookEndpoint', webhookEndpointSchema, { body: wantedBy(fields) }),
        refused: (refusal) => showList(visit, refusedForm(fields, refusal)),
        notice: 'created',
        onto: dashboardPaths.webhooks,
      }
    })

    const showOne = async (
      visit: Visit,
      endpoint: WebhookEndpointObject,
      forms: {
        readonly form?: FilledForm
        readonly ending?: FilledForm
        readonly resending?: FilledForm
      } = {},
    ) => {
      const deliveries = await ask(visit, 'listWebhookDeliveries', listOf(webhookDeliverySchema), {
        params: { id: endpoint.id },
        query: listQuery(visit.request),
      })
      return visit.send(WebhookPage, {
        ...{ endpoint, deliveries },
        form: forms.form ?? editable(endpoint),
        ending: forms.ending ?? freshForm(),
        resending: forms.resending ?? freshForm(),
      })
    }

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    section.decides(one, async (visit) => {
      const { fields } = visit
      const endpoint = await read(visit)
      return {
        work: () =>
          ask(visit, 'updateWebhookEndpoint', webhookEndpointSchema, {
            params: { id: endpoint.id },
            body: { ...wantedBy(fields), status: fields.isOn('enabled') ? 'enabled' : 'disabled' },
            provided: unchangedSince('webhookEndpoint', endpoint.id, fields.text('updated_at')),
          }),
        refused: (refusal) =>
          showOne(visit, endpoint, {
            form: refusedForm(fields, refusal, editable(endpoint)),
          }),
        notice: 'saved',
        onto: pathOf(endpoint),
      }
    })

    section.decides(`${one}/resend`, async (visit) => {
      const { fields } = visit
      const endpoint = await read(visit)
      return {
        work: () =>
          ask(visit, 'resendWebhookDelivery', webhookDeliverySchema, {
            params: { id: endpoint.id, event_id: fields.text('event_id') },
            body: {},
          }),
        refused: (refusal) => showOne(visit, endpoint, { resending: refusedForm(fields, refusal) }),
        notice: 'resent',
        onto: pathOf(endpoint),
      }
    })

    section.decides(`${one}/delete`, async (visit) => {
      const { fields } = visit
      const endpoint = await read(visit)
      return {
        work: async () => {
          requireConfirmation(fields, endpoint.endpoint_url)
          await ask(visit, 'deleteWebhookEndpoint', undefined, { params: { id: endpoint.id } })
        },
        refused: (refusal) => showOne(visit, endpoint, { ending: refusedForm(fields, refusal) }),
        notice: 'deleted',
        onto: dashboardPaths.webhooks,
      }
    })
  }

const pathOf = ({ id }: WebhookEndpointObject): string => `${dashboardPaths.webhooks}/${id}`

const wantedBy = (fields: FormFields) => ({
  endpoint_url: fields.text('endpoint_url').trim(),
  events: fields.all('events'),
})

import { Readable } from 'node:stream'
import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { eventSchema } from '../objects/event.ts'
import { listOf } from '../objects/list.ts'
import { attempt } from './ask.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type ExportFormat, exportAs, exportFormats } from './event-export.ts'
import { freshForm, refusedForm } from './filled-form.ts'
import { readFormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import { type DashboardPages, openDashboard, workspace } from './open-dashboard.ts'
import { EventPage } from './pages/event.tsx'
import { Events } from './pages/events.tsx'

/*
 * What has happened.
 *
 * | page | shows |
 * |---|---|
 * | `/dashboard/events` | the newest first, of a name, an organization, a time |
 * | `/dashboard/events/:id` | one of them whole, and what it changed |
 * | `/dashboard/events/export` | those of a filter as a file |
 */

const schema = listOf(eventSchema)

/** What a list is asked for besides its cursors, by the names of the API. */
const filterOf = (request: FastifyRequest): Readonly<Record<string, string>> => {
  const asked = readFormFields(request.query)
  return Object.fromEntries(
    ['events', 'organization_id', 'range_start', 'range_end'].flatMap((name) => {
      const value = asked.optional(name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

export const eventsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages

    app.get(dashboardPaths.events, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      const filter = filterOf(request)
      const attempted = await attempt(() =>
        ask(operator, 'listEvents', schema, { query: { ...filter, ...listQuery(request) } }),
      )
      const { refusal } = attempted
      // A right that is not there, and a forged cursor, are no faults of the filter.
      if (refusal && (refusal.status !== 422 || Object.keys(filter).length === 0)) throw refusal
      if (refusal) reply.code(422)
      return sendHtml(
        reply,
        page(Events, {
          workspace: workspace(pages, request, reply, operator),
          filter,
          form: refusal ? refusedForm(readFormFields(request.query), refusal) : freshForm(filter),
          ...(!refusal && { events: attempted.answer }),
        }),
      )
    })

    app.get(`${dashboardPaths.events}/export`, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      const wanted = readFormFields(request.query).optional('format')
      const format: ExportFormat = wanted === 'csv' ? 'csv' : 'jsonl'
      const filter = filterOf(request)
      const pageAfter = (after: string | null) =>
        ask(operator, 'listEvents', schema, {
          query: { ...filter, limit: '100', ...(after !== null && { after }) },
        })
      // Refused before the first byte, if at all.
      const first = await pageAfter(null)
      const { contentType, extension } = exportFormats[format]
      return reply
        .header('content-type', contentType)
        .header('content-disposition', `attachment; filename="events.${extension}"`)
        .send(Readable.from(exportAs(format, first, pageAfter)))
    })

    app.get(`${dashboardPaths.events}/:id`, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      const event = await ask(operator, 'getEvent', eventSchema, {
        params: request.params as { readonly id: string },
      })
      return sendHtml(
        reply,
        page(EventPage, { workspace: workspace(pages, request, reply, operator), event }),
      )
    })
  }

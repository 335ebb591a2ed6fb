import { Readable } from 'node:stream'
import type { FastifyPluginAsync } from 'fastify'
import { instantOrDay } from '../management/fields.ts'
import { invalidField } from '../management/refusal.ts'
import { eventSchema } from '../objects/event.ts'
import { listOf } from '../objects/list.ts'
import { attempt } from './ask.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { exportAs, exportFormats, isExportFormat } from './event-export.ts'
import { freshForm, refusedForm } from './filled-form.ts'
import { readFormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { EventPage } from './pages/event.tsx'
import { Events } from './pages/events.tsx'
import { sectionOn, type Visit } from './section.ts'

/*
 * What has happened.
 *
 * | page | shows |
 * |---|---|
 * | `/dashboard/events` | the newest first, of a name, an organization, an actor, a thing, a time |
 * | `/dashboard/events/:id` | one of them whole, and what it changed |
 * | `/dashboard/events/export` | those of a filter as a file |
 */

const schema = listOf(eventSchema)

/** The operation finds nothing in such a time; whoever typed it is told. @throws Refusal 422 */
const requireTime = ({ range_start, range_end }: Readonly<Record<string, string>>): void => {
  const [from, to] = [instantOrDay.safeParse(range_start), instantOrDay.safeParse(range_end)]
  if (from.success && to.success && from.data >= to.data)
    throw invalidField('range_end', 'empty_range', 'is not after “From”: nothing happened in between.')
}

/** What a list is asked for besides its cursors, by the names of the API. */
const filterOf = ({ request }: Pick<Visit, 'request'>): Readonly<Record<string, string>> => {
  const asked = readFormFields(request.query)
  return Object.fromEntries(
    ['events', 'organization_id', 'actor_id', 'target_id', 'range_start', 'range_end'].flatMap((name) => {
      const value = asked.optional(name)
      return value === undefined ? [] : [[name, value] as const]
    }),
  )
}

export const eventsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)

    section.shows(dashboardPaths.events, async (visit) => {
      const filter = filterOf(visit)
      const attempted = await attempt(async () => {
        requireTime(filter)
        return ask(visit, 'listEvents', schema, { query: { ...filter, ...listQuery(visit.request) } })
      })
      const { refusal } = attempted
      // A right that is not there, and a forged cursor, are no faults of the filter.
      if (refusal && (refusal.status !== 422 || Object.keys(filter).length === 0)) throw refusal
      if (refusal) visit.reply.code(422)
      return visit.send(Events, {
        filter,
        form: refusal ? refusedForm(readFormFields(visit.request.query), refusal) : freshForm(filter),
        ...(!refusal && { events: attempted.answer }),
      })
    })

    section.shows(`${dashboardPaths.events}/export`, async (visit) => {
      const asked = readFormFields(visit.request.query)
      const format = asked.optional('format') ?? 'jsonl'
      if (!isExportFormat(format)) throw invalidField('format', 'unknown_format', 'is csv or jsonl.')
      const cursor = ['before', 'after'].find((name) => asked.optional(name) !== undefined)
      if (cursor) throw invalidField(cursor, 'not_of_files', 'is of pages: a file has none.')
      const filter = filterOf(visit)
      requireTime(filter)
      const pageAfter = (after: string | null) =>
        ask(visit, 'listEvents', schema, {
          query: { ...filter, limit: '100', ...(after !== null && { after }) },
        })
      // Refused before the first byte, if at all.
      const first = await pageAfter(null)
      const { contentType, extension } = exportFormats[format]
      return visit.reply
        .header('content-type', contentType)
        .header('content-disposition', `attachment; filename="events.${extension}"`)
        .send(Readable.from(exportAs(format, first, pageAfter)))
    })

    section.shows(`${dashboardPaths.events}/:id`, async (visit) => {
      const event = await ask(visit, 'getEvent', eventSchema, {
        params: { id: visit.param('id') },
      })
      return visit.send(EventPage, { event })
    })
  }

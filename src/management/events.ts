import { z } from 'zod'
import { eventObject, eventSchema } from '../objects/event.ts'
import { listObject, listOf } from '../objects/list.ts'
import { eventNames } from '../protocol/event-name.ts'
import { askableEventNames } from '../protocol/foreign-event-name.ts'
import type { Stores } from '../storage/index.ts'
import { commaList } from './comma-list.ts'
import { instantOrDay, organizationFilter } from './fields.ts'
import { found, identified } from './identified.ts'
import { type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'

export interface EventDependencies {
  readonly stores: Pick<Stores, 'events'>
}

const tag = 'Events'

const names = commaList(z.enum(askableEventNames)).optional()

const thing = z.string().min(1).max(200)

const both = <Name>(some: readonly Name[] | undefined, others: readonly Name[] | undefined) =>
  some && others ? [...some, ...others] : (some ?? others)

export const eventOperations = ({ stores }: EventDependencies): readonly Operation[] => [
  readOperation({
    id: 'listEvents',
    method: 'GET',
    path: '/events',
    tag,
    summary: 'List what has happened.',
    description: `Names of events: ${eventNames.map((name) => `\`${name}\``).join(', ')}.`,
    permission: 'events:read',
    query: z.strictObject({
      ...pageParameters,
      events: names.describe('Names, separated by commas; those that only WorkOS has are found nowhere.'),
      'events[]': names.describe('The same in another spelling.'),
      organization_id: organizationFilter,
      actor_id: thing
        .optional()
        .describe('What somebody did: a user, an operator by their user ID, an API key, an application.'),
      target_id: thing.optional().describe('What was done to something.'),
      range_start: instantOrDay.optional().describe('ISO 8601: what happened from then on.'),
      range_end: instantOrDay.optional().describe('ISO 8601: what happened before.'),
    }),
    answer: listOf(eventSchema),
    errors: [],
    handle: async ({ query }) =>
      listObject(
        cursorsOf(
          await stores.events.page(
            {
              names: both(query.events, query['events[]']),
              organizationId: query.organization_id,
              actorId: query.actor_id,
              targetId: query.target_id,
              from: query.range_start,
              to: query.range_end,
            },
            pageOf('event', query),
          ),
          query,
        ),
        eventObject,
      ),
  }),

  readOperation({
    id: 'getEvent',
    method: 'GET',
    path: '/latchkey/v1/events/:id',
    tag,
    summary: 'Get an event.',
    permission: 'events:read',
    answer: eventSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('event', params.id)
      return eventObject(found(await stores.events.byId(id), 'event', id))
    },
  }),
]

import { z } from 'zod'
import type { EventRecord } from '../storage/stores/events.ts'
import { timestamp } from './members.ts'

const anything = z.record(z.string(), z.unknown())

export const eventSchema = z
  .object({
    object: z.literal('event'),
    id: z.string(),
    event: z.string().describe('Its name.'),
    data: anything.describe('The thing as it was then, as the API shows it; or what there is to say of it.'),
    created_at: timestamp,
    context: z.object({
      actor: z.object({
        id: z.string().describe('Of the user, key or application; otherwise the same as `type`.'),
        type: z.enum(['user', 'api_key', 'client', 'system', 'operator']),
        source: z.enum(['api', 'dashboard', 'system']),
        name: z.null(),
      }),
      target_id: z.string().nullable().describe('What it happened to.'),
      organization_id: z.string().nullable(),
      previous_attributes: anything
        .optional()
        .describe('Of an update: the members that changed, as they were.'),
      before: anything.optional().describe('Of an update: the whole thing as it was.'),
    }),
  })
  .meta({ id: 'Event' })

export type EventObject = z.infer<typeof eventSchema>

export const eventObject = (event: EventRecord): EventObject => {
  const { type, id } = event.actor as { type: EventObject['context']['actor']['type']; id?: string }
  return {
    object: 'event',
    id: event.id,
    event: event.name,
    data: event.data,
    created_at: event.occurredAt.toISOString(),
    context: {
      actor: { id: id ?? type, type, source: sourceOf(type, id), name: null },
      target_id: event.targetId,
      organization_id: event.organizationId,
      ...(event.before !== null && {
        previous_attributes: differing(event.before, event.data),
        before: event.before,
      }),
    },
  }
}

/** By which door it was asked for. An operator without an ID was at the command line. */
const sourceOf = (type: string, id: string | undefined): EventObject['context']['actor']['source'] =>
  type === 'api_key' ? 'api' : type === 'operator' && id !== undefined ? 'dashboard' : 'system'

/** The members of one that the other does not have, or has otherwise. */
const differing = (
  before: Readonly<Record<string, unknown>>,
  after: Readonly<Record<string, unknown>>,
): Record<string, unknown> =>
  Object.fromEntries(
    Object.entries(before).filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(after[name])),
  )

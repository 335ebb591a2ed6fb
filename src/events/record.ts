import { newIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { EventRecord } from '../storage/stores/events.ts'
import type { Random } from '../system/random.ts'
import type { Actor, NewEvent, RecordEvent } from './catalogue.ts'

/*
 * Writes down what happened, beside the change. Rejected: to return events for callers to record (the one who forgets
 * is not noticed), and triggers of the database (they do not know who acts, nor of refusals).
 *
 * Whoever changes something takes an `Acting`, made by `actingAs`, which binds `record` to the same stores as the
 * change. So both are written in one transaction, or neither.
 */

export const recordEvent = (
  stores: Pick<Stores, 'events'>,
  event: NewEvent & { readonly actor: Actor },
  now: Date,
  random: Random,
): Promise<void> => stores.events.append(written(event, event.actor, now, random))

const written = (event: NewEvent, actor: Actor, now: Date, random: Random): EventRecord => ({
  id: newIdentifier('event', now, random),
  name: event.name,
  occurredAt: now,
  actor: { ...actor },
  targetId: event.targetId,
  organizationId: event.organizationId ?? null,
  data: { ...event.data },
  before: 'before' in event && event.before !== null ? { ...event.before } : null,
})

/** What a change is made with. */
export interface Acting<S> {
  readonly stores: S
  readonly now: Date
  readonly random: Random
  readonly actor: Actor
  readonly record: RecordEvent
}

/** The argument of a function that changes something: `registerApplication(actingAs(actor, …), …)`. */
export const actingAs = <S extends Pick<Stores, 'events'>>(
  actor: Actor,
  { stores, now, random }: { readonly stores: S; readonly now: Date; readonly random: Random },
): Acting<S> => ({
  stores,
  now,
  random,
  actor,
  record: (...events) => stores.events.append(...events.map((event) => written(event, actor, now, random))),
})

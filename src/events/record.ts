import type { Actor, NewEvent, RecordEvent } from '../protocol/event.ts'
import { newIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Random } from '../system/random.ts'

/*
 * Writes down what happened. The words are in protocol/event.ts, so that rooms of this level can speak of events
 * without importing this one: whoever changes something takes `record` as an argument and calls it beside the change.
 * Rejected: to return events for callers to record (the one who forgets is not noticed), and triggers of the database
 * (they do not know who acts, nor of refusals).
 *
 * Callers make that argument by `actingAs`, which binds it to the same stores as the change. So both are written in
 * one transaction, or neither.
 */

export const recordEvent = async (
  stores: Pick<Stores, 'events'>,
  { actor, name, targetId, organizationId, data }: NewEvent & { readonly actor: Actor },
  now: Date,
  random: Random,
): Promise<void> =>
  stores.events.append({
    id: newIdentifier('event', now, random),
    name,
    occurredAt: now,
    actor: { ...actor },
    targetId,
    organizationId: organizationId ?? null,
    data: { ...data },
  })

/** What a change is made with. */
export interface Acting<S> {
  readonly stores: S
  readonly now: Date
  readonly random: Random
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
  record: (event) => recordEvent(stores, { ...event, actor }, now, random),
})

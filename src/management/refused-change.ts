import { recordEvent } from '../events/record.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Random } from '../system/random.ts'
import type { Caller } from './caller.ts'
import { knownField } from './field-names.ts'
import type { Operation } from './operation.ts'
import type { Refusal } from './refusal.ts'

/** IDs of ours and slugs. What else people paste into paths is not told. */
const TARGET = /^(?:[a-z_]+_[0-9A-HJKMNP-TV-Z]{26}|[a-z0-9][a-z0-9_:.-]{0,47})$/

/** The prefixes and lengths of what is secret, which a slug might look like. */
const SECRET = /^(?:sk|lks|whsec)_/

export interface RefusedChange {
  readonly operation: Operation
  readonly actor: Caller['actor']
  /** Of the path, by name and in its order. */
  readonly params: Readonly<Record<string, string>>
  readonly refusal: Pick<Refusal, 'status' | 'body'>
}

/**
 * Writes down what was asked for by somebody known and not done, apart from the transaction that was rolled back.
 *
 * @param failed is told where that cannot be done: whoever was refused hears why all the same
 */
export const recordRefusedChange = (
  { stores, random }: { readonly stores: Pick<Stores, 'events'>; readonly random: Random },
  { operation, actor, params, refusal: { status, body } }: RefusedChange,
  now: Date,
  failed: (failure: unknown) => void,
): Promise<void> => {
  const targets = Object.values(params)
  const target = targets.at(-1)
  const [organizationId] = targets.flatMap((text) => parseIdentifier('organization', text) ?? [])
  return recordEvent(
    stores,
    {
      name: 'change.refused',
      actor,
      targetId: target !== undefined && TARGET.test(target) && !SECRET.test(target) ? target : null,
      organizationId: organizationId ?? null,
      data: {
        operation: operation.id,
        status,
        code: body.code ?? null,
        fields: (body.errors ?? []).flatMap((fault) =>
          'field' in fault ? [knownField(operation, fault.field)] : [],
        ),
      },
    },
    now,
    random,
  ).catch(failed)
}

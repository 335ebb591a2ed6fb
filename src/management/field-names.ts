import { z } from 'zod'
import type { Operation } from './operation.ts'

/*
 * Which fields a refusal was about, as far as they are ours. What a client calls a field may be a secret in the wrong
 * place, and events are kept and sent on.
 */

const UNKNOWN = '(unknown)'

const known = new WeakMap<Operation, ReadonlySet<string>>()

/** `redirect_uris.0.uri` stays as it is; a name that the operation does not know is not told. */
export const knownField = (operation: Operation, field: string): string => {
  let names = known.get(operation)
  if (!names) {
    names = new Set(['Idempotency-Key', ...namesIn(operation.query), ...namesIn(operation.body)])
    known.set(operation, names)
  }
  const path = field.split('.')
  const unknown = path.findIndex((name) => !names.has(name) && !/^\d{1,4}$/.test(name))
  return (unknown === -1 ? path : [...path.slice(0, unknown), UNKNOWN]).join('.')
}

/** Of all members, however deep. */
const namesIn = (schema: z.ZodType | undefined): readonly string[] =>
  schema === undefined ? [] : propertiesOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }))

const propertiesOf = (schema: unknown): string[] => {
  if (typeof schema !== 'object' || schema === null) return []
  return Object.entries(schema).flatMap(([key, value]) =>
    key === 'properties' && typeof value === 'object' && value !== null
      ? [...Object.keys(value), ...Object.values(value).flatMap(propertiesOf)]
      : propertiesOf(value),
  )
}

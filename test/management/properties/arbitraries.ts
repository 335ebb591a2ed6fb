import fc from 'fast-check'
import type { JsonSchema } from '../../../src/management/openapi-schema.ts'

/*
 * Values by the schemas of the OpenAPI document: those that fit, and those that are wrong in the ways people and
 * attackers are.
 */

/** What text is mistaken for, or turns into: the schema alone knows little of it. */
const telling = fc.constantFrom(
  ...[
    'https://app.example.com/callback',
    'http://localhost:3000/cb',
    'http://localhost:*/cb',
    'com.example:/cb',
  ],
  ...['https://*.example.com/cb', 'javascript:alert(1)', 'data:text/html,x', 'http://example.com/', '//x'],
  ...['ada@example.com', 'ADA@example.com', 'a@b', '@', 'example.com', 'xn--bcher-kva.example', '*.com', '.'],
  ...[
    'org_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'user_01ARZ3NDEKTSV4RRFFQ69G5FAV',
    'client_',
    'sk_x',
    'member',
    'read:all',
  ],
  ...['2026-01-15T12:00:00.000Z', '0000-01-01T00:00:00Z', '+275760-09-13T00:00:00.001Z', '2026-02-30', 'now'],
  ...[
    '\'; drop table "user"; --',
    '%',
    '_',
    '\\',
    '$1',
    '{{ user.email }}',
    '{"a": {{ user.metadata.x }} }',
    '{}',
  ],
  ...[
    '',
    ' ',
    '\t',
    '\r\nX: y',
    '\u202e',
    'ß'.repeat(300),
    '😀',
    '__proto__',
    'constructor',
    'null',
    'NaN',
    '-1',
  ],
)

/** What no schema of ours allows, wherever it stands. */
export const junk: fc.Arbitrary<unknown> = fc.oneof(
  telling,
  fc.constantFrom<unknown>(
    ...[null, true, false, 0, -1, -0, 1.5, 1e308, Number.MAX_SAFE_INTEGER, 2 ** 31, 2 ** 63, '1e9'],
    ...['\0', 'a\0b', '\ud800', 'x\udfff', 'x'.repeat(5_000), 'x'.repeat(70_000)],
    ...[[], {}, [[]], [null], [{}], { length: 1 }, { toString: 1 }, { $ref: '#' }],
    ...[
      ['x'.repeat(300)],
      Array(200).fill('a'),
      Object.fromEntries(Array.from({ length: 60 }, (_, i) => [`k${i}`, 'v'])),
    ],
    ...[{ '\0': 1 }, { '\ud800': 'x' }, { '': '' }, { [`k${'x'.repeat(100)}`]: 'v' }],
  ),
  fc.constantFrom(20, 200).map((depth) => nested(depth)),
  fc.jsonValue(),
  fc.string({ unit: 'binary' }),
)

const nested = (depth: number): unknown => {
  let value: unknown = 'deep'
  for (let i = 0; i < depth; i++) value = i % 2 === 0 ? [value] : { a: value }
  return value
}

/** What is sent in the place of JSON, as text. */
export const noJson: fc.Arbitrary<string> = fc.constantFrom(
  ...[
    '{',
    '[',
    'null',
    '"x"',
    '1',
    'true',
    '[]',
    '{"name":"a","name":"b"}',
    '{name:1}',
    '\ufeff{}',
    '\0',
    '{"a":\ud800}',
  ],
  ...[
    '{"__proto__":{"isAdmin":true}}',
    '{"constructor":{"prototype":{"isAdmin":true}}}',
    '{"a":{"__proto__":null}}',
  ],
  ...[
    '['.repeat(100_000),
    `${'{"a":'.repeat(5_000)}1${'}'.repeat(5_000)}`,
    '{"a":1e999}',
    `{"a":${'9'.repeat(400)}}`,
  ],
  ...[
    `{"a":"${'x'.repeat(300_000)}"}`,
    '{"\\u0000":1}',
    '{"name":"\\u0000"}',
    '{"name":"\\ud800"}',
    '{}{}',
    '{"a":NaN}',
  ],
)

/** @param components of the document, by name */
export const fitting = (
  schema: JsonSchema,
  components: Readonly<Record<string, JsonSchema>>,
): fc.Arbitrary<unknown> => {
  const of = (part: unknown): fc.Arbitrary<unknown> => fitting((part ?? {}) as JsonSchema, components)
  const list = (keyword: string) => schema[keyword] as readonly JsonSchema[]
  if (typeof schema['$ref'] === 'string') return of(components[schema['$ref'].split('/').at(-1) ?? ''])
  if ('const' in schema) return fc.constant(schema['const'])
  if ('enum' in schema) return fc.constantFrom(...(schema['enum'] as readonly unknown[]))
  for (const keyword of ['anyOf', 'oneOf']) if (keyword in schema) return fc.oneof(...list(keyword).map(of))
  if ('allOf' in schema) return fc.tuple(...list('allOf').map(of)).map((parts) => Object.assign({}, ...parts))
  if (Array.isArray(schema['type'])) {
    return fc.oneof(...schema['type'].map((type: string) => of({ ...schema, type })))
  }
  switch (schema['type']) {
    case 'object':
      return objects(schema, of)
    case 'array':
      return fc.array(of(schema['items']), bounds(schema, 'Items', 4))
    case 'string':
      return strings(schema)
    case 'integer':
      return fc.integer({ min: number(schema, 'minimum', -5), max: number(schema, 'maximum', 1_000_000) })
    case 'number':
      return fc.double({
        min: number(schema, 'minimum', -5),
        max: number(schema, 'maximum', 1e6),
        noNaN: true,
      })
    case 'boolean':
      return fc.boolean()
    case 'null':
      return fc.constant(null)
    default:
      return fc.jsonValue()
  }
}

const number = (schema: JsonSchema, keyword: string, otherwise: number): number =>
  typeof schema[keyword] === 'number' ? schema[keyword] : otherwise

const bounds = (schema: JsonSchema, of: 'Items' | 'Length', most: number) => {
  const least = number(schema, `min${of}`, 0)
  return { minLength: least, maxLength: Math.max(least, Math.min(most, number(schema, `max${of}`, most))) }
}

/** In all years that can be written, with offsets, which lead out of them as well. */
const instants: fc.Arbitrary<string> = fc
  .tuple(
    fc.oneof(
      fc.date({
        noInvalidDate: true,
        min: new Date('0000-01-01T00:00:00Z'),
        max: new Date('9999-12-31T23:59:59.999Z'),
      }),
      fc.constantFrom(
        ...[
          '0000-01-01T00:00:00Z',
          '0001-01-01T00:00:00Z',
          '1970-01-01T00:00:00Z',
          '9999-12-31T23:59:59Z',
        ].map((text) => new Date(text)),
      ),
    ),
    fc.constantFrom('Z', '+00:00', '-00:00', '+05:30', '-11:00', '+23:59', '-23:59'),
  )
  .map(([date, offset]) => date.toISOString().replace('Z', offset))

const strings = (schema: JsonSchema): fc.Arbitrary<string> => {
  if (schema['format'] === 'date-time') return instants
  const plain = fc.string(bounds(schema, 'Length', 60))
  const pattern = schema['pattern']
  // A pattern that looks around cannot be turned into text.
  if (typeof pattern !== 'string' || pattern.includes('(?')) return fc.oneof(plain, telling)
  return fc.stringMatching(new RegExp(pattern))
}

const objects = (
  { properties = {}, required = [], additionalProperties }: JsonSchema,
  of: (schema: unknown) => fc.Arbitrary<unknown>,
): fc.Arbitrary<Record<string, unknown>> => {
  const members = Object.entries(properties as Record<string, JsonSchema>)
  const named = fc.record(Object.fromEntries(members.map(([name, schema]) => [name, of(schema)])), {
    requiredKeys: required as string[],
    noNullPrototype: true,
  })
  if (typeof additionalProperties !== 'object' || additionalProperties === null) return named
  const others = fc.dictionary(fc.string({ minLength: 1, maxLength: 45 }), of(additionalProperties), {
    maxKeys: 5,
    noNullPrototype: true,
  })
  return fc.tuple(named, others).map(([first, second]) => ({ ...second, ...first }))
}

/** The value with one thing wrong with it, at any depth: a member replaced, taken away, doubled or added. */
export const spoilt = (value: fc.Arbitrary<unknown>): fc.Arbitrary<unknown> =>
  fc
    .tuple(value, fc.nat(), junk, fc.constantFrom('replace', 'remove', 'add', 'wrap'))
    .map(([whole, which, wrong, how]) => {
      const places = placesIn(whole)
      const place = places[which % places.length] ?? []
      return change(whole, place, (there) => {
        if (how === 'remove') return REMOVED
        if (how === 'wrap') return [there]
        const isObject = typeof there === 'object' && there !== null && !Array.isArray(there)
        return how === 'add' && isObject ? { ...there, [nameOf(wrong)]: wrong } : wrong
      })
    })

const REMOVED = Symbol('removed')

const nameOf = (wrong: unknown): string => (typeof wrong === 'string' ? wrong.slice(0, 100) : 'is_admin')

/** Every place of a value, the whole first. */
const placesIn = (value: unknown, place: readonly string[] = []): (readonly string[])[] => [
  place,
  ...(typeof value === 'object' && value !== null && place.length < 6
    ? Object.entries(value).flatMap(([name, member]) => placesIn(member, [...place, name]))
    : []),
]

const change = (
  value: unknown,
  [name, ...rest]: readonly string[],
  to: (there: unknown) => unknown,
): unknown => {
  if (name === undefined) {
    const changed = to(value)
    return changed === REMOVED ? undefined : changed
  }
  const copy = (Array.isArray(value) ? [...value] : { ...(value as object) }) as Record<string, unknown>
  const member = change(copy[name], rest, to)
  if (member === undefined) delete copy[name]
  else copy[name] = member
  return Array.isArray(copy) ? copy.filter(() => true) : copy
}

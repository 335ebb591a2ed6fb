import type { JsonSchema } from '../openapi-schema.ts'
import { nameOf } from './schema-view.tsx'

type Components = Readonly<Record<string, JsonSchema>>

/** What a body may look like: what is required, or the first member where nothing is. */
export const exampleOf = (schema: JsonSchema, components: Components, name = ''): unknown => {
  const reference = nameOf(schema)
  if (reference !== undefined) return exampleOf(components[reference] ?? {}, components, name)
  if ('const' in schema) return schema['const']
  if ('default' in schema) return schema['default']
  if (Array.isArray(schema['enum'])) return schema['enum'][0]
  const [alternative] = (schema['anyOf'] ?? schema['oneOf'] ?? []) as readonly JsonSchema[]
  if (alternative) return exampleOf(alternative, components, name)
  const type = Array.isArray(schema['type']) ? schema['type'][0] : schema['type']
  switch (type) {
    case 'object': {
      const members = Object.entries((schema['properties'] ?? {}) as Components)
      const required = (schema['required'] ?? []) as readonly string[]
      const shown = members.filter(([member], index) =>
        required.length > 0 ? required.includes(member) : index === 0,
      )
      return Object.fromEntries(
        shown.map(([member, of]) => [member, exampleOf(of, components, member)] as const),
      )
    }
    case 'array':
      return [exampleOf((schema['items'] ?? {}) as JsonSchema, components, name.replace(/s$/, ''))]
    case 'integer':
    case 'number':
      return schema['minimum'] ?? 1
    case 'boolean':
      return true
    case 'string':
      return exampleText(schema, name)
    default:
      return null
  }
}

const exampleText = ({ format }: JsonSchema, name: string): string => {
  if (format === 'date-time') return '2030-01-01T00:00:00.000Z'
  const known = examples.find(([pattern]) => pattern.test(name))
  return known ? known[1] : 'text'
}

/** By the name of the field. */
const examples: readonly (readonly [name: RegExp, example: string])[] = [
  [/email/, 'ada@example.com'],
  [/uri|url/, 'https://app.example.com/callback'],
  [/^origin$/, 'https://app.example.com'],
  [/domain/, 'example.com'],
  [/^organization_id$/, 'org_…'],
  [/^user_id$/, 'user_…'],
  [/^session_id$/, 'session_…'],
  [/slug|permission/, 'read:reports'],
  [/^content$/, '{"email": {{ user.email }}}'],
  [/^event/, 'user.created'],
  [/name|label/, 'Acme'],
]

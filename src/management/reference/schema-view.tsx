import type { ComponentChildren } from 'preact'
import type { JsonSchema } from '../openapi-schema.ts'
import { Prose } from './prose.tsx'

/** Where the page describes a schema that has a name. */
export const objectAnchor = (name: string): string => `object-${name}`

export const nameOf = (schema: JsonSchema): string | undefined => {
  const { $ref } = schema
  return typeof $ref === 'string' ? $ref.split('/').at(-1) : undefined
}

/** Which type a value has, in a few words. */
export const TypeName = ({ schema }: { readonly schema: JsonSchema }): ComponentChildren => {
  const name = nameOf(schema)
  if (name !== undefined) return <a href={`#${objectAnchor(name)}`}>{name}</a>
  if ('const' in schema) return <code>{JSON.stringify(schema['const'])}</code>
  if (Array.isArray(schema['enum'])) return <Alternatives of={schema['enum'].map(literal)} />
  const alternatives = schema['anyOf'] ?? schema['oneOf']
  if (Array.isArray(alternatives)) {
    return <Alternatives of={alternatives.map((each: JsonSchema) => <TypeName schema={each} />)} />
  }
  if (Array.isArray(schema['type'])) {
    const types = schema['type'].map((type: string) => <TypeName schema={{ ...schema, type }} />)
    return <Alternatives of={types} />
  }
  if (schema['type'] === 'array') {
    return (
      <>
        list of <TypeName schema={(schema['items'] ?? {}) as JsonSchema} />
      </>
    )
  }
  if (schema['type'] === 'object' && typeof schema['additionalProperties'] === 'object') {
    return (
      <>
        map to <TypeName schema={schema['additionalProperties'] as JsonSchema} />
      </>
    )
  }
  if (schema['format'] === 'date-time') return 'time'
  return typeof schema['type'] === 'string' ? schema['type'] : 'anything'
}

const literal = (value: unknown) => <code>{String(value)}</code>

const Alternatives = ({ of }: { readonly of: readonly ComponentChildren[] }) => (
  <>
    {of.map((each, index) => (
      <>
        {index > 0 && ' or '}
        {each}
      </>
    ))}
  </>
)

/** What values are bounded by, for people. */
const boundsOf = (schema: JsonSchema): string => {
  const between = (least: unknown, most: unknown, unit: string): string[] => {
    if (least !== undefined && most !== undefined) return [`${least} to ${most}${unit}`]
    if (most !== undefined) return [`at most ${most}${unit}`]
    return least === undefined ? [] : [`at least ${least}${unit}`]
  }
  const { minimum, maximum, minLength, maxLength, minItems, maxItems } = schema
  return [
    ...between(minimum, maximum, ''),
    ...between(minLength, maxLength, ' characters'),
    ...between(minItems, maxItems, ' items'),
    ...('default' in schema ? [`default ${JSON.stringify(schema['default'])}`] : []),
  ].join(', ')
}

export interface FieldProps {
  readonly name: string
  readonly schema: JsonSchema
  readonly isRequired: boolean
  /** Said of the field itself, if its schema says nothing. */
  readonly description?: string | undefined
}

export const Field = ({ name, schema, isRequired, description = textOf(schema) }: FieldProps) => {
  const bounds = boundsOf(schema)
  return (
    <li class="field">
      <div class="field-head">
        <code class="field-name">{name}</code>{' '}
        <span class="field-type">
          <TypeName schema={schema} />
        </span>
        {bounds !== '' && <span class="field-bounds">{bounds}</span>}
        {isRequired && <span class="field-required">required</span>}
      </div>
      {description !== undefined && <Prose text={description} />}
      <Inside schema={schema} />
    </li>
  )
}

const textOf = ({ description }: JsonSchema): string | undefined =>
  typeof description === 'string' ? description : undefined

/** The members of an object, if the schema is of one, or of a list or a choice of them. */
export const Inside = ({ schema }: { readonly schema: JsonSchema }): ComponentChildren => {
  const { properties, required = [], items } = schema
  if (typeof properties === 'object' && properties !== null) {
    return (
      <ul class="fields">
        {Object.entries(properties as Record<string, JsonSchema>).map(([name, member]) => (
          <Field
            key={name}
            name={name}
            schema={member}
            isRequired={(required as readonly string[]).includes(name)}
          />
        ))}
      </ul>
    )
  }
  if (typeof items === 'object' && items !== null) return <Inside schema={items as JsonSchema} />
  const alternatives = (schema['anyOf'] ?? schema['oneOf']) as readonly JsonSchema[] | undefined
  const objects = alternatives?.filter((each) => hasInside(each)) ?? []
  return objects.map((each, index) => (
    <>
      {objects.length > 1 && <p class="alternative">{index === 0 ? 'Either' : 'Or'}</p>}
      <Inside schema={each} />
    </>
  ))
}

const hasInside = ({ properties, items, anyOf, oneOf }: JsonSchema): boolean =>
  properties !== undefined ||
  (typeof items === 'object' && items !== null && hasInside(items as JsonSchema)) ||
  ((anyOf ?? oneOf ?? []) as readonly JsonSchema[]).some((each) => hasInside(each))

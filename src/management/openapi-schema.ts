import { z } from 'zod'

/*
 * JSON Schemas of the OpenAPI document, from the zod schemas that requests are read by and answers are typed by. What
 * has a name (`.meta({ id })`) becomes a component, once.
 */

/** A JSON Schema of the dialect of OpenAPI 3.1 (JSON Schema 2020-12). */
export type JsonSchema = { readonly [keyword: string]: unknown }

export interface SchemaCollection {
  /** What a client sends. */
  sent(schema: z.ZodType): JsonSchema
  /** What a client gets. */
  answered(schema: z.ZodType): JsonSchema
  /** Everything that was referred to so far, by name. */
  readonly components: Readonly<Record<string, JsonSchema>>
}

const COMPONENTS = '#/components/schemas/'

export const collectSchemas = (): SchemaCollection => {
  const components: Record<string, JsonSchema> = {}

  const collect = (name: string, schema: JsonSchema): JsonSchema => {
    const before = components[name]
    if (before !== undefined && JSON.stringify(before) !== JSON.stringify(schema)) {
      throw new Error(`Two different schemas are called ${name}.`)
    }
    components[name] = schema
    return { $ref: COMPONENTS + name }
  }

  const convert = (schema: z.ZodType, io: 'input' | 'output'): JsonSchema => {
    // Within an array, so that a schema with a name of its own is referred to as well.
    const { items, $defs = {} } = z.toJSONSchema(z.array(schema), { io, override }) as {
      items: JsonSchema
      $defs?: Record<string, JsonSchema>
    }
    const finish = (part: JsonSchema) => finished(part, io) as JsonSchema
    for (const [name, definition] of Object.entries($defs)) {
      const { id: _, ...content } = finish(definition)
      collect(name, content)
    }
    return finish(items)
  }

  return {
    components,
    sent: (schema) => convert(schema, 'input'),
    answered: (schema) => {
      const converted = convert(schema, 'output')
      const item = itemOfList(converted)
      return item === undefined ? converted : collect(`${item}List`, converted)
    },
  }
}

/** What a schema says of itself in `.meta({ override })` stands in the place of what was derived from it. */
const override = ({ jsonSchema }: { jsonSchema: Record<string, unknown> }): void => {
  const { override: stated, description } = jsonSchema
  if (typeof stated !== 'object' || stated === null) return
  for (const keyword of Object.keys(jsonSchema)) delete jsonSchema[keyword]
  Object.assign(jsonSchema, stated, description !== undefined && { description })
}

/**
 * Refers to components, and leaves objects of answers open: a member that is added later breaks no client that was
 * generated before. What is sent stays closed, since unknown members are refused.
 */
const finished = (value: unknown, io: 'input' | 'output'): unknown => {
  if (Array.isArray(value)) return value.map((item) => finished(item, io))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(
    Object.entries(value).flatMap(([keyword, content]): [string, unknown][] => {
      if (keyword === '$ref') return [[keyword, String(content).replace('#/$defs/', COMPONENTS)]]
      if (io === 'output' && keyword === 'additionalProperties' && content === false) return []
      // The format says the same, and people can read it.
      if (keyword === 'pattern' && 'format' in value) return []
      return [[keyword, finished(content, io)]]
    }),
  )
}

/** The name of what a page of a list holds. */
const itemOfList = ({ properties }: JsonSchema): string | undefined => {
  const { object, data, list_metadata } = (properties ?? {}) as Record<string, JsonSchema | undefined>
  const item = (data?.['items'] as JsonSchema | undefined)?.['$ref']
  return object?.['const'] === 'list' && list_metadata !== undefined && typeof item === 'string'
    ? item.slice(COMPONENTS.length)
    : undefined
}

import { z } from 'zod'
import { collectSchemas, type JsonSchema, type SchemaCollection } from './openapi-schema.ts'
import type { Operation } from './operation.ts'

/*
 * The OpenAPI 3.1 document of the management API, made from the operations that the routes are made from: what is not
 * in one list is not in the other.
 */

/** Of the API, not of the program: it changes when clients have to. */
const API_VERSION = '1.0'

export interface OpenApiParameter {
  readonly name: string
  readonly in: 'path' | 'query' | 'header'
  readonly required: boolean
  readonly description?: string
  readonly schema: JsonSchema
}

export interface OpenApiContent {
  readonly [mediaType: string]: { readonly schema: JsonSchema }
}

export interface OpenApiResponse {
  readonly description: string
  readonly headers?: Readonly<Record<string, JsonSchema>>
  readonly content?: OpenApiContent
}

export interface OpenApiOperation {
  readonly operationId: string
  readonly tags: readonly [string]
  readonly summary: string
  readonly description: string
  readonly security: readonly { readonly apiKey?: readonly string[] }[]
  readonly parameters?: readonly OpenApiParameter[]
  readonly requestBody?: { readonly required: boolean; readonly content: OpenApiContent }
  readonly responses: Readonly<Record<string, OpenApiResponse>>
}

export interface OpenApiDocument {
  readonly openapi: '3.1.1'
  readonly info: Readonly<Record<'title' | 'version' | 'summary' | 'description', string>>
  readonly servers: readonly [{ readonly url: string }]
  readonly tags: readonly { readonly name: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, OpenApiOperation>>>>
  readonly components: {
    readonly securitySchemes: Readonly<Record<'apiKey', JsonSchema>>
    readonly schemas: Readonly<Record<string, JsonSchema>>
  }
}

/** `/organizations/:id` → `/organizations/{id}` */
export const openApiPath = (path: string): string => path.replaceAll(/:(\w+)/g, '{$1}')

export const openApiDocument = (operations: readonly Operation[], origin: string): OpenApiDocument => {
  const schemas = collectSchemas()
  const paths: Record<string, Record<string, OpenApiOperation>> = {}
  for (const operation of operations) {
    const path = openApiPath(operation.path)
    paths[path] = { ...paths[path], [operation.method.toLowerCase()]: describe(operation, schemas) }
  }
  return {
    openapi: '3.1.1',
    info: {
      title: 'Latchkey management API',
      version: API_VERSION,
      summary: 'Applications, organizations, users and everything else an authorization server is told.',
      description: introduction,
    },
    servers: [{ url: origin }],
    tags: [...new Set(operations.map(({ tag }) => tag))].map((name) => ({ name })),
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer', description: 'An API key: `Authorization: Bearer sk_…`' },
      },
      schemas: Object.fromEntries(Object.entries(schemas.components).sort(([a], [b]) => (a < b ? -1 : 1))),
    },
  }
}

const introduction = `Paths, bodies and errors are those of the WorkOS API where it has the same operation, so its SDKs work unchanged; what is ours alone is under \`/latchkey/v1\`.

Every request carries an API key as a bearer token. A key holds permissions by area; to write includes to read, and \`*\` includes everything.

A member or parameter that is not described here is refused, with its name. Times are ISO 8601 in UTC. Lists are read by cursor: \`after\` takes \`list_metadata.after\` of the page before, until it is null.

A change that is sent with an \`Idempotency-Key\` is made once: for 24 hours the same key answers with the same answer.`

const describe = (operation: Operation, schemas: SchemaCollection): OpenApiOperation => {
  const { id, tag, summary, description, permission, query, isChange } = operation
  const needed = permission === 'public' ? 'Needs no API key.' : `Needs the permission \`${permission}\`.`
  const parameters = [
    ...pathParameters(operation.path),
    ...(query ? queryParameters(schemas.sent(query)) : []),
    ...(isChange ? [idempotencyKey] : []),
  ]
  const body = bodyOf(operation, schemas)
  return {
    operationId: id,
    tags: [tag],
    summary: summary.replace(/\.$/, ''),
    description: [description, needed].filter(Boolean).join('\n\n'),
    // OpenAPI 3.1 §4.8.30: the roles that are required, for schemes that know no scopes.
    security: permission === 'public' ? [] : [{ apiKey: [permission] }],
    ...(parameters.length > 0 && { parameters }),
    ...(body && { requestBody: body }),
    responses: responsesOf(operation, schemas),
  }
}

const pathParameters = (path: string): OpenApiParameter[] =>
  [...path.matchAll(/:(\w+)/g)].map(([, name = '']) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))

const queryParameters = ({ properties = {}, required = [] }: JsonSchema): OpenApiParameter[] =>
  Object.entries(properties as Record<string, JsonSchema>).map(([name, { description, ...schema }]) => ({
    name,
    in: 'query',
    required: (required as string[]).includes(name),
    ...(typeof description === 'string' && { description }),
    schema,
  }))

const idempotencyKey: OpenApiParameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description:
    'The same key with the same request gets the same answer, without a second change, for 24 hours.',
  schema: { type: 'string', minLength: 1, maxLength: 255, pattern: '^[\\x21-\\x7e]+$' },
}

const bodyOf = ({ body, rawBody }: Operation, schemas: SchemaCollection): OpenApiOperation['requestBody'] => {
  if (rawBody) {
    const content = rawBody.map((type) => [type, { schema: { type: 'string', contentMediaType: type } }])
    return { required: true, content: Object.fromEntries(content) as OpenApiContent }
  }
  if (!body) return undefined
  // The body of a request that demands nothing may be left out: none is read as {}.
  const required = !body.safeParse({}).success
  return { required, content: { 'application/json': { schema: schemas.sent(body) } } }
}

const problem = z
  .object({
    field: z.string(),
    code: z.string(),
    message: z.string(),
    property: z.string().optional(),
    constraints: z.record(z.string(), z.string()).optional(),
  })
  .meta({ id: 'Problem', description: 'One thing wrong with a request: where, and what.' })

const text = z.string().describe('For people; it may change.')
const errorCode = z.string().describe('For programs.')

/** What a request is refused with, by status (refusal.ts). */
const refusals = {
  400: z
    .object({
      message: text,
      code: errorCode,
      errors: z.array(z.looseObject({ code: z.string() })).optional(),
    })
    .meta({ id: 'BadRequest' }),
  401: z.object({ message: text }).meta({ id: 'Unauthorized' }),
  403: z.object({ message: text, code: errorCode.optional() }).meta({ id: 'Forbidden' }),
  404: z
    .object({ message: text, code: errorCode.optional(), entity_id: z.string().optional() })
    .meta({ id: 'NotFound' }),
  409: z.object({ message: text, code: errorCode }).meta({ id: 'Conflict' }),
  413: z.object({ message: text, code: errorCode }).meta({ id: 'TooLarge' }),
  415: z.object({ message: text, code: errorCode }).meta({ id: 'UnsupportedMediaType' }),
  422: z.object({ message: text, code: errorCode, errors: z.array(problem) }).meta({ id: 'Invalid' }),
  503: z.object({ message: text }).meta({ id: 'Unavailable' }),
} as const

type RefusedStatus = keyof typeof refusals

const meanings: Readonly<Record<number, string>> = {
  200: 'Done.',
  201: 'Created.',
  204: 'Done; there is nothing to say.',
  400: 'The request cannot be granted as it is.',
  401: 'No API key, or one that is not known.',
  403: 'The API key lacks the permission.',
  404: 'There is no such thing.',
  409: 'The request conflicts with what is there.',
  413: 'The body is too large.',
  415: 'The body is of a type that is not taken.',
  422: 'Something in the request is not as described here; `errors` names each field.',
  503: 'Not now; try again after `Retry-After` seconds.',
}

const headersOf: Readonly<Record<number, Record<string, JsonSchema>>> = {
  401: { 'WWW-Authenticate': { schema: { type: 'string', const: 'Bearer' } } },
  503: { 'Retry-After': { schema: { type: 'integer' } } },
}

/** Every status an operation answers with; also what it is tested for. */
const refusedStatuses = ({ method, permission, isChange, errors }: Operation): RefusedStatus[] => {
  const statuses = new Set<RefusedStatus>([...errors, 422, 503])
  if (permission !== 'public') statuses.add(401).add(403)
  // What comes along is read even where nothing is asked for: it may be no JSON, too long, or of another type.
  if (method !== 'GET') statuses.add(400).add(413).add(415)
  // An Idempotency-Key whose answer cannot be read any more.
  if (isChange) statuses.add(409)
  return [...statuses].sort((a, b) => a - b)
}

const responsesOf = (
  operation: Operation,
  schemas: SchemaCollection,
): Readonly<Record<string, OpenApiResponse>> => {
  const { status, answer } = operation
  const json = (schema: z.ZodType): OpenApiContent => ({
    'application/json': { schema: schemas.answered(schema) },
  })
  const responses: Record<string, OpenApiResponse> = {
    [status]: { description: meanings[status] ?? '', ...(answer && { content: json(answer) }) },
  }
  for (const refused of refusedStatuses(operation)) {
    responses[refused] = {
      description: meanings[refused] ?? '',
      ...(headersOf[refused] && { headers: headersOf[refused] }),
      content: json(refusals[refused]),
    }
  }
  return responses
}

import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import ajvFormats from 'ajv-formats'
import { parse } from 'yaml'

/*
 * What an OpenAPI document demands of answers: WorkOS's own, and ours. Operations are found by method and path, whatever
 * the parameters of the path are called.
 */

interface DocumentedResponse {
  readonly content?: Readonly<Record<string, { readonly schema?: unknown }>>
}

export interface DocumentedOperation {
  readonly method: string
  /** As the document writes it. */
  readonly path: string
  readonly responses: Readonly<Record<string, DocumentedResponse>>
}

interface OpenApi {
  readonly paths: Readonly<
    Record<
      string,
      Readonly<Record<string, { readonly responses?: Readonly<Record<string, DocumentedResponse>> }>>
    >
  >
}

export interface Specification {
  readonly operations: readonly DocumentedOperation[]
  find(method: string, path: string): DocumentedOperation | undefined
  /** What is wrong with an answer, or nothing. A status that is not documented is wrong too. */
  faults(operation: DocumentedOperation, status: number, body: unknown): string[]
}

/** `/organizations/:id` and `/organizations/{id}` alike. */
export const shapeOf = (method: string, path: string): string =>
  `${method.toUpperCase()} ${path.replaceAll(/:\w+|\{\w+\}/g, '{}')}`

export const specificationOf = (document: object): Specification => {
  const { paths } = document as OpenApi
  const ajv = new Ajv2020({ strict: false, allErrors: true, validateSchema: false })
  ajvFormats.default(ajv)
  ajv.addSchema(document, 'document')
  const compiled = new Map<string, ValidateFunction>()

  const operations = Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).flatMap(([method, { responses }]) =>
      responses ? [{ method: method.toUpperCase(), path, responses }] : [],
    ),
  )
  const byShape = new Map(
    operations.map((operation) => [shapeOf(operation.method, operation.path), operation]),
  )

  const validator = ({ method, path }: DocumentedOperation, status: number): ValidateFunction => {
    const pointer = ['paths', path, method.toLowerCase(), 'responses', String(status), 'content']
      .concat('application/json', 'schema')
      .map((part) => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
      .join('/')
    const before = compiled.get(pointer)
    if (before) return before
    const validate = ajv.compile({ $ref: `document#/${pointer}` })
    compiled.set(pointer, validate)
    return validate
  }

  return {
    operations,
    find: (method, path) => byShape.get(shapeOf(method, path)),
    faults: (operation, status, body) => {
      const response = operation.responses[status]
      if (!response) return [`${status} is not documented`]
      if (response.content?.['application/json']?.schema === undefined) {
        // Where a document describes no body, WorkOS's at least is silent rather than certain that there is none.
        return []
      }
      const validate = validator(operation, status)
      return validate(body)
        ? []
        : (validate.errors ?? []).map(
            (error) => `${error.instancePath} ${error.message} ${JSON.stringify(error.params)}`,
          )
    },
  }
}

/** WorkOS's document. */
export const workosSpecification = (): Specification => {
  const path = createRequire(import.meta.url).resolve('@workos/openapi-spec/spec')
  return specificationOf(parse(readFileSync(path, 'utf8')) as object)
}

/** Ours, with every object closed: an answer that holds what is not described is wrong as well. */
export const ownSpecification = (document: object): Specification =>
  specificationOf(closed(document) as object)

const closed = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.map(closed)
  if (typeof value !== 'object' || value === null) return value
  const inside = Object.fromEntries(Object.entries(value).map(([name, member]) => [name, closed(member)]))
  const isObject =
    inside['type'] === 'object' && 'properties' in inside && !('additionalProperties' in inside)
  return isObject ? { ...inside, additionalProperties: false } : inside
}

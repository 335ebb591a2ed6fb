import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { managementOperations } from '../../src/management/index.ts'
import { type OpenApiOperation, openApiDocument, openApiPath } from '../../src/management/openapi.ts'
import type { Operation } from '../../src/management/operation.ts'
import type { Issuer } from '../../src/protocol/issuer.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { Management, ManagementAnswer } from '../support/management.ts'
import { outside, worldOf } from './contract/asking.ts'
import { cases } from './contract/cases/index.ts'
import type { Asked, World } from './contract/cases.ts'
import { ownSpecification, type Specification } from './contract/specification.ts'
import { fitting, junk, noJson, spoilt } from './properties/arbitraries.ts'
import { snapshotsOf } from './properties/snapshot.ts'

/*
 * Hundreds of requests by chance to every operation, made from the OpenAPI document (always the same ones; another
 * SEED makes others): whatever is sent, no operation fails, lets the database speak, answers in another shape than it
 * is documented to, or does half of what it refuses.
 */

const SEED = Number(process.env['SEED'] ?? 20_260_311)
/** The requests are the same on both stores, and so is what they find; the embedded one is slow. */
const RUNS = Number(process.env['RUNS'] ?? (testStore.kind === 'postgres' ? 12 : 4))

const operations: readonly Operation[] = managementOperations(
  {} as Parameters<typeof managementOperations>[0],
)
const document = openApiDocument(operations, 'http://localhost' as Issuer)
const described = ({ method, path }: Operation): OpenApiOperation => {
  const operation = document.paths[openApiPath(path)]?.[method.toLowerCase()]
  if (!operation) throw new Error(`${method} ${path} is not in the document.`)
  return operation
}

let app: TestApp
let management: Management
let world: World
let ours: Specification
let snapshot: () => Promise<Record<string, string>>

beforeAll(async () => {
  app = await startTestApp({ overrides: outside })
  management = await app.management()
  world = worldOf(app, management, operations, cases)
  ours = ownSpecification(document)
  snapshot = await snapshotsOf(app.testDatabase.database)
})
afterAll(() => app[Symbol.asyncDispose]())

/** What is laid over a request that would be granted. */
interface Overlay {
  readonly params: Readonly<Record<string, string | undefined>>
  readonly query: readonly (readonly [name: string, value: string])[]
  /** A whole body, one thing wrong with the body that would be granted, or text. */
  readonly body:
    | { readonly kind: 'as granted' }
    | { readonly kind: 'whole' | 'over'; readonly value: unknown }
    | { readonly kind: 'text'; readonly text: string }
  readonly idempotencyKey: string | undefined
}

const textual = junk.map((value) =>
  (typeof value === 'string' ? value : (JSON.stringify(value) ?? '')).slice(0, 2_000),
)

const overlays = (operation: Operation): fc.Arbitrary<Overlay> => {
  const { parameters = [], requestBody } = described(operation)
  const { schemas } = document.components
  const inPath = parameters.filter((parameter) => parameter.in === 'path')
  const inQuery = parameters.filter((parameter) => parameter.in === 'query')
  const values = inQuery.map(({ name, schema }) =>
    fc
      .oneof({ arbitrary: fitting(schema, schemas), weight: 3 }, textual)
      .map((value) => [name, String(value)] as const),
  )
  const strange = fc.tuple(
    fc.constantFrom('limit', 'after', 'before', 'order', '__proto__', 'a[b]', ''),
    textual,
  )
  const one = values.length === 0 ? strange : fc.oneof({ arbitrary: fc.oneof(...values), weight: 5 }, strange)
  const schema = requestBody?.content['application/json']?.schema
  const asGranted = fc.constant({ kind: 'as granted' } as const)
  const text = noJson.map((content) => ({ kind: 'text', text: content }) as const)
  const whole = (value: fc.Arbitrary<unknown>) =>
    value.map((each) => ({ kind: 'whole', value: each }) as const)
  const over = (value: fc.Arbitrary<unknown>) => value.map((each) => ({ kind: 'over', value: each }) as const)
  const wellFormed = schema && fitting(schema, schemas)
  return fc.record({
    params: fc.record(
      Object.fromEntries(
        inPath.map(({ name }) => [name, textual.filter((value) => !/^\.{0,2}$/.test(value))]),
      ),
      { requiredKeys: [], noNullPrototype: true },
    ),
    query: fc.array<readonly [string, string]>(one, { maxLength: operation.method === 'GET' ? 4 : 1 }),
    body: wellFormed
      ? fc.oneof(
          asGranted,
          text,
          { arbitrary: whole(wellFormed), weight: 3 },
          { arbitrary: over(wellFormed), weight: 3 },
          { arbitrary: whole(spoilt(wellFormed)), weight: 3 },
          { arbitrary: over(spoilt(wellFormed)), weight: 4 },
          whole(junk),
        )
      : fc.oneof({ arbitrary: asGranted, weight: 4 }, text, whole(junk)),
    idempotencyKey: fc.oneof(
      { arbitrary: fc.constant(undefined), weight: 9 },
      fc.constantFrom('', 'k', ' ', 'x'.repeat(300)),
    ),
  })
}

const send = (operation: Operation, granted: Asked, overlay: Overlay): Promise<ManagementAnswer> => {
  const params = { ...granted.params, ...overlay.params }
  const path = operation.path.replaceAll(/:(\w+)/g, (_, name: string) => encoded(params[name] ?? 'x'))
  const query = overlay.query.map(([name, value]) => `${encoded(name)}=${encoded(value)}`).join('&')
  const url = query === '' ? path : `${path}?${query}`
  const key = overlay.idempotencyKey
  const headers = { ...granted.headers, ...(key !== undefined && { 'idempotency-key': key }) }
  if (operation.method === 'GET') return management.get(url, headers)
  const { post, put, patch, delete: remove } = management
  const verbs = { POST: post, PUT: put, PATCH: patch, DELETE: remove }
  return verbs[operation.method](url, bodyOf(granted, overlay.body), headers)
}

/** Halves of surrogate pairs travel as bytes that are no UTF-8. */
const encoded = (text: string): string => (text.isWellFormed() ? encodeURIComponent(text) : '%ED%A0%80')

const bodyOf = (granted: Asked, body: Overlay['body']): unknown => {
  switch (body.kind) {
    case 'as granted':
      return granted.body
    case 'text':
      return body.text
    case 'whole':
      return typeof body.value === 'string' ? JSON.stringify(body.value) : body.value
    case 'over':
      return isObject(body.value) && isObject(granted.body) ? { ...granted.body, ...body.value } : body.value
  }
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** How databases and stacks speak. */
const LEAKS =
  /violates|syntax error|invalid input syntax|duplicate key|relation "|column "|null value in|\bat (async )?[\w.<>]+ \(|\.ts:\d|\.js:\d|node_modules|kysely|pglite|ECONN/i

describe('whatever is sent', () => {
  test.each(operations.map((operation) => ({ id: operation.id, operation })))(
    '$id neither fails nor does half of what it refuses',
    async ({ id, operation }) => {
      const arrange = () => cases[id]?.success(world) ?? {}
      let granted: Asked = await arrange()
      let before = await snapshot()
      const property = fc.asyncProperty(overlays(operation), async (overlay) => {
        const { status, body } = await send(operation, granted, overlay)
        const said = JSON.stringify(body) ?? ''
        expect(status, said).toBeLessThan(500)
        expect(said).not.toMatch(LEAKS)
        const documented = ours.find(operation.method, operation.path)
        if (!isUnrouted(status, body)) expect(documented && ours.faults(documented, status, body)).toEqual([])
        if (status >= 400) {
          expect(await snapshot()).toEqual(before)
        } else if (operation.isChange) {
          granted = await arrange()
          before = await snapshot()
        }
      })
      await fc.assert(property, { seed: SEED, numRuns: RUNS, endOnFailure: true, includeErrorInReport: true })
    },
    60_000,
  )
})

/** What cannot even be looked up: paths that are no UTF-8, or longer than any of ours. */
const isUnrouted = (status: number, body: unknown): boolean =>
  [400, 404].includes(status) && isObject(body) && Object.keys(body).join() === 'message'

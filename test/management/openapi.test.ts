import { Validator } from '@seriousme/openapi-schema-validator'
import Fastify from 'fastify'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { managementApi, managementOperations } from '../../src/management/index.ts'
import { type OpenApiDocument, openApiPath } from '../../src/management/openapi.ts'
import type { Operation } from '../../src/management/operation.ts'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
let document: OpenApiDocument
/** Nothing of it is called here: what it is made of does not matter. */
const deps = {} as Parameters<typeof managementOperations>[0]
const operations: readonly Operation[] = managementOperations(deps)

beforeAll(async () => {
  app = await startTestApp()
  document = (await (await fetch(`${app.issuer}/openapi.json`)).json()) as OpenApiDocument
})
afterAll(() => app[Symbol.asyncDispose]())

const described = () =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
  )

describe('the OpenAPI document', () => {
  test('is served to everybody, may be cached, and is not sent again to whoever has it', async () => {
    const url = `${app.issuer}/openapi.json`
    const first = await fetch(url)
    expect(first.status).toBe(200)
    expect(first.headers.get('content-type')).toContain('application/json')
    expect(first.headers.get('cache-control')).toMatch(/^public, max-age=\d+$/)
    expect(first.headers.get('access-control-allow-origin')).toBe('*')
    const etag = first.headers.get('etag') ?? ''
    const second = await fetch(url, { headers: { 'if-none-match': etag } })
    expect([second.status, await second.text()]).toEqual([304, ''])
  })

  test('is valid by the schema of OpenAPI 3.1, and all its references lead somewhere', async () => {
    const validator = new Validator()
    const result = await validator.validate({ ...document })
    expect(result).toMatchObject({ valid: true })
    expect(validator.version).toBe('3.1')
    const names = Object.keys(document.components.schemas)
    const references = [...JSON.stringify(document).matchAll(/"\$ref":"([^"]*)"/g)].map(([, to]) => to)
    expect(references.length).toBeGreaterThan(0)
    expect(new Set(references)).toEqual(new Set(names.map((name) => `#/components/schemas/${name}`)))
  })

  test('holds every route of the management API, and none that is not there', async () => {
    const routes: string[] = []
    const server = Fastify()
    server.addHook('onRoute', ({ method, url }) => {
      for (const each of [method].flat()) if (each !== 'HEAD') routes.push(`${each} ${openApiPath(url)}`)
    })
    await server.register(managementApi(deps, operations))
    await server.ready()
    expect(
      described()
        .map(({ method, path }) => `${method.toUpperCase()} ${path}`)
        .sort(),
    ).toEqual(routes.sort())
  })

  test('names every operation once, with a tag, a summary and what its key needs', () => {
    const ids = described().map(({ operation }) => operation.operationId)
    expect(new Set(ids).size).toBe(ids.length)
    for (const { operation } of described()) {
      expect(operation.operationId).toMatch(/^[a-z]+[A-Z]\w+$/)
      expect(operation.summary).toMatch(/^[A-Z][^\n]{3,90}[^.]$/)
      expect(operation.security.flatMap(({ apiKey = [] }) => apiKey).length).toBeLessThanOrEqual(1)
      expect(operation.description).toMatch(/Needs (no API key|the permission `[a-z_]+:(read|write)`)\.$/)
    }
  })

  test('names every parameter of a path, and says what changes can be sent twice', () => {
    for (const { path, method, operation } of described()) {
      const parameters = operation.parameters ?? []
      const inPath = parameters.filter((parameter) => parameter.in === 'path').map(({ name }) => name)
      expect(inPath).toEqual([...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name))
      const source = operations.find(({ id }) => id === operation.operationId)
      const mayRepeat = parameters.some(({ name }) => name === 'Idempotency-Key')
      expect({ path, method, mayRepeat }).toEqual({ path, method, mayRepeat: source?.isChange })
    }
  })

  test('gives every answer a schema, and what is refused the schema of an error', () => {
    for (const { operation } of described()) {
      const source = operations.find(({ id }) => id === operation.operationId)
      for (const [status, { content }] of Object.entries(operation.responses)) {
        const isEmpty = Number(status) === source?.status && source.answer === undefined
        expect([operation.operationId, status, content === undefined]).toEqual([
          operation.operationId,
          status,
          isEmpty,
        ])
      }
    }
  })
})

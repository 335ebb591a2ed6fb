import { existsSync, readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { managementOperations } from '../../../src/management/index.ts'
import type { Operation } from '../../../src/management/operation.ts'
import { startTestApp, type TestApp } from '../../support/app.ts'
import type { ManagementAnswer } from '../../support/management.ts'
import { ask, outside, type Refusing, refusalsOf, worldOf } from './asking.ts'
import { cases } from './cases/index.ts'
import type { Asked, OperationCases, World } from './cases.ts'
import { type Deviation, deviations } from './deviations.ts'
import { ownSpecification, type Specification, workosSpecification } from './specification.ts'

/*
 * Sends each operation what it grants and what it refuses, and holds the answers against WorkOS's OpenAPI document and
 * against our own. The operations are those that are routed: whoever adds one adds its cases.
 */

const workos = workosSpecification()
const operations: readonly Operation[] = managementOperations(
  {} as Parameters<typeof managementOperations>[0],
)

const ofWorkos = ({ method, path }: Operation) => workos.find(method, path)
const isRefusal = (status: number) => status >= 400

let app: TestApp
let world: World
let ours: Specification
/** Answers that differed, as `operation status`, by which deviations prove to be needed. */
const differed = new Set<string>()

beforeAll(async () => {
  app = await startTestApp({ overrides: outside })
  world = worldOf(app, await app.management(), operations, cases)
  ours = ownSpecification((await (await fetch(`${app.issuer}/openapi.json`)).json()) as object)
})
afterAll(() => app[Symbol.asyncDispose]())

const deviationOf = (id: string, status: number, kind: Deviation['kind']): Deviation | undefined =>
  deviations.find(
    (deviation) =>
      deviation.kind === kind &&
      deviation.status === status &&
      (deviation.operations === 'every' || deviation.operations.includes(id)),
  )

/** Status and body, by our document and, where WorkOS has the operation, by theirs. */
const check = (
  operation: Operation,
  expected: number,
  { status, body }: ManagementAnswer,
  byOurs: 'by ours alone' | 'by both' = 'by both',
): void => {
  const { id } = operation
  expect({ status, body }).toEqual({ status: expected, body })
  const own = ours.find(operation.method, operation.path)
  expect(own && ours.faults(own, status, body)).toEqual([])
  const documented = ofWorkos(operation)
  if (byOurs === 'by ours alone' || !documented) return
  if (isRefusal(status) && !(status in documented.responses)) return
  const faults = workos.faults(documented, status, body)
  if (deviationOf(id, status, 'differs')) {
    if (faults.length > 0) differed.add(`${id} ${status}`)
    return
  }
  expect(faults).toEqual([])
}

const explicit = (of: OperationCases | undefined, status: number) => {
  const given = of?.[status as Extract<keyof OperationCases, number>]
  return given === undefined ? [] : [given].flat()
}

describe.each(operations.map((operation) => ({ operation, id: operation.id })))(
  '$id',
  ({ operation, id }) => {
    const its = cases[id]
    const granted = async (): Promise<Asked> => {
      if (!its) throw new Error(`There is no case of ${id} in the contract.`)
      return its.success(world)
    }

    const { status } = operation
    test(`answers ${status} as documented`, async () => {
      check(operation, status, await ask(world.management, operation, await granted()))
    })

    test.each(refusalsOf(operation).map((refusing) => ({ refusing, ...refusing })))(
      'answers $status $title',
      async ({ refusing }) => {
        const answer = await refusing.send(app, world, operation, await granted())
        check(operation, refusing.status, answer, isCaseOf(refusing) ? 'by both' : 'by ours alone')
      },
    )

    /** Where 400 means something of the operation's own, WorkOS's document describes that alone. */
    const isCaseOf = ({ status }: Refusing) => status !== 400 || !operation.errors.includes(400)

    const statuses = [400, 403, 404, 409, 422].filter((each) => explicit(its, each).length > 0)
    test.each(statuses)('answers %i to what it is documented for', async (expected) => {
      for (const arrange of explicit(its, expected)) {
        check(operation, expected, await ask(world.management, operation, await arrange(world)))
      }
    })

    test('has a case of each refusal that is documented', () => {
      const elsewhere = Object.keys(its?.elsewhere ?? {}).map(Number)
      const made = refusalsOf(operation).filter(isCaseOf)
      const refused = new Set<number>([
        ...made.map((refusing) => refusing.status),
        ...statuses,
        ...elsewhere,
        status,
      ])
      const documented = Object.keys(ofWorkos(operation)?.responses ?? {}).map(Number)
      const missing = [...new Set([...operation.errors, ...documented.filter(isRefusal)])].filter(
        (each) => !refused.has(each) && !deviationOf(id, each, 'never'),
      )
      expect(missing).toEqual([])
    })
  },
)

describe('the contract', () => {
  test('holds no case of an operation that is not there', () => {
    const ids = operations.map(({ id }) => id)
    expect(Object.keys(cases).filter((id) => !ids.includes(id))).toEqual([])
  })

  test('leaves to other tests what they really do', () => {
    const left = Object.values(cases).flatMap(({ elsewhere = {} }) => Object.values(elsewhere))
    const missing = left.filter(({ test: path, code }) => {
      const file = new URL(`../../../${path}`, import.meta.url)
      return !existsSync(file) || !readFileSync(file, 'utf8').includes(code)
    })
    expect(missing).toEqual([])
  })

  test('knows no deviation that is none', () => {
    const needless = deviations.flatMap(({ kind, operations: named, status = 0, workos: says }) => {
      const ids = named === 'every' ? operations.map(({ id }) => id) : named
      const unknown = ids.filter((id) => !operations.some((operation) => operation.id === id))
      if (kind === 'behaviour') return unknown
      const needing = ids.filter((id) => {
        if (kind === 'differs') return differed.has(`${id} ${status}`)
        const operation = operations.find((each) => each.id === id)
        return operation && ofWorkos(operation)?.responses[status] && explicit(cases[id], status).length === 0
      })
      const isNeeded = named === 'every' ? needing.length > 0 : needing.length === ids.length
      return isNeeded ? unknown : [...unknown, `${ids.join(', ')} ${status}: ${says}`]
    })
    expect(needless).toEqual([])
  })

  test('says how much it covers', () => {
    const tags = [...new Set(operations.map(({ tag }) => tag))]
    const rows = tags.map((tag) => {
      const all = operations.filter((operation) => operation.tag === tag)
      const covered = all.filter(({ id }) => cases[id])
      const shared = all.filter(ofWorkos)
      return { tag, covered: covered.length, total: all.length, 'documented by WorkOS': shared.length }
    })
    console.table(rows)
    expect(rows.map(({ tag, covered }) => [tag, covered])).toEqual(rows.map(({ tag, total }) => [tag, total]))
  })
})

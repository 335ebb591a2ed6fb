import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { managementOperations } from '../../../src/management/index.ts'
import { type Absence, absences } from './absences.ts'
import { shapeOf, workosSpecification } from './specification.ts'

const { operations: theirs } = workosSpecification()
const ours = new Set(
  managementOperations({} as Parameters<typeof managementOperations>[0]).map(({ method, path }) =>
    shapeOf(method, path),
  ),
)
const lacking = theirs.filter(({ method, path }) => !ours.has(shapeOf(method, path)))
const covers = (
  { paths, methods }: Absence,
  { method, path }: { readonly method: string; readonly path: string },
): boolean => paths.test(path) && (methods?.includes(method) ?? true)
const named = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`

describe('what WorkOS has and is not here', () => {
  test('is known, with a reason', () => {
    const unexplained = lacking.filter((operation) => !absences.some((absence) => covers(absence, operation)))
    expect(unexplained.map(named)).toEqual([])
  })

  test('is really not here', () => {
    const here = theirs.filter((operation) => !lacking.includes(operation))
    const wronged = here.filter((operation) => absences.some((absence) => covers(absence, operation)))
    expect(wronged.map(named)).toEqual([])
    const needless = absences.filter((absence) => !lacking.some((operation) => covers(absence, operation)))
    expect(needless.map(({ what }) => what)).toEqual([])
  })

  test('is on the page', () => {
    const page = readFileSync(new URL('../../../docs/workos-compatibility.md', import.meta.url), 'utf8')
    const text = page.replaceAll(/\s+/g, ' ')
    const missing = absences.filter(({ what, reason }) => !text.includes(`- ${what}: ${reason}`))
    expect(missing).toEqual([])
    expect(text).toContain(`${theirs.length - lacking.length} of the ${theirs.length} operations`)
  })
})

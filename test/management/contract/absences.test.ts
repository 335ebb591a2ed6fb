import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { managementOperations } from '../../../src/management/index.ts'
import { absences } from './absences.ts'
import { shapeOf, workosSpecification } from './specification.ts'

const { operations: theirs } = workosSpecification()
const ours = new Set(
  managementOperations({} as Parameters<typeof managementOperations>[0]).map(({ method, path }) =>
    shapeOf(method, path),
  ),
)
const lacking = theirs.filter(({ method, path }) => !ours.has(shapeOf(method, path)))
const named = ({ method, path }: { readonly method: string; readonly path: string }) => `${method} ${path}`

describe('what WorkOS has and is not here', () => {
  test('is known, with a reason', () => {
    const unexplained = lacking.filter(({ path }) => !absences.some(({ paths }) => paths.test(path)))
    expect(unexplained.map(named)).toEqual([])
  })

  test('is really not here', () => {
    const here = theirs.filter((operation) => !lacking.includes(operation))
    const wronged = here.filter(({ path }) => absences.some(({ paths }) => paths.test(path)))
    expect(wronged.map(named)).toEqual([])
    const needless = absences.filter(({ paths }) => !lacking.some(({ path }) => paths.test(path)))
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

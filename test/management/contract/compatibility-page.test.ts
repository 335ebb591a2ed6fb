import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'
import { behaviours } from './behaviours.ts'
import { type Deviation, deviations } from './deviations.ts'

const page = readFileSync(
  fileURLToPath(new URL('../../../docs/workos-compatibility.md', import.meta.url)),
  'utf8',
)

const operationsOf = ({ operations, status }: Deviation): string => {
  const named = operations === 'every' ? 'every operation' : operations.map((id) => `\`${id}\``).join(', ')
  return status === undefined ? named : `${named}: ${status}`
}

/** Cells without the blanks that align them. */
const cells = (line: string): string =>
  line
    .split('|')
    .map((cell) => cell.trim())
    .join('|')

test('the page of deviations from WorkOS says what the contract and the other tests know', () => {
  const lines = page.split('\n').filter((line) => line.startsWith('|'))
  const [head, , ...rows] = lines.map(cells)
  expect(head).toBe('|operations|WorkOS|Latchkey|why|')
  const expected = [...deviations, ...behaviours].map((deviation) =>
    cells(
      `| ${operationsOf(deviation)} | ${deviation.workos} | ${deviation.latchkey} | ${deviation.reason} |`,
    ),
  )
  expect(rows.toSorted()).toEqual(expected.toSorted())
})

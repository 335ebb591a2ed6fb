// Prints "<passed> <failed>" of a JSON report of vitest. Whatever did not pass counts as failed, skipped tests too,
// and so does a file that could not be read, which has no tests to count.
import { readFileSync } from 'node:fs'

const [path] = process.argv.slice(2)
const { testResults } = JSON.parse(readFileSync(path, 'utf8'))
const tests = testResults.flatMap(({ assertionResults }) => assertionResults)
const passed = tests.filter(({ status }) => status === 'passed').length
const broken = testResults.filter(
  ({ status, assertionResults }) =>
    assertionResults.length === 0 ||
    (status === 'failed' && assertionResults.every(({ status }) => status === 'passed')),
)
for (const { name } of broken) console.error(`${name} failed outside of its tests`)
for (const { status, fullName } of tests) if (status !== 'passed') console.error(`${status}: ${fullName}`)
console.log(`${passed} ${tests.length - passed + broken.length}`)

import { accessSync, constants, mkdirSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { temporaryDirectory } from '../support/temporary-directory.ts'
import { type Language, languagesIn, STEPS, type Step } from './languages.ts'
import { operatorOf } from './operator.ts'
import { userAt } from './person.ts'
import { runCommand, runProgram } from './program.ts'
import { newTls, startServer } from './server.ts'

/*
 * Starts a server and lets client libraries of several languages use it, unmodified. docs/interop.md says what is
 * needed, and what came of it.
 *
 *   npm run interop [-- language …]
 */

const folder = fileURLToPath(new URL('.', import.meta.url))
const artefacts = fileURLToPath(new URL('../../node_modules/.cache/interop', import.meta.url))
const { path: temporary } = await temporaryDirectory()
const tls = newTls(temporary)
const languages = languagesIn(artefacts, tls.authorityFile)
const wanted = process.argv.slice(2)

const complain = (message: string): never => {
  console.error(message)
  process.exit(2)
}

const unknown = wanted.filter((name) => !languages.some((language) => language.name === name))
if (unknown.length > 0) {
  complain(`Not known: ${unknown.join(', ')}. Languages: ${languages.map(({ name }) => name).join(', ')}`)
}
const chosen = languages.filter(({ name }) => wanted.length === 0 || wanted.includes(name))

const isOnPath = (program: string): boolean =>
  (process.env['PATH'] ?? '').split(delimiter).some((directory) => {
    try {
      accessSync(join(directory, program), constants.X_OK)
      return true
    } catch {
      return false
    }
  })

const missing = chosen.flatMap(({ name, toolchain }) =>
  toolchain.filter((program) => !isOnPath(program)).map((program) => `${program} (${name})`),
)
if (missing.length > 0) {
  complain(`Not on the PATH: ${missing.join(', ')}. Install them, or name the languages to run.`)
}

mkdirSync(artefacts, { recursive: true })
const unbuilt = new Map<Language, unknown>()
for (const language of chosen) {
  console.log(`building ${language.name}`)
  try {
    for (const command of language.build) {
      await runCommand(command, join(folder, language.name), language.environment ?? {})
    }
  } catch (error) {
    unbuilt.set(language, error)
  }
}

const problems: string[] = []
const done = new Map<Language, Set<string>>()
{
  await using server = await startServer(temporary, tls)
  const operator = await operatorOf(server)
  for (const language of chosen) {
    const steps = new Set<string>()
    done.set(language, steps)
    try {
      if (unbuilt.has(language)) throw unbuilt.get(language)
      const settings = {
        ...(await operator.applicationsFor(language.name)),
        // The first is OpenSSL's, and of most that is not; the second is that of the Python library requests.
        SSL_CERT_FILE: tls.authorityFile,
        REQUESTS_CA_BUNDLE: tls.authorityFile,
      }
      const user = userAt(server.issuer, operator.person)
      await runProgram(language, { cwd: join(folder, language.name), settings, user }, (line) => {
        console.log(`${language.name.padEnd(7)} ${line}`)
        if (line.startsWith('ok ')) steps.add(line.slice(3))
      })
    } catch (error) {
      problems.push(`${language.name}: ${error instanceof Error ? error.message : String(error)}`)
    }
  }
}

/** What is not there has to be known beforehand, and what is known not to be there must not be there. */
const verdict = ({ without }: Language, steps: ReadonlySet<string>, step: Step): string => {
  const isExpected = !without.includes(step)
  if (steps.has(step)) return isExpected ? 'ok' : 'UNEXPECTED'
  return isExpected ? 'MISSING' : '-'
}

const width = Math.max(...STEPS.map((step) => step.length)) + 2
const row = (cells: readonly string[]): string => cells.map((cell) => cell.padEnd(width)).join('')
console.log(`\n${row(['', ...chosen.map(({ name }) => name)])}`)
for (const step of STEPS) {
  const verdicts = [...done].map(([language, steps]) => verdict(language, steps, step))
  console.log(row([step, ...verdicts]))
}

for (const [language, steps] of done) {
  const wrong = STEPS.filter((step) => !['ok', '-'].includes(verdict(language, steps, step)))
  if (wrong.length > 0) problems.push(`${language.name}: not as expected: ${wrong.join(', ')}`)
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length === 0 ? 0 : 1

import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { importCommand, readImport } from '../../src/cli/import.ts'
import { type Transaction, transactionOn } from '../../src/storage/transaction.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { signIn } from '../support/follow-authorization.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/** A server, and the command that brings others' users and applications into its store. */
export interface ImportRoom extends AsyncDisposable {
  readonly app: TestApp
  readonly transaction: Transaction
  /** What the command said that ran last. */
  readonly printed: readonly string[]
  command(...args: readonly string[]): Promise<number>
  commandOn(transaction: Transaction, ...args: readonly string[]): Promise<number>
  /** Of a file that may not be there. */
  path(name: string): string
  file(name: string, content: string): Promise<string>
  /** Whether the password is theirs, as the sign-in page has it. */
  signsIn(email: string, password: string): Promise<boolean>
}

export const openImportRoom = async (): Promise<ImportRoom> => {
  const app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
  const directory = await temporaryDirectory()
  const transaction = transactionOn(app.testDatabase.database.kysely)
  const printed: string[] = []
  const path = (name: string): string => join(directory.path, name)
  const commandOn = (within: Transaction, ...args: readonly string[]): Promise<number> => {
    printed.length = 0
    const print = (line: string) => printed.push(line)
    const begin = readImport(args)
    if (typeof begin === 'string') throw new RangeError(begin)
    return importCommand(begin, { print, transaction: within, clock: app.clock, random: systemRandom })
  }
  return {
    ...{ app, transaction, printed, path, commandOn },
    command: (...args) => commandOn(transaction, ...args),
    file: async (name, content) => {
      await writeFile(path(name), content)
      return path(name)
    },
    signsIn: async (email, password) => {
      const browser = createBrowser(app.issuer)
      const visited = await signIn(browser, await browser.get('/account'), { email, password } as never)
      return visited.url.pathname === '/account'
    },
    [Symbol.asyncDispose]: async () => {
      await app[Symbol.asyncDispose]()
      await directory.remove()
    },
  }
}

/** What stands in a file of JSON lines. */
export const linesOf = async (path: string) =>
  (await readFile(path, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line))

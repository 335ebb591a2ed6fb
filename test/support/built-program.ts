import { execFileSync, spawn } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The program as `npm run build` makes it, in a directory of its own. */
export interface BuiltProgram {
  /** What Node runs. */
  readonly main: string
  /** Runs a command to its end. Nothing of this process's environment but PATH reaches it. */
  run(args: readonly string[], settings: Readonly<Record<string, string>>): Promise<Finished>
  remove(): void
}

export interface Finished {
  /** The exit code; null after a signal. */
  readonly code: number | null
  /** What it said on both streams. */
  readonly output: string
}

/** Not into dist, which somebody may be using. */
export const buildProgram = (): BuiltProgram => {
  const cache = join(root, 'node_modules/.cache')
  mkdirSync(cache, { recursive: true })
  const directory = mkdtempSync(join(cache, 'program-'))
  execFileSync(process.execPath, ['scripts/bundle.mjs', directory], { cwd: root })
  const main = join(directory, 'src/main.js')
  return {
    main,
    run: (args, settings) =>
      new Promise((resolve, reject) => {
        const { PATH = '' } = process.env
        const child = spawn(process.execPath, [main, ...args], {
          env: { PATH, ...settings },
          stdio: ['ignore', 'pipe', 'pipe'],
        })
        let output = ''
        const hear = (chunk: Buffer) => {
          output += chunk.toString()
        }
        child.stdout.on('data', hear)
        child.stderr.on('data', hear)
        child.once('error', reject)
        child.once('close', (code) => resolve({ code, output }))
      }),
    remove: () => rmSync(directory, { recursive: true, force: true }),
  }
}

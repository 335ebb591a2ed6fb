import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** A page of docs/operations whose commands are run as they stand, one block after the other. */
export interface Runbook {
  /** Runs the next block, which stands below that heading, and stops at the first command that fails. @returns what it wrote. */
  next(heading: string, variables?: Readonly<Record<string, string>>): Promise<string>
  /** How many blocks were not run. */
  readonly left: number
}

interface Block {
  readonly heading: string
  readonly commands: string
}

/** @param environment nothing else reaches the commands. */
export const openRunbook = (name: string, environment: Readonly<Record<string, string>>): Runbook => {
  const path = fileURLToPath(new URL(`../../docs/operations/${name}.md`, import.meta.url))
  const blocks = blocksOf(readFileSync(path, 'utf8'))
  const all = blocks.length
  let run = 0
  return {
    next: (heading, variables = {}) => {
      const block = blocks[run]
      if (block?.heading !== heading) {
        throw new Error(`Next is ${block?.heading ?? 'nothing'}, and not ${heading}.`)
      }
      run += 1
      return outputOf(block.commands, { ...environment, ...variables })
    },
    get left() {
      return all - run
    },
  }
}

const blocksOf = (page: string): Block[] => {
  const blocks: Block[] = []
  let heading = ''
  let lines: string[] | undefined
  for (const line of page.split('\n')) {
    if (lines === undefined) heading = /^#+ +(.*)$/.exec(line)?.[1] ?? heading
    if (/^ *```sh$/.test(line)) lines = []
    else if (/^ *```$/.test(line) && lines) {
      blocks.push({ heading, commands: lines.join('\n') })
      lines = undefined
    } else lines?.push(line)
  }
  return blocks
}

const outputOf = (commands: string, environment: Readonly<Record<string, string>>): Promise<string> =>
  new Promise((resolve, reject) => {
    // A variable that the page does not name is a mistake of the page.
    const child = spawn('bash', ['-e', '-u', '-o', 'pipefail', '-c', commands], {
      env: environment,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    let errors = ''
    child.stdout.on('data', (chunk: Buffer) => (output += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()))
    child.once('error', reject)
    child.once('close', (code) =>
      code === 0
        ? resolve(output)
        : reject(new Error(`Exit code ${code} of:\n${commands}\n${output}${errors}`)),
    )
  })

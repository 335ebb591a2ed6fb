import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import type { Command, Language } from './languages.ts'
import type { Settings } from './operator.ts'
import type { User } from './person.ts'

/*
 * A program says on its standard output, a line each:
 *
 *   ok <step>                             it has got that done
 *   open <url>                            its user is to go there, and it is to be told by a line where that led
 *   connect <verification_uri> <code>     its user is to let the device in; nothing is answered, it polls
 *
 * and anything else for people. It ends with 0 when all has been done.
 */

const PATIENCE_MILLISECONDS = 120_000

/** What it printed, line by line, goes to `hear`. @throws unless it ended well. */
export const runProgram = async (
  { name, run: [program, ...args], environment }: Language,
  { cwd, settings, user }: { readonly cwd: string; readonly settings: Settings; readonly user: User },
  hear: (line: string) => void,
): Promise<void> => {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...environment, ...settings } })
  const timer = setTimeout(() => child.kill('SIGKILL'), PATIENCE_MILLISECONDS)
  child.stderr.setEncoding('utf8').on('data', (text: string) => hear(text.trimEnd()))
  // Whoever hangs up early says why by the code it ends with.
  child.stdin.on('error', () => {})
  const talk = async (): Promise<void> => {
    for await (const line of createInterface({ input: child.stdout })) {
      const [word, first = '', second = ''] = line.split(' ')
      if (word === 'open') child.stdin.write(`${await user.open(first)}\n`)
      else if (word === 'connect') await user.connect(first, second)
      else hear(line)
    }
  }
  try {
    const [code] = await Promise.all([endOf(child), talk()])
    if (code !== 0) throw new Error(`${name} ended with ${code ?? 'a signal'}`)
  } finally {
    clearTimeout(timer)
    child.kill('SIGKILL')
  }
}

/** Runs a command to its end. @throws what it said, if it failed. */
export const runCommand = async (
  [program, ...args]: Command,
  cwd: string,
  environment: Settings,
): Promise<void> => {
  const child = spawn(program, args, { cwd, env: { ...process.env, ...environment } })
  let output = ''
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      output += text
    })
  }
  const code = await endOf(child)
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}\n${output}`)
}

const endOf = async (child: ChildProcessWithoutNullStreams): Promise<number | null> => {
  const [code] = await once(child, 'close')
  return code as number | null
}

import { type ChildProcess, fork } from 'node:child_process'
import { extname } from 'node:path'
import { type Forms, type Hashing, needsRehash } from './hashing.ts'
import { PasswordHashingBusy } from './password-hash.ts'

/*
 * Passwords are hashed by a process beside the server, to which the system gives less of the processor than to what hands
 * out tokens (docs/decisions/0062). It ends with the server, and is begun anew should it end by itself.
 */

/** What the process is asked for; it answers each by its ID. */
export interface Asked {
  readonly id: number
  readonly work:
    | { readonly kind: 'hash'; readonly password: string }
    | { readonly kind: 'verify'; readonly hash: string; readonly forms: Forms }
    | { readonly kind: 'pretend'; readonly password: string }
}

type Result = string | boolean | undefined

export type Answered =
  | { readonly id: number; readonly result: Result }
  | { readonly id: number; readonly problem: string }

export interface HashingProcess extends Hashing {
  /** Before it is asked for anything: who signs in first need not wait for it. */
  begin(): void
  end(): void
}

/** As this module stands beside it, compiled or not. */
const main = new URL(`hashing-main${extname(import.meta.filename)}`, import.meta.url)

interface Waiting {
  resolve(result: Result): void
  reject(error: Error): void
}

export const hashingProcess = (): HashingProcess => {
  let running: { readonly child: ChildProcess; readonly waiting: Map<number, Waiting> } | undefined
  let lastId = 0

  const begin = () => {
    // It needs nothing of the environment, in which there are secrets.
    const child = fork(main, { execArgv: [], env: {}, stdio: ['ignore', 'ignore', 'inherit', 'ipc'] })
    // Whoever waits for it has a connection open; by itself it keeps nobody.
    child.unref()
    child.channel?.unref()
    const waiting = new Map<number, Waiting>()
    const begun = { child, waiting }
    const ended = (): void => {
      if (running === begun) running = undefined
      for (const { reject } of waiting.values())
        reject(new PasswordHashingBusy('the process that hashes passwords ended'))
      waiting.clear()
    }
    child.on('message', (answered: Answered) => {
      const asked = waiting.get(answered.id)
      waiting.delete(answered.id)
      if ('problem' in answered) asked?.reject(new Error(answered.problem))
      else asked?.resolve(answered.result)
    })
    child.once('exit', ended)
    child.once('error', ended)
    running = begun
    return begun
  }

  const ask = (work: Asked['work']) =>
    new Promise<Result>((resolve, reject) => {
      const { child, waiting } = running ?? begin()
      lastId += 1
      const asked: Asked = { id: lastId, work }
      waiting.set(asked.id, { resolve, reject })
      child.send(asked, (error) => {
        if (error && waiting.delete(asked.id)) reject(error)
      })
    })

  return {
    hash: async (password) => String(await ask({ kind: 'hash', password })),
    verify: async (hash, forms) => (await ask({ kind: 'verify', hash, forms })) === true,
    pretend: async (password) => {
      await ask({ kind: 'pretend', password })
    },
    needsRehash: needsRehash(),
    begin: () => {
      if (!running) begin()
    },
    end: () => {
      if (running?.child.connected) running.child.disconnect()
    },
  }
}

import { extname } from 'node:path'
import { Worker } from 'node:worker_threads'
import type { Scheme } from './scheme.ts'

/** Takes about 0.6 seconds; 14 takes twice as long. */
const MAXIMUM_COST = 13

const SYNTAX = /^\$2[aby]\$(?<cost>0[4-9]|1[0-9]|2[0-9]|3[01])\$[./A-Za-z0-9]{53}$/

/** The worker beside this file: `.ts` where the sources run, `.js` where they were built. */
const WORKER = new URL(`./bcrypt-worker${extname(import.meta.url)}`, import.meta.url)

/**
 * `$2a$`, `$2b$` or `$2y$`. As ever with bcrypt, what a password has beyond its first 72 bytes does not count.
 *
 * bcrypt is computed by JavaScript here, which would keep this thread from everything else for as long as it takes. So
 * each verification has a thread of its own; the queue bounds how many there are.
 */
export const bcryptScheme: Scheme = (text) => {
  const cost = SYNTAX.exec(text)?.groups?.['cost']
  if (cost === undefined || Number(cost) > MAXIMUM_COST) return undefined
  return (password) =>
    new Promise((resolve, reject) => {
      const worker = new Worker(WORKER, { workerData: { password, hash: text }, env: {}, execArgv: [] })
      worker.once('message', (isRight) => resolve(isRight === true))
      worker.once('error', reject)
      // Has no effect once there was an answer.
      worker.once('exit', () => reject(new Error('The thread that verifies bcrypt ended without an answer.')))
    })
}

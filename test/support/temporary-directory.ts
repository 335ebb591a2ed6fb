import { existsSync, readdirSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryDirectory {
  readonly path: string
  remove(): void
}

const PREFIX = 'latchkey-test-'

/** A directory that goes when the process does, however it ends; what a killed process left goes with the next. */
export const temporaryDirectory = async (): Promise<TemporaryDirectory> => {
  removeLeftovers()
  const path = await mkdtemp(join(tmpdir(), `${PREFIX}${process.pid}-`))
  const removeAtExit = () => removeNow(path)
  process.once('exit', removeAtExit)
  return {
    path,
    remove: () => {
      process.off('exit', removeAtExit)
      removeNow(path)
    },
  }
}

/** Without awaiting, since the process may be ending; repeated, since a dying server may still be writing. */
const removeNow = (path: string): void => {
  for (let attempt = 1; existsSync(path) && attempt <= 20; attempt += 1) {
    if (attempt > 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 50)
    try {
      rmSync(path, { recursive: true, force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOTEMPTY') throw error
    }
  }
}

const removeLeftovers = (): void => {
  for (const name of readdirSync(tmpdir())) {
    const owner = new RegExp(`^${PREFIX}(\\d+)-`).exec(name)?.[1]
    if (owner !== undefined && !isRunning(Number(owner))) {
      rmSync(join(tmpdir(), name), { recursive: true, force: true })
    }
  }
}

const isRunning = (processId: number): boolean => {
  try {
    return process.kill(processId, 0)
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

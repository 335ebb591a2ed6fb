import { mkdir, open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { newHandle, type Random } from './random.ts'

/*
 * The directory of the embedded store: the store itself, the secret it is sealed with, and a lock. Two processes on
 * one store would destroy it, and the store does not notice.
 */

export interface DataDirectory {
  readonly store: string
  /** Made once and kept, readable by its owner alone. */
  readonly secret: string
  release(): Promise<void>
}

export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse'

  constructor(path: string, processId: number) {
    super(
      `The data directory ${path} is in use by process ${processId}; stop that first, or name another one by LATCHKEY_DATA_DIR.`,
    )
  }
}

/** @throws DataDirectoryInUse while another process that lives has it. */
export const openDataDirectory = async (path: string, random: Random): Promise<DataDirectory> => {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const release = await lock(path)
  try {
    return {
      store: join(path, 'store'),
      secret: await readOrCreateSecret(join(path, 'secret'), random),
      release,
    }
  } catch (error) {
    await release()
    throw error
  }
}

const lock = async (directory: string): Promise<() => Promise<void>> => {
  const path = join(directory, 'lock')
  for (;;) {
    const created = await createExclusively(path, String(process.pid))
    if (created) return () => rm(path, { force: true })
    const holder = Number(await readFile(path, 'utf8').catch(() => ''))
    if (holder > 0 && isAlive(holder)) throw new DataDirectoryInUse(directory, holder)
    // Left behind by a process that was killed.
    await rm(path, { force: true })
  }
}

const isAlive = (processId: number): boolean => {
  try {
    process.kill(processId, 0)
    return true
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}

const readOrCreateSecret = async (path: string, random: Random): Promise<string> => {
  await createExclusively(path, newHandle(random))
  return (await readFile(path, 'utf8')).trim()
}

/** False if there is such a file already. */
const createExclusively = async (path: string, content: string): Promise<boolean> => {
  try {
    const file = await open(path, 'wx', 0o600)
    try {
      await file.writeFile(content)
      await file.sync()
    } finally {
      await file.close()
    }
    return true
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
    throw error
  }
}

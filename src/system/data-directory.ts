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
  const own = { processId: process.pid, started: await startOf(process.pid) }
  for (;;) {
    if (await createExclusively(path, JSON.stringify(own))) return () => rm(path, { force: true })
    const holder = await readHolder(path)
    if (holder && (await isAlive(holder))) throw new DataDirectoryInUse(directory, holder.processId)
    // Left behind by a process that was killed.
    await rm(path, { force: true })
  }
}

interface Holder {
  readonly processId: number
  /** When it started, as the system counts; undefined where the system does not tell. */
  readonly started?: string | undefined
}

const readHolder = async (path: string): Promise<Holder | undefined> => {
  try {
    const { processId, started } = JSON.parse(await readFile(path, 'utf8')) as Partial<Holder>
    return typeof processId === 'number' ? { processId, started } : undefined
  } catch {
    // Gone by now, or cut off by a crash while it was written.
    return undefined
  }
}

/** In a container every process has the same few IDs, so an ID that lives may be somebody else's: the start tells. */
const isAlive = async ({ processId, started }: Holder): Promise<boolean> => {
  if (processId === process.pid) return false
  try {
    process.kill(processId, 0)
  } catch (error) {
    // EPERM: it lives, and belongs to somebody else.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return false
  }
  return started === undefined || started === (await startOf(processId))
}

/** Of Linux: the boot, and the ticks from there to the start of the process (proc(5), field 22 of stat). */
const startOf = async (processId: number): Promise<string | undefined> => {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const stat = await readFile(`/proc/${processId}/stat`, 'utf8')
    // The second field is a name in parentheses that may hold anything, spaces too.
    const ticks = stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]
    return `${boot.trim()} ${ticks}`
  } catch {
    return undefined
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

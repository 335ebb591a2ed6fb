import { open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { createFile, type Draft, hasCode, linkNew, writeDraft } from './atomic-file.ts'
import { sha256 } from './hash.ts'
import { isSameSpace, isStillRunning, type ProcessIdentity, thisProcess } from './process-identity.ts'
import { newHandle, type Random } from './random.ts'
import { after, type Timer } from './timer.ts'

/*
 * A lock that outlives neither its holder nor a crash of it. The file `lock` says who holds it, in a text that no other
 * holder ever has. Whether a holder is gone its process tells; one of another machine or container cannot be seen, so
 * each touches its lock every few seconds, and counts as gone when it has not for a minute.
 *
 * Nobody may judge a lock and then remove it: by then it may be somebody else's. So whoever replaces or removes a lock
 * first creates its successor, a file whose name follows from the text of that lock, and only one can. A successor whose
 * owner crashed before it was done is replaced in the same way; the last of the chain is the holder.
 */

export interface DirectoryLock {
  release(): Promise<void>
}

export interface LockOptions {
  readonly beatMilliseconds?: number
  /** Somebody took the lock, because this process stood still for too long. It must not write another byte. */
  readonly onLost?: (error: DataDirectoryLost) => void
}

export class DataDirectoryInUse extends Error {
  override readonly name = 'DataDirectoryInUse'

  constructor(directory: string, holder: string, remark = '') {
    super(
      `The data directory ${directory} is in use by ${holder}; stop that first, or name another one by LATCHKEY_DATA_DIR.${remark}`,
    )
  }
}

export class DataDirectoryLost extends Error {
  override readonly name = 'DataDirectoryLost'

  constructor(directory: string) {
    super(
      `The data directory ${directory} was taken by another process, or removed, while this one had it; this one ends at once, so as not to damage the store.`,
    )
  }
}

const BEAT_MILLISECONDS = 10_000
/** Six beats: a process that is busy, or a disk that is, may miss some. */
const GONE_MILLISECONDS = 60_000

/** Not by way of a promise: nobody may catch it. */
const endProcess = (error: Error): void => {
  queueMicrotask(() => {
    throw error
  })
}

/** @throws DataDirectoryInUse */
export const lockDirectory = async (
  directory: string,
  random: Random,
  { beatMilliseconds = BEAT_MILLISECONDS, onLost = endProcess }: LockOptions = {},
): Promise<DirectoryLock> => {
  const path = join(directory, 'lock')
  const identity = await thisProcess()
  const newText = () => JSON.stringify({ ...identity, token: newHandle(random) })
  const text = newText()
  const draft = await writeDraft(path, text, random)
  try {
    await take(directory, path, { draft, text, identity })
  } catch (error) {
    await draft.file.close()
    throw error
  } finally {
    await rm(draft.path, { force: true })
  }

  let next: Timer
  let beating: Promise<void> = Promise.resolve()
  const beatLater = (): void => {
    next = after(beatMilliseconds, () => {
      // If the disk did not answer, it may the next time.
      beating = beat().catch(beatLater)
    })
  }
  const beat = async (): Promise<void> => {
    if ((await read(path))?.text !== text) {
      onLost(new DataDirectoryLost(directory))
      return
    }
    // By the open file, which is this lock for ever, whatever its name stands for by now.
    await draft.file.write(text, 0)
    beatLater()
  }
  beatLater()

  return {
    release: async () => {
      next.cancel()
      await beating
      next.cancel()
      await draft.file.close()
      await removeOwn(path, text, (successor) => createFile(successor, newText(), random))
    },
  }
}

interface Candidate {
  readonly draft: Draft
  readonly text: string
  readonly identity: ProcessIdentity
}

const take = async (directory: string, path: string, candidate: Candidate): Promise<void> => {
  const { draft } = candidate
  for (;;) {
    if (await linkNew(draft.path, path)) return
    const chain = await readChain(path)
    const [lock] = chain
    const holder = chain.at(-1)
    // Released this very moment.
    if (lock === undefined || holder === undefined) continue
    await refuseWhileHeld(directory, holder, candidate)
    const successor = successorOf(path, holder.text)
    // Somebody was faster.
    if (!(await linkNew(draft.path, successor))) continue
    if ((await read(path))?.text === lock.text) {
      await rename(draft.path, path)
      for (const { text } of chain) await rm(successorOf(path, text), { force: true })
      return
    }
    // The chain was replaced while we looked at it, so we follow nobody.
    await rm(successor, { force: true })
  }
}

const removeOwn = async (
  path: string,
  text: string,
  createSuccessor: (successor: string) => Promise<boolean>,
): Promise<void> => {
  const successor = successorOf(path, text)
  try {
    // Somebody thinks that we are gone, and has it by now.
    if (!(await createSuccessor(successor))) return
    if ((await read(path))?.text === text) await rm(path, { force: true })
    await rm(successor, { force: true })
  } catch (error) {
    // The whole directory is gone.
    if (!hasCode(error, 'ENOENT')) throw error
  }
}

const successorOf = (path: string, text: string): string => `${path}.${sha256(text)}`

interface Found {
  readonly text: string
  /** By the clock of the file system, in milliseconds. */
  readonly touchedAt: number
}

const read = async (path: string): Promise<Found | undefined> => {
  try {
    const file = await open(path, 'r')
    try {
      return { text: await file.readFile('utf8'), touchedAt: (await file.stat()).mtimeMs }
    } finally {
      await file.close()
    }
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

/** The lock and its successors, the holder last. */
const readChain = async (path: string): Promise<Found[]> => {
  const chain: Found[] = []
  let found = await read(path)
  while (found !== undefined) {
    chain.push(found)
    found = await read(successorOf(path, found.text))
  }
  return chain
}

/** @throws DataDirectoryInUse */
const refuseWhileHeld = async (
  directory: string,
  { text, touchedAt }: Found,
  { draft, text: ownText, identity }: Candidate,
): Promise<void> => {
  const holder = parse(text)
  if (holder !== undefined && isSameSpace(holder, identity)) {
    if (!(await isStillRunning(holder))) return
    throw new DataDirectoryInUse(directory, `process ${holder.processId}`)
  }
  // Both times are of the file system: the clocks of two machines need not agree.
  await draft.file.write(ownText, 0)
  const silent = (await draft.file.stat()).mtimeMs - touchedAt
  if (silent >= GONE_MILLISECONDS) return
  throw new DataDirectoryInUse(
    directory,
    holder === undefined
      ? 'somebody whose lock cannot be read'
      : `process ${holder.processId} of ${holder.host}, another machine or container`,
    ` If that was killed, try again in ${Math.ceil((GONE_MILLISECONDS - Math.max(0, silent)) / 1000)} seconds.`,
  )
}

const parse = (text: string): ProcessIdentity | undefined => {
  try {
    const { processId, host, space, started } = JSON.parse(text) as Partial<ProcessIdentity>
    return typeof processId === 'number' && typeof host === 'string'
      ? { processId, host, space, started }
      : undefined
  } catch {
    return undefined
  }
}

import { mkdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { createFile, hasCode } from './atomic-file.ts'
import { lockDirectory } from './directory-lock.ts'
import { failureCode } from './failure-code.ts'
import { newHandle, type Random } from './random.ts'

/*
 * The directory of the embedded store: the store itself, the secret it is sealed with, and a lock. Two processes on
 * one store would destroy it, and the store does not notice. Of a store that was moved to a server, the file `promoted`
 * says where to, and `promotion` what that server knows it by.
 */

export interface DataDirectory {
  readonly store: string
  /** Made once and kept, readable by its owner alone. */
  readonly secret: string
  release(): Promise<void>
}

export { DataDirectoryInUse } from './directory-lock.ts'

/** The file of the secret is not as it was made. */
export class DamagedSecret extends Error {
  override readonly name = 'DamagedSecret'

  constructor(path: string) {
    super(
      `The file ${path} is damaged: it must hold the 43 characters that Latchkey once wrote into it. ` +
        'Restore it from a backup. If there is none, delete it, and the next start makes another one ' +
        'and says how to replace the signing keys.',
    )
  }
}

/** What is in the store is served from elsewhere; to go on here would make two of it. */
export class PromotedStore extends Error {
  override readonly name = 'PromotedStore'

  constructor(path: string, place: string) {
    super(
      `The store in ${path} was moved to ${place}; set DATABASE_URL to serve it from there. ` +
        `To give that up and go on with the store as it was then, delete the file ${promotedFile(path)}.`,
    )
  }
}

/** The directory is none of ours; it may be misspelt. */
export class NoStore extends Error {
  override readonly name = 'NoStore'

  constructor(path: string) {
    super(`There is no embedded store in ${path}; name its directory by LATCHKEY_DATA_DIR.`)
  }
}

/** @throws DataDirectoryInUse while another process that lives has it; DamagedSecret, PromotedStore. */
export const openDataDirectory = async (path: string, random: Random): Promise<DataDirectory> => {
  await mkdir(path, { recursive: true, mode: 0o700 })
  return openLocked(path, random, async () => {
    const place = await promotedTo(path)
    if (place !== undefined) throw new PromotedStore(path, place)
    return {}
  })
}

/** A store that is about to be moved to a server, or was. */
export interface LeavingDirectory extends DataDirectory {
  /** By which the server knows whose rows it has already. */
  readonly id: string
  /** Where it has gone to. */
  readonly promotedTo: string | undefined
  /** Nobody opens the store any more but to move it. */
  markPromoted(place: string): Promise<void>
}

/** @throws DataDirectoryInUse, DamagedSecret, NoStore */
export const openLeavingDirectory = async (path: string, random: Random): Promise<LeavingDirectory> => {
  if (!(await hasStore(path))) throw new NoStore(path)
  return openLocked(path, random, async () => {
    const idFile = join(path, 'promotion')
    await createFile(idFile, newHandle(random), random)
    return {
      id: await readFile(idFile, 'utf8'),
      promotedTo: await promotedTo(path),
      markPromoted: async (place) => {
        await createFile(promotedFile(path), place, random)
      },
    }
  })
}

/** A new directory cannot be there. */
export class UnfitDirectory extends Error {
  override readonly name = 'UnfitDirectory'

  constructor(path: string, reason: string) {
    super(
      `The directory ${path} cannot be made (${reason}); name one that is not there yet, where this user may write.`,
    )
  }
}

/** For a copy of a store whose secret is kept elsewhere. @throws UnfitDirectory */
export const makeCopyDirectory = async (
  path: string,
  random: Random,
): Promise<Omit<DataDirectory, 'secret'>> => {
  const made = await mkdir(path, { recursive: true, mode: 0o700 }).catch((error: unknown) => {
    throw new UnfitDirectory(path, failureCode(error) ?? String(error))
  })
  if (made === undefined) throw new UnfitDirectory(path, 'EEXIST')
  const { release } = await lockDirectory(path, random)
  return { store: join(path, 'store'), release }
}

const openLocked = async <T>(
  path: string,
  random: Random,
  readMore: () => Promise<T>,
): Promise<DataDirectory & T> => {
  const { release } = await lockDirectory(path, random)
  try {
    const more = await readMore()
    const secret = await readOrCreateSecret(secretFile(path), random)
    return { ...more, store: join(path, 'store'), secret, release }
  } catch (error) {
    await release()
    throw error
  }
}

export const secretFile = (path: string): string => join(path, 'secret')

const promotedFile = (path: string): string => join(path, 'promoted')

const promotedTo = async (path: string): Promise<string | undefined> => {
  try {
    return await readFile(promotedFile(path), 'utf8')
  } catch (error) {
    if (hasCode(error, 'ENOENT')) return undefined
    throw error
  }
}

export const hasStore = async (path: string): Promise<boolean> => {
  try {
    await stat(join(path, 'store'))
    return true
  } catch (error) {
    if (hasCode(error, 'ENOENT') || hasCode(error, 'ENOTDIR')) return false
    throw error
  }
}

/** What newHandle makes. Keys made from less would be good for nothing, and nobody would notice. */
const SECRET = /^[A-Za-z0-9_-]{43}$/

const readOrCreateSecret = async (path: string, random: Random): Promise<string> => {
  await createFile(path, newHandle(random), random)
  return readSecret(path)
}

/** Of a directory that another process has, too. @throws DamagedSecret */
export const readSecret = async (path: string): Promise<string> => {
  // An editor, or a restoration by hand, may have ended the line.
  const secret = (await readFile(path, 'utf8')).trimEnd()
  if (!SECRET.test(secret)) throw new DamagedSecret(path)
  return secret
}

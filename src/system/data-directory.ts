import { mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { createFile } from './atomic-file.ts'
import { lockDirectory } from './directory-lock.ts'
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

/** @throws DataDirectoryInUse while another process that lives has it; DamagedSecret. */
export const openDataDirectory = async (path: string, random: Random): Promise<DataDirectory> => {
  await mkdir(path, { recursive: true, mode: 0o700 })
  const { release } = await lockDirectory(path, random)
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

/** What newHandle makes. Keys made from less would be good for nothing, and nobody would notice. */
const SECRET = /^[A-Za-z0-9_-]{43}$/

const readOrCreateSecret = async (path: string, random: Random): Promise<string> => {
  await createFile(path, newHandle(random), random)
  // An editor, or a restoration by hand, may have ended the line.
  const secret = (await readFile(path, 'utf8')).trimEnd()
  if (!SECRET.test(secret)) throw new DamagedSecret(path)
  return secret
}

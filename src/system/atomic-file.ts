import { type FileHandle, link, open, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { newHandle, type Random } from './random.ts'

/*
 * Files that are there with all of their content or not at all, whenever the process or the machine ends: written
 * under a name that nobody looks for, then linked to their own, which fails if there is such a file already.
 */

/** A file that is not yet where it belongs. Whoever asked for it closes and removes it. */
export interface Draft {
  readonly path: string
  readonly file: FileHandle
}

export const writeDraft = async (path: string, content: string, random: Random): Promise<Draft> => {
  const draft = `${path}.${newHandle(random)}.new`
  const file = await open(draft, 'wx', 0o600)
  try {
    await file.writeFile(content)
    await file.sync()
    return { path: draft, file }
  } catch (error) {
    await file.close()
    await rm(draft, { force: true })
    throw error
  }
}

/** False if there is such a file already. */
export const linkNew = async (existing: string, path: string): Promise<boolean> => {
  try {
    await link(existing, path)
    return true
  } catch (error) {
    if (hasCode(error, 'EEXIST')) return false
    throw error
  }
}

/** False if there is such a file already, which is left as it is. */
export const createFile = async (path: string, content: string, random: Random): Promise<boolean> => {
  const draft = await writeDraft(path, content, random)
  try {
    const isNew = await linkNew(draft.path, path)
    if (isNew) await syncDirectory(dirname(path))
    return isNew
  } finally {
    await draft.file.close()
    await rm(draft.path, { force: true })
  }
}

/** Without it a power failure may take the name away, though the content is safe. */
const syncDirectory = async (path: string): Promise<void> => {
  // Windows opens no directories, and keeps names safe by itself.
  if (process.platform === 'win32') return
  const directory = await open(path, 'r')
  try {
    await directory.sync()
  } finally {
    await directory.close()
  }
}

export const hasCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code

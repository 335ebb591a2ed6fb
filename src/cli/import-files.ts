import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import type { z } from 'zod'
import { hasCode } from '../system/atomic-file.ts'

/** A file of the command line is not what it is to be. */
export class UnfitFile extends Error {
  override readonly name = 'UnfitFile'

  constructor(path: string, problem: string) {
    super(`The file ${path} ${problem}.`)
  }
}

const failing = (path: string, what: string) => (error: unknown) => {
  throw new UnfitFile(path, `cannot be ${what}: ${error instanceof Error ? error.message : String(error)}`)
}

/** For whatever fails while that file is read. @throws UnfitFile */
export const unreadable = (path: string, error: unknown): never => {
  if (error instanceof UnfitFile) throw error
  return failing(path, 'read')(error)
}

/** @throws UnfitFile */
export const sizeOf = async (path: string): Promise<number> =>
  (await stat(path).catch(failing(path, 'read'))).size

/** A file that is one piece of JSON. @throws UnfitFile unless it is what it is said to be. */
export const readExport = async <T extends z.ZodType>(
  path: string,
  schema: T,
  what: string,
): Promise<z.output<T>> => {
  const text = await readFile(path, 'utf8').catch(failing(path, 'read'))
  const parsed = schema.safeParse(parsedLine(text))
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  const place = issue && issue.path.length > 0 ? ` (${issue.path.join('.')}: ${issue.message})` : ''
  throw new UnfitFile(path, `is no export of ${what}${place}`)
}

/** For what comes of a file that is read. @throws UnfitFile if it is that file. */
export const openResults = async (path: string, flags: 'w' | 'a', input: string): Promise<FileHandle> => {
  const [ours, given] = await Promise.all([path, input].map((file) => stat(file).catch(() => undefined)))
  if (ours && given && ours.dev === given.dev && ours.ino === given.ino) {
    throw new UnfitFile(path, 'is the one that is read; name another one for what comes of it')
  }
  return open(path, flags, 0o600).catch(failing(path, 'written to'))
}

/** What an earlier run left. @throws UnfitFile */
export const readResults = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch((error: unknown) =>
    hasCode(error, 'ENOENT') ? '' : failing(path, 'read')(error),
  )

/** A line of a file of JSON lines; one that is none, as it stands there. */
export const parsedLine = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}

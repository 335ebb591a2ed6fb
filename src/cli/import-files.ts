import { createReadStream } from 'node:fs'
import { type FileHandle, open, readFile, stat } from 'node:fs/promises'
import { createInterface } from 'node:readline'
import type { z } from 'zod'
import { jsonIn, readEntry, sentenceOf } from '../importing/read-entry.ts'

/** Of what others wrote, as a terminal shows it and does nothing else. */
export const withoutControls = (text: string): string => text.replace(/\p{Cc}/gu, '?')

/** A file of the command line is not what it is to be. */
export class UnfitFile extends Error {
  override readonly name = 'UnfitFile'

  constructor(path: string, problem: string) {
    super(withoutControls(`The file ${path} ${problem}.`))
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
export const readExport = async <Schema extends z.ZodType>(
  path: string,
  schema: Schema,
  { what, cure }: { readonly what: string; readonly cure: string },
): Promise<z.output<Schema>> => {
  const bytes = await readFile(path).catch(failing(path, 'read'))
  const text = utf8In(bytes)
  if (text === undefined) throw new UnfitFile(path, 'is not UTF-8; save it as that')
  const json = jsonIn(text.replace(BYTE_ORDER_MARK, ''))
  if (json === undefined) throw new UnfitFile(path, `is not JSON, as ${what} would be; ${cure}`)
  const { data, fault } = readEntry(schema, json)
  if (fault) {
    const whose = fault.field === undefined ? 'it' : 'its'
    throw new UnfitFile(path, `is not ${what} (${whose} ${sentenceOf(fault)}); ${cure}`)
  }
  return data
}

/** Of a file of lines. */
export interface FileLine {
  /** Counted from 1. */
  readonly number: number
  readonly bytes: number
  /** A character for each byte: whether it is UTF-8 is a matter of each line. */
  readonly latin1: string
}

const BYTE_ORDER_MARK = /^\uFEFF/

export async function* fileLinesOf(path: string): AsyncGenerator<FileLine> {
  const input = createReadStream(path, 'latin1')
  let number = 0
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1
    const latin1 = number === 1 ? line.replace(/^\u00EF\u00BB\u00BF/, '') : line
    yield { number, bytes: line.length + 1, latin1 }
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

/** Undefined: those bytes are no UTF-8. */
export const utf8In = (bytes: Uint8Array | string): string | undefined => {
  try {
    return utf8.decode(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes)
  } catch {
    return undefined
  }
}

/** For what comes of a file that is read. @throws UnfitFile if it is that file. */
export const openResults = async (path: string, flags: 'w' | 'a', input: string): Promise<FileHandle> => {
  const [ours, given] = await Promise.all([path, input].map((file) => stat(file).catch(() => undefined)))
  if (ours && given && ours.dev === given.dev && ours.ino === given.ino) {
    throw new UnfitFile(path, 'is the one that is read; name another one for what comes of it')
  }
  return open(path, flags, 0o600).catch(failing(path, 'written to'))
}

/** What an earlier run left, of those that go on. @throws UnfitFile */
export const readResults = (path: string): Promise<string> =>
  readFile(path, 'utf8').catch(failing(path, 'read'))

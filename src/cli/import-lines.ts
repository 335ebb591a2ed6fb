import type { ImportedLine } from '../importing/import-users.ts'
import { columns, userOfRow } from '../importing/imported-user.ts'
import { keycloakRealmSchema, userOfKeycloak } from '../importing/keycloak.ts'
import { jsonIn } from '../importing/read-entry.ts'
import {
  type FileLine,
  fileLinesOf,
  readExport,
  sizeOf,
  UnfitFile,
  unreadable,
  utf8In,
} from './import-files.ts'
import { type Row, rowsOf } from './import-rows.ts'

export const formats = ['csv', 'jsonl', 'keycloak'] as const
export type Format = (typeof formats)[number]
export const isFormat = (text: string): text is Format => (formats as readonly string[]).includes(text)

export interface ReadLine {
  readonly line: ImportedLine
  /** Of the file, with this line: from 0 to 1. */
  readonly share: number
}

/** @throws UnfitFile if it is none of that format, or has nobody in it. */
export async function* linesOf(file: string, format: Format): AsyncGenerator<ReadLine> {
  let count = 0
  try {
    for await (const line of readers[format](file)) {
      count += 1
      yield line
    }
  } catch (error) {
    unreadable(file, error)
  }
  if (count === 0) throw new UnfitFile(file, 'has no user in it; see that it was exported whole')
}

async function* realmLines(file: string): AsyncGenerator<ReadLine> {
  const realm = await readExport(file, keycloakRealmSchema, {
    what: 'the export of a realm of Keycloak',
    cure: 'name what "kc.sh export --users realm_file" wrote',
  })
  const users = realm.users ?? []
  for (const [place, user] of users.entries()) {
    const line = place + 1
    yield { line: { line, ...userOfKeycloak(user) }, share: line / users.length }
  }
}

async function* jsonLines(file: string): AsyncGenerator<ReadLine> {
  const shareOf = sharing(await sizeOf(file))
  let isFirst = true
  for await (const read of fileLinesOf(file)) {
    const share = shareOf(read)
    if (read.latin1.trim() === '') continue
    const line = jsonLine(read)
    if (isFirst) requireLines(file, read, line)
    isFirst = false
    yield { line, share }
  }
}

const jsonLine = ({ number: line, latin1 }: FileLine): ImportedLine => {
  const text = utf8In(latin1)
  if (text === undefined) return refused(line, 'is not UTF-8')
  const user = jsonIn(text)
  return user === undefined ? refused(line, 'is not JSON') : { line, user }
}

const refused = (line: number, reason: string): ImportedLine => ({
  line,
  aside: { outcome: 'refused', reason },
})

/** The mistake that is made most: what other systems export is one piece. @throws UnfitFile */
const requireLines = (file: string, { latin1 }: FileLine, first: ImportedLine): void => {
  const isRealm = 'user' in first && keycloakRealmSchema.safeParse(first.user).success
  if (!isRealm && !/^\s*(\{\s*$|\[)/.test(latin1)) return
  throw new UnfitFile(
    file,
    'is one piece of JSON, and not a line for each user; of a realm of Keycloak, say --format keycloak',
  )
}

async function* tableLines(file: string): AsyncGenerator<ReadLine> {
  const shareOf = sharing(await sizeOf(file))
  let head: readonly string[] | undefined
  for await (const row of rowsOf(fileLinesOf(file))) {
    const share = shareOf(row)
    if (head) yield { line: rowLine(head, row), share }
    head ??= headOf(file, row)
  }
}

const rowLine = (head: readonly string[], row: Row): ImportedLine => {
  if ('fault' in row) return refused(row.line, row.fault)
  const { line, cells } = row
  if (cells.length !== head.length) {
    return refused(line, `has ${cells.length} cells, and the head ${head.length} columns`)
  }
  return { line, user: userOfRow(Object.fromEntries(head.map((name, place) => [name, cells[place] ?? '']))) }
}

const separators = { ';': 'semicolons', '\t': 'tabs' } as const

/** A column that nobody knows is a mistake better told before than after. @throws UnfitFile */
const headOf = (file: string, row: Row): readonly string[] => {
  if ('fault' in row) throw new UnfitFile(file, `has a head that cannot be read: it ${row.fault}`)
  const { cells } = row
  const [, separator] = /^\w+([;\t])/.exec(cells.join()) ?? []
  if (separator !== undefined) {
    throw new UnfitFile(
      file,
      `has ${separators[separator as keyof typeof separators]} between its columns; save it with commas`,
    )
  }
  const unknown = cells.find((name) => !(columns as readonly string[]).includes(name))
  if (unknown !== undefined) {
    throw new UnfitFile(file, `has a column ${unknown}, which is not known; there are ${columns.join(', ')}`)
  }
  const twice = cells.find((name, place) => cells.indexOf(name) !== place)
  if (twice !== undefined) throw new UnfitFile(file, `has the column ${twice} twice; leave one of them out`)
  if (!cells.includes('email')) throw new UnfitFile(file, 'has no column email, which everybody needs')
  return cells
}

/** What is read ahead does not count: each is asked when its turn has come. */
const sharing = (size: number) => {
  let read = 0
  return ({ bytes }: { readonly bytes: number }): number => {
    read += bytes
    return size === 0 ? 0 : Math.min(read / size, 1)
  }
}

const readers = { csv: tableLines, jsonl: jsonLines, keycloak: realmLines }

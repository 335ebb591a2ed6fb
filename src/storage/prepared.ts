import { sql } from 'kysely'
import { sha256 } from '../system/hash.ts'

/*
 * Kysely sends every statement anew, and PostgreSQL parses and plans it anew: half of what a read by key costs. One that
 * ends with this mark (statement.ts puts it there) goes out under a name, planned once a connection.
 */
const MARK = '/* prepared */'

export const prepared = sql.raw(MARK)

const names = new Map<string, string>()

/** The name under which a statement is prepared; undefined for one that is not marked. */
export const statementName = (text: string): string | undefined => {
  if (!text.endsWith(MARK)) return undefined
  let name = names.get(text)
  if (name === undefined) {
    name = `latchkey_${sha256(text).slice(0, 22)}`
    names.set(text, name)
  }
  return name
}

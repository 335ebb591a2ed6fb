import { randomFillSync } from 'node:crypto'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import type pg from 'pg'
import { from } from 'pg-copy-streams'

/** What a column of a row holds; texts hold nothing that COPY would have escaped. */
export type Value = string | number | boolean | null | Date

/** One column: its name, and what it holds in row number `index`. */
export type Columns = Readonly<Record<string, (index: number) => Value>>

export interface Filling {
  readonly table: string
  readonly rows: number
  readonly columns: Columns
}

const BATCH = 2_000

const textOf = (value: Value): string => {
  if (value === null) return '\\N'
  if (typeof value === 'boolean') return value ? 't' : 'f'
  return value instanceof Date ? value.toISOString() : String(value)
}

function* chunksOf({ rows, columns }: Filling): Generator<Buffer> {
  const values = Object.values(columns)
  for (let from = 0; from < rows; from += BATCH) {
    let text = ''
    for (let index = from; index < Math.min(rows, from + BATCH); index++) {
      text += `${values.map((value) => textOf(value(index))).join('\t')}\n`
    }
    yield Buffer.from(text)
  }
}

/** Writes that many rows into a table, by COPY. */
export const copyInto = async (client: pg.Client, filling: Filling): Promise<void> => {
  const names = Object.keys(filling.columns).map((name) => `"${name}"`)
  const target = client.query(from(`copy "${filling.table}" (${names.join(', ')}) from stdin`))
  await pipeline(Readable.from(chunksOf(filling)), target)
}

const HASH_BYTES = 32
const pool = Buffer.alloc(HASH_BYTES * 1_024)
let used = pool.length

/** As SHA-256 in base64url: 43 characters that lie anywhere in an index. */
export const randomHash = (): string => {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += HASH_BYTES
  return pool.toString('base64url', used - HASH_BYTES, used)
}

/** What a statement does, and to which table first, in the words of its text; nothing else of the text. */
export interface StatementName {
  readonly operation: string
  readonly table: string | undefined
}

const OPERATION = /^[\s(]*([a-z]+)/i

/** The first table that is read or written; of a statement with parts ahead (WITH), that of the first part. */
const TABLE = /\b(?:from|into|update)\s+"?([a-z_]{1,63})"?(?![\w.(])/i

export const describeStatement = (sql: string): StatementName => ({
  operation: OPERATION.exec(sql)?.[1]?.toUpperCase() ?? 'STATEMENT',
  table: TABLE.exec(sql)?.[1],
})

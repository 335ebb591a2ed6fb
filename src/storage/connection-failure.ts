import { DatabaseUnavailable, failureCode } from '../system/failure-code.ts'

const codes = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // PostgreSQL Appendix A: the server shuts down or starts, ends a connection, or has none left.
  '57P01',
  '57P02',
  '57P03',
  '57P05',
  '25P03',
  '53300',
  // Read only: a primary that was demoted, on a connection from before.
  '25006',
])

/**
 * What was rolled back and may well work when tried again, on a connection that is as good as before: query canceled
 * (`statement_timeout` is over), deadlock detected, serialization failure.
 */
const passing = new Set(['57014', '40P01', '40001'])

/** Whether nothing came of it, for a reason that may well pass. */
export const wasRolledBack = (error: unknown): boolean => passing.has(failureCode(error) ?? '')

/** What the driver says without a code: the connection broke, or something did not come in time. */
const withoutCode =
  /connection terminated|timeout expired|timeout exceeded when trying to connect|query read timeout|connection error and is not queryable|client was closed/i

const isLost = (error: unknown): boolean => {
  const code = failureCode(error)
  // Class 08: connection exception.
  if (code !== undefined) return codes.has(code) || code.startsWith('08')
  return error instanceof Error && withoutCode.test(error.message)
}

/**
 * What the driver failed with, as the rest of the program is to see it.
 *
 * @returns whether the connection is of no use any more, too.
 */
export const readFailure = (error: unknown): { readonly failure: unknown; readonly isLost: boolean } => {
  const lost = isLost(error)
  return {
    failure:
      lost || wasRolledBack(error)
        ? new DatabaseUnavailable('The database does not answer.', { cause: error })
        : error,
    isLost: lost,
  }
}

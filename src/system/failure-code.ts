/** The code of a failure of the system or the database, such as ECONNREFUSED or 57P01; undefined if it has none. */
export const failureCode = (error: unknown): string | undefined => {
  if (!(error instanceof Error)) return undefined
  if ('code' in error && typeof error.code === 'string') return error.code
  // A host with several addresses fails with one error for each.
  const [first] = error instanceof AggregateError ? error.errors : []
  return failureCode(first ?? error.cause)
}

const unavailable = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ETIMEDOUT',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOTFOUND',
  'EAI_AGAIN',
  // PostgreSQL Appendix A: the server shuts down or starts, or has no connection left.
  '57P01',
  '57P02',
  '57P03',
  '53300',
])

/** What the driver says without a code: the connection broke, or none came free in time. */
const withoutCode =
  /connection terminated|timeout exceeded when trying to connect|client has encountered a connection error/i

/** Whether something failed because the database cannot be reached: it may well work in a moment. */
export const isUnavailable = (error: unknown): boolean => {
  const code = failureCode(error)
  // Class 08: connection exception.
  if (code !== undefined) return unavailable.has(code) || code.startsWith('08')
  return error instanceof Error && withoutCode.test(error.message)
}

/** Seconds after which to try again: a fail-over takes a few. */
export const RETRY_AFTER_SECONDS = 5

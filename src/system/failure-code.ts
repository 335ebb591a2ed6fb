/**
 * The database cannot be reached or does not work at the moment: it may well do in a moment. Only storage, which knows
 * what the driver says, decides so; an ECONNRESET elsewhere is somebody else's connection.
 */
export class DatabaseUnavailable extends Error {
  override readonly name = 'DatabaseUnavailable'
}

/** For who waits for the database no longer than that. */
export const unansweredAfter = (milliseconds: number) => (): DatabaseUnavailable =>
  new DatabaseUnavailable(`The database did not answer within ${milliseconds} ms.`)

/** Whether something failed because the database is away. */
export const isUnavailable = (error: unknown): boolean => {
  for (const failure of causesOf(error)) if (failure instanceof DatabaseUnavailable) return true
  return false
}

/** The code of a failure of the system or the database, such as ECONNREFUSED or 57P01; undefined if it has none. */
export const failureCode = (error: unknown): string | undefined => {
  for (const failure of causesOf(error)) {
    if ('code' in failure && typeof failure.code === 'string') return failure.code
  }
  return undefined
}

/** PostgreSQL: foreign_key_violation. */
const FOREIGN_KEY_VIOLATION = '23503'

/** Whether something could not be written since what it refers to was deleted after it had been read. */
export const isGoneMeanwhile = (error: unknown): boolean => failureCode(error) === FOREIGN_KEY_VIOLATION

/** The status with which the HTTP server itself refuses a body; undefined for any other failure. */
export const bodyRefusalStatus = (error: unknown): number | undefined => {
  if (typeof error !== 'object' || error === null || !('statusCode' in error)) return undefined
  const status = Number(error.statusCode)
  return status < 500 ? status : undefined
}

/** Whether it is a body that cannot be read, which is the client's to mend. */
export const isBodyRefusal = (error: unknown): boolean => bodyRefusalStatus(error) !== undefined

/** An error, what caused it, what caused that. Nothing forbids causes that go in a circle. */
function* causesOf(error: unknown): Generator<Error> {
  const seen = new Set<unknown>()
  let next = error
  while (next instanceof Error && !seen.has(next)) {
    seen.add(next)
    yield next
    // A host with several addresses fails with one error for each.
    const [first]: unknown[] = next instanceof AggregateError ? next.errors : []
    next = first ?? next.cause
  }
}

/** Seconds after which to try again: a fail-over takes a few. */
export const RETRY_AFTER_SECONDS = 5

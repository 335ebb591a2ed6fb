/** PostgreSQL's code for it. */
const UNIQUE_VIOLATION = '23505'

/**
 * For an UPDATE of unique columns, which has no `on conflict do nothing`: its result, or the name of the constraint by
 * which another row has the value. The transaction can only be rolled back then, so whoever is told so refuses.
 */
export const unlessTaken = async <T>(
  statement: Promise<T>,
): Promise<{ readonly result: T } | { readonly taken: string }> => {
  try {
    return { result: await statement }
  } catch (error) {
    if (isUniqueViolation(error)) return { taken: error.constraint }
    throw error
  }
}

/** Both drivers put the fields of the database's message on the error. */
export const isUniqueViolation = (error: unknown): error is { readonly constraint: string } =>
  typeof error === 'object' &&
  error !== null &&
  'code' in error &&
  error.code === UNIQUE_VIOLATION &&
  'constraint' in error &&
  typeof error.constraint === 'string'

import { z } from 'zod'
import { type IdentifierKind, parseIdentifier } from '../protocol/identifiers.ts'
import type { Page, PageOfRows } from '../storage/page.ts'
import { invalid } from './refusal.ts'

/*
 * Lists by cursor, as WorkOS has them. `normal` is descending with the two cursors swapped in meaning; the store knows
 * only ascending and descending.
 */

const MAXIMUM_LIMIT = 100

/** The query of every list. */
export const pageParameters = {
  limit: z
    .string()
    .regex(/^\d{1,4}$/, { error: 'must be a whole number from 1 to 100' })
    .transform(Number)
    .refine((limit) => limit >= 1 && limit <= MAXIMUM_LIMIT, {
      error: 'must be a whole number from 1 to 100',
    })
    .default(10)
    .meta({ override: { type: 'integer', minimum: 1, maximum: MAXIMUM_LIMIT, default: 10 } })
    .describe('At most so many.'),
  before: z.string().optional().describe('The ID of an object: what precedes it in the list.'),
  after: z.string().optional().describe('The ID of an object: what follows it in the list.'),
  order: z
    .enum(['asc', 'desc', 'normal'])
    .default('desc')
    .describe('By creation. `normal` is `desc` with the meanings of the two cursors swapped.'),
} as const

export interface PageQuery {
  readonly limit: number
  readonly before?: string | undefined
  readonly after?: string | undefined
  readonly order: 'asc' | 'desc' | 'normal'
}

/** @throws Refusal 422 if a cursor is not an ID of that kind. */
export const pageOf = (kind: IdentifierKind, { limit, before, after, order }: PageQuery): Page => {
  const problems = Object.entries({ before, after }).flatMap(([field, cursor]) =>
    cursor === undefined || parseIdentifier(kind, cursor) !== undefined
      ? []
      : [{ field, code: 'invalid_cursor', message: 'is not the ID of an object of this list' }],
  )
  if (problems.length > 0) throw invalid(problems)
  return order === 'normal'
    ? { limit, before: after, after: before, order: 'desc' }
    : { limit, before, after, order }
}

/** The cursors of an answer in the meaning that was asked for. */
export const cursorsOf = <Row>(
  page: PageOfRows<Row>,
  { order }: Pick<PageQuery, 'order'>,
): PageOfRows<Row> =>
  order === 'normal' ? { rows: page.rows, before: page.after, after: page.before } : page

import { z } from 'zod'

/*
 * Members that many objects have, each with what it holds. Strings that we made are plain strings here: what may be
 * sent is narrowed where it is read.
 */

/** ISO 8601 in UTC with milliseconds: 2026-01-15T12:00:00.000Z */
export const timestamp = z.iso.datetime()

export const createdAndUpdated = { created_at: timestamp, updated_at: timestamp }

/** What the operator keeps with a thing: at most 50 keys of at most 40 characters, values of at most 600. */
export const metadata = z.record(z.string(), z.string())

export const instants = ({
  createdAt,
  updatedAt,
}: {
  readonly createdAt: Date
  readonly updatedAt: Date
}) => ({
  created_at: createdAt.toISOString(),
  updated_at: updatedAt.toISOString(),
})

export const optionalInstant = (instant: Date | null): string | null => instant?.toISOString() ?? null

import { z } from 'zod'
import { parseDomainName } from '../protocol/domain-name.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'

/*
 * Fields of several bodies, as they are sent. The SDK sends null for what it was not given, so null means the same,
 * unless said otherwise.
 */

/** In any spelling; what goes on is the one that is kept. */
export const domainName = z
  .string()
  .max(253)
  .transform((text, context) => {
    const name = parseDomainName(text)
    if (name === undefined) {
      context.addIssue({ code: 'custom', message: 'must be the name of a domain, such as example.com' })
      return z.NEVER
    }
    return name
  })

/** The limits are those of the things that have them, which answer 400 for them. */
export const newMetadata = z.record(z.string(), z.string()).nullish()

/** Keys that are not named stay; null takes a key away. */
export const changedMetadata = z.record(z.string(), z.string().nullable()).nullish()

/** PostgreSQL and ISO 8601 agree on these years; an offset may lead out of them. */
const dateOf = (text: string, context: z.core.$RefinementCtx<string>): Date => {
  const date = new Date(/T[^Z+-]*$/.test(text) ? `${text}Z` : text)
  const year = date.getUTCFullYear()
  if (year >= 1 && year <= 9999) return date
  context.addIssue({ code: 'custom', message: 'must be in the years 0001 to 9999, in UTC' })
  return z.NEVER
}

export const instant = z.iso.datetime({ offset: true }).transform(dateOf)

/** As people write them: a day stands for its beginning, and what says no zone is in UTC. */
export const instantOrDay = z
  .union([z.iso.datetime({ offset: true, local: true }), z.iso.date()], {
    error: 'must be a day or a time of one, such as 2030-01-31, 2030-01-31T12:00 or 2030-01-31T12:00:00Z',
  })
  .transform(dateOf)

/** A filter by organization: what cannot be one is a mistake, and not an empty list. */
export const organizationFilter = z
  .string()
  .transform((text, context) => {
    const id = parseIdentifier('organization', text)
    if (id === undefined) {
      context.addIssue({ code: 'custom', message: 'is not the ID of an organization' })
      return z.NEVER
    }
    return id
  })
  .optional()

import type { z } from 'zod'

/*
 * What is wrong with a value, in words that go on from the name of its field, as those of all other problems do: `must be
 * text`. A schema that says something better itself is not asked here.
 */

/** More of them help nobody who reads. */
const MAXIMUM_LISTED = 12

const typeNames: Readonly<Record<string, string>> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
}

const formatNames: Readonly<Record<string, string>> = {
  datetime: 'a date and time with its time zone, such as 2030-01-31T12:00:00Z',
  date: 'a date such as 2030-01-31',
  email: 'an e-mail address',
  url: 'a URL',
}

const counted: Readonly<Record<string, readonly [one: string, many: string]>> = {
  string: ['character', 'characters'],
  array: ['entry', 'entries'],
}

/** Where a schema is read: `schema.safeParse(value, { error: wordsOf, reportInput: true })`. */
export const wordsOf: z.core.$ZodErrorMap = (issue) => {
  switch (issue.code) {
    case 'invalid_type':
      return issue.input === undefined
        ? 'is required'
        : `must be ${typeNames[issue.expected] ?? issue.expected}`
    case 'too_small':
      return issue.origin === 'string' && Number(issue.minimum) === 1
        ? 'must not be empty'
        : limit('at least', issue.origin, issue.minimum)
    case 'too_big':
      return limit('at most', issue.origin, issue.maximum)
    case 'invalid_format':
      return `must be ${formatNames[issue.format] ?? 'of another form'}`
    case 'invalid_value':
      return issue.values.length > MAXIMUM_LISTED
        ? 'is none of the values that there are'
        : `must be ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map(String).join(', ')}`
    default:
      return 'is not what can be taken here'
  }
}

const limit = (bound: 'at least' | 'at most', origin: string, size: number | bigint): string => {
  const [one, many] = counted[origin] ?? []
  return one === undefined
    ? `must be ${bound} ${size}`
    : `must have ${bound} ${size} ${Number(size) === 1 ? one : many}`
}

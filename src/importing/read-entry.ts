import type { z } from 'zod'

/** Why an entry of a file is not what it is to be: the two of them are a sentence. */
export interface EntryFault {
  /** Of the entry, by its names. */
  readonly field?: string
  readonly reason: string
}

type Entry<T> =
  | { readonly data: T; readonly fault?: never }
  | { readonly data?: never; readonly fault: EntryFault }

/** An entry of a file, whose faults are told to operators. */
export const readEntry = <Schema extends z.ZodType>(
  schema: Schema,
  given: unknown,
): Entry<z.output<Schema>> => {
  // What was there tells what is missing from what is something else; it goes no further.
  const parsed = schema.safeParse(given, { reportInput: true })
  return parsed.success ? { data: parsed.data } : { fault: faultOf(parsed.error.issues[0]) }
}

export const sentenceOf = ({ field, reason }: EntryFault): string =>
  field === undefined ? reason : `${field} ${reason}`

const faultOf = (issue: z.core.$ZodIssue | undefined): EntryFault => {
  if (!issue) return { reason: 'cannot be read' }
  const unknown = issue.code === 'unrecognized_keys' ? issue.keys.slice(0, 1) : []
  const field = [...issue.path, ...unknown].join('.')
  return { ...(field !== '' && { field }), reason: reasonOf(issue) }
}

const reasonOf = (issue: z.core.$ZodIssue): string => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return 'is not known here'
    case 'invalid_type':
      return issue.input === undefined ? 'is missing' : (kinds[issue.expected] ?? 'cannot be read')
    case 'invalid_value':
      return `is none of ${issue.values.join(', ')}`
    case 'too_small':
      return 'is empty'
    case 'too_big':
      return `has more than ${issue.maximum} entries`
    case 'custom':
      return issue.message
    default:
      return 'cannot be read'
  }
}

const kinds: Readonly<Record<string, string>> = {
  string: 'is no text',
  boolean: 'is neither true nor false',
  array: 'is no list',
  object: 'is no object',
  record: 'is no object',
}

/** Undefined: it is none. */
export const jsonIn = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

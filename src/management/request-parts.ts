import type { z } from 'zod'
import { invalid, type Problem } from './refusal.ts'
import { wordsOf } from './schema-words.ts'

/*
 * Reads what came with a request by its schema; every fault is named by its field, all of them at once.
 */

/** Text that no database column of ours takes: NUL, and halves of surrogate pairs. */
const isUnstorable = (text: string): boolean => text.includes('\0') || !text.isWellFormed()

/** Where a value holds text that cannot be kept, in names of members as well. */
const unstorable = (value: unknown, path: readonly string[] = []): Problem[] => {
  if (typeof value === 'string') {
    return isUnstorable(value)
      ? [problem(path, 'invalid_characters', 'holds a NUL character or half of a surrogate pair')]
      : []
  }
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return []
  return Object.entries(value).flatMap(([name, member]) =>
    isUnstorable(name)
      ? [problem(path, 'invalid_characters', 'has a member whose name cannot be kept')]
      : unstorable(member, [...path, name]),
  )
}

const problem = (path: readonly PropertyKey[], code: string, message: string): Problem => ({
  field: path.map(String).join('.').slice(0, 200),
  code,
  message,
})

/** @throws Refusal 422 */
export const readPart = <Schema extends z.ZodType>(schema: Schema, value: unknown): z.output<Schema> => {
  const faults = unstorable(value)
  if (faults.length > 0) throw invalid(faults)
  // What was sent tells a field that is missing from one of the wrong type; it goes no further.
  const parsed = schema.safeParse(value, { reportInput: true, error: wordsOf })
  if (parsed.success) return parsed.data
  throw invalid(parsed.error.issues.flatMap(problemsOf))
}

const problemsOf = (issue: z.core.$ZodIssue): Problem[] => {
  switch (issue.code) {
    case 'unrecognized_keys':
      return issue.keys.map((key) =>
        problem([...issue.path, key], 'unknown_field', 'is not a field of this request.'),
      )
    case 'invalid_union': {
      // The alternative that got furthest says best what was meant.
      const [nearest] = [...issue.errors].sort((a, b) => depth(b) - depth(a))
      if (nearest && depth(nearest) > 0) {
        return nearest.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }))
      }
      const isOfNoForm = issue.errors.flat().every(({ code }) => code === 'invalid_format')
      return [problem(issue.path, isOfNoForm ? 'invalid_format' : 'invalid_value', issue.message)]
    }
    case 'invalid_type':
      return [problem(issue.path, issue.input === undefined ? 'required' : 'invalid_type', issue.message)]
    case 'custom':
      return [problem(issue.path, 'invalid_value', issue.message)]
    default:
      return [problem(issue.path, issue.code, issue.message)]
  }
}

const depth = (issues: readonly z.core.$ZodIssue[]): number =>
  Math.max(0, ...issues.map(({ path }) => path.length))

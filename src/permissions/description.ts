import { parseLine, parseText } from '../protocol/printable-text.ts'

/* What people call a permission or a role, and what they say of it. */

export const MAXIMUM_NAME_LENGTH = 48
export const MAXIMUM_DESCRIPTION_LENGTH = 150

export interface Described {
  readonly name: string
  readonly description: string | null
}

export type DescriptionProblem = 'name_invalid' | 'description_invalid'

type Parsed = Described | { readonly problem: DescriptionProblem }

/** An empty description is none. */
export const parseDescription = (given: {
  readonly name: string
  readonly description?: string | null | undefined
}): Parsed => {
  const name = parseLine(given.name, MAXIMUM_NAME_LENGTH)
  if (name === undefined) return { problem: 'name_invalid' }
  const description = parseText(given.description ?? '', MAXIMUM_DESCRIPTION_LENGTH)
  if (description === undefined) return { problem: 'description_invalid' }
  return { name, description: description === '' ? null : description }
}

/** What is absent stays; null takes the description away. */
export const changedDescription = (
  before: Described,
  change: { readonly name?: string | undefined; readonly description?: string | null | undefined },
): Parsed =>
  parseDescription({
    name: change.name ?? before.name,
    description: change.description === undefined ? before.description : change.description,
  })

/*
 * A setting with our prefix that nobody knows is refused. Two have none, since platforms and other programs set them by
 * these names; what only looks like them may belong to somebody else.
 */

const withoutPrefix = ['DATABASE_URL', 'WORKERS'] as const

export interface MisspeltSetting {
  readonly name: string
  readonly meant: string
}

/** Letters that are wrong, missing or too many. */
const MOST_WRONG = 2

/** What is set, and looks like a setting that is not. */
export const misspeltSettings = (
  environment: NodeJS.ProcessEnv = process.env,
): readonly MisspeltSetting[] => {
  const names = Object.keys(environment).filter((name) => environment[name] !== '')
  return withoutPrefix
    .filter((meant) => !names.includes(meant))
    .flatMap((meant) =>
      names.filter((name) => isLike(name.toUpperCase(), meant)).map((name) => ({ name, meant })),
    )
}

const isLike = (name: string, meant: string): boolean =>
  Math.abs(name.length - meant.length) <= MOST_WRONG && distance(name, meant) <= MOST_WRONG

/** By Levenshtein. */
const distance = (one: string, other: string): number => {
  let above = Array.from({ length: other.length + 1 }, (_, column) => column)
  for (const [row, letter] of [...one].entries()) {
    const here = [row + 1]
    for (const [column, same] of [...other].entries()) {
      const [left = 0, corner = 0, up = 0] = [here[column], above[column], above[column + 1]]
      here.push(Math.min(left + 1, up + 1, corner + (letter === same ? 0 : 1)))
    }
    above = here
  }
  return above.at(-1) ?? 0
}

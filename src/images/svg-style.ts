import { isHarmless, properties } from './svg-vocabulary.ts'

/*
 * Style sheets of drawing programs: classes, elements and IDs. They are resolved here and written to each element, so
 * that no style sheet is served, and none can say more than was read.
 */

export type Declarations = ReadonlyMap<string, string>

export interface StyleSheet {
  /** What the rules say of an element; the more specific later. */
  of(element: {
    readonly name: string
    readonly classes: readonly string[]
    readonly id?: string
  }): Declarations
}

/** Told of so many declarations before they are taken over, so that a few lines cannot become millions. @throws */
export type Spend = (declarations: number) => void

/** What could not be taken over, by name. */
export type Removed = (what: string) => void

/** Declarations of a `style` attribute or of a rule; those that are not kept are told. */
export const parseDeclarations = (text: string, removed: Removed): Declarations => {
  const declarations = new Map<string, string>()
  for (const declaration of withoutComments(text).split(';')) {
    const colon = declaration.indexOf(':')
    const property = declaration.slice(0, Math.max(colon, 0)).trim().toLowerCase()
    const value = declaration.slice(colon + 1).trim()
    if (property === '') continue
    if (properties.has(property) && isHarmless(value)) declarations.set(property, value)
    else removed(`style ${property}`)
  }
  return declarations
}

/** `.name`, `name` or `#name`. */
const SELECTOR = /^[.#]?[A-Za-z_][\w-]*$/

export const parseStyleSheet = (text: string, removed: Removed, spend: Spend): StyleSheet => {
  const rules = new Map<string, Map<string, string>>()
  for (const { prelude, body } of blocksOf(withoutComments(text))) {
    const declarations = parseDeclarations(body, removed)
    for (const selector of prelude.split(',').map((part) => part.trim())) {
      if (!SELECTOR.test(selector)) {
        removed(`style ${selector}`)
        continue
      }
      spend(declarations.size)
      const known = rules.get(selector) ?? new Map<string, string>()
      for (const [property, value] of declarations) known.set(property, value)
      rules.set(selector, known)
    }
  }
  return {
    of: ({ name, classes, id }) => {
      const selectors = [name, ...classes.map((each) => `.${each}`), ...(id === undefined ? [] : [`#${id}`])]
      const found = new Map<string, string>()
      for (const selector of new Set(selectors)) {
        const declarations = rules.get(selector)
        spend(declarations?.size ?? 0)
        for (const [property, value] of declarations ?? []) found.set(property, value)
      }
      return found
    },
  }
}

/** Rules without the at-rules, which apply somewhere or sometimes, or load something. */
function* blocksOf(text: string): Generator<{ readonly prelude: string; readonly body: string }> {
  let [prelude, body, depth, isNested] = ['', '', 0, false]
  for (const part of text.split(/([{};])/)) {
    if (part === '{') {
      depth += 1
      isNested ||= depth > 1
    } else if (part === '}') {
      depth = Math.max(depth - 1, 0)
      if (depth > 0) continue
      if (!isNested && !prelude.trim().startsWith('@')) yield { prelude, body }
      ;[prelude, body, isNested] = ['', '', false]
    } else if (depth > 0) body += part
    else prelude = part === ';' ? '' : prelude + part
  }
}

const withoutComments = (text: string): string =>
  text
    .split('/*')
    .map((part, index) => {
      if (index === 0) return part
      const end = part.indexOf('*/')
      return end < 0 ? '' : part.slice(end + 2)
    })
    .join(' ')

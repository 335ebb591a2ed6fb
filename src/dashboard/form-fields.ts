/*
 * What a form of the dashboard says. Unlike the parameters of the protocol, a name may be repeated here: checkboxes are.
 */

/** Before the name of a field of boxes, in a hidden one beside it. */
export const PRESENT = 'present:'

/** Far more than the largest form of ours has. */
const MAXIMUM_VALUES = 2_000

export interface FormFields {
  /** As it was typed; empty if it is not there. */
  text(name: string): string
  /** Without white space around it; undefined if nothing else was typed. */
  optional(name: string): string | undefined
  /** Every value of a name. */
  all(name: string): readonly string[]
  /** What was typed on lines of their own, without the empty ones. */
  lines(name: string): readonly string[]
  isOn(name: string): boolean
  /** Of the fields that the form has: boxes that are not ticked are sent as nothing, and say that they are there. */
  readonly names: readonly string[]
}

export const readFormFields = (body: unknown): FormFields => {
  const values = new Map<string, readonly string[]>()
  let count = 0
  for (const [name, value] of Object.entries(typeof body === 'object' && body !== null ? body : {})) {
    const texts = (Array.isArray(value) ? value : [value]).filter((text) => typeof text === 'string')
    count += texts.length
    if (count <= MAXIMUM_VALUES) values.set(name, texts)
  }
  const text = (name: string) => values.get(name)?.[0] ?? ''
  const trimmed = (name: string) => text(name).trim()
  return {
    text,
    optional: (name) => (trimmed(name) === '' ? undefined : trimmed(name)),
    all: (name) => values.get(name) ?? [],
    lines: (name) =>
      text(name)
        .split(/\r\n|\r|\n/)
        .map((line) => line.trim())
        .filter((line) => line !== ''),
    isOn: (name) => values.has(name),
    names: [...values.keys()].map((name) => (name.startsWith(PRESENT) ? name.slice(PRESENT.length) : name)),
  }
}

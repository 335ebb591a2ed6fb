import type { ComponentChildren } from 'preact'

/** A sentence with one named place, `{name}`, anywhere in it; one without its place does not compile. */
export type Sentence<Place extends string> = `${string}{${Place}}${string}`

/** The sentence as plain text, for titles and attributes. */
export const fill = <Place extends string>(
  sentence: Sentence<Place>,
  values: Readonly<Record<Place, string>>,
): string => parts(sentence, values).join('')

/** The sentence as content; what stands in the place keeps its own writing direction. */
export const Filled = <Place extends string>(props: {
  readonly sentence: Sentence<Place>
  readonly values: Readonly<Record<Place, ComponentChildren>>
}) => (
  <>
    {parts(props.sentence, props.values).map((part, index) =>
      // Odd parts stand in a place: split() with one group alternates text and names.
      index % 2 === 1 ? <bdi key={index}>{part}</bdi> : part,
    )}
  </>
)

const parts = <Value,>(sentence: string, values: Readonly<Record<string, Value>>): (string | Value)[] =>
  sentence.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 1 ? (values[part] ?? part) : part))

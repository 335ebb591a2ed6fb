/*
 * What the operator keeps with an organization or a user. The limits are those of WorkOS, in code points.
 */

export type Metadata = Readonly<Record<string, string>>

/** New values by key; null takes the key away, and keys that are not named stay. */
export type MetadataChange = Readonly<Record<string, string | null>>

const MAXIMUM_KEYS = 50
const MAXIMUM_KEY_LENGTH = 40
const MAXIMUM_VALUE_LENGTH = 600

const lengthOf = (text: string): number => [...text].length

export const changeMetadata = (metadata: Metadata, change: MetadataChange): Metadata =>
  Object.fromEntries(
    Object.entries({ ...metadata, ...change }).filter(
      (entry): entry is [string, string] => entry[1] !== null,
    ),
  )

/** What is wrong with it, as a sentence without its subject; undefined if nothing. */
export const metadataProblem = (metadata: Metadata): string | undefined => {
  const entries = Object.entries(metadata)
  if (entries.length > MAXIMUM_KEYS) return `has more than ${MAXIMUM_KEYS} keys`
  for (const [key, value] of entries) {
    if (key === '') return 'has an empty key'
    if (lengthOf(key) > MAXIMUM_KEY_LENGTH) return `has a key of more than ${MAXIMUM_KEY_LENGTH} characters`
    if (lengthOf(value) > MAXIMUM_VALUE_LENGTH) {
      return `has a value of more than ${MAXIMUM_VALUE_LENGTH} characters`
    }
  }
  return undefined
}

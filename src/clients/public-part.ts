import { PRIVATE_MEMBERS } from './key-set.ts'

/** What may be somebody's private key, and is no JSON to be taken apart. */
const LEAKED = new RegExp(`"(${PRIVATE_MEMBERS.join('|')})"\\s*:|PRIVATE KEY`)

/** What somebody typed for a key set, without what only the owner of a key may know: to be shown to them once more. */
export const publicPartOf = (text: string): string => {
  if (!LEAKED.test(text)) return text
  try {
    return JSON.stringify(JSON.parse(text, withoutPrivate), null, 2)
  } catch {
    return ''
  }
}

const withoutPrivate = (name: string, value: unknown): unknown =>
  PRIVATE_MEMBERS.includes(name) || (typeof value === 'string' && LEAKED.test(value)) ? undefined : value

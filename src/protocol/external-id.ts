import { isDots } from './slug.ts'

/** The name a thing has in the operator's own system: at most 128 printable ASCII characters, not dots alone. */
export const isExternalId = (text: string): boolean => /^[\x20-\x7E]{1,128}$/.test(text) && !isDots(text)

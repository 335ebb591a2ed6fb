/** The name a thing has in the operator's own system: at most 128 printable ASCII characters. */
export const isExternalId = (text: string): boolean => /^[\x20-\x7E]{1,128}$/.test(text)

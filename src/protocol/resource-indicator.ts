const MAXIMUM_LENGTH = 2048

/**
 * RFC 8707 §2: the absolute URI (RFC 3986 §4.3) of an API, without a fragment. It becomes the audience of tokens and is
 * compared byte by byte.
 *
 * @returns what is wrong with it, or undefined.
 */
export const resourceIndicatorProblem = (text: string): string | undefined => {
  if (text.length > MAXIMUM_LENGTH) return `has more than ${MAXIMUM_LENGTH} characters`
  // RFC 3986 §2: what is not ASCII has to be percent-encoded.
  if (!/^[\x21-\x7E]*$/.test(text)) return 'holds white space, control characters or characters outside ASCII'
  if (!/^[A-Za-z][A-Za-z0-9+.-]*:[^#]/.test(text) || !URL.canParse(text)) return 'is not an absolute URI'
  if (/^https?:/i.test(text) && !/^https?:\/\/[^/?#]/i.test(text)) return 'does not name a host'
  if (text.includes('#')) return 'has a fragment'
  // It would be a legal character, but nothing here stands for anything else.
  return text.includes('*') ? 'has a wildcard' : undefined
}

import { checksum } from './hash.ts'
import { newHandle, type Random } from './random.ts'

/*
 * Secrets that people paste into configuration files: a fixed prefix, by which secret scanners know them, 256 random
 * bits, and a checksum over both, by which a typo is refused without a look into the database.
 */

/** newHandle, then checksum. */
const BODY = /^[A-Za-z0-9_-]{43}[0-9a-z]{7}$/
const CHECKSUM_LENGTH = 7

export const newCheckedHandle = (prefix: string, random: Random): string => {
  const text = `${prefix}${newHandle(random)}`
  return `${text}${checksum(text)}`
}

/** Whether we could have made it; says nothing about whether we did. */
export const isCheckedHandle = (prefix: string, text: string): boolean =>
  text.startsWith(prefix) &&
  BODY.test(text.slice(prefix.length)) &&
  text.slice(-CHECKSUM_LENGTH) === checksum(text.slice(0, -CHECKSUM_LENGTH))

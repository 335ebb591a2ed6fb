/*
 * Text that people gave and other people will read: names of applications on the consent screen, of organizations,
 * of users. Control characters do not fit into every log and database; marks that reverse the direction of writing,
 * and line breaks, make a name look like something else.
 */
const UNPRINTABLE = /[\p{Cc}\p{Cs}\p{Zl}\p{Zp}\u202A-\u202E\u2066-\u2069]/u

const LINE_BREAKS = /[\r\n\t]/g

/** Trimmed, in Unicode NFC; undefined if it is empty, too long (in code points) or holds what nobody could see. */
export const parseLine = (text: string, maximumLength: number): string | undefined => {
  const line = text.trim().normalize('NFC')
  const length = [...line].length
  return length > 0 && length <= maximumLength && !UNPRINTABLE.test(line) ? line : undefined
}

/** The same for a text of several lines, which may be empty. */
export const parseText = (text: string, maximumLength: number): string | undefined => {
  const trimmed = text.trim().normalize('NFC')
  return [...trimmed].length <= maximumLength && !UNPRINTABLE.test(trimmed.replace(LINE_BREAKS, ''))
    ? trimmed
    : undefined
}

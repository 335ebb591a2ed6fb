/*
 * Text that people gave and other people will read: names of applications on the consent screen, of organizations,
 * of users. Control characters do not fit into every log and database; marks that reverse the direction of writing,
 * line breaks and characters that leave no trace (among them some that are blank letters and symbols) make a name look
 * like something else, or like nothing; and what is for private use, or no character, looks as it happens to.
 */
const FORMAT = [
  // Signs that are written around the number after them, and seen (Unicode, Prepended_Concatenation_Mark).
  String.raw`[\p{Cf}--[\u0600-\u0605\u06DD\u070F\u0890\u0891\u08E2\u{110BD}\u{110CD}]]`,
  String.raw`\p{Cc}\p{Cs}\p{Zl}\p{Zp}\p{Default_Ignorable_Code_Point}`,
].join('')
const BLANK = String.raw`\u2800\uFFFC\u{13441}\u{13442}\u{16FE4}\u{1D159}`
// Not what is unassigned: with the next version of Unicode it may be a letter of somebody's name.
const UNPRINTABLE = new RegExp(String.raw`[${FORMAT}${BLANK}\p{Co}\p{Noncharacter_Code_Point}]`, 'v')

/** Marks are seen on something, and spaces between something. */
const SEEN = /[\p{L}\p{N}\p{P}\p{S}]/u

/*
 * Persian and the scripts of India cannot be written without joiners, nor emoji of several parts. Between the letters
 * of our neighbouring alphabets, which look the same with and without them, they have no business.
 */
const OTHER_SCRIPT = String.raw`(?![\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])`
const NEEDED = new RegExp(
  [
    String.raw`(?<=${OTHER_SCRIPT}[\p{L}\p{M}])(?:\u200C|\u200D)(?=${OTHER_SCRIPT}\p{L})`,
    String.raw`(?<=\p{Extended_Pictographic})\uFE0F`,
    String.raw`(?<=\p{Extended_Pictographic}|\p{Emoji_Modifier}|\uFE0F)\u200D(?=\p{Extended_Pictographic})`,
  ].join('|'),
  'gu',
)

/** More marks than any script piles on a letter reach over the lines around, and cover what is written there. */
const PILED = /[\p{Mn}\p{Me}]{9}/u

const LINE_BREAKS = /[\r\n\t]/g

const isPrintable = (text: string): boolean =>
  !UNPRINTABLE.test(text.replace(NEEDED, '')) && !PILED.test(text)

/** Trimmed, in Unicode NFC; undefined if it is empty, too long (in code points) or holds what nobody could see. */
export const parseLine = (text: string, maximumLength: number): string | undefined => {
  const line = compose(text, maximumLength)
  return line !== undefined && SEEN.test(line) && isPrintable(line) ? line : undefined
}

/** The same for a text of several lines, which may be empty. */
export const parseText = (text: string, maximumLength: number): string | undefined => {
  const composed = compose(text, maximumLength)
  return composed !== undefined && isPrintable(composed.replace(LINE_BREAKS, '')) ? composed : undefined
}

/** At most so many UTF-16 units become one code point. */
const MOST_COMPOSED = 4

const compose = (text: string, maximumLength: number): string | undefined => {
  const trimmed = text.trim()
  // Sorting combining marks takes time that grows with the square of their number.
  if (trimmed.length > MOST_COMPOSED * maximumLength) return undefined
  const composed = trimmed.normalize('NFC')
  return [...composed].length <= maximumLength ? composed : undefined
}

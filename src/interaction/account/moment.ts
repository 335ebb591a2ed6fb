import type { Moment } from '../pages/moment.tsx'
import { ago } from '../text/ago.ts'
import type { Text } from '../text/index.ts'

const MINUTE = 60_000
const DAY = 24 * 60 * MINUTE

/** From then on its day says more than its age. */
const LONG_AGO = 30 * DAY

/**
 * When something was, in words of the reader's language. We do not know the clock on their wall, so what is not long ago is
 * told by how long.
 */
export const momentOf = (at: Date, now: Date, { language }: Text): Moment => ({
  iso: at.toISOString(),
  words: wordsOf(at, now.getTime() - at.getTime(), language),
})

const wordsOf = (at: Date, age: number, language: Text['language']): string => {
  const { tag } = language
  if (age < MINUTE) return new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(0, 'second')
  return age < LONG_AGO
    ? ago(language, Math.floor(age / MINUTE))
    : new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' }).format(at)
}

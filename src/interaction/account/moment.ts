import type { Moment } from '../pages/moment.tsx'
import { ago } from '../text/ago.ts'
import type { Text } from '../text/index.ts'

/*
 * When something was, in words of the reader's language. We do not know the clock on their wall, so what is not long ago is
 * told by how long, and the rest by its day.
 */

const MINUTE = 60_000
const MAXIMUM_AGE = 30 * 24 * 60 * MINUTE

export const momentOf = (at: Date, now: Date, { language }: Text): Moment => ({
  iso: at.toISOString(),
  words: wordsOf(at, Math.max(0, now.getTime() - at.getTime()), language),
})

const wordsOf = (at: Date, age: number, language: Text['language']): string => {
  const { tag } = language
  if (age < MINUTE) return new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(0, 'second')
  if (age < MAXIMUM_AGE) return ago(language, age / MINUTE)
  return new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' }).format(at)
}

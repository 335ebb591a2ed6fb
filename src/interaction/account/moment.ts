import type { Moment } from '../pages/moment.tsx'
import type { Text } from '../text/index.ts'

/*
 * When something was, in words of the reader's language. We do not know the clock on their wall, so what is not long ago is
 * told by how long, and the rest by its day.
 */

const SECOND = 1_000
const steps = [
  { unit: 'minute', length: 60 * SECOND },
  { unit: 'hour', length: 3_600 * SECOND },
  { unit: 'day', length: 24 * 3_600 * SECOND },
] as const

const MAXIMUM_DAYS = 30

export const momentOf = (at: Date, now: Date, { language: { tag } }: Text): Moment => ({
  iso: at.toISOString(),
  words: wordsOf(at, Math.max(0, now.getTime() - at.getTime()), tag),
})

const wordsOf = (at: Date, age: number, tag: string): string => {
  const relative = new Intl.RelativeTimeFormat(tag, { numeric: 'auto' })
  const [minute, , day] = steps
  if (age < minute.length) return relative.format(0, 'second')
  if (age >= MAXIMUM_DAYS * day.length) {
    return new Intl.DateTimeFormat(tag, { dateStyle: 'medium', timeZone: 'UTC' }).format(at)
  }
  const step = steps.findLast(({ length }) => age >= length) ?? minute
  return relative.format(-Math.floor(age / step.length), step.unit)
}

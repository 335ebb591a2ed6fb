import type { Text } from './text.ts'

const HOUR = 60
const DAY = 24 * HOUR

/** “5 minutes ago” in the language of the page, with its plurals and digits. At least a minute. */
export const ago = ({ tag }: Text['language'], minutes: number): string => {
  const [size, unit] =
    minutes < HOUR
      ? ([1, 'minute'] as const)
      : minutes < DAY
        ? ([HOUR, 'hour'] as const)
        : ([DAY, 'day'] as const)
  return new Intl.RelativeTimeFormat(tag, { numeric: 'auto' }).format(-Math.floor(minutes / size), unit)
}

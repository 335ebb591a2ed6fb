import type { OutboundAnswer } from '../system/outbound-fetch.ts'

/** Seconds. */
export interface Freshness {
  readonly byDefault: number
  readonly least: number
  readonly most: number
}

/** How long an answer holds: what its server says (RFC 9111 §5.2.2), within our bounds. */
export const freshSeconds = (
  { headers }: Pick<OutboundAnswer, 'headers'>,
  { byDefault, least, most }: Freshness,
): number => {
  const directives = headers['cache-control'] ?? ''
  if (/\b(no-store|no-cache)\b/i.test(directives)) return least
  const [, maximumAge] = /\bmax-age="?(\d{1,9})\b/i.exec(directives) ?? []
  if (maximumAge === undefined) return byDefault
  return Math.min(Math.max(Number(maximumAge), least), most)
}

/** The only door to the time of day. Instants are taken once per request and handed down as `now`. */
export interface Clock {
  now(): Date
}

export const systemClock: Clock = { now: () => new Date() }

/** Seconds since it was called, whatever becomes of the time of day. */
export const stopwatch = (): (() => number) => {
  const start = performance.now()
  return () => (performance.now() - start) / 1000
}

/** `seconds` after (or, negative, before) an instant. */
export const addSeconds = (instant: Date, seconds: number): Date =>
  new Date(instant.getTime() + seconds * 1000)

/** NumericDate of RFC 7519 §2: whole seconds since the epoch. */
export const toEpochSeconds = (instant: Date): number => Math.floor(instant.getTime() / 1000)

export const fromEpochSeconds = (seconds: number): Date => new Date(seconds * 1000)

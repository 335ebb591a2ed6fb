/*
 * What is counted, and how finely: the words that go into a table and onto pages.
 */

export const statisticKinds = ['sign_in', 'sign_in_refused', 'tokens', 'refusal'] as const
export type StatisticKind = (typeof statisticKinds)[number]

export const statisticResolutions = ['minute', 'hour', 'day'] as const
export type StatisticResolution = (typeof statisticResolutions)[number]

const MINUTE = 60
const HOUR = 60 * MINUTE
const DAY = 24 * HOUR

/** Seconds of a stretch, and for how many it is kept: as long as somebody looks at it that finely, and some. */
export const resolutions: Readonly<
  Record<StatisticResolution, { readonly seconds: number; readonly keptSeconds: number }>
> = {
  minute: { seconds: MINUTE, keptSeconds: 2 * HOUR },
  hour: { seconds: HOUR, keptSeconds: 3 * DAY },
  day: { seconds: DAY, keptSeconds: 400 * DAY },
}

export const statisticPeriods = ['hour', 'day', 'month'] as const
export type StatisticPeriod = (typeof statisticPeriods)[number]

/** How each is shown: in stretches of which kind, and how many. */
export const periods: Readonly<
  Record<StatisticPeriod, { readonly resolution: StatisticResolution; readonly buckets: number }>
> = {
  hour: { resolution: 'minute', buckets: 60 },
  day: { resolution: 'hour', buckets: 24 },
  month: { resolution: 'day', buckets: 30 },
}

/** Where the stretch begins that an instant is in; days are those of UTC. */
export const bucketOf = (instant: Date, resolution: StatisticResolution): Date => {
  const milliseconds = resolutions[resolution].seconds * 1000
  return new Date(Math.floor(instant.getTime() / milliseconds) * milliseconds)
}

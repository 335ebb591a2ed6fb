import { z } from 'zod'
import {
  bucketOf,
  periods,
  resolutions,
  type StatisticPeriod,
  statisticKinds,
  statisticPeriods,
} from '../protocol/statistic.ts'
import type { QueueState } from '../storage/stores/delivery-queues.ts'
import type {
  Active,
  FailingApplication,
  IdleCredential,
  StatisticCount,
} from '../storage/stores/statistics.ts'
import { addSeconds } from '../system/clock.ts'

export const statisticsSchema = z
  .object({
    object: z.literal('statistics'),
    period: z.enum(statisticPeriods),
    range_start: z.string(),
    bucket_seconds: z.int().describe('How long each stretch is.'),
    series: z.array(
      z.object({
        kind: z.enum(statisticKinds),
        name: z
          .string()
          .describe('Of sign-ins the methods (`amr`), of tokens the grant type, of refusals the error.'),
        total: z.int(),
        counts: z.array(z.int()).describe('One for each stretch, the oldest first.'),
      }),
    ),
    active_users: z
      .int()
      .describe(
        'Those an application got or used a token for in the time; to have signed in alone does not count.',
      ),
    active_applications: z.int().describe('That used a grant or a secret in the time.'),
    active_is_more: z
      .boolean()
      .describe(
        'Both count no further than the last 10000 grants and 10000 secrets: there may be more than they say.',
      ),
  })
  .meta({ id: 'Statistics' })

export type StatisticsObject = z.infer<typeof statisticsSchema>

/** The beginning of a period that ends now, with the stretch that is not over. */
export const beginningOf = (period: StatisticPeriod, now: Date): Date => {
  const { resolution, buckets } = periods[period]
  return addSeconds(bucketOf(now, resolution), -(buckets - 1) * resolutions[resolution].seconds)
}

export const statisticsObject = (
  period: StatisticPeriod,
  counted: readonly StatisticCount[],
  active: Active,
  now: Date,
): StatisticsObject => {
  const { resolution, buckets } = periods[period]
  const { seconds } = resolutions[resolution]
  const from = beginningOf(period, now)
  const series = new Map<string, StatisticsObject['series'][number]>()
  for (const { kind, name, bucketAt, count } of counted) {
    const place = Math.round((bucketAt.getTime() - from.getTime()) / 1000 / seconds)
    // A clock that is ahead has counted in a stretch that is to come.
    if (place < 0 || place >= buckets) continue
    const key = `${kind}:${name}`
    const one = series.get(key) ?? { kind, name, total: 0, counts: Array<number>(buckets).fill(0) }
    one.counts[place] = (one.counts[place] ?? 0) + count
    one.total += count
    series.set(key, one)
  }
  return {
    object: 'statistics',
    period,
    range_start: from.toISOString(),
    bucket_seconds: seconds,
    series: [...series.values()].sort(
      (one, other) => other.total - one.total || (one.name < other.name ? -1 : 1),
    ),
    active_users: active.users,
    active_applications: active.applications,
    active_is_more: active.isMore,
  }
}

const credentialSchema = z.object({
  id: z.string(),
  secret_hint: z.string(),
  application_id: z.string(),
  application_name: z.string(),
  created_at: z.string(),
  last_used_at: z.string().nullable(),
})

export const checkupSchema = z
  .object({
    object: z.literal('checkup'),
    credentials_never_used: z.array(credentialSchema).describe('Made a week ago or longer; the oldest 20.'),
    credentials_over_a_year: z.array(credentialSchema).describe('The oldest 20.'),
    failing_applications: z
      .array(
        z.object({
          application_id: z.string(),
          application_name: z.string(),
          refused: z.int().describe('How often, since a day ago at most a week.'),
          last_refused_at: z.string(),
        }),
      )
      .describe(
        'Those that were refused five times or more within a day, the most often first; 10 at most, of the last 10000 ' +
          'kinds of refused requests.',
      ),
    signing_keys: z
      .array(
        z.object({
          algorithm: z.string(),
          kid: z.string().nullable().describe('null: nothing signs with the algorithm.'),
          age_seconds: z.int().describe('Since it began to sign.'),
          rotates_in_seconds: z.int().describe('Until it gets a successor; negative if that is late.'),
        }),
      )
      .describe('What signs, one for each algorithm.'),
    late_deliveries: z
      .array(
        z.object({
          queue: z.string().describe('webhooks, logouts or mail.'),
          waiting: z.int().describe('Not delivered yet; 10000 and more count as 10000.'),
          overdue_seconds: z.int().describe('How long something has been due that was not attempted.'),
        }),
      )
      .describe('Queues in which something is due for more than two minutes: no node delivers.'),
  })
  .meta({ id: 'Checkup' })

export type CheckupObject = z.infer<typeof checkupSchema>

const credentialObject = (credential: IdleCredential) => ({
  id: credential.id,
  secret_hint: credential.hint,
  application_id: credential.applicationId,
  application_name: credential.applicationName,
  created_at: credential.createdAt.toISOString(),
  last_used_at: credential.lastUsedAt?.toISOString() ?? null,
})

export const checkupObject = (
  found: {
    readonly neverUsed: readonly IdleCredential[]
    readonly old: readonly IdleCredential[]
    readonly failing: readonly FailingApplication[]
    /** Those in which something is due, and was not attempted. */
    readonly late: readonly QueueState[]
    /** Those there is always a key of. */
    readonly algorithms: readonly string[]
    readonly ages: readonly {
      readonly kid: string
      readonly algorithm: string
      readonly ageSeconds: number
      readonly rotatesInSeconds: number
    }[]
  },
  now: Date,
): CheckupObject => ({
  object: 'checkup',
  credentials_never_used: found.neverUsed.map(credentialObject),
  credentials_over_a_year: found.old.map(credentialObject),
  failing_applications: found.failing.map((one) => ({
    application_id: one.applicationId,
    application_name: one.applicationName,
    refused: one.times,
    last_refused_at: new Date(one.lastRefusedAt).toISOString(),
  })),
  signing_keys: found.algorithms.map((algorithm) => {
    const age = found.ages.find((each) => each.algorithm === algorithm)
    return {
      algorithm,
      kid: age?.kid ?? null,
      age_seconds: Math.floor(age?.ageSeconds ?? 0),
      rotates_in_seconds: Math.floor(age?.rotatesInSeconds ?? 0),
    }
  }),
  late_deliveries: found.late.map(({ queue, waiting, dueAt }) => ({
    queue,
    waiting,
    overdue_seconds: Math.floor((now.getTime() - (dueAt ?? now).getTime()) / 1000),
  })),
})

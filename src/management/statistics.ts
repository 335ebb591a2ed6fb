import { z } from 'zod'
import {
  beginningOf,
  checkupObject,
  checkupSchema,
  statisticsObject,
  statisticsSchema,
} from '../objects/statistics.ts'
import { periods, statisticPeriods } from '../protocol/statistic.ts'
import type { KeyChanging } from '../signing-keys/change-keys.ts'
import { signingKeyAges } from '../signing-keys/key-ages.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import { type Operation, readOperation } from './operation.ts'

export interface StatisticsDependencies {
  readonly stores: Stores
  /** Writes down what this node has counted; that of others follows within seconds. */
  readonly flushStatistics: () => Promise<void>
  readonly flushRefusedRequests: () => Promise<void>
  readonly keyChanging: Pick<KeyChanging, 'algorithms' | 'times'>
}

const tag = 'Statistics'

const DAY = 24 * 3600

/** Once or twice somebody mistypes. */
const REPEATEDLY = 5

/** Deliveries are attempted within seconds of when they are due. */
const LATE_SECONDS = 120

export const statisticsOperations = ({
  stores,
  flushStatistics,
  flushRefusedRequests,
  keyChanging,
}: StatisticsDependencies): readonly Operation[] => [
  readOperation({
    id: 'getStatistics',
    method: 'GET',
    path: '/latchkey/v1/statistics',
    tag,
    summary: 'Get how often what happened, on all nodes together.',
    description:
      'Sign-ins and those that were refused, tokens by grant, refusals by reason; over the last hour by minutes, the last ' +
      'day by hours, the last 30 days by days (UTC). What other nodes counted is there within ten seconds.',
    permission: 'events:read',
    query: z.strictObject({
      period: z.enum(statisticPeriods).optional().describe('Unless given, the last day.'),
    }),
    answer: statisticsSchema,
    errors: [],
    handle: async ({ query, now }) => {
      const { period = 'day' } = query
      await flushStatistics()
      const from = beginningOf(period, now)
      const [counted, active] = await Promise.all([
        stores.statistics.since(periods[period].resolution, from),
        stores.statistics.active(from),
      ])
      return statisticsObject(period, counted, active, now)
    },
  }),

  readOperation({
    id: 'getCheckup',
    method: 'GET',
    path: '/latchkey/v1/checkup',
    tag,
    summary: 'Get what somebody should look at: secrets, applications that fail, keys and deliveries.',
    permission: 'applications:read',
    answer: checkupSchema,
    errors: [],
    handle: async ({ now }) => {
      await flushRefusedRequests()
      const [neverUsed, old, failing, queues, keys] = await Promise.all([
        stores.statistics.neverUsed(addSeconds(now, -7 * DAY), 20),
        stores.statistics.madeBefore(addSeconds(now, -365 * DAY), 20),
        stores.statistics.failing(addSeconds(now, -DAY), REPEATEDLY, 10),
        stores.deliveryQueues.states(),
        stores.signingKeys.all(),
      ])
      const late = queues.filter(({ dueAt }) => dueAt !== null && dueAt < addSeconds(now, -LATE_SECONDS))
      const { algorithms } = keyChanging
      const ages = signingKeyAges(keys, keyChanging, now)
      return checkupObject({ neverUsed, old, failing, late, algorithms, ages }, now)
    },
  }),
]

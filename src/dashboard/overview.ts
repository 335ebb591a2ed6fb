import type { FastifyPluginAsync } from 'fastify'
import { eventSchema } from '../objects/event.ts'
import { listOf } from '../objects/list.ts'
import { signingKeySchema } from '../objects/signing-key.ts'
import { checkupSchema, statisticsSchema } from '../objects/statistics.ts'
import { eventNames } from '../protocol/event-name.ts'
import { statisticPeriods } from '../protocol/statistic.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { Overview } from './pages/overview.tsx'
import { sectionOn } from './section.ts'

/** Of what went wrong, or was kept from going wrong. */
const refusals = eventNames
  .filter((name) => /(failed|refused|throttled|replayed|reuse_detected)$/.test(name))
  .join()

/** Where the dashboard begins: what happened last, and what was refused. */
export const overviewPage =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask, issuer } = pages
    const section = sectionOn(app, pages)
    section.shows(dashboardPaths.overview, async (visit) => {
      const newest = async (query: Readonly<Record<string, string>>) =>
        (await ask(visit, 'listEvents', listOf(eventSchema), { query: { limit: '8', ...query } })).data
      const { period: asked } = visit.request.query as { readonly period?: unknown }
      const period = statisticPeriods.find((one) => one === asked) ?? 'day'
      const [keys, statistics, checkup, events, refused] = await Promise.all([
        ask(visit, 'listSigningKeys', listOf(signingKeySchema)),
        ask(visit, 'getStatistics', statisticsSchema, { query: { period } }),
        ask(visit, 'getCheckup', checkupSchema),
        newest({}),
        newest({ events: refusals }),
      ])
      return visit.send(Overview, {
        ...{ issuer, events, statistics, checkup },
        keys: keys.data,
        refusals: refused,
      })
    })
  }

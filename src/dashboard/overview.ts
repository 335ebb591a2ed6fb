import type { FastifyPluginAsync } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { eventSchema } from '../objects/event.ts'
import { listOf } from '../objects/list.ts'
import { signingKeySchema } from '../objects/signing-key.ts'
import { eventNames } from '../protocol/event-name.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type DashboardPages, openDashboard, workspace } from './open-dashboard.ts'
import { Overview } from './pages/overview.tsx'

/** Of what went wrong, or was kept from going wrong. */
const refusals = eventNames
  .filter((name) => /(failed|refused|throttled|replayed|reuse_detected)$/.test(name))
  .join()

/** Where the dashboard begins: what happened last, and what was refused. */
export const overviewPage =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask, issuer } = pages
    app.get(dashboardPaths.overview, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      const newest = async (query: Readonly<Record<string, string>>) =>
        (await ask(operator, 'listEvents', listOf(eventSchema), { query: { limit: '8', ...query } })).data
      const [keys, events, refused] = await Promise.all([
        ask(operator, 'listSigningKeys', listOf(signingKeySchema)),
        newest({}),
        newest({ events: refusals }),
      ])
      return sendHtml(
        reply,
        page(Overview, {
          workspace: workspace(pages, request, reply, operator),
          ...{ issuer, events },
          keys: keys.data,
          refusals: refused,
        }),
      )
    })
  }

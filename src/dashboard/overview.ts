import type { FastifyPluginAsync } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type DashboardPages, openDashboard, workspace } from './open-dashboard.ts'
import { Overview } from './pages/overview.tsx'

/** Where the dashboard begins. */
export const overviewPage =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    app.get(dashboardPaths.overview, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return sendHtml(reply, page(Overview, { workspace: workspace(pages, request, reply, operator) }))
    })
  }

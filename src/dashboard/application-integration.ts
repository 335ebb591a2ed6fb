import type { FastifyPluginAsync } from 'fastify'
import { applicationSchema } from '../objects/application.ts'
import { listOf } from '../objects/list.ts'
import { refusedRequestSchema } from '../objects/refused-request.ts'
import { settingsSchema } from '../objects/settings.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { readFormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { ApplicationIntegration } from './pages/application-integration.tsx'
import { ApplicationRefusals } from './pages/application-refusals.tsx'
import { sectionOn, type Visit } from './section.ts'
import { chosenSnippet } from './snippets/index.ts'
import { integrationOf } from './snippets/snippet.ts'

/*
 * For whoever builds an application.
 *
 * | page | shows |
 * |---|---|
 * | `/dashboard/applications/:id/integrate` | code that uses it, with its values |
 * | `/dashboard/applications/:id/refusals` | what it was refused lately, and why |
 */

export const applicationIntegrationPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.applications}/:id`

    const read = (visit: Visit) =>
      ask(visit, 'getApplication', applicationSchema, { params: { id: visit.param('id') } })

    section.shows(`${one}/integrate`, async (visit) => {
      const application = await read(visit)
      const { access_token } = await ask(visit, 'getSettings', settingsSchema)
      const integration = integrationOf(application, {
        issuer: pages.issuer,
        audience: pages.environmentClientId,
        tokenType: access_token.type,
      })
      const wanted = readFormFields(visit.request.query).optional('with')
      return visit.send(ApplicationIntegration, {
        ...{ application, integration },
        ...chosenSnippet(application, integration, wanted),
      })
    })

    section.shows(`${one}/refusals`, async (visit) => {
      const application = await read(visit)
      const refusals = await ask(visit, 'listRefusedRequests', listOf(refusedRequestSchema), {
        params: { id: application.id },
        query: listQuery(visit.request),
      })
      return visit.send(ApplicationRefusals, { application, refusals })
    })
  }

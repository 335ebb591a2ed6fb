import type { FastifyPluginAsync } from 'fastify'
import { applicationSchema } from '../objects/application.ts'
import { applicationConsentSchema } from '../objects/authorized-application.ts'
import { listOf } from '../objects/list.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { ApplicationPeople } from './pages/application-people.tsx'
import { applicationPath } from './pages/application-tabs.tsx'
import { requirePeople } from './require-people.ts'
import { sectionOn, type Visit } from './section.ts'

/*
 * Who has allowed an application what.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/applications/:id/people` | them | |
 * | `…/people/revoke` | | that one of them has not |
 */

export const applicationPeoplePages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const path = `${dashboardPaths.applications}/:id/people`

    const read = async (visit: Visit) => {
      const params = { id: visit.param('id') }
      const application = await ask(visit, 'getApplication', applicationSchema, { params })
      requirePeople(application)
      return application
    }

    section.shows(path, async (visit) => {
      const application = await read(visit)
      return visit.send(ApplicationPeople, {
        application,
        consents: await ask(visit, 'listApplicationConsents', listOf(applicationConsentSchema), {
          params: { id: application.id },
          query: listQuery(visit.request),
        }),
      })
    })

    section.decides(`${path}/revoke`, async (visit) => {
      const application = await read(visit)
      const onto = applicationPath(application, '/people')
      const userId = visit.fields.text('user_id')
      return {
        work: () =>
          ask(visit, 'deleteUserAuthorizedApplication', undefined, {
            params: { user_id: userId, application_id: application.id },
          }),
        refused: (refusal) => {
          // Taken back by themselves, or by somebody else, a moment ago: the list says so.
          if (refusal.status !== 404) throw refusal
          return visit.reply.redirect(onto, 303)
        },
        notice: 'revoked',
        onto,
      }
    })
  }

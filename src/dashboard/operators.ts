import type { FastifyPluginAsync } from 'fastify'
import { invalidField } from '../management/refusal.ts'
import { listOf } from '../objects/list.ts'
import { type OperatorObject, operatorSchema } from '../objects/operator.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { OperatorPage } from './pages/operator.tsx'
import { Operators } from './pages/operators.tsx'
import { sectionOn, type Visit } from './section.ts'
import { userByEmail } from './user-by-email.ts'

/*
 * Who may do what here.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/operators` | who they are | who becomes one |
 * | `/dashboard/operators/:id` | one of them | what they may do, and that they may be here no more |
 */

export const operatorsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.operators}/:id`

    const showList = async (visit: Visit, form: FilledForm = freshForm({ role: 'viewer' })) => {
      const operators = await ask(visit, 'listOperators', listOf(operatorSchema), {
        query: listQuery(visit.request),
      })
      return visit.send(Operators, { operators, form })
    }

    section.shows(dashboardPaths.operators, showList)

    section.decides(dashboardPaths.operators, async (visit) => {
      const { fields } = visit
      return {
        work: async () => {
          const user = await userByEmail(ask, visit, fields.optional('email'), 'operators are users first')
          // Somebody else may have signed up with it, and waits to be taken for who is meant.
          if (!user.email_verified)
            throw invalidField('email', 'email_not_verified', 'is not proved to be that user’s')
          await ask(visit, 'setOperator', operatorSchema, {
            params: { id: user.id },
            body: { role: fields.text('role') },
          })
        },
        refused: (refusal) => showList(visit, refusedForm(fields, refusal)),
        notice: 'saved',
        onto: dashboardPaths.operators,
      }
    })

    const showOne = (
      visit: Visit,
      shown: OperatorObject,
      form: FilledForm = freshForm({ role: shown.role }),
    ) => visit.send(OperatorPage, { operator: shown, form })

    const read = (visit: Visit) =>
      ask(visit, 'getOperator', operatorSchema, { params: { id: visit.param('id') } })

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    section.decides(one, async (visit) => {
      const { fields } = visit
      const params = { id: visit.param('id') }
      const isRemoval = fields.text('decision') === 'remove'
      return {
        work: () =>
          isRemoval
            ? ask(visit, 'removeOperator', undefined, { params })
            : ask(visit, 'setOperator', operatorSchema, { params, body: { role: fields.text('role') } }),
        refused: async (refusal) => showOne(visit, await read(visit), refusedForm(fields, refusal)),
        notice: isRemoval ? 'deleted' : 'saved',
        onto: dashboardPaths.operators,
      }
    })
  }

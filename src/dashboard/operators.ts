import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { invalidField } from '../management/refusal.ts'
import { listOf } from '../objects/list.ts'
import { type OperatorObject, operatorSchema } from '../objects/operator.ts'
import { userSchema } from '../objects/user.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { OperatorPage } from './pages/operator.tsx'
import { Operators } from './pages/operators.tsx'

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
    const one = `${dashboardPaths.operators}/:id`

    const showList = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      form: FilledForm = freshForm({ role: 'viewer' }),
    ) => {
      const operators = await ask(operator, 'listOperators', listOf(operatorSchema), {
        query: listQuery(request),
      })
      return sendHtml(
        reply,
        page(Operators, { workspace: workspace(pages, request, reply, operator), operators, form }),
      )
    }

    app.get(dashboardPaths.operators, async (request, reply) =>
      showList(request, reply, await openDashboard(pages, request)),
    )

    app.post(dashboardPaths.operators, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      return decide(reply, {
        work: async () => {
          const email = fields.optional('email') ?? ''
          const found = await ask(operator, 'listUsers', listOf(userSchema), { query: { email, limit: '1' } })
          const [user] = email === '' ? [] : found.data
          if (!user)
            throw invalidField('email', 'user_not_found', 'belongs to no user: operators are users first')
          await ask(operator, 'setOperator', operatorSchema, {
            params: { id: user.id },
            body: { role: fields.text('role') },
          })
        },
        refused: (refusal) => showList(request, reply, operator, refusedForm(fields, refusal)),
        notice: 'saved',
        onto: dashboardPaths.operators,
      })
    })

    const showOne = (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      shown: OperatorObject,
      form: FilledForm = freshForm({ role: shown.role }),
    ) =>
      sendHtml(
        reply,
        page(OperatorPage, { workspace: workspace(pages, request, reply, operator), operator: shown, form }),
      )

    const read = (operator: Operator, request: FastifyRequest) =>
      ask(operator, 'getOperator', operatorSchema, { params: request.params as { readonly id: string } })

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    app.post(one, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const params = request.params as { readonly id: string }
      const isRemoval = fields.text('decision') === 'remove'
      return decide(reply, {
        work: () =>
          isRemoval
            ? ask(operator, 'removeOperator', undefined, { params })
            : ask(operator, 'setOperator', operatorSchema, { params, body: { role: fields.text('role') } }),
        refused: async (refusal) =>
          showOne(request, reply, operator, await read(operator, request), refusedForm(fields, refusal)),
        notice: isRemoval ? 'deleted' : 'saved',
        onto: dashboardPaths.operators,
      })
    })
  }

import type { FastifyPluginAsync } from 'fastify'
import { conflict, invalidField, notFound } from '../management/refusal.ts'
import { listOf } from '../objects/list.ts'
import { type OperatorObject, operatorSchema } from '../objects/operator.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { OperatorRecord } from '../storage/stores/operators.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { OperatorPage } from './pages/operator.tsx'
import { Operators } from './pages/operators.tsx'
import { sectionOn, type Visit } from './section.ts'
import { changedMeanwhile } from './unchanged-since.ts'
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

    const showList = async (
      visit: Visit,
      form: FilledForm = freshForm({ role: 'viewer' }),
      already?: OperatorObject,
    ) => {
      const operators = await ask(visit, 'listOperators', listOf(operatorSchema), {
        query: listQuery(visit.request),
      })
      return visit.send(Operators, { operators, form, ...(already && { already }) })
    }

    section.shows(dashboardPaths.operators, (visit) => showList(visit))

    section.decides(dashboardPaths.operators, async (visit) => {
      const { fields } = visit
      let userId = ''
      return {
        work: async () => {
          const user = await userByEmail(ask, visit, fields.optional('email'), 'operators are users first')
          userId = user.id
          // Somebody else may have signed up with it, and waits to be taken for who is meant.
          if (!user.email_verified)
            throw invalidField('email', 'email_not_verified', 'is not proved to be that user’s')
          await ask(visit, 'setOperator', operatorSchema, {
            params: { id: user.id },
            body: { role: fields.text('role') },
            provided: provided(user.id, (operator) => {
              if (operator) throw conflict(ALREADY, 'They are an operator already. Nothing was changed.')
            }),
          })
        },
        refused: async (refusal) =>
          showList(
            visit,
            refusedForm(fields, refusal),
            refusal.body.code === ALREADY ? await read(visit, userId) : undefined,
          ),
        notice: 'saved',
        onto: dashboardPaths.operators,
      }
    })

    const showOne = (visit: Visit, shown: OperatorObject, form: FilledForm = editable(shown)) =>
      visit.send(OperatorPage, { operator: shown, form })

    const read = (visit: Visit, id: string) => ask(visit, 'getOperator', operatorSchema, { params: { id } })

    section.shows(one, async (visit) => showOne(visit, await read(visit, visit.param('id'))))

    section.decides(one, async (visit) => {
      const { fields } = visit
      const id = visit.param('id')
      const asked = {
        params: { id },
        provided: provided(id, (operator) => {
          if (!operator) throw notFound('Operator', id)
          if (operator.updatedAt.toISOString() !== fields.text('updated_at')) throw changedMeanwhile()
        }),
      }
      const isRemoval = fields.text('decision') === 'remove'
      return {
        work: () =>
          isRemoval
            ? ask(visit, 'removeOperator', undefined, asked)
            : ask(visit, 'setOperator', operatorSchema, { ...asked, body: { role: fields.text('role') } }),
        refused: async (refusal) => {
          const operator = await read(visit, id)
          return showOne(visit, operator, refusedForm(fields, refusal, editable(operator)))
        },
        notice: isRemoval ? 'deleted' : 'saved',
        onto: dashboardPaths.operators,
      }
    })
  }

const ALREADY = 'operator_already'

const editable = ({ role }: OperatorObject) => freshForm({ role })

/** For a change of what somebody may do here: holds of them until it is made, as whoever changes it locks the user first. */
const provided =
  (userId: string, check: (operator: OperatorRecord | undefined) => void) =>
  async ({ users, operators }: Pick<Stores, 'users' | 'operators'>): Promise<void> => {
    const id = parseIdentifier('user', userId)
    if (id && (await users.lock(id))) check(await operators.byUserId(id))
  }

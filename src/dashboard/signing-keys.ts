import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { notFound } from '../management/refusal.ts'
import { listOf } from '../objects/list.ts'
import { type SigningKeyObject, signingKeySchema } from '../objects/signing-key.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { SigningKeyPage } from './pages/signing-key.tsx'
import { SigningKeys } from './pages/signing-keys.tsx'

/*
 * What tokens are signed with.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/signing-keys` | the keys and their states | |
 * | `/dashboard/signing-keys/:kid` | one of them | that it gets a successor, or is withdrawn before its time |
 */

export const signingKeysPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const one = `${dashboardPaths.signingKeys}/:kid`

    const readAll = async (operator: Operator) =>
      (await ask(operator, 'listSigningKeys', listOf(signingKeySchema))).data

    const read = async (operator: Operator, request: FastifyRequest) => {
      const { kid } = request.params as { readonly kid: string }
      const key = (await readAll(operator)).find((each) => each.kid === kid)
      if (!key) throw notFound('Signing key', kid)
      return key
    }

    app.get(dashboardPaths.signingKeys, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      const keys = await readAll(operator)
      return sendHtml(
        reply,
        page(SigningKeys, { workspace: workspace(pages, request, reply, operator), keys: keys.reverse() }),
      )
    })

    const showOne = (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      key: SigningKeyObject,
      forms: { readonly rotation?: FilledForm; readonly withdrawal?: FilledForm } = {},
    ) =>
      sendHtml(
        reply,
        page(SigningKeyPage, {
          workspace: workspace(pages, request, reply, operator),
          signingKey: key,
          rotation: forms.rotation ?? freshForm(),
          withdrawal: forms.withdrawal ?? freshForm(),
        }),
      )

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    app.post(`${one}/rotate`, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const key = await read(operator, request)
      return decide(reply, {
        work: () => ask(operator, 'rotateSigningKey', z.unknown(), { body: { algorithm: key.algorithm } }),
        refused: (refusal) =>
          showOne(request, reply, operator, key, { rotation: refusedForm(operator.fields, refusal) }),
        notice: 'rotated',
        onto: dashboardPaths.signingKeys,
      })
    })

    app.post(`${one}/withdraw`, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const key = await read(operator, request)
      return decide(reply, {
        work: async () => {
          requireConfirmation(fields, key.kid)
          await ask(operator, 'retireSigningKey', z.unknown(), { params: { kid: key.kid } })
        },
        refused: (refusal) =>
          showOne(request, reply, operator, key, { withdrawal: refusedForm(fields, refusal) }),
        notice: 'withdrawn',
        onto: dashboardPaths.signingKeys,
      })
    })
  }

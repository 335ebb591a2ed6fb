import type { FastifyPluginAsync } from 'fastify'
import { z } from 'zod'
import { notFound } from '../management/refusal.ts'
import { listOf } from '../objects/list.ts'
import { type SigningKeyObject, signingKeySchema } from '../objects/signing-key.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { SigningKeyPage } from './pages/signing-key.tsx'
import { SigningKeys } from './pages/signing-keys.tsx'
import { sectionOn, type Visit } from './section.ts'

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
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.signingKeys}/:kid`

    const readAll = async (visit: Visit) =>
      (await ask(visit, 'listSigningKeys', listOf(signingKeySchema))).data

    const read = async (visit: Visit) => {
      const { kid } = { kid: visit.param('kid') }
      const key = (await readAll(visit)).find((each) => each.kid === kid)
      if (!key) throw notFound('Signing key', kid)
      return key
    }

    section.shows(dashboardPaths.signingKeys, async (visit) => {
      const keys = await readAll(visit)
      return visit.send(SigningKeys, { keys: keys.reverse() })
    })

    const showOne = (
      visit: Visit,
      key: SigningKeyObject,
      forms: { readonly rotation?: FilledForm; readonly withdrawal?: FilledForm } = {},
    ) =>
      visit.send(SigningKeyPage, {
        signingKey: key,
        rotation: forms.rotation ?? freshForm(),
        withdrawal: forms.withdrawal ?? freshForm(),
      })

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    section.decides(`${one}/rotate`, async (visit) => {
      const key = await read(visit)
      return {
        work: () => ask(visit, 'rotateSigningKey', z.unknown(), { body: { algorithm: key.algorithm } }),
        refused: (refusal) => showOne(visit, key, { rotation: refusedForm(visit.fields, refusal) }),
        notice: 'rotated',
        onto: dashboardPaths.signingKeys,
      }
    })

    section.decides(`${one}/withdraw`, async (visit) => {
      const { fields } = visit
      const key = await read(visit)
      return {
        work: async () => {
          requireConfirmation(fields, key.kid)
          await ask(visit, 'retireSigningKey', z.unknown(), { params: { kid: key.kid } })
        },
        refused: (refusal) => showOne(visit, key, { withdrawal: refusedForm(fields, refusal) }),
        notice: 'withdrawn',
        onto: dashboardPaths.signingKeys,
      }
    })
  }

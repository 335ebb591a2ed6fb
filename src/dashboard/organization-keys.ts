import type { FastifyPluginAsync } from 'fastify'
import { notFound } from '../management/refusal.ts'
import { apiKeySchema, newApiKeySchema } from '../objects/api-key.ts'
import { listOf } from '../objects/list.ts'
import { organizationSchema } from '../objects/organization.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import { newHandle, type Random } from '../system/random.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import { madeOnce } from './made-once.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { OrganizationKeys } from './pages/organization-keys.tsx'
import { sectionOn, type Visit } from './section.ts'

/*
 * Keys of an organization for the operator's own API, which asks here whether one holds.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/organizations/:id/keys` | them; a new one this once; with `?key=`, what deleting that one means | a new one |
 * | `…/keys/delete` | | the end of one |
 */

export const organizationKeysPages =
  (pages: DashboardPages & { readonly random: Random }): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const path = `${dashboardPaths.organizations}/:id/keys`

    /** One of the organization itself. */
    const read = async (visit: Visit, id: string) => {
      const key = await ask(visit, 'getCustomerApiKey', apiKeySchema, { params: { id } })
      const { owner } = key
      if (owner.type !== 'organization' || owner.id !== visit.param('id')) throw notFound('API key', id)
      return key
    }

    const show = async (
      visit: Visit,
      shown: {
        readonly form?: FilledForm
        readonly created?: string
        readonly doomed?: string | undefined
        readonly ending?: FilledForm
      } = {},
    ) => {
      const id = visit.param('id')
      const [organization, keys, doomed] = await Promise.all([
        ask(visit, 'getOrganization', organizationSchema, { params: { id } }),
        ask(visit, 'listOrganizationApiKeys', listOf(apiKeySchema), {
          params: { organizationId: id },
          query: listQuery(visit.request),
        }),
        shown.doomed === undefined ? undefined : read(visit, shown.doomed),
      ])
      return visit.send(OrganizationKeys, {
        ...{ organization, keys, once: newHandle(pages.random) },
        form: shown.form ?? freshForm(),
        ending: shown.ending ?? freshForm(),
        ...(shown.created !== undefined && { created: shown.created }),
        ...(doomed && { doomed }),
      })
    }

    section.shows(path, (visit) => {
      const { key } = visit.request.query as { readonly key?: unknown }
      return show(visit, { doomed: typeof key === 'string' ? key : undefined })
    })

    // Answered by the page itself: a key that is shown once has no address to be shown at again.
    section.answers(path, (visit) => {
      const { fields } = visit
      return {
        work: async () => {
          const { value } = await ask(visit, 'createOrganizationApiKey', newApiKeySchema, {
            params: { organizationId: visit.param('id') },
            body: {
              name: fields.text('name').trim(),
              permissions: fields.lines('permissions'),
              expires_at: fields.optional('expires_at') ?? null,
            },
            provided: madeOnce(fields, visit.session.userId),
          })
          return () => show(visit, { created: value })
        },
        refused: (refusal) => show(visit, { form: refusedForm(fields, refusal) }),
      }
    })

    section.decides(`${path}/delete`, (visit) => {
      const id = visit.param('id')
      const thing = visit.fields.text('thing')
      return {
        work: () =>
          ask(visit, 'deleteApiKey', undefined, {
            params: { id: thing },
            provided: async ({ customerKeys }) => {
              const parsed = parseIdentifier('apiKey', thing)
              const key = parsed && (await customerKeys.lock(parsed))
              // One of another organization is none, nor is one of a user.
              if (key?.organizationId !== id || key.userId !== null) throw notFound('API key', thing)
              requireConfirmation(visit.fields, key.name)
            },
          }),
        refused: (refusal) => {
          if (refusal.status === 404) throw refusal
          return show(visit, { doomed: thing, ending: refusedForm(visit.fields, refusal) })
        },
        notice: 'deleted',
        onto: `${dashboardPaths.organizations}/${id}/keys`,
      }
    })
  }

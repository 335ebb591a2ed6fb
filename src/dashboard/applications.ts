import type { FastifyPluginAsync } from 'fastify'
import { listedSecretSchema } from '../management/client-secrets.ts'
import { notFound } from '../management/refusal.ts'
import { type ApplicationObject, applicationSchema } from '../objects/application.ts'
import { newApplicationSecretSchema } from '../objects/client-secret.ts'
import { listOf } from '../objects/list.ts'
import { organizationSchema } from '../objects/organization.ts'
import { newHandle, type Random } from '../system/random.ts'
import { applicationKinds, chosenOf, editableApplication, secretFieldOf } from './application-form.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm, versionToHold } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import { madeOnce } from './made-once.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { ApplicationPage } from './pages/application.tsx'
import { Applications } from './pages/applications.tsx'
import { ClientSecretPage } from './pages/client-secret.tsx'
import { NewApplication } from './pages/new-application.tsx'
import { requireMay } from './require-may.ts'
import { sectionOn, type Visit } from './section.ts'
import { unchangedSince } from './unchanged-since.ts'

/*
 * What gets tokens.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/applications` | them | |
 * | `/dashboard/applications/new` | what there is to choose | a new one, whose page follows |
 * | `/dashboard/applications/:id` | one of them; a new secret this once | what it is called and may do, a new secret, its end |
 * | `/dashboard/applications/:id/secrets/:secret` | one of its secrets, and whether it can go | its end |
 */

/** Organizations that can be chosen among; beyond, the ID is written. */
const FEW = { limit: '100' }

export const applicationsPages =
  (pages: DashboardPages & { readonly random: Random }): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.applications}/:id`

    section.shows(dashboardPaths.applications, async (visit) => {
      const applications = await ask(visit, 'listApplications', listOf(applicationSchema), {
        query: { ...listQuery(visit.request), registration_types: 'authenticated,dynamic' },
      })
      return visit.send(Applications, { applications })
    })

    const showNew = async (visit: Visit, form: FilledForm = freshForm({ kind: 'web', trust: 'first' })) => {
      const { data, list_metadata } = await ask(visit, 'listOrganizations', listOf(organizationSchema), {
        query: FEW,
      })
      return visit.send(NewApplication, {
        form,
        ...(list_metadata.after === null && { organizations: data }),
      })
    }

    section.shows(`${dashboardPaths.applications}/new`, showNew)

    section.answers(dashboardPaths.applications, (visit) => {
      const { fields } = visit
      return {
        work: async () => {
          // Whoever may not make one is not told what is wrong with it.
          requireMay(visit, 'applications:write')
          const body = newApplicationOf(fields)
          const application = await ask(visit, 'createApplication', applicationSchema, { body })
          return () => visit.reply.redirect(pathOf(application), 303)
        },
        refused: (refusal) => showNew(visit, refusedForm(fields, refusal)),
      }
    })

    const read = (visit: Visit) =>
      ask(visit, 'getApplication', applicationSchema, { params: { id: visit.param('id') } })

    const secretsOf = async (visit: Visit, { id }: ApplicationObject) =>
      (await ask(visit, 'listClientSecretsWithUse', listOf(listedSecretSchema), { params: { id } })).data

    const showOne = async (
      visit: Visit,
      application: ApplicationObject,
      shown: {
        readonly form?: FilledForm
        readonly secretForm?: FilledForm
        readonly ending?: FilledForm
        readonly created?: string
      } = {},
    ) =>
      visit.send(ApplicationPage, {
        issuer: pages.issuer,
        application,
        secrets: await secretsOf(visit, application),
        form: shown.form ?? editableApplication(application),
        secretForm: shown.secretForm ?? freshForm(),
        ending: shown.ending ?? freshForm(),
        once: newHandle(pages.random),
        ...(shown.created !== undefined && { created: shown.created }),
      })

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    section.decides(one, async (visit) => {
      const { fields } = visit
      const application = await read(visit)
      return {
        work: () =>
          ask(visit, 'updateApplication', applicationSchema, {
            params: { id: application.id },
            body: {
              ...describedBy(fields),
              ...('redirect_uris' in application && { redirect_uris: redirectUrisOf(fields) }),
            },
            provided: unchangedSince(
              'application',
              application.id,
              versionToHold(fields, editableApplication(application), application.updated_at),
            ),
          }),
        refused: (refusal) =>
          showOne(visit, application, {
            form: refusedForm(fields, refusal, editableApplication(application)),
          }),
        notice: 'saved',
        onto: pathOf(application),
      }
    })

    // Answered by the page itself: a secret that is shown once has no address to be shown at again.
    section.answers(`${one}/secrets`, async (visit) => {
      const { fields } = visit
      const application = await read(visit)
      return {
        work: async () => {
          const { secret: created } = await ask(
            visit,
            'createApplicationClientSecret',
            newApplicationSecretSchema,
            {
              params: { id: application.id },
              body: { name: fields.optional('secret_name') ?? null },
              provided: madeOnce(fields, visit.session.userId),
            },
          )
          return () => showOne(visit, application, { created })
        },
        refused: (refusal) =>
          showOne(visit, application, {
            secretForm: refusedForm(fields, refusal, undefined, secretFieldOf),
          }),
      }
    })

    section.decides(`${one}/delete`, async (visit) => {
      const application = await read(visit)
      return {
        work: () => {
          requireConfirmation(visit.fields, application.name)
          return ask(visit, 'deleteApplication', undefined, { params: { id: application.id } })
        },
        refused: (refusal) => showOne(visit, application, { ending: refusedForm(visit.fields, refusal) }),
        notice: 'deleted',
        onto: dashboardPaths.applications,
      }
    })

    const secret = `${one}/secrets/:secret`

    const readSecret = async (visit: Visit) => {
      const application = await read(visit)
      const id = visit.param('secret')
      const found = (await secretsOf(visit, application)).find((each) => each.id === id)
      if (!found) throw notFound('Client secret', id)
      return { application, secret: found }
    }

    const showSecret = (
      visit: Visit,
      shown: Awaited<ReturnType<typeof readSecret>>,
      ending: FilledForm = freshForm(),
    ) => visit.send(ClientSecretPage, { ...shown, ending })

    section.shows(secret, async (visit) => {
      return showSecret(visit, await readSecret(visit))
    })

    section.decides(secret, async (visit) => {
      const shown = await readSecret(visit)
      return {
        work: () => {
          requireConfirmation(visit.fields, shown.secret.secret_hint)
          return ask(visit, 'deleteClientSecret', undefined, { params: { id: shown.secret.id } })
        },
        refused: (refusal) => showSecret(visit, shown, refusedForm(visit.fields, refusal)),
        notice: 'deleted',
        onto: pathOf(shown.application),
      }
    })
  }

const pathOf = ({ id }: Pick<ApplicationObject, 'id'>): string => `${dashboardPaths.applications}/${id}`

const redirectUrisOf = (fields: FormFields) => fields.lines('redirect_uris').map((uri) => ({ uri }))

const describedBy = (fields: FormFields) => ({
  name: fields.text('name'),
  description: fields.optional('description') ?? null,
  scopes: fields.lines('scopes'),
})

/** @throws Refusal 422 */
const newApplicationOf = (fields: FormFields) => {
  const organization_id = fields.optional('organization_id')
  const kind = chosenOf(fields, 'kind', applicationKinds)
  if (kind === 'm2m') {
    return {
      ...describedBy(fields),
      application_type: 'm2m',
      organization_id: organization_id ?? '',
    }
  }
  const is_first_party = chosenOf(fields, 'trust', ['first', 'third']) === 'first'
  return {
    ...describedBy(fields),
    application_type: 'oauth',
    redirect_uris: redirectUrisOf(fields),
    uses_pkce: kind === 'public',
    is_first_party,
    ...(!is_first_party && { organization_id: organization_id ?? '' }),
  }
}

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { listedSecretSchema } from '../management/client-secrets.ts'
import { notFound } from '../management/refusal.ts'
import { type ApplicationObject, applicationSchema } from '../objects/application.ts'
import { newApplicationSecretSchema } from '../objects/client-secret.ts'
import { listOf } from '../objects/list.ts'
import { organizationSchema } from '../objects/organization.ts'
import { attempt } from './ask.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { ApplicationPage } from './pages/application.tsx'
import { Applications } from './pages/applications.tsx'
import { ClientSecretPage } from './pages/client-secret.tsx'
import { NewApplication } from './pages/new-application.tsx'
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

const editable = (application: ApplicationObject) =>
  freshForm({
    name: application.name,
    description: application.description,
    scopes: application.scopes,
    ...('redirect_uris' in application && {
      redirect_uris: application.redirect_uris.map(({ uri }) => uri),
    }),
  })

export const applicationsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const one = `${dashboardPaths.applications}/:id`

    app.get(dashboardPaths.applications, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      const applications = await ask(operator, 'listApplications', listOf(applicationSchema), {
        query: { ...listQuery(request), registration_types: 'authenticated,dynamic' },
      })
      return sendHtml(
        reply,
        page(Applications, { workspace: workspace(pages, request, reply, operator), applications }),
      )
    })

    const showNew = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      form: FilledForm = freshForm({ kind: 'web', trust: 'first' }),
    ) => {
      const { data, list_metadata } = await ask(operator, 'listOrganizations', listOf(organizationSchema), {
        query: FEW,
      })
      return sendHtml(
        reply,
        page(NewApplication, {
          workspace: workspace(pages, request, reply, operator),
          form,
          ...(list_metadata.after === null && { organizations: data }),
        }),
      )
    }

    app.get(`${dashboardPaths.applications}/new`, async (request, reply) =>
      showNew(request, reply, await openDashboard(pages, request)),
    )

    app.post(dashboardPaths.applications, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const attempted = await attempt(() =>
        ask(operator, 'createApplication', applicationSchema, { body: newApplicationOf(fields) }),
      )
      const { refusal } = attempted
      if (refusal) return showNew(request, reply.code(refusal.status), operator, refusedForm(fields, refusal))
      return reply.redirect(pathOf(attempted.answer), 303)
    })

    const read = (operator: Operator, request: FastifyRequest) =>
      ask(operator, 'getApplication', applicationSchema, { params: { id: paramsOf(request).id } })

    const secretsOf = async (operator: Operator, { id }: ApplicationObject) =>
      (await ask(operator, 'listClientSecretsWithUse', listOf(listedSecretSchema), { params: { id } })).data

    const showOne = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      application: ApplicationObject,
      shown: {
        readonly form?: FilledForm
        readonly secretForm?: FilledForm
        readonly ending?: FilledForm
        readonly created?: string
      } = {},
    ) =>
      sendHtml(
        reply,
        page(ApplicationPage, {
          workspace: workspace(pages, request, reply, operator),
          issuer: pages.issuer,
          application,
          secrets: await secretsOf(operator, application),
          form: shown.form ?? editable(application),
          secretForm: shown.secretForm ?? freshForm(),
          ending: shown.ending ?? freshForm(),
          ...(shown.created !== undefined && { created: shown.created }),
        }),
      )

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    app.post(one, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const application = await read(operator, request)
      return decide(reply, {
        work: () =>
          ask(operator, 'updateApplication', applicationSchema, {
            params: { id: application.id },
            body: {
              ...describedBy(fields),
              ...('redirect_uris' in application && { redirect_uris: redirectUrisOf(fields) }),
            },
            provided: unchangedSince('application', application.id, fields.text('updated_at')),
          }),
        refused: (refusal) =>
          showOne(request, reply, operator, application, {
            form: refusedForm(fields, refusal, editable(application)),
          }),
        notice: 'saved',
        onto: pathOf(application),
      })
    })

    // Answered by the page itself: a secret that is shown once has no address to be shown at again.
    app.post(`${one}/secrets`, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const application = await read(operator, request)
      const attempted = await attempt(() =>
        ask(operator, 'createApplicationClientSecret', newApplicationSecretSchema, {
          params: { id: application.id },
          body: { name: fields.optional('secret_name') ?? null },
        }),
      )
      const { refusal } = attempted
      return refusal
        ? showOne(request, reply.code(refusal.status), operator, application, {
            secretForm: refusedForm(fields, refusal, undefined, (field) =>
              field === 'name' ? 'secret_name' : field,
            ),
          })
        : showOne(request, reply, operator, application, { created: attempted.answer.secret })
    })

    app.post(`${one}/delete`, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const application = await read(operator, request)
      return decide(reply, {
        work: () => {
          requireConfirmation(operator.fields, application.name)
          return ask(operator, 'deleteApplication', undefined, { params: { id: application.id } })
        },
        refused: (refusal) =>
          showOne(request, reply, operator, application, { ending: refusedForm(operator.fields, refusal) }),
        notice: 'deleted',
        onto: dashboardPaths.applications,
      })
    })

    const secret = `${one}/secrets/:secret`

    const readSecret = async (operator: Operator, request: FastifyRequest) => {
      const application = await read(operator, request)
      const id = paramsOf(request).secret ?? ''
      const found = (await secretsOf(operator, application)).find((each) => each.id === id)
      if (!found) throw notFound('Client secret', id)
      return { application, secret: found }
    }

    const showSecret = (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      shown: Awaited<ReturnType<typeof readSecret>>,
      ending: FilledForm = freshForm(),
    ) =>
      sendHtml(
        reply,
        page(ClientSecretPage, {
          workspace: workspace(pages, request, reply, operator),
          ...shown,
          ending,
        }),
      )

    app.get(secret, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showSecret(request, reply, operator, await readSecret(operator, request))
    })

    app.post(secret, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const shown = await readSecret(operator, request)
      return decide(reply, {
        work: () => {
          requireConfirmation(operator.fields, shown.secret.secret_hint)
          return ask(operator, 'deleteClientSecret', undefined, { params: { id: shown.secret.id } })
        },
        refused: (refusal) =>
          showSecret(request, reply, operator, shown, refusedForm(operator.fields, refusal)),
        notice: 'deleted',
        onto: pathOf(shown.application),
      })
    })
  }

const paramsOf = (request: FastifyRequest) =>
  request.params as { readonly id: string; readonly secret?: string }

const pathOf = ({ id }: Pick<ApplicationObject, 'id'>): string => `${dashboardPaths.applications}/${id}`

const redirectUrisOf = (fields: FormFields) => fields.lines('redirect_uris').map((uri) => ({ uri }))

const describedBy = (fields: FormFields) => ({
  name: fields.text('name'),
  description: fields.optional('description') ?? null,
  scopes: fields.lines('scopes'),
})

const newApplicationOf = (fields: FormFields) => {
  const organization_id = fields.optional('organization_id')
  if (fields.text('kind') === 'm2m') {
    return {
      ...describedBy(fields),
      application_type: 'm2m',
      organization_id: organization_id ?? '',
    }
  }
  const is_first_party = fields.text('trust') === 'first'
  return {
    ...describedBy(fields),
    application_type: 'oauth',
    redirect_uris: redirectUrisOf(fields),
    uses_pkce: fields.text('kind') === 'public',
    is_first_party,
    ...(!is_first_party && { organization_id: organization_id ?? '' }),
  }
}

import type { FastifyPluginAsync } from 'fastify'
import {
  applicationKinds,
  chosenOf,
  editableApplication,
  secretFieldOf,
} from '../dashboard/application-form.ts'
import { requireConfirmation } from '../dashboard/confirmed.ts'
import { type FilledForm, freshForm, refusedForm, versionToHold } from '../dashboard/filled-form.ts'
import { type FormFields, readFormFields } from '../dashboard/form-fields.ts'
import { listQuery } from '../dashboard/list-query.ts'
import { madeOnce } from '../dashboard/made-once.ts'
import { chosenSnippet } from '../dashboard/snippets/index.ts'
import { integrationOf } from '../dashboard/snippets/snippet.ts'
import { formsOf, sectionFor, type VisitBy } from '../dashboard/visit.ts'
import { paths } from '../protocol/paths.ts'
import { newHandle, type Random } from '../system/random.ts'
import {
  type Administrator,
  openOrganization,
  openOrganizationForm,
  type PortalPages,
  portalFrame,
} from './open-portal.ts'
import { type ApplicationDraft, NothingThere, type OwnApplication } from './own-applications.ts'
import { type ApplicationForms, ApplicationPage } from './pages/application.tsx'
import { ApplicationsPage } from './pages/applications.tsx'
import { ClientSecretPage } from './pages/client-secret.tsx'
import { IntegrationPage } from './pages/integration.tsx'
import { kindsWithin, NewApplicationPage } from './pages/new-application.tsx'
import type { PortalFrameProps } from './pages/portal-frame.tsx'
import { RefusalsPage } from './pages/refusals.tsx'
import { applicationPath, organizationPath } from './portal-paths.ts'

/*
 * The applications of an organization.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/developers/:organization` | them | |
 * | `…/applications/new` | what there is to choose | |
 * | `…/applications` | | a new one, whose page follows |
 * | `…/applications/:id` | one of them; a new secret this once | what it is called and may do, a new secret, its end |
 * | `…/applications/:id/integrate` | code that uses it, with its values | |
 * | `…/applications/:id/refusals` | what it was refused lately, and why | |
 * | `…/applications/:id/secrets/:secret` | one of its secrets, and whether it can go | its end |
 */

type Visit = VisitBy<Administrator, PortalFrameProps>

export const applicationsPages =
  (pages: PortalPages & { readonly random: Random }): FastifyPluginAsync =>
  async (app) => {
    const section = sectionFor<Administrator, PortalFrameProps>(app, {
      path: paths.developers,
      open: (request) => openOrganization(pages, request),
      openForm: (request) => openOrganizationForm(pages, request),
      frame: (request, reply, administrator) => portalFrame(pages, request, reply, administrator),
    })
    const organization = `${paths.developers}/:organization`
    const one = `${organization}/applications/:id`

    section.shows(organization, async (visit) => {
      const { organization: whose, limits, applications } = visit
      const [list, count] = await Promise.all([
        applications.list(listQuery(visit.request)),
        applications.count(),
      ])
      return visit.send(ApplicationsPage, { organization: whose, applications: list, count, limits })
    })

    const showNew = async (visit: Visit, form?: FilledForm) => {
      const { organization: whose, limits, applications } = visit
      const [likeliest] = kindsWithin(limits)
      if (likeliest === undefined) throw new NothingThere()
      return visit.send(NewApplicationPage, {
        organization: whose,
        limits,
        permissions: await applications.permissionsFor(),
        form: form ?? freshForm({ kind: likeliest }),
      })
    }

    section.shows(`${organization}/applications/new`, (visit) => showNew(visit))

    section.answers(`${organization}/applications`, (visit) => {
      const { fields } = visit
      return {
        work: async () => {
          const kind = chosenOf(fields, 'kind', applicationKinds)
          const made = await visit.applications.create(kind, draftOf(fields, kind !== 'm2m'))
          return () => visit.reply.redirect(applicationPath(made), 303)
        },
        refused: (refusal) => showNew(visit, refusedForm(fields, refusal)),
      }
    })

    const read = (visit: Visit) => visit.applications.get(visit.param('id'))

    const showOne = async (
      visit: Visit,
      application: OwnApplication,
      forms: Partial<ApplicationForms> = {},
      created?: string,
    ) =>
      visit.send(ApplicationPage, {
        issuer: pages.issuer,
        limits: visit.limits,
        tellsWhy: pages.developerDetail !== 'never',
        application,
        secrets: await visit.applications.secretsOf(application),
        permissions: await visit.applications.permissionsFor(application),
        forms: {
          settings: editableApplication(application),
          secret: freshForm(),
          ending: freshForm(),
          ...forms,
        },
        once: newHandle(pages.random),
        ...(created !== undefined && { created }),
      })

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    const form = formsOf(section, {
      path: one,
      read,
      pathOf: applicationPath,
      again: (visit, application, kind: keyof ApplicationForms, refusal) =>
        showOne(visit, application, {
          [kind]: refusedForm(visit.fields, refusal, editableApplication(application)),
        }),
    })

    form('', 'settings', 'saved', (visit, application) =>
      visit.applications.update(
        application,
        draftOf(visit.fields, 'redirect_uris' in application),
        versionToHold(visit.fields, editableApplication(application), application.updated_at),
      ),
    )

    // Answered by the page itself: a secret that is shown once has no address to be shown at again.
    section.answers(`${one}/secrets`, async (visit) => {
      const application = await read(visit)
      return {
        work: async () => {
          const name = visit.fields.optional('secret_name') ?? null
          const once = madeOnce(visit.fields, visit.session.userId)
          const created = await visit.applications.createSecret(application, name, once)
          return () => showOne(visit, application, {}, created)
        },
        refused: (refusal) =>
          showOne(visit, application, {
            secret: refusedForm(visit.fields, refusal, undefined, secretFieldOf),
          }),
      }
    })

    section.decides(`${one}/delete`, async (visit) => {
      const application = await read(visit)
      return {
        work: () => {
          requireConfirmation(visit.fields, application.name)
          return visit.applications.delete(application)
        },
        refused: (refusal) => showOne(visit, application, { ending: refusedForm(visit.fields, refusal) }),
        notice: 'deleted',
        onto: organizationPath(visit.organization),
      }
    })

    section.shows(`${one}/integrate`, async (visit) => {
      const application = await read(visit)
      const { settings } = await pages.environment.current()
      const integration = integrationOf(application, {
        issuer: pages.issuer,
        audience: pages.environmentClientId,
        tokenType: settings.accessToken.type,
      })
      const wanted = readFormFields(visit.request.query).optional('with')
      return visit.send(IntegrationPage, {
        ...{ application, integration },
        ...chosenSnippet(application, integration, wanted),
      })
    })

    section.shows(`${one}/refusals`, async (visit) => {
      if (pages.developerDetail === 'never') throw new NothingThere()
      const application = await read(visit)
      const refusals = await visit.applications.refusalsOf(application, listQuery(visit.request))
      return visit.send(RefusalsPage, { application, refusals })
    })

    const secret = `${one}/secrets/:secret`

    const readSecret = async (visit: Visit) => {
      const application = await read(visit)
      const wanted = visit.param('secret')
      const found = (await visit.applications.secretsOf(application)).find(({ id }) => id === wanted)
      if (!found) throw new NothingThere()
      return { application, secret: found }
    }

    section.shows(secret, async (visit) =>
      visit.send(ClientSecretPage, { ...(await readSecret(visit)), ending: freshForm() }),
    )

    section.decides(secret, async (visit) => {
      const shown = await readSecret(visit)
      return {
        work: () => {
          requireConfirmation(visit.fields, shown.secret.secret_hint)
          return visit.applications.deleteSecret(shown.secret)
        },
        refused: (refusal) =>
          visit.send(ClientSecretPage, { ...shown, ending: refusedForm(visit.fields, refusal) }),
        notice: 'deleted',
        onto: applicationPath(shown.application),
      }
    })
  }

const draftOf = (fields: FormFields, hasRedirectUris: boolean): ApplicationDraft => ({
  name: fields.text('name'),
  description: fields.optional('description') ?? null,
  scopes: fields.all('scopes'),
  redirectUris: hasRedirectUris ? fields.lines('redirect_uris') : [],
})

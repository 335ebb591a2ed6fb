import type { FastifyPluginAsync } from 'fastify'
import { listOf } from '../objects/list.ts'
import { type LoginUriObject, loginUriSchema } from '../objects/login-uri.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { LoginPage, LoginPages } from './pages/login-pages.tsx'
import { formsOf, sectionOn, type Visit } from './section.ts'
import { unchangedSince } from './unchanged-since.ts'

/*
 * Standalone: where people sign in for one application, or one organization.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/settings/login-pages` | them | one more |
 * | `/dashboard/settings/login-pages/:id` | one of them | what it is called and where it is, its end |
 */

const PATH = `${dashboardPaths.settings}/login-pages`

export const loginPagesPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)

    const showAll = async (visit: Visit, form: FilledForm = freshForm()) =>
      visit.send(LoginPages, {
        form,
        loginUris: await ask(visit, 'listLoginUris', listOf(loginUriSchema), {
          query: listQuery(visit.request),
        }),
      })

    section.shows(PATH, (visit) => showAll(visit))

    section.decides(PATH, (visit) => ({
      work: () =>
        ask(visit, 'createLoginUri', loginUriSchema, {
          body: {
            name: visit.fields.text('name').trim(),
            uri: visit.fields.optional('uri') ?? null,
            application_id: visit.fields.optional('application_id') ?? null,
            organization_id: visit.fields.optional('organization_id') ?? null,
          },
        }),
      refused: (refusal) => showAll(visit, refusedForm(visit.fields, refusal)),
      notice: 'created',
      onto: PATH,
    }))

    const read = (visit: Visit) =>
      ask(visit, 'getLoginUri', loginUriSchema, { params: { id: visit.param('id') } })

    const editable = ({ name, uri }: LoginUriObject) => freshForm({ name, uri })

    const show = (
      visit: Visit,
      loginUri: LoginUriObject,
      { form = editable(loginUri), ending = freshForm() }: { form?: FilledForm; ending?: FilledForm } = {},
    ) => visit.send(LoginPage, { loginUri, form, ending })

    section.shows(`${PATH}/:id`, async (visit) => show(visit, await read(visit)))

    const form = formsOf<Visit, LoginUriObject, 'form' | 'ending'>(section, {
      path: `${PATH}/:id`,
      read,
      pathOf: ({ id }) => `${PATH}/${id}`,
      again: (visit, loginUri, kind, refusal) =>
        show(visit, loginUri, { [kind]: refusedForm(visit.fields, refusal, editable(loginUri)) }),
    })

    form('', 'form', 'saved', (visit, { id }) =>
      ask(visit, 'updateLoginUri', loginUriSchema, {
        params: { id },
        body: { name: visit.fields.text('name').trim(), uri: visit.fields.optional('uri') ?? null },
        provided: unchangedSince('loginUri', id, visit.fields.text('updated_at')),
      }),
    )
    form(
      '/delete',
      'ending',
      'deleted',
      async (visit, { id, name }) => {
        requireConfirmation(visit.fields, name)
        await ask(visit, 'deleteLoginUri', undefined, { params: { id } })
      },
      PATH,
    )
  }

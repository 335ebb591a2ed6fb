import type { FastifyPluginAsync } from 'fastify'
import { type IdentityProviderObject, identityProviderSchema } from '../objects/identity-provider.ts'
import { listOf } from '../objects/list.ts'
import { paths } from '../protocol/paths.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { IdentityProviderPage, IdentityProviders } from './pages/identity-providers.tsx'
import { formsOf, sectionOn, type Visit } from './section.ts'
import { unchangedSince } from './unchanged-since.ts'

/*
 * Where else people may sign in.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/settings/identity-providers` | them | one more |
 * | `/dashboard/settings/identity-providers/:id` | one of them, without its secret | all but whose it is, its end |
 */

const PATH = `${dashboardPaths.settings}/identity-providers`

export const identityProvidersPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const callback = pages.issuer + paths.upstreamCallback

    const showAll = async (
      visit: Visit,
      form: FilledForm = freshForm({
        scopes: 'openid\nemail\nprofile',
        enabled: 'on',
        create_users: 'on',
        trust_email: 'when_verified',
      }),
    ) =>
      visit.send(IdentityProviders, {
        form,
        callback,
        providers: await ask(visit, 'listIdentityProviders', listOf(identityProviderSchema), {
          query: listQuery(visit.request),
        }),
      })

    section.shows(PATH, (visit) => showAll(visit))

    section.decides(PATH, (visit) => {
      const { fields } = visit
      return {
        work: () =>
          ask(visit, 'createIdentityProvider', identityProviderSchema, {
            body: {
              ...describedBy(fields),
              issuer: fields.text('issuer').trim(),
              organization_id: fields.optional('organization_id') ?? null,
              client_secret: fields.text('client_secret'),
            },
          }),
        refused: (refusal) => showAll(visit, refusedForm(fields, refusal)),
        notice: 'created',
        onto: PATH,
      }
    })

    const read = (visit: Visit) =>
      ask(visit, 'getIdentityProvider', identityProviderSchema, { params: { id: visit.param('id') } })

    const show = (
      visit: Visit,
      provider: IdentityProviderObject,
      { form = editable(provider), ending = freshForm() }: { form?: FilledForm; ending?: FilledForm } = {},
    ) => visit.send(IdentityProviderPage, { provider, callback, form, ending })

    section.shows(`${PATH}/:id`, async (visit) => show(visit, await read(visit)))

    const form = formsOf<Visit, IdentityProviderObject, 'form' | 'ending'>(section, {
      path: `${PATH}/:id`,
      read,
      pathOf: ({ id }) => `${PATH}/${id}`,
      again: (visit, provider, kind, refusal) =>
        show(visit, provider, { [kind]: refusedForm(visit.fields, refusal, editable(provider)) }),
    })

    form('', 'form', 'saved', (visit, { id }) => {
      const secret = visit.fields.optional('client_secret')
      return ask(visit, 'updateIdentityProvider', identityProviderSchema, {
        params: { id },
        body: { ...describedBy(visit.fields), ...(secret !== undefined && { client_secret: secret }) },
        provided: unchangedSince('identityProvider', id, visit.fields.text('updated_at')),
      })
    })
    form(
      '/delete',
      'ending',
      'deleted',
      async (visit, { id, name }) => {
        requireConfirmation(visit.fields, name)
        await ask(visit, 'deleteIdentityProvider', undefined, { params: { id } })
      },
      PATH,
    )
  }

const on = (is: boolean): string => (is ? 'on' : '')

const editable = (provider: IdentityProviderObject): FilledForm =>
  freshForm({
    name: provider.name,
    client_id: provider.client_id,
    scopes: provider.scopes.join('\n'),
    trust_email: provider.trust_email,
    enabled: on(provider.enabled),
    create_users: on(provider.create_users),
    required: on(provider.required),
    trust_amr: on(provider.trust_amr),
  })

const describedBy = (fields: FormFields) => ({
  name: fields.text('name').trim(),
  client_id: fields.text('client_id').trim(),
  scopes: fields.lines('scopes'),
  trust_email: fields.text('trust_email'),
  enabled: fields.isOn('enabled'),
  create_users: fields.isOn('create_users'),
  required: fields.isOn('required'),
  trust_amr: fields.isOn('trust_amr'),
})

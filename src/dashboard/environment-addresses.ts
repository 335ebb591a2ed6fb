import type { FastifyPluginAsync } from 'fastify'
import type { z } from 'zod'
import { corsOriginSchema } from '../objects/cors-origin.ts'
import { listOf } from '../objects/list.ts'
import { redirectUriSchema } from '../objects/redirect-uri.ts'
import { resourceIndicatorSchema } from '../objects/resource-indicator.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { Addresses, type AddressKind, addressKinds } from './pages/environment-addresses.tsx'
import { readAll } from './read-all.ts'
import { sectionOn, type Visit } from './section.ts'

/*
 * Addresses that hold for the whole environment.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/settings/addresses` | redirect URIs, web origins and resources | |
 * | `…/addresses/:kind`, `…/addresses/:kind/delete` | | one of them more, or less |
 */

const operations = {
  'redirect-uris': {
    list: 'listRedirectUris',
    create: 'createRedirectUri',
    delete: 'deleteRedirectUri',
    schema: redirectUriSchema,
    body: (fields: FormFields) => ({ uri: fields.text('address').trim(), default: fields.isOn('default') }),
  },
  'cors-origins': {
    list: 'listCorsOrigins',
    create: 'createCorsOrigin',
    delete: 'deleteCorsOrigin',
    schema: corsOriginSchema,
    body: (fields: FormFields) => ({ origin: fields.text('address').trim() }),
  },
  resources: {
    list: 'listResourceIndicators',
    create: 'createResourceIndicator',
    delete: 'deleteResourceIndicator',
    schema: resourceIndicatorSchema,
    body: (fields: FormFields) => ({ uri: fields.text('address').trim(), default: fields.isOn('default') }),
  },
} as const

const PATH = `${dashboardPaths.settings}/addresses`

export const environmentAddressesPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)

    const listed = async (visit: Visit, kind: AddressKind) => {
      const { list, schema } = operations[kind]
      const { data } = await readAll((query) => ask(visit, list, listOf<z.ZodType>(schema), { query }))
      return (data as z.output<(typeof operations)[AddressKind]['schema']>[]).map((one) => ({
        id: one.id,
        address: 'origin' in one ? one.origin : one.uri,
        isDefault: 'default' in one && one.default,
      }))
    }

    const show = async (visit: Visit, forms: Partial<Record<AddressKind, FilledForm>> = {}) => {
      const [redirectUris, corsOrigins, resources] = await Promise.all(
        addressKinds.map((kind) => listed(visit, kind)),
      )
      return visit.send(Addresses, {
        lists: {
          'redirect-uris': redirectUris ?? [],
          'cors-origins': corsOrigins ?? [],
          resources: resources ?? [],
        },
        forms: {
          'redirect-uris': freshForm(),
          'cors-origins': freshForm(),
          resources: freshForm(),
          ...forms,
        },
      })
    }

    section.shows(PATH, (visit) => show(visit))

    for (const kind of addressKinds) {
      const { create, body, schema } = operations[kind]
      const refusedAs = (visit: Visit & { readonly fields: FormFields }) =>
        ({
          refused: (refusal: Parameters<typeof refusedForm>[1]) =>
            show(visit, { [kind]: refusedForm(visit.fields, refusal, undefined, () => 'address') }),
          onto: `${PATH}#${kind}`,
        }) as const
      section.decides(`${PATH}/${kind}`, (visit) => ({
        ...refusedAs(visit),
        work: () => ask(visit, create, schema, { body: body(visit.fields) }),
        notice: 'created',
      }))
      section.decides(`${PATH}/${kind}/delete`, (visit) => ({
        ...refusedAs(visit),
        work: () =>
          ask(visit, operations[kind].delete, undefined, { params: { id: visit.fields.text('thing') } }),
        notice: 'deleted',
      }))
    }
  }

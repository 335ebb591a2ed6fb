import type { FastifyPluginAsync } from 'fastify'
import { publicPartOf } from '../clients/public-part.ts'
import { invalidField } from '../management/refusal.ts'
import { applicationSchema } from '../objects/application.ts'
import { applicationKeysSchema, tokenSettingsSchema } from '../objects/application-settings.ts'
import { clientMetadataObjectSchema } from '../objects/client-metadata.ts'
import {
  changedMetadata,
  type MetadataGroup,
  metadataGroups,
  numberIn,
  type SettingsForm,
  valuesOf,
} from './client-metadata-fields.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm, versionToHold } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { ApplicationSettings } from './pages/application-settings.tsx'
import { applicationPath } from './pages/application-tabs.tsx'
import { formsOf, sectionOn, type Visit } from './section.ts'
import { unchangedSince } from './unchanged-since.ts'

/*
 * How an application speaks the protocol: how long its tokens live, its keys, and its client metadata, a form for each group.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/applications/:id/settings` | all of it | |
 * | `…/settings/lifetimes`, `…/settings/keys`, `…/settings/<group>` | | one group |
 */

export const applicationSettingsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const path = `${dashboardPaths.applications}/:id/settings`

    const read = async (visit: Visit) => {
      const params = { id: visit.param('id') }
      const application = await ask(visit, 'getApplication', applicationSchema, { params })
      const [lifetimes, keys, { object: _object, application_id: _id, ...metadata }] = await Promise.all([
        ask(visit, 'getApplicationTokenSettings', tokenSettingsSchema, { params }),
        ask(visit, 'getApplicationKeys', applicationKeysSchema, { params }),
        ask(visit, 'getApplicationClientMetadata', clientMetadataObjectSchema, { params }),
      ])
      return { application, lifetimes, keys, metadata }
    }
    type Read = Awaited<ReturnType<typeof read>>

    const freshForms = ({ lifetimes, keys, metadata }: Read): Record<SettingsForm, FilledForm> => {
      return {
        lifetimes: freshForm({
          access_token_seconds: lifetimes.access_token_seconds?.toString(),
          refresh_token_idle_seconds: lifetimes.refresh_token_idle_seconds?.toString(),
        }),
        keys: freshForm({
          jwks: keys.jwks && JSON.stringify(keys.jwks, null, 2),
          jwks_uri: keys.jwks_uri,
        }),
        ...(Object.fromEntries(
          metadataGroups.map((group) => [group, freshForm(valuesOf(metadata, group))]),
        ) as Record<MetadataGroup, FilledForm>),
      }
    }

    const show = (visit: Visit, thing: Read, refused: Partial<Record<SettingsForm, FilledForm>> = {}) =>
      visit.send(ApplicationSettings, {
        application: thing.application,
        forms: { ...freshForms(thing), ...refused },
      })

    section.shows(path, async (visit) => show(visit, await read(visit)))

    const form = formsOf<Visit, Read, SettingsForm>(section, {
      path,
      read,
      pathOf: ({ application }) => applicationPath(application, '/settings'),
      again: (visit, thing, kind, refusal) =>
        show(visit, thing, {
          [kind]: withoutPrivateKeys(refusedForm(visit.fields, refusal, freshForms(thing)[kind])),
        }),
    })

    const asked = (thing: Read, fields: FormFields, kind: SettingsForm) => {
      const { id, updated_at } = thing.application
      const version = versionToHold(fields, freshForms(thing)[kind], updated_at)
      return { params: { id }, provided: unchangedSince('application', id, version) }
    }

    form('/lifetimes', 'lifetimes', 'saved', (visit, thing) =>
      ask(visit, 'updateApplicationTokenSettings', tokenSettingsSchema, {
        ...asked(thing, visit.fields, 'lifetimes'),
        body: {
          access_token_seconds: numberIn(visit.fields, 'access_token_seconds') ?? null,
          refresh_token_idle_seconds: numberIn(visit.fields, 'refresh_token_idle_seconds') ?? null,
        },
      }),
    )

    form('/keys', 'keys', 'saved', (visit, thing) =>
      ask(visit, 'updateApplicationKeys', applicationKeysSchema, {
        ...asked(thing, visit.fields, 'keys'),
        body: {
          jwks: keySetIn(visit.fields.optional('jwks')),
          jwks_uri: visit.fields.optional('jwks_uri') ?? null,
        },
      }),
    )

    for (const group of metadataGroups) {
      form(`/${group}`, group, 'saved', (visit, thing) =>
        ask(visit, 'updateApplicationClientMetadata', clientMetadataObjectSchema, {
          ...asked(thing, visit.fields, group),
          body: changedMetadata(thing.metadata, group, visit.fields),
        }),
      )
    }
  }

/** A private key that was sent by mistake is not sent back: a page is kept by browsers, and seen over shoulders. */
const withoutPrivateKeys = (form: FilledForm): FilledForm => ({
  ...form,
  value: (name) => (name === 'jwks' ? publicPartOf(form.value(name)) : form.value(name)),
})

/** A key set, or one key by itself. @throws Refusal */
const keySetIn = (text: string | undefined): unknown => {
  if (text === undefined) return null
  let read: unknown
  try {
    read = JSON.parse(text)
  } catch {
    throw invalidField('jwks', 'invalid_json', 'This is no JSON: {"keys": [ … ]}')
  }
  return typeof read === 'object' && read !== null && 'kty' in read ? { keys: [read] } : read
}

import type { FastifyPluginAsync } from 'fastify'
import { notFound, type Refusal } from '../management/refusal.ts'
import { settingsSchema } from '../objects/settings.ts'
import type { Stores } from '../storage/index.ts'
import { sha256 } from '../system/hash.ts'
import { brandingPages } from './branding.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { SettingsPage } from './pages/settings.tsx'
import { sectionOn, type Visit } from './section.ts'
import { changeOf, isSettingsGroup, type SettingsGroup, settingsOf, setValues } from './settings-fields.ts'
import { changedMeanwhile } from './unchanged-since.ts'

/*
 * What holds for the whole environment.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/settings` | the first group: branding | |
 * | `/dashboard/settings/:group` | the settings of a group, and what holds where nothing is set | them |
 * | `/dashboard/settings/branding` | beside them, what they look like (branding.ts) | |
 */

export const settingsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const path = `${dashboardPaths.settings}/:group`

    await app.register(brandingPages(pages, { read, save }))

    const groupOf = (visit: Visit): SettingsGroup => {
      const name = visit.param('group')
      if (!isSettingsGroup(name)) throw notFound('Page', name)
      return name
    }

    const show = async (visit: Visit, group: SettingsGroup, refused?: (saved: FilledForm) => FilledForm) => {
      const { settings, version } = await read(visit, group)
      const fresh = freshForm(setValues(settings))
      return visit.send(SettingsPage, { group, settings, version, form: refused?.(fresh) ?? fresh })
    }

    section.shows(path, (visit) => show(visit, groupOf(visit)))

    section.decides(path, (visit) => {
      const group = groupOf(visit)
      return {
        work: () => save(visit, visit.fields, group),
        refused: (refusal) => show(visit, group, (saved) => refusedSettings(visit.fields, refusal, saved)),
        notice: 'saved',
        onto: `${dashboardPaths.settings}/${group}`,
      }
    })

    /** The settings, and as of which version those of a group are. */
    async function read(visit: Visit, group: SettingsGroup) {
      // No operation says it: whoever sets one by API means that one, and not what they saw of the others.
      const stored = await pages.stores.environment.settings()
      return { settings: await ask(visit, 'getSettings', settingsSchema), version: versionOf(stored, group) }
    }

    async function save(visit: Visit, fields: FormFields, group: SettingsGroup) {
      return ask(visit, 'updateSettings', settingsSchema, {
        body: changeOf(group, fields),
        provided: unchangedSettings(group, fields.text('updated_at')),
      })
    }
  }

/** Of what a form shows: what is saved by another is none of its business. */
const versionOf = (stored: Readonly<Record<string, unknown>>, group: SettingsGroup): string => {
  const names = new Set(settingsOf(group).map(({ name }) => name.split('.')[0]))
  return sha256(JSON.stringify(Object.entries(stored).filter(([name]) => names.has(name))))
}

/** Of two operators who change the same settings at once the second is told, and overwrites nothing. */
const unchangedSettings =
  (group: SettingsGroup, version: string) =>
  async ({ environment }: Pick<Stores, 'environment'>): Promise<void> => {
    await environment.changeAlone()
    if (versionOf(await environment.settings(), group) === version) return
    throw changedMeanwhile()
  }

/** Faults are of members of members as well, or of something inside one. */
export const refusedSettings = (fields: FormFields, refusal: Refusal, saved: FilledForm): FilledForm =>
  refusedForm(fields, refusal, saved, (field) => {
    const names = Object.keys(namesOfFields)
    return names.find((name) => field === name || field.startsWith(`${name}.`)) ?? field
  })

const namesOfFields = Object.fromEntries(
  (['branding', 'sign-in', 'tokens', 'protocol', 'developers', 'wording'] as const).flatMap((group) =>
    settingsOf(group).map(({ name }) => [name, true]),
  ),
)

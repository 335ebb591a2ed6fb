import type { FastifyPluginAsync } from 'fastify'
import { listOf } from '../objects/list.ts'
import { type PermissionObject, permissionSchema } from '../objects/permission.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { PermissionPage } from './pages/permission.tsx'
import { Permissions } from './pages/permissions.tsx'
import { sectionOn, type Visit } from './section.ts'
import { unchangedSince } from './unchanged-since.ts'

/*
 * What applications may ask for: permissions are scopes.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/permissions` | what there is | a new one |
 * | `/dashboard/permissions/:slug` | one of them | its words on the consent page, and its end |
 */

const editable = ({ name, description, updated_at }: PermissionObject) =>
  freshForm({ name, description, updated_at })

export const permissionsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.permissions}/:slug`

    const showList = async (visit: Visit, form: FilledForm = freshForm()) => {
      const permissions = await ask(visit, 'listPermissions', listOf(permissionSchema), {
        query: listQuery(visit.request),
      })
      return visit.send(Permissions, { permissions, form })
    }

    section.shows(dashboardPaths.permissions, showList)

    section.decides(dashboardPaths.permissions, async (visit) => {
      const { fields } = visit
      return {
        work: () =>
          ask(visit, 'createPermission', permissionSchema, {
            body: { slug: fields.text('slug').trim(), ...wordsOf(fields) },
          }),
        refused: (refusal) => showList(visit, refusedForm(fields, refusal)),
        notice: 'created',
        onto: dashboardPaths.permissions,
      }
    })

    const read = (visit: Visit) =>
      ask(visit, 'getPermission', permissionSchema, { params: { slug: visit.param('slug') } })

    const showOne = (
      visit: Visit,
      permission: PermissionObject,
      { form = editable(permission), ending = freshForm() }: { form?: FilledForm; ending?: FilledForm } = {},
    ) => visit.send(PermissionPage, { ...{ permission, form, ending } })

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    section.decides(one, async (visit) => {
      const { fields } = visit
      const permission = await read(visit)
      return {
        work: () =>
          ask(visit, 'updatePermission', permissionSchema, {
            params: { slug: visit.param('slug') },
            body: wordsOf(fields),
            provided: unchangedSince('permission', permission.id, fields.text('updated_at')),
          }),
        refused: (refusal) =>
          showOne(visit, permission, {
            form: refusedForm(fields, refusal, editable(permission)),
          }),
        notice: 'saved',
        onto: pathOf(permission),
      }
    })

    section.decides(`${one}/delete`, async (visit) => {
      const { fields } = visit
      const permission = await read(visit)
      return {
        work: async () => {
          requireConfirmation(fields, permission.slug)
          await ask(visit, 'deletePermission', undefined, { params: { slug: visit.param('slug') } })
        },
        refused: (refusal) => showOne(visit, permission, { ending: refusedForm(fields, refusal) }),
        notice: 'deleted',
        onto: dashboardPaths.permissions,
      }
    })
  }

const pathOf = ({ slug }: PermissionObject): string => `${dashboardPaths.permissions}/${slug}`

const wordsOf = (fields: { optional(name: string): string | undefined }) => ({
  name: fields.optional('name') ?? '',
  description: fields.optional('description') ?? null,
})

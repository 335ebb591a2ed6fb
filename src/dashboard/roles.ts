import type { FastifyPluginAsync } from 'fastify'
import { listOf, wholeListOf } from '../objects/list.ts'
import { permissionSchema } from '../objects/permission.ts'
import { type RoleObject, roleSchema } from '../objects/role.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm, versionToHold } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { RolePage } from './pages/role.tsx'
import { Roles } from './pages/roles.tsx'
import { readAll } from './read-all.ts'
import { sectionOn, type Visit } from './section.ts'
import { unchangedSince } from './unchanged-since.ts'

/*
 * What members of an organization may do, wherever it is; roles of single organizations are on their pages.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/roles` | what there is | a new one |
 * | `/dashboard/roles/:slug` | one of them | its words, and which permissions it holds |
 */

const words = ({ name, description }: RoleObject) => freshForm({ name, description })
const held = ({ permissions }: RoleObject) => freshForm({ permissions })

export const rolesPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.roles}/:slug`

    const showList = async (visit: Visit, form: FilledForm = freshForm()) => {
      const roles = await ask(visit, 'listRoles', wholeListOf(roleSchema))
      return visit.send(Roles, { roles: roles.data, form })
    }

    section.shows(dashboardPaths.roles, showList)

    section.decides(dashboardPaths.roles, async (visit) => {
      const { fields } = visit
      const slug = fields.text('slug').trim()
      return {
        work: () => ask(visit, 'createRole', roleSchema, { body: { slug, ...wordsOf(fields) } }),
        refused: (refusal) => showList(visit, refusedForm(fields, refusal)),
        notice: 'created',
        onto: `${dashboardPaths.roles}/${slug}`,
      }
    })

    const read = (visit: Visit) =>
      ask(visit, 'getRole', roleSchema, { params: { slug: visit.param('slug') } })

    const showOne = async (
      visit: Visit,
      role: RoleObject,
      forms: { readonly words?: FilledForm; readonly held?: FilledForm } = {},
    ) => {
      const { data: permissions, isMore } = await readAll((query) =>
        ask(visit, 'listPermissions', listOf(permissionSchema), { query }),
      )
      return visit.send(RolePage, {
        ...{ role, permissions, isMore },
        words: forms.words ?? words(role),
        held: forms.held ?? held(role),
      })
    }

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    section.decides(one, async (visit) => {
      const { fields } = visit
      const role = await read(visit)
      return {
        work: () =>
          ask(visit, 'updateRole', roleSchema, {
            params: { slug: visit.param('slug') },
            body: wordsOf(fields),
            provided: unchangedSince('role', role.id, versionToHold(fields, words(role), role.updated_at)),
          }),
        refused: (refusal) => showOne(visit, role, { words: refusedForm(fields, refusal, words(role)) }),
        notice: 'saved',
        onto: `${dashboardPaths.roles}/${role.slug}`,
      }
    })

    section.decides(`${one}/permissions`, async (visit) => {
      const { fields } = visit
      const role = await read(visit)
      return {
        work: () =>
          ask(visit, 'setRolePermissions', roleSchema, {
            params: { slug: visit.param('slug') },
            body: { permissions: fields.all('permissions') },
            provided: unchangedSince('role', role.id, versionToHold(fields, held(role), role.updated_at)),
          }),
        refused: (refusal) => showOne(visit, role, { held: refusedForm(fields, refusal, held(role)) }),
        notice: 'saved',
        onto: `${dashboardPaths.roles}/${role.slug}`,
      }
    })
  }

const wordsOf = (fields: FormFields) => ({
  name: fields.optional('name') ?? '',
  description: fields.optional('description') ?? null,
})

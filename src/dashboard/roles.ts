import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { listOf, wholeListOf } from '../objects/list.ts'
import { permissionSchema } from '../objects/permission.ts'
import { type RoleObject, roleSchema } from '../objects/role.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import type { FormFields } from './form-fields.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { RolePage } from './pages/role.tsx'
import { Roles } from './pages/roles.tsx'
import { unchangedSince } from './unchanged-since.ts'

/*
 * What members of an organization may do, wherever it is; roles of single organizations are on their pages.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/roles` | what there is | a new one |
 * | `/dashboard/roles/:slug` | one of them | its words, and which permissions it holds |
 */

/** Permissions that can be ticked on one page. */
const MAXIMUM_SHOWN = '100'

const words = ({ name, description }: RoleObject) => freshForm({ name, description })
const held = ({ permissions }: RoleObject) => freshForm({ permissions })

export const rolesPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const one = `${dashboardPaths.roles}/:slug`

    const showList = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      form: FilledForm = freshForm(),
    ) => {
      const roles = await ask(operator, 'listRoles', wholeListOf(roleSchema))
      return sendHtml(
        reply,
        page(Roles, { workspace: workspace(pages, request, reply, operator), roles: roles.data, form }),
      )
    }

    app.get(dashboardPaths.roles, async (request, reply) =>
      showList(request, reply, await openDashboard(pages, request)),
    )

    app.post(dashboardPaths.roles, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const slug = fields.text('slug').trim()
      return decide(reply, {
        work: () => ask(operator, 'createRole', roleSchema, { body: { slug, ...wordsOf(fields) } }),
        refused: (refusal) => showList(request, reply, operator, refusedForm(fields, refusal)),
        notice: 'created',
        onto: `${dashboardPaths.roles}/${slug}`,
      })
    })

    const read = (operator: Operator, request: FastifyRequest) =>
      ask(operator, 'getRole', roleSchema, { params: slugOf(request) })

    const showOne = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      role: RoleObject,
      forms: { readonly words?: FilledForm; readonly held?: FilledForm } = {},
    ) => {
      const permissions = await ask(operator, 'listPermissions', listOf(permissionSchema), {
        query: { limit: MAXIMUM_SHOWN },
      })
      return sendHtml(
        reply,
        page(RolePage, {
          workspace: workspace(pages, request, reply, operator),
          role,
          permissions: permissions.data,
          words: forms.words ?? words(role),
          held: forms.held ?? held(role),
        }),
      )
    }

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    app.post(one, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const role = await read(operator, request)
      return decide(reply, {
        work: () =>
          ask(operator, 'updateRole', roleSchema, {
            params: slugOf(request),
            body: wordsOf(fields),
            provided: unchangedSince('role', role.id, fields.text('updated_at')),
          }),
        refused: (refusal) =>
          showOne(request, reply, operator, role, { words: refusedForm(fields, refusal, words(role)) }),
        notice: 'saved',
        onto: `${dashboardPaths.roles}/${role.slug}`,
      })
    })

    app.post(`${one}/permissions`, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const role = await read(operator, request)
      return decide(reply, {
        work: () =>
          ask(operator, 'setRolePermissions', roleSchema, {
            params: slugOf(request),
            body: { permissions: fields.all('permissions') },
            provided: unchangedSince('role', role.id, fields.text('updated_at')),
          }),
        refused: (refusal) =>
          showOne(request, reply, operator, role, { held: refusedForm(fields, refusal, held(role)) }),
        notice: 'saved',
        onto: `${dashboardPaths.roles}/${role.slug}`,
      })
    })
  }

const slugOf = (request: FastifyRequest) => request.params as { readonly slug: string }

const wordsOf = (fields: FormFields) => ({
  name: fields.optional('name') ?? '',
  description: fields.optional('description') ?? null,
})

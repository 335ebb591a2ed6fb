import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { listOf } from '../objects/list.ts'
import { type PermissionObject, permissionSchema } from '../objects/permission.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { listQuery } from './list-query.ts'
import {
  type DashboardPages,
  type Operator,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { PermissionPage } from './pages/permission.tsx'
import { Permissions } from './pages/permissions.tsx'
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
    const one = `${dashboardPaths.permissions}/:slug`

    const showList = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      form: FilledForm = freshForm(),
    ) => {
      const permissions = await ask(operator, 'listPermissions', listOf(permissionSchema), {
        query: listQuery(request),
      })
      return sendHtml(
        reply,
        page(Permissions, { workspace: workspace(pages, request, reply, operator), permissions, form }),
      )
    }

    app.get(dashboardPaths.permissions, async (request, reply) =>
      showList(request, reply, await openDashboard(pages, request)),
    )

    app.post(dashboardPaths.permissions, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      return decide(reply, {
        work: () =>
          ask(operator, 'createPermission', permissionSchema, {
            body: { slug: fields.text('slug').trim(), ...wordsOf(fields) },
          }),
        refused: (refusal) => showList(request, reply, operator, refusedForm(fields, refusal)),
        notice: 'created',
        onto: dashboardPaths.permissions,
      })
    })

    const read = (operator: Operator, request: FastifyRequest) =>
      ask(operator, 'getPermission', permissionSchema, { params: slugOf(request) })

    const showOne = (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      permission: PermissionObject,
      { form = editable(permission), ending = freshForm() }: { form?: FilledForm; ending?: FilledForm } = {},
    ) =>
      sendHtml(
        reply,
        page(PermissionPage, {
          workspace: workspace(pages, request, reply, operator),
          ...{ permission, form, ending },
        }),
      )

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    app.post(one, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const permission = await read(operator, request)
      return decide(reply, {
        work: () =>
          ask(operator, 'updatePermission', permissionSchema, {
            params: slugOf(request),
            body: wordsOf(fields),
            provided: unchangedSince('permission', permission.id, fields.text('updated_at')),
          }),
        refused: (refusal) =>
          showOne(request, reply, operator, permission, {
            form: refusedForm(fields, refusal, editable(permission)),
          }),
        notice: 'saved',
        onto: pathOf(permission),
      })
    })

    app.post(`${one}/delete`, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      const permission = await read(operator, request)
      return decide(reply, {
        work: async () => {
          requireConfirmation(fields, permission.slug)
          await ask(operator, 'deletePermission', undefined, { params: slugOf(request) })
        },
        refused: (refusal) =>
          showOne(request, reply, operator, permission, { ending: refusedForm(fields, refusal) }),
        notice: 'deleted',
        onto: dashboardPaths.permissions,
      })
    })
  }

const pathOf = ({ slug }: PermissionObject): string => `${dashboardPaths.permissions}/${slug}`

const slugOf = (request: FastifyRequest) => request.params as { readonly slug: string }

const wordsOf = (fields: { optional(name: string): string | undefined }) => ({
  name: fields.optional('name') ?? '',
  description: fields.optional('description') ?? null,
})

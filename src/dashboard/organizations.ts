import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { sendHtml } from '../interaction/document.ts'
import { page } from '../interaction/site.ts'
import { invalidField } from '../management/refusal.ts'
import { listOf, wholeListOf } from '../objects/list.ts'
import { type OrganizationObject, organizationSchema } from '../objects/organization.ts'
import { organizationDomainSchema } from '../objects/organization-domain.ts'
import { organizationMembershipSchema } from '../objects/organization-membership.ts'
import { roleSchema } from '../objects/role.ts'
import { userSchema } from '../objects/user.ts'
import type { Ask } from './ask.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { decide } from './decide.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { type FormFields, readFormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import type { Notice } from './notice.ts'
import {
  type DashboardPages,
  type Operator,
  type OperatorForm,
  openDashboard,
  openDashboardForm,
  workspace,
} from './open-dashboard.ts'
import { type OrganizationForms, OrganizationPage } from './pages/organization.tsx'
import { Organizations } from './pages/organizations.tsx'
import { unchangedSince } from './unchanged-since.ts'

/*
 * The customers.
 *
 * | page | shows | decides |
 * |---|---|---|
 * | `/dashboard/organizations` | them, by a part of the name | a new one |
 * | `/dashboard/organizations/:id` | one of them, its domains and members | what it is called, whose domains are its own, who belongs to it as what, its end |
 */

const editable = ({ name, external_id }: OrganizationObject) => freshForm({ name, external_id })

export const organizationsPages =
  (pages: DashboardPages): FastifyPluginAsync =>
  async (app) => {
    const { ask } = pages
    const one = `${dashboardPaths.organizations}/:id`

    const showList = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      form: FilledForm = freshForm(),
    ) => {
      const search = readFormFields(request.query).optional('search')
      const organizations = await ask(operator, 'listOrganizations', listOf(organizationSchema), {
        query: { ...listQuery(request), ...(search !== undefined && { search }) },
      })
      return sendHtml(
        reply,
        page(Organizations, {
          workspace: workspace(pages, request, reply, operator),
          ...{ organizations, form },
          ...(search !== undefined && { search }),
        }),
      )
    }

    app.get(dashboardPaths.organizations, async (request, reply) =>
      showList(request, reply, await openDashboard(pages, request)),
    )

    app.post(dashboardPaths.organizations, async (request, reply) => {
      const operator = await openDashboardForm(pages, request)
      const { fields } = operator
      return decide(reply, {
        work: () => ask(operator, 'createOrganization', organizationSchema, { body: namesOf(fields) }),
        refused: (refusal) => showList(request, reply, operator, refusedForm(fields, refusal)),
        notice: 'created',
        onto: dashboardPaths.organizations,
      })
    })

    const read = (operator: Operator, request: FastifyRequest) =>
      ask(operator, 'getOrganization', organizationSchema, { params: idOf(request) })

    const showOne = async (
      request: FastifyRequest,
      reply: FastifyReply,
      operator: Operator,
      organization: OrganizationObject,
      forms: Partial<OrganizationForms> = {},
    ) => {
      const mayReadUsers = operator.may('users:read')
      const members = mayReadUsers
        ? await ask(operator, 'listOrganizationMemberships', listOf(organizationMembershipSchema), {
            query: { ...listQuery(request), organization_id: organization.id, statuses: 'active,inactive' },
          })
        : undefined
      const roles = await ask(operator, 'listOrganizationRoles', wholeListOf(roleSchema), {
        params: { organizationId: organization.id },
      })
      return sendHtml(
        reply,
        page(OrganizationPage, {
          workspace: workspace(pages, request, reply, operator),
          organization,
          roles: roles.data,
          ...(members && { members }),
          forms: {
            names: editable(organization),
            domain: freshForm(),
            member: freshForm({ role_slug: 'member' }),
            ending: freshForm(),
            ...forms,
          },
        }),
      )
    }

    app.get(one, async (request, reply) => {
      const operator = await openDashboard(pages, request)
      return showOne(request, reply, operator, await read(operator, request))
    })

    /** A form on the page of an organization, which shows it again where it is refused. */
    const form = (
      path: string,
      kind: keyof OrganizationForms,
      notice: Notice,
      work: (operator: OperatorForm, organization: OrganizationObject) => Promise<unknown>,
      onto?: string,
    ) =>
      app.post(`${one}${path}`, async (request, reply) => {
        const operator = await openDashboardForm(pages, request)
        const organization = await read(operator, request)
        return decide(reply, {
          work: () => work(operator, organization),
          refused: (refusal) =>
            showOne(request, reply, operator, organization, {
              [kind]: refusedForm(operator.fields, refusal, editable(organization)),
            }),
          notice,
          onto: onto ?? `${dashboardPaths.organizations}/${organization.id}`,
        })
      })

    form('', 'names', 'saved', (operator, { id }) =>
      ask(operator, 'updateOrganization', organizationSchema, {
        params: { id },
        body: namesOf(operator.fields),
        provided: unchangedSince('organization', id, operator.fields.text('updated_at')),
      }),
    )
    form('/domains', 'domain', 'created', (operator, { id }) =>
      ask(operator, 'createOrganizationDomain', organizationDomainSchema, {
        body: { organization_id: id, domain: operator.fields.text('domain').trim() },
      }),
    )
    form('/domains/decide', 'domain', 'saved', (operator) => {
      const params = { id: operator.fields.text('domain_id') }
      return operator.fields.text('decision') === 'remove'
        ? ask(operator, 'deleteOrganizationDomain', undefined, { params })
        : ask(operator, 'verifyOrganizationDomain', organizationDomainSchema, { params })
    })
    form('/members', 'member', 'saved', async (operator, organization) => {
      const { fields } = operator
      const user = await userOf(ask, operator, fields.optional('email') ?? '')
      return ask(operator, 'createOrganizationMembership', organizationMembershipSchema, {
        body: { user_id: user.id, organization_id: organization.id, role_slug: fields.text('role_slug') },
      })
    })
    form('/members/decide', 'member', 'saved', (operator) => {
      const { fields } = operator
      const params = { id: fields.text('membership_id') }
      return fields.text('decision') === 'remove'
        ? ask(operator, 'deleteOrganizationMembership', undefined, { params })
        : ask(operator, 'updateOrganizationMembership', organizationMembershipSchema, {
            params,
            body: { role_slug: fields.text('role_slug') },
          })
    })
    form(
      '/delete',
      'ending',
      'deleted',
      (operator, { id, name }) => {
        requireConfirmation(operator.fields, name)
        return ask(operator, 'deleteOrganization', undefined, { params: { id } })
      },
      dashboardPaths.organizations,
    )
  }

const idOf = (request: FastifyRequest) => request.params as { readonly id: string }

const namesOf = (fields: FormFields) => ({
  name: fields.text('name'),
  external_id: fields.optional('external_id') ?? null,
})

/** @throws Refusal 422 beside the field */
const userOf = async (ask: Ask, operator: Operator, email: string) => {
  const found = await ask(operator, 'listUsers', listOf(userSchema), { query: { email, limit: '1' } })
  const [user] = email === '' ? [] : found.data
  if (!user) throw invalidField('email', 'user_not_found', 'belongs to no user: create the user first')
  return user
}

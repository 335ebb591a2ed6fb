import type { FastifyPluginAsync } from 'fastify'
import { notThere } from '../management/identified.ts'
import { listOf, wholeListOf } from '../objects/list.ts'
import { type OrganizationObject, organizationSchema } from '../objects/organization.ts'
import { organizationDomainSchema } from '../objects/organization-domain.ts'
import { organizationMembershipSchema } from '../objects/organization-membership.ts'
import { roleSchema } from '../objects/role.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import { requireConfirmation } from './confirmed.ts'
import { dashboardPaths } from './dashboard-paths.ts'
import { type FilledForm, freshForm, refusedForm } from './filled-form.ts'
import { type FormFields, readFormFields } from './form-fields.ts'
import { listQuery } from './list-query.ts'
import type { DashboardPages } from './open-dashboard.ts'
import { type OrganizationForms, OrganizationPage } from './pages/organization.tsx'
import { Organizations } from './pages/organizations.tsx'
import { formsOf, sectionOn, type Visit } from './section.ts'
import { unchangedSince } from './unchanged-since.ts'
import { userByEmail } from './user-by-email.ts'

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
    const section = sectionOn(app, pages)
    const one = `${dashboardPaths.organizations}/:id`

    const showList = async (visit: Visit, form: FilledForm = freshForm()) => {
      const search = readFormFields(visit.request.query).optional('search')
      const organizations = await ask(visit, 'listOrganizations', listOf(organizationSchema), {
        query: { ...listQuery(visit.request), ...(search !== undefined && { search }) },
      })
      return visit.send(Organizations, {
        ...{ organizations, form },
        ...(search !== undefined && { search }),
      })
    }

    section.shows(dashboardPaths.organizations, showList)

    section.decides(dashboardPaths.organizations, async (visit) => {
      const { fields } = visit
      return {
        work: () => ask(visit, 'createOrganization', organizationSchema, { body: namesOf(fields) }),
        refused: (refusal) => showList(visit, refusedForm(fields, refusal)),
        notice: 'created',
        onto: dashboardPaths.organizations,
      }
    })

    const read = (visit: Visit) =>
      ask(visit, 'getOrganization', organizationSchema, { params: { id: visit.param('id') } })

    const showOne = async (
      visit: Visit,
      organization: OrganizationObject,
      forms: Partial<OrganizationForms> = {},
    ) => {
      const mayReadUsers = visit.may('users:read')
      const members = mayReadUsers
        ? await ask(visit, 'listOrganizationMemberships', listOf(organizationMembershipSchema), {
            query: {
              ...listQuery(visit.request),
              organization_id: organization.id,
              statuses: 'active,inactive',
            },
          })
        : undefined
      const roles = await ask(visit, 'listOrganizationRoles', wholeListOf(roleSchema), {
        params: { organizationId: organization.id },
      })
      return visit.send(OrganizationPage, {
        organization,
        roles: roles.data,
        ...(members && { members }),
        forms: {
          names: editable(organization),
          domain: freshForm(),
          member: freshForm({ role_slug: 'member' }),
          membership: freshForm(),
          ending: freshForm(),
          ...forms,
        },
      })
    }

    section.shows(one, async (visit) => showOne(visit, await read(visit)))

    const form = formsOf(section, {
      path: one,
      read,
      pathOf: ({ id }) => `${dashboardPaths.organizations}/${id}`,
      again: (visit, organization, kind: keyof OrganizationForms, refusal) =>
        showOne(visit, organization, {
          [kind]: refusedForm(visit.fields, refusal, editable(organization)),
        }),
    })

    form('', 'names', 'saved', (visit, { id }) =>
      ask(visit, 'updateOrganization', organizationSchema, {
        params: { id },
        body: namesOf(visit.fields),
        provided: unchangedSince('organization', id, visit.fields.text('updated_at')),
      }),
    )
    form('/domains', 'domain', 'created', (visit, { id }) =>
      ask(visit, 'createOrganizationDomain', organizationDomainSchema, {
        body: { organization_id: id, domain: visit.fields.text('domain').trim() },
      }),
    )
    form('/domains/decide', 'domain', 'saved', (visit, { domains }) => {
      const id = visit.fields.text('domain_id')
      const question = {
        params: { id },
        provided: async () => {
          if (!domains.some((domain) => domain.id === id)) throw notThere('organizationDomain', id)
        },
      }
      return visit.fields.text('decision') === 'remove'
        ? ask(visit, 'deleteOrganizationDomain', undefined, question)
        : ask(visit, 'verifyOrganizationDomain', organizationDomainSchema, question)
    })
    form('/members', 'member', 'saved', async (visit, organization) => {
      const { fields } = visit
      const user = await userByEmail(ask, visit, fields.optional('email'), 'create the user first')
      return ask(visit, 'createOrganizationMembership', organizationMembershipSchema, {
        body: { user_id: user.id, organization_id: organization.id, role_slug: fields.text('role_slug') },
      })
    })
    form('/member-role', 'membership', 'saved', (visit, organization) => {
      const { fields } = visit
      const id = fields.text('membership_id')
      return ask(visit, 'updateOrganizationMembership', organizationMembershipSchema, {
        params: { id },
        body: { role_slug: fields.text('role_slug') },
        provided: async (stores) => {
          const parsed = parseIdentifier('membership', id)
          const membership = parsed && (await stores.memberships.lock({ id: parsed }))
          if (membership?.organizationId !== organization.id) throw notThere('membership', id)
          await unchangedSince('membership', id, fields.text('updated_at'))(stores)
        },
      })
    })
    form(
      '/delete',
      'ending',
      'deleted',
      (visit, { id, name }) => {
        requireConfirmation(visit.fields, name)
        return ask(visit, 'deleteOrganization', undefined, { params: { id } })
      },
      dashboardPaths.organizations,
    )
  }

const namesOf = (fields: FormFields) => ({
  name: fields.text('name'),
  external_id: fields.optional('external_id') ?? null,
})

import { z } from 'zod'
import { listObject, listOf } from '../objects/list.ts'
import {
  organizationMembershipObject,
  organizationMembershipSchema,
} from '../objects/organization-membership.ts'
import {
  addMember,
  changeRole,
  deactivateMembership,
  reactivateMembership,
  removeMember,
} from '../organizations/membership.ts'
import type { Stores } from '../storage/index.ts'
import { commaList } from './comma-list.ts'
import { found, identified, notThere, organizationThere, userThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { badRequest, invalid, invalidField, type Refusal } from './refusal.ts'

export interface OrganizationMembershipDependencies {
  readonly stores: Stores
}

const tag = 'Organization memberships'
const collection = '/user_management/organization_memberships'
const one = `${collection}/:id` as const

const roleFields = {
  role_slug: z.string().nullish().describe('`member`, unless another is given.'),
  role_slugs: z.array(z.string()).max(50).nullish().describe('The same as a list of one.'),
}

/** Undefined if none was sent. @throws Refusal 422 unless it is one */
const roleOf = (body: {
  readonly role_slug?: string | null | undefined
  readonly role_slugs?: readonly string[] | null | undefined
}): string | undefined => {
  if (!body.role_slugs) return body.role_slug ?? undefined
  if (typeof body.role_slug === 'string') {
    throw invalidField('role_slugs', 'conflicting_fields', 'cannot be sent together with role_slug.')
  }
  const [slug, ...others] = new Set(body.role_slugs)
  if (slug === undefined) throw invalidField('role_slugs', 'too_small', 'names one role.')
  if (others.length > 0) throw refusedRole('multiple_roles_not_enabled', 'A membership has one role.')
  return slug
}

const refusedRole = (code: 'invalid_role' | 'multiple_roles_not_enabled', message: string): Refusal =>
  invalid([{ field: code === 'invalid_role' ? 'role_slug' : 'role_slugs', code, message }], code)

const unknownRole = (slug: string | undefined) =>
  refusedRole('invalid_role', `There is no role ${JSON.stringify(slug)} for this organization.`)

const pendingMembership = (doing: 'deactivate' | 'reactivate') =>
  badRequest(
    `cannot_${doing}_pending_organization_membership`,
    'The membership is pending: its user has yet to accept.',
  )

export const organizationMembershipOperations = ({
  stores,
}: OrganizationMembershipDependencies): readonly Operation[] => [
  readOperation({
    id: 'listOrganizationMemberships',
    method: 'GET',
    path: collection,
    tag,
    summary: 'List the memberships of a user, or of an organization.',
    permission: 'users:read',
    query: z.strictObject({
      ...pageParameters,
      user_id: z.string().optional(),
      organization_id: z.string().optional(),
      statuses: commaList(z.enum(['active', 'inactive', 'pending']))
        .optional()
        .describe('Active ones, unless others are asked for.'),
    }),
    answer: listOf(organizationMembershipSchema),
    errors: [400, 404],
    handle: async ({ query }) => {
      if (query.user_id === undefined && query.organization_id === undefined) {
        throw badRequest(
          'missing_user_id_or_organization_id',
          'One of user_id and organization_id has to be given.',
        )
      }
      const page = pageOf('membership', query)
      const userId = query.user_id === undefined ? undefined : await userThere(stores, query.user_id)
      const organizationId =
        query.organization_id === undefined
          ? undefined
          : await organizationThere(stores, query.organization_id)
      const statuses = query.statuses ?? ['active']
      const memberships = await stores.memberships.page(page, { userId, organizationId, statuses })
      return listObject(cursorsOf(memberships, query), organizationMembershipObject)
    },
  }),

  changeOperation({
    id: 'createOrganizationMembership',
    method: 'POST',
    path: collection,
    tag,
    summary: 'Make a user a member of an organization.',
    description: 'An inactive membership becomes active again, in the role that is given now.',
    permission: 'users:write',
    recentSignIn: 'never',
    body: z.strictObject({ user_id: z.string(), organization_id: z.string(), ...roleFields }),
    answer: organizationMembershipSchema,
    status: 201,
    errors: [400, 404],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const userId = identified('user', body.user_id)
        const organizationId = identified('organization', body.organization_id)
        const roleSlug = roleOf(body)
        const added = await addMember(acting, { userId, organizationId, roleSlug })
        if (added.outcome === 'added') return organizationMembershipObject(added.membership)
        switch (added.code) {
          case 'user_not_found':
            throw notThere('user', userId)
          case 'organization_not_found':
            throw notThere('organization', organizationId)
          case 'invalid_role':
            throw unknownRole(roleSlug)
          case 'pending_membership':
            throw pendingMembership('reactivate')
          case 'already_member':
            throw badRequest(
              'organization_membership_already_exists',
              'The user is a member of the organization already.',
            )
        }
      }),
  }),

  readOperation({
    id: 'getOrganizationMembership',
    method: 'GET',
    path: one,
    tag,
    summary: 'Get a membership.',
    permission: 'users:read',
    answer: organizationMembershipSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('membership', params.id)
      return organizationMembershipObject(found(await stores.memberships.inFull(id), 'membership', id))
    },
  }),

  changeOperation({
    id: 'updateOrganizationMembership',
    method: 'PUT',
    path: one,
    tag,
    summary: 'Give a member another role.',
    permission: 'users:write',
    recentSignIn: 'never',
    body: z.strictObject(roleFields),
    answer: organizationMembershipSchema,
    status: 200,
    errors: [404],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const id = identified('membership', params.id)
        const roleSlug = roleOf(body)
        if (roleSlug === undefined) {
          const membership = await acting.stores.memberships.inFull(id)
          return organizationMembershipObject(found(membership, 'membership', id))
        }
        const changed = await changeRole(acting, { id }, roleSlug)
        if (changed.outcome !== 'refused') return organizationMembershipObject(changed.membership)
        throw changed.code === 'invalid_role' ? unknownRole(roleSlug) : notThere('membership', id)
      }),
  }),

  changeOperation({
    id: 'deleteOrganizationMembership',
    method: 'DELETE',
    path: one,
    tag,
    summary: 'End a membership. Tokens of the user for the organization are inactive at once.',
    permission: 'users:write',
    recentSignIn: 'never',
    status: 200,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('membership', params.id)
        if (!(await removeMember(acting, { id }))) throw notThere('membership', id)
        return undefined
      }),
  }),

  ...(['deactivate', 'reactivate'] as const).map((doing) =>
    changeOperation({
      id: `${doing}OrganizationMembership`,
      method: 'PUT',
      path: `${one}/${doing}`,
      tag,
      summary:
        doing === 'deactivate'
          ? 'Suspend a membership. Tokens of the user for the organization are inactive at once.'
          : 'Resume a membership that was suspended, in the role it had.',
      description: 'Of one that is so already nothing changes, and there is no event.',
      permission: 'users:write',
      recentSignIn: 'never',
      answer: organizationMembershipSchema,
      status: 200,
      errors: [400, 404],
      handle: ({ params, change }) =>
        change(async (acting) => {
          const id = identified('membership', params.id)
          const set = doing === 'deactivate' ? deactivateMembership : reactivateMembership
          const changed = await set(acting, { id })
          if (changed.outcome !== 'refused') return organizationMembershipObject(changed.membership)
          throw changed.code === 'pending_membership' ? pendingMembership(doing) : notThere('membership', id)
        }),
    }),
  ),
]

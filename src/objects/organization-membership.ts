import { z } from 'zod'
import type { MembershipInFull } from '../storage/stores/memberships.ts'
import { createdAndUpdated, instants } from './members.ts'
import { userObject, userSchema } from './user.ts'

const roleOfMember = z.object({ slug: z.string() })

export const organizationMembershipSchema = z
  .object({
    object: z.literal('organization_membership'),
    id: z.string(),
    user_id: z.string(),
    organization_id: z.string(),
    organization_name: z.string(),
    status: z.enum(['active', 'inactive', 'pending']),
    role: roleOfMember,
    roles: z.array(roleOfMember).describe('The one role, as a list.'),
    directory_managed: z.literal(false),
    custom_attributes: z.record(z.string(), z.unknown()).describe('Of directories; always empty.'),
    user: userSchema,
    ...createdAndUpdated,
  })
  .meta({ id: 'OrganizationMembership' })

export type OrganizationMembershipObject = z.infer<typeof organizationMembershipSchema>

export const organizationMembershipObject = (membership: MembershipInFull): OrganizationMembershipObject => ({
  object: 'organization_membership',
  id: membership.id,
  user_id: membership.userId,
  organization_id: membership.organizationId,
  organization_name: membership.organizationName,
  status: membership.status,
  role: { slug: membership.roleSlug },
  roles: [{ slug: membership.roleSlug }],
  directory_managed: false,
  custom_attributes: {},
  user: userObject(membership.user),
  ...instants(membership),
})

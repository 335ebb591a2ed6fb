import { z } from 'zod'
import type { OrganizationDomainRecord } from '../storage/stores/organization-domains.ts'
import type { OrganizationRecord } from '../storage/stores/organizations.ts'
import { createdAndUpdated, instants, metadata } from './members.ts'
import { organizationDomainObject, organizationDomainSchema } from './organization-domain.ts'

export const organizationSchema = z
  .object({
    object: z.literal('organization'),
    id: z.string(),
    name: z.string(),
    domains: z.array(organizationDomainSchema),
    metadata,
    external_id: z.string().nullable(),
    stripe_customer_id: z.string().optional(),
    allow_profiles_outside_organization: z.boolean(),
    ...createdAndUpdated,
  })
  .meta({ id: 'Organization' })

export type OrganizationObject = z.infer<typeof organizationSchema>

export interface OrganizationWithDomains extends OrganizationRecord {
  readonly domains: readonly OrganizationDomainRecord[]
}

export const organizationObject = (organization: OrganizationWithDomains): OrganizationObject => ({
  object: 'organization',
  id: organization.id,
  name: organization.name,
  domains: organization.domains.map(organizationDomainObject),
  metadata: organization.metadata,
  external_id: organization.externalId,
  ...(organization.stripeCustomerId !== null && { stripe_customer_id: organization.stripeCustomerId }),
  allow_profiles_outside_organization: organization.allowProfilesOutsideOrganization,
  ...instants(organization),
})

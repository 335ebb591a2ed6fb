import { z } from 'zod'
import type { OrganizationDomainRecord } from '../storage/stores/organization-domains.ts'
import { createdAndUpdated, instants } from './members.ts'

export const organizationDomainSchema = z
  .object({
    object: z.literal('organization_domain'),
    id: z.string(),
    organization_id: z.string(),
    domain: z.string(),
    state: z.enum(['failed', 'legacy_verified', 'pending', 'unverified', 'verified']),
    verification_strategy: z.enum(['dns', 'manual']),
    verification_prefix: z.string(),
    verification_token: z.string(),
    ...createdAndUpdated,
  })
  .meta({ id: 'OrganizationDomain' })

export type OrganizationDomainObject = z.infer<typeof organizationDomainSchema>

/** The name before "=" in the TXT record by which an owner proves a domain. */
export const VERIFICATION_PREFIX = 'latchkey-domain-verification'

export const organizationDomainObject = (domain: OrganizationDomainRecord): OrganizationDomainObject => ({
  object: 'organization_domain',
  id: domain.id,
  organization_id: domain.organizationId,
  domain: domain.domain,
  state: domain.state,
  verification_strategy: domain.verificationStrategy,
  verification_prefix: VERIFICATION_PREFIX,
  verification_token: domain.verificationToken,
  ...instants(domain),
})

import { z } from 'zod'
import { emailTrusts } from '../protocol/identity-provider.ts'
import type { IdentityProviderRecord } from '../storage/stores/identity-providers.ts'
import { createdAndUpdated, instants } from './members.ts'

export const identityProviderSchema = z
  .object({
    object: z.literal('identity_provider'),
    id: z.string(),
    name: z.string(),
    organization_id: z.string().nullable(),
    issuer: z.string(),
    client_id: z.string(),
    scopes: z.array(z.string()),
    enabled: z.boolean(),
    create_users: z.boolean(),
    required: z.boolean(),
    trust_email: z.enum(emailTrusts),
    trust_amr: z.boolean(),
    ...createdAndUpdated,
  })
  .meta({ id: 'IdentityProvider' })

export type IdentityProviderObject = z.infer<typeof identityProviderSchema>

/** Without the client secret, which is never shown. */
export const identityProviderObject = (provider: IdentityProviderRecord): IdentityProviderObject => ({
  object: 'identity_provider',
  id: provider.id,
  name: provider.name,
  organization_id: provider.organizationId,
  issuer: provider.issuer,
  client_id: provider.clientId,
  scopes: provider.scopes,
  enabled: provider.isEnabled,
  create_users: provider.createsUsers,
  required: provider.isRequired,
  trust_email: provider.trustsEmail,
  trust_amr: provider.trustsAmr,
  ...instants(provider),
})

import type {
  ApplicationId,
  IdentityProviderId,
  LoginUriId,
  OrganizationId,
  UserId,
} from '../protocol/identifiers.ts'
import type { EmailTrust } from '../protocol/identity-provider.ts'
import type { Hash, Timestamps } from './column-types.ts'

/** An OpenID provider at which people may sign in. */
export interface IdentityProviderTable extends Timestamps {
  id: IdentityProviderId
  /** Null: anybody may. */
  organization_id: OrganizationId | null
  name: string
  issuer: string
  client_id: string
  client_secret_sealed: string
  scopes: string[]
  is_enabled: boolean
  creates_users: boolean
  /** Whoever has an address of its organization's domains signs in there, and nowhere else. */
  is_required: boolean
  trusts_email: EmailTrust
  trusts_amr: boolean
}

/** Whom a provider calls what (OIDC Core §5.7: issuer and subject together). */
export interface IdentityTable {
  provider_id: IdentityProviderId
  subject: string
  user_id: UserId
  email: string | null
  created_at: Date
  last_used_at: Date
}

/** Somebody who was sent to a provider. */
export interface UpstreamSignInTable {
  state_hash: Hash
  browser_hash: Hash
  provider_id: IdentityProviderId
  content_sealed: string
  created_at: Date
  expires_at: Date
  used_at: Date | null
}

/** Where people sign in, at a page of the operator's own: for one application, or one organization. */
export interface LoginUriTable extends Timestamps {
  id: LoginUriId
  name: string
  /** Null: here. */
  uri: string | null
  application_id: ApplicationId | null
  organization_id: OrganizationId | null
}

import type { ColumnType, Selectable } from 'kysely'
import type {
  ApiKeyId,
  ApplicationId,
  ClientId,
  ConsentId,
  CredentialId,
  EventId,
  GrantId,
  MembershipId,
  OrganizationId,
  PermissionId,
  SessionId,
  UserId,
} from '../protocol/identifiers.ts'

/** jsonb: read as a value, written as text (an array would otherwise become an array of the database). */
type Json<T> = ColumnType<T, string, string>

/** SHA-256 of a handle, base64url. */
export type Hash = string

interface Timestamps {
  created_at: ColumnType<Date, Date, never>
  updated_at: Date
}

export interface EnvironmentTable {
  singleton: ColumnType<boolean, true | undefined, never>
  client_id: ClientId
  created_at: Date
}

export interface OrganizationTable extends Timestamps {
  id: OrganizationId
  name: string
  external_id: string | null
  metadata: Json<Record<string, string>>
}

export interface UserTable extends Timestamps {
  id: UserId
  email: string
  normalized_email: string
  email_verified: boolean
  first_name: string | null
  last_name: string | null
  name: string | null
  locale: string | null
  picture_url: string | null
  external_id: string | null
  metadata: Json<Record<string, string>>
  password_hash: string | null
  last_sign_in_at: Date | null
}

export type MembershipStatus = 'active' | 'inactive' | 'pending'

export interface OrganizationMembershipTable extends Timestamps {
  id: MembershipId
  user_id: UserId
  organization_id: OrganizationId
  role_slug: string
  status: MembershipStatus
}

export interface PermissionTable extends Timestamps {
  id: PermissionId
  slug: string
  name: string
  description: string | null
}

export type ApplicationType = 'oauth' | 'm2m'

export interface ApplicationTable extends Timestamps {
  id: ApplicationId
  client_id: ClientId
  type: ApplicationType
  is_first_party: boolean
  is_public: boolean
  require_pkce: boolean
  organization_id: OrganizationId | null
  name: string
  description: string | null
  scopes: string[]
  logo_url: string | null
  logo_dark_url: string | null
  access_token_seconds: number | null
}

export interface RedirectUriTable {
  application_id: ApplicationId
  uri: string
  is_default: boolean
  position: number
}

export interface ClientCredentialTable extends Timestamps {
  id: CredentialId
  application_id: ApplicationId
  slot: number
  secret_hash: Hash
  hint: string
  last_used_at: Date | null
}

export interface SessionTable {
  id: SessionId
  token_hash: Hash
  user_id: UserId
  authenticated_at: Date
  amr: string[]
  organization_id: OrganizationId | null
  created_at: Date
  expires_at: Date
}

export interface ConsentTable extends Timestamps {
  id: ConsentId
  user_id: UserId
  application_id: ApplicationId
  organization_id: OrganizationId | null
  scopes: string[]
}

export interface AuthorizationGrantTable {
  id: GrantId
  consent_id: ConsentId
  session_id: SessionId | null
  scopes: string[]
  authenticated_at: Date
  amr: string[]
  created_at: Date
  expires_at: Date
  revoked_at: Date | null
}

export interface AuthorizationCodeTable {
  code_hash: Hash
  grant_id: GrantId
  consent_id: ConsentId
  session_id: SessionId
  redirect_uri: string
  redirect_uri_given: boolean
  scopes: string[]
  nonce: string | null
  code_challenge: string | null
  authenticated_at: Date
  amr: string[]
  expires_at: Date
  redeemed_at: Date | null
}

export interface RefreshTokenTable {
  family_hash: Hash
  grant_id: GrantId
  token_hash: Hash
  issued_at: Date
  expires_at: Date
  previous_hash: Hash | null
  successor_sealed: string | null
  /** The end of the day of expires_at, for sweeping. */
  expires_by: ColumnType<Date, never, never>
}

export interface RevokedAccessTokenTable {
  jti: string
  expires_at: Date
}

export interface SigningKeyTable {
  kid: string
  algorithm: string
  public_jwk: Json<Record<string, unknown>>
  private_jwk_sealed: string
  created_at: Date
  activates_at: Date
  retires_at: Date | null
  withdrawn_at: Date | null
}

export interface ApiKeyTable extends Timestamps {
  id: ApiKeyId
  name: string
  value_hash: Hash
  obfuscated_value: string
  permissions: string[]
  last_used_at: Date | null
  revoked_at: Date | null
}

export interface EventTable {
  id: EventId
  name: string
  occurred_at: Date
  actor: Json<Record<string, unknown>>
  target_id: string | null
  organization_id: string | null
  data: Json<Record<string, unknown>>
}

export interface RateLimitTable {
  key_hash: Hash
  count: number
  window_ends_at: Date
}

export interface KnownBrowserTable {
  pair_hash: Hash
  expires_at: Date
}

/** One interface per table of migrations/. */
export interface Schema {
  environment: EnvironmentTable
  organization: OrganizationTable
  user: UserTable
  organization_membership: OrganizationMembershipTable
  permission: PermissionTable
  application: ApplicationTable
  redirect_uri: RedirectUriTable
  client_credential: ClientCredentialTable
  session: SessionTable
  consent: ConsentTable
  authorization_grant: AuthorizationGrantTable
  authorization_code: AuthorizationCodeTable
  refresh_token: RefreshTokenTable
  revoked_access_token: RevokedAccessTokenTable
  signing_key: SigningKeyTable
  api_key: ApiKeyTable
  event: EventTable
  rate_limit: RateLimitTable
  known_browser: KnownBrowserTable
}

export type Row<Table extends keyof Schema> = Selectable<Schema[Table]>

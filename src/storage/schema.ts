import type { ColumnType, Selectable } from 'kysely'
import type { ClientMetadata } from '../protocol/client-metadata.ts'
import type { ConsentOption } from '../protocol/consent-option.ts'
import type {
  ApiKeyId,
  ApplicationId,
  ClientId,
  CorsOriginId,
  CredentialId,
  EnvironmentRedirectUriId,
  EventId,
  MembershipId,
  OrganizationDomainId,
  OrganizationId,
  PermissionId,
  RefusedRequestId,
  ResourceIndicatorId,
  RoleId,
  SessionId,
  UserId,
  WebhookEndpointId,
} from '../protocol/identifiers.ts'
import type { OperatorRole } from '../protocol/operator-role.ts'
import type { StandardClaims } from '../protocol/standard-claims.ts'
import type { DefaultedJson, Hash, Json, OptionalJson, Timestamps } from './column-types.ts'
import type { PasskeyTable, RecoveryCodeTable, TotpFactorTable } from './schema-of-authenticators.ts'
import type {
  AuthorizationCodeTable,
  AuthorizationGrantTable,
  ConsentTable,
  DeviceAuthorizationTable,
  ExternalAuthenticationTable,
  LogoutDeliveryTable,
  PushedRequestTable,
  RefreshTokenTable,
  RevokedAccessTokenTable,
  SeenOnceTable,
  SessionApplicationTable,
} from './schema-of-grants.ts'
import type {
  IdentityProviderTable,
  IdentityTable,
  LoginUriTable,
  UpstreamSignInTable,
} from './schema-of-identities.ts'
import type { EmailCodeTable, MailTable } from './schema-of-mail.ts'

export type { Hash } from './column-types.ts'

export interface EnvironmentTable {
  singleton: ColumnType<boolean, true | undefined, never>
  client_id: ClientId
  settings: ColumnType<Record<string, unknown>, string | undefined, string>
  created_at: Date
}

export interface OrganizationTable extends Timestamps {
  id: OrganizationId
  name: string
  external_id: string | null
  metadata: Json<Record<string, string>>
  allow_profiles_outside_organization: boolean
  stripe_customer_id: string | null
}

export type DomainState = 'pending' | 'verified' | 'failed'

export interface OrganizationDomainTable extends Timestamps {
  id: OrganizationDomainId
  organization_id: OrganizationId
  domain: string
  state: DomainState
  verification_strategy: 'dns' | 'manual'
  verification_token: string
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
  /** The ID of who chose it, or what they are if they have none; null: nobody knows. */
  password_set_by: string | null
  last_sign_in_at: Date | null
  claims: DefaultedJson<StandardClaims>
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

export interface RoleTable extends Timestamps {
  id: RoleId
  slug: string
  name: string
  description: string | null
  organization_id: OrganizationId | null
}

export interface RolePermissionTable {
  role_id: RoleId
  permission_id: PermissionId
}

export interface CustomerApiKeyTable extends Timestamps {
  id: ApiKeyId
  organization_id: OrganizationId
  user_id: UserId | null
  name: string
  value_hash: Hash
  obfuscated_value: string
  permissions: string[]
  last_used_at: Date | null
  expires_at: Date | null
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
  was_dynamically_registered: boolean
  refresh_token_idle_seconds: number | null
  jwks: OptionalJson<{ readonly keys: readonly Record<string, unknown>[] }>
  jwks_uri: string | null
  metadata: Json<ClientMetadata>
  registration_access_token_hash: Hash | null
  metadata_hash: Hash | null
  last_used_at: Date | null
}

export interface LogoTable {
  content_hash: Hash
  content_type: string
  content: Uint8Array
  created_at: Date
}

/** The operator's own. */
export interface BrandImageTable {
  kind: string
  content_hash: Hash
}

/** What is at the logo_uri of clients. */
export interface ClientLogoTable {
  uri_hash: Hash
  content_hash: Hash | null
  next_attempt_at: Date
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
  name: string | null
  expires_at: Date | null
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
  ip_address: string | null
  user_agent: string | null
  /** Null for a session from before this was kept. */
  updated_at: Date | null
  /** What its user is asked to choose on consent pages (Standalone). */
  consent_options: OptionalJson<readonly ConsentOption[]>
  /** Its browser was here; null where it was not since it signed in. */
  last_used_at: Date | null
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

export interface OperatorTable extends Timestamps {
  user_id: UserId
  role: OperatorRole
}

export interface RefusedRequestTable {
  id: RefusedRequestId
  application_id: ApplicationId
  kind_hash: Hash
  request_id: string
  endpoint: string
  status: number
  error: string
  reason: string | null
  facts: Json<Record<string, string[]>>
  times: number
  first_refused_at: Date
  last_refused_at: Date
}

export interface EventTable {
  id: EventId
  name: string
  occurred_at: Date
  actor: Json<Record<string, unknown>>
  target_id: string | null
  organization_id: string | null
  data: Json<Record<string, unknown>>
  before: OptionalJson<Record<string, unknown>>
}

export interface StatisticTable {
  id: string
  resolution: 'minute' | 'hour' | 'day'
  bucket_at: Date
  kind: string
  name: string
  count: number
  expires_at: Date
}

export interface WebhookEndpointTable extends Timestamps {
  id: WebhookEndpointId
  endpoint_url: string
  secret_sealed: string
  status: 'enabled' | 'disabled'
  events: string[]
}

export interface WebhookDeliveryTable {
  event_id: EventId
  endpoint_id: WebhookEndpointId
  attempts: ColumnType<number, number | undefined, number>
  next_attempt_at: Date | null
  delivered_at: Date | null
  last_status: number | null
  last_error: string | null
  created_at: Date
}

export interface IdempotentAnswerTable {
  key_hash: Hash
  request_hash: Hash
  answer_sealed: string | null
  expires_at: Date
}

export interface JwtTemplateTable extends Timestamps {
  singleton: ColumnType<boolean, true | undefined, never>
  content: string
}

export interface EnvironmentRedirectUriTable extends Timestamps {
  id: EnvironmentRedirectUriId
  uri: string
  is_default: boolean
}

export interface CorsOriginTable extends Timestamps {
  id: CorsOriginId
  origin: string
}

export interface ResourceIndicatorTable extends Timestamps {
  id: ResourceIndicatorId
  uri: string
  is_default: boolean
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
  organization_domain: OrganizationDomainTable
  user: UserTable
  organization_membership: OrganizationMembershipTable
  permission: PermissionTable
  role: RoleTable
  role_permission: RolePermissionTable
  customer_api_key: CustomerApiKeyTable
  application: ApplicationTable
  redirect_uri: RedirectUriTable
  logo: LogoTable
  brand_image: BrandImageTable
  client_logo: ClientLogoTable
  client_credential: ClientCredentialTable
  session: SessionTable
  consent: ConsentTable
  authorization_grant: AuthorizationGrantTable
  authorization_code: AuthorizationCodeTable
  refresh_token: RefreshTokenTable
  revoked_access_token: RevokedAccessTokenTable
  signing_key: SigningKeyTable
  api_key: ApiKeyTable
  operator: OperatorTable
  refused_request: RefusedRequestTable
  event: EventTable
  webhook_endpoint: WebhookEndpointTable
  webhook_delivery: WebhookDeliveryTable
  idempotent_answer: IdempotentAnswerTable
  jwt_template: JwtTemplateTable
  environment_redirect_uri: EnvironmentRedirectUriTable
  cors_origin: CorsOriginTable
  resource_indicator: ResourceIndicatorTable
  rate_limit: RateLimitTable
  known_browser: KnownBrowserTable
  pushed_request: PushedRequestTable
  statistic: StatisticTable
  device_authorization: DeviceAuthorizationTable
  external_authentication: ExternalAuthenticationTable
  seen_once: SeenOnceTable
  session_application: SessionApplicationTable
  totp_factor: TotpFactorTable
  recovery_code: RecoveryCodeTable
  passkey: PasskeyTable
  logout_delivery: LogoutDeliveryTable
  identity_provider: IdentityProviderTable
  identity: IdentityTable
  upstream_sign_in: UpstreamSignInTable
  login_uri: LoginUriTable
  email_code: EmailCodeTable
  mail: MailTable
}

export type Row<Table extends keyof Schema> = Selectable<Schema[Table]>

import type { ColumnType } from 'kysely'
import type { ChosenClaims, ConsentOption } from '../protocol/consent-option.ts'
import type { ScopesByPlace } from '../protocol/consent-places.ts'
import type { AuthorizationDetail, GrantTerms } from '../protocol/grant-terms.ts'
import type {
  ApplicationId,
  ConsentId,
  GrantId,
  OrganizationId,
  SessionId,
  UserId,
} from '../protocol/identifiers.ts'
import type { Hash, Json, OptionalJson, Timestamps } from './column-types.ts'

/* The tables of what is asked for, agreed to and granted, and of what ends with it. */

export interface ConsentTable extends Timestamps {
  id: ConsentId
  user_id: UserId
  application_id: ApplicationId
  organization_id: OrganizationId | null
  scopes: string[]
  resources: string[]
  authorization_details: Json<readonly AuthorizationDetail[]>
  scopes_by_place: OptionalJson<ScopesByPlace>
  declined_by_place: OptionalJson<ScopesByPlace>
  chosen_claims: OptionalJson<ChosenClaims>
  /** Its application had tokens by it; null where that was before this was kept. */
  last_used_at: Date | null
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
  terms: OptionalJson<GrantTerms>
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
  terms: OptionalJson<GrantTerms>
}

export interface PushedRequestTable {
  request_uri_hash: Hash
  application_id: ApplicationId
  parameters: Json<Readonly<Record<string, string | readonly string[]>>>
  is_signed: boolean
  created_at: Date
  expires_at: Date
  used_at: Date | null
}

export type DeviceAuthorizationStatus = 'pending' | 'approved' | 'denied' | 'redeemed'

export interface DeviceAuthorizationTable {
  device_code_hash: Hash
  user_code_hash: Hash
  application_id: ApplicationId
  scopes: string[]
  terms: OptionalJson<GrantTerms>
  status: DeviceAuthorizationStatus
  grant_id: GrantId
  consent_id: ConsentId | null
  session_id: SessionId | null
  authenticated_at: Date | null
  amr: string[] | null
  interval_seconds: number
  last_polled_at: Date | null
  ip_address: string
  created_at: Date
  expires_at: Date
}

/** Standalone: a sign-in that was handed to the operator's own login page. */
export interface ExternalAuthenticationTable {
  id_hash: Hash
  browser_hash: Hash
  request: string | null
  takes_consent_options: boolean
  created_at: Date
  expires_at: Date
  completed_at: Date | null
  user_id: UserId | null
  consent_options: OptionalJson<readonly ConsentOption[]>
  continuation_hash: Hash | null
  used_at: Date | null
  /** The user must have signed in since. */
  authenticated_since: Date | null
  /** When and how, as the operator's page says; null: when it was completed, and unknown. */
  authenticated_at: Date | null
  amr: string[] | null
}

export interface SeenOnceTable {
  key_hash: Hash
  expires_at: Date
}

export interface SessionApplicationTable {
  session_id: SessionId
  application_id: ApplicationId
}

export interface LogoutDeliveryTable {
  session_id: SessionId
  application_id: ApplicationId
  user_id: UserId
  attempts: ColumnType<number, number | undefined, number>
  next_attempt_at: Date | null
  delivered_at: Date | null
  last_error: string | null
  created_at: Date
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

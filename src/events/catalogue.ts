import type { ApiKeyObject } from '../objects/api-key.ts'
import type { ApplicationWithSettings } from '../objects/application-settings.ts'
import type { AuthenticationFactorObject } from '../objects/authentication-factor.ts'
import type { ConsentObject } from '../objects/authorized-application.ts'
import type { BrandingObject } from '../objects/branding.ts'
import type { ClientSecretObject } from '../objects/client-secret.ts'
import type { CorsOriginObject } from '../objects/cors-origin.ts'
import type { EmailVerificationObject, MagicAuthObject, PasswordResetObject } from '../objects/email-code.ts'
import type { IdentityProviderObject } from '../objects/identity-provider.ts'
import type { JwtTemplateObject } from '../objects/jwt-template.ts'
import type { LoginUriObject } from '../objects/login-uri.ts'
import type { ManagementApiKeyObject } from '../objects/management-api-key.ts'
import type { OperatorObject } from '../objects/operator.ts'
import type { OrganizationObject } from '../objects/organization.ts'
import type { OrganizationDomainObject } from '../objects/organization-domain.ts'
import type { OrganizationMembershipObject } from '../objects/organization-membership.ts'
import type { PasskeyObject } from '../objects/passkey.ts'
import type { PermissionObject } from '../objects/permission.ts'
import type { RedirectUriObject } from '../objects/redirect-uri.ts'
import type { ResourceIndicatorObject } from '../objects/resource-indicator.ts'
import type { OrganizationRoleObject, RoleObject } from '../objects/role.ts'
import type { SessionObject } from '../objects/session.ts'
import type { SettingsObject } from '../objects/settings.ts'
import type { UserWithClaims } from '../objects/user-claims.ts'
import type { ShownWebhookEndpoint } from '../objects/webhook-endpoint.ts'
import type { EventName } from '../protocol/event-name.ts'
import type {
  ApiKeyId,
  ApplicationId,
  AuthenticationFactorId,
  ClientId,
  ConsentId,
  CorsOriginId,
  CredentialId,
  EnvironmentRedirectUriId,
  EventId,
  GrantId,
  IdentityProviderId,
  LoginUriId,
  MembershipId,
  OrganizationDomainId,
  OrganizationId,
  PasskeyId,
  PermissionId,
  ResourceIndicatorId,
  RoleId,
  SessionId,
  UserId,
  WebhookEndpointId,
} from '../protocol/identifiers.ts'

/*
 * What happens: every event by name, what it happened to, and its data as they are given out (hence snake_case). What
 * became of a thing carries the thing itself, as the management API shows it; other happenings carry IDs, scopes and
 * words of closed lists. So a secret, or what somebody typed into a form, has no field to be in.
 */

interface Happening<Target, Data = Record<string, never>> {
  readonly target: Target
  readonly data: Data
}

/** A change of a thing that was there: with what it was before. */
export interface Change<Target, Thing> extends Happening<Target, Thing> {
  readonly before: Thing
}

type Reason<Words extends string> = { readonly reason: Words }

interface OfClient {
  readonly client_id: ClientId
}

interface FromAddress {
  readonly ip_address: string
}

/** The address is that of the device (RFC 8628 §5.4: it may not be where the user is). */
interface DeviceDecision extends OfClient, FromAddress {
  readonly user_id: UserId
}

interface PasswordAttempt extends FromAddress {
  readonly type: 'password'
  readonly user_agent: string | null
}

interface SecondFactorAttempt<Type extends string> extends FromAddress {
  readonly type: Type
  readonly user_agent: string | null
  readonly user_id: UserId
  readonly email: string
}

/** By a code that came by mail. */
interface CodeAttempt<Type extends 'magic_auth' | 'email_verification'> extends FromAddress {
  readonly type: Type
  readonly user_agent: string | null
}

type CodeSucceeded<Type extends 'magic_auth' | 'email_verification'> = Happening<
  UserId,
  CodeAttempt<Type> & { readonly status: 'succeeded'; readonly user_id: UserId; readonly email: string }
>

/** Told of as failures of passwords are: each time their number has doubled. */
type CodeFailed<Type extends 'magic_auth' | 'email_verification'> = Happening<
  UserId | null,
  CodeAttempt<Type> & {
    readonly status: 'failed'
    readonly user_id: UserId | null
    readonly email: string | null
    readonly error: { readonly code: 'wrong_code' | 'code_expired'; readonly message: string }
    readonly consecutive_failures: number
  }
>

interface UpstreamAttempt extends FromAddress {
  readonly type: 'sso'
  readonly user_agent: string | null
  readonly sso: {
    readonly organization_id: OrganizationId | null
    readonly connection_id: IdentityProviderId
    /** WorkOS's for a sign-in under way, of which we keep none. */
    readonly session_id: null
  }
}

/** Of those whom the provider vouched for and who yet did not get in, and of what it answered wrongly. */
export type UpstreamFailure = 'refused_by_provider' | 'invalid_answer' | 'email_not_trusted' | 'unknown_user'

interface LinkedIdentity {
  readonly identity_provider_id: IdentityProviderId
  /** What the provider calls the user. */
  readonly subject: string
}

/**
 * `signed_out_by_application`: an application proved whom it meant, so nobody was asked (OIDC RP-Initiated Logout §2).
 * `signed_out_elsewhere`: from another browser of the same user. `signed_in_again`: as somebody else, in the same browser.
 * `address_proved`: its user may be somebody else than the owner of the address. `operator_appointed`: its user may do more
 * from now on. `revoked`: by the management API.
 */
export type SessionEnd =
  | 'signed_out'
  | 'signed_out_by_application'
  | 'signed_out_elsewhere'
  | 'signed_in_again'
  | 'password_changed'
  | 'address_proved'
  | 'operator_appointed'
  | 'user_deleted'
  | 'revoked'

export interface EventCatalogue {
  'user.created': Happening<UserId, UserWithClaims>
  'user.updated': Change<UserId, UserWithClaims>
  'user.deleted': Happening<UserId, UserWithClaims>
  /** By the user themselves, who knew the one before if there was one. */
  'user.password_changed': Happening<UserId, FromAddress & { readonly user_agent: string | null }>
  'organization.created': Happening<OrganizationId, OrganizationObject>
  'organization.updated': Change<OrganizationId, OrganizationObject>
  'organization.deleted': Happening<OrganizationId, OrganizationObject>
  'organization_domain.created': Happening<OrganizationDomainId, OrganizationDomainObject>
  /** Whatever changed; what a verification came to is told by one of the next two as well. */
  'organization_domain.updated': Change<OrganizationDomainId, OrganizationDomainObject>
  'organization_domain.verified': Happening<OrganizationDomainId, OrganizationDomainObject>
  'organization_domain.verification_failed': Happening<
    OrganizationDomainId,
    Reason<'domain_verification_period_expired'> & {
      readonly organization_domain: OrganizationDomainObject
    }
  >
  'organization_domain.deleted': Happening<OrganizationDomainId, OrganizationDomainObject>
  'organization_membership.created': Happening<MembershipId, OrganizationMembershipObject>
  'organization_membership.updated': Change<MembershipId, OrganizationMembershipObject>
  'organization_membership.deleted': Happening<MembershipId, OrganizationMembershipObject>
  'organization_role.created': Happening<RoleId, OrganizationRoleObject>
  'organization_role.updated': Change<RoleId, OrganizationRoleObject>
  'organization_role.deleted': Happening<RoleId, OrganizationRoleObject>
  'permission.created': Happening<PermissionId, PermissionObject>
  'permission.updated': Change<PermissionId, PermissionObject>
  'permission.deleted': Happening<PermissionId, PermissionObject>
  'role.created': Happening<RoleId, RoleObject>
  'role.updated': Change<RoleId, RoleObject>
  'role.deleted': Happening<RoleId, RoleObject>
  'webhook_endpoint.created': Happening<WebhookEndpointId, ShownWebhookEndpoint>
  'webhook_endpoint.updated': Change<WebhookEndpointId, ShownWebhookEndpoint>
  'webhook_endpoint.deleted': Happening<WebhookEndpointId, ShownWebhookEndpoint>
  /** Somebody had an event sent to the target once more. */
  'webhook_delivery.resent': Happening<WebhookEndpointId, { readonly event_id: EventId }>
  'session.created': Happening<SessionId, SessionObject>
  /** Its user has signed in once more in the same browser; what else changed is where from, and until when. */
  'session.reauthenticated': Happening<SessionId, SessionObject>
  'session.revoked': Happening<SessionId, SessionObject & Reason<SessionEnd>>

  /** Given up: the application has not heard of the end of a session that signed in to it. */
  'logout_delivery.failed': Happening<
    ApplicationId,
    OfClient & {
      readonly session_id: SessionId
      readonly user_id: UserId
      readonly attempts: number
      /** A word of ours, or the status of the answer. */
      readonly error: string
    }
  >

  'api_key.created': Happening<ApiKeyId, ApiKeyObject>
  'api_key.updated': Change<ApiKeyId, ApiKeyObject>
  'api_key.revoked': Happening<ApiKeyId, ApiKeyObject>
  'management_api_key.created': Happening<ApiKeyId, ManagementApiKeyObject>
  'management_api_key.revoked': Happening<ApiKeyId, ManagementApiKeyObject>

  'application.created': Happening<ApplicationId, ApplicationWithSettings>
  'application.updated': Change<ApplicationId, ApplicationWithSettings>
  'application.deleted': Happening<ApplicationId, ApplicationWithSettings>
  'client_secret.created': Happening<CredentialId, ClientSecretObject>
  'client_secret.updated': Change<CredentialId, ClientSecretObject>
  'client_secret.deleted': Happening<CredentialId, ClientSecretObject>

  'consent.granted': Happening<ConsentId, ConsentObject>
  'consent.withdrawn': Happening<ConsentId, ConsentObject>
  /** The target is what the device is going to get. Beside the event of the consent, where there is one. */
  'device_authorization.approved': Happening<GrantId, DeviceDecision>
  'device_authorization.denied': Happening<GrantId, DeviceDecision>
  'authorization_code.replayed': Happening<GrantId, OfClient>
  'device_code.replayed': Happening<GrantId, OfClient>
  'refresh_token.reuse_detected': Happening<GrantId, OfClient>
  'authorization_grant.revoked': Happening<
    GrantId,
    OfClient & Reason<'code_replayed' | 'device_code_replayed' | 'refresh_token_reused' | 'revoked_by_client'>
  >

  /** Before the event of the session, which may take more than a password. */
  'authentication.password_succeeded': Happening<
    UserId,
    PasswordAttempt & { readonly status: 'succeeded'; readonly user_id: UserId; readonly email: string }
  >
  /**
   * The target is the user, if there is one with that e-mail address; what was typed is kept in no case. Told of each
   * time the failures since the last success have doubled (1, 2, 4, 8 …): anybody can have as many as they like.
   */
  'authentication.password_failed': Happening<
    UserId | null,
    PasswordAttempt & {
      readonly status: 'failed'
      readonly user_id: UserId | null
      readonly email: string | null
      readonly error: {
        readonly code: 'unknown_user' | 'no_password' | 'wrong_password'
        readonly message: string
      }
      readonly consecutive_failures: number
    }
  >
  /** Beside the event of the session, if it began or went on with this. */
  'authentication.mfa_succeeded': Happening<
    UserId,
    SecondFactorAttempt<'mfa'> & { readonly status: 'succeeded' }
  >
  /** Of somebody who proved the first factor. Told of each time the failures have doubled (1, 2, 4, 8 …). */
  'authentication.mfa_failed': Happening<
    UserId,
    SecondFactorAttempt<'mfa'> & {
      readonly status: 'failed'
      readonly error: {
        readonly code: 'wrong_code' | 'code_replayed' | 'wrong_recovery_code' | 'too_many_attempts'
        readonly message: string
      }
      readonly consecutive_failures: number
    }
  >
  'authentication.passkey_succeeded': Happening<
    UserId,
    SecondFactorAttempt<'passkey'> & { readonly status: 'succeeded'; readonly passkey_id: PasskeyId }
  >
  /** `counter_regressed`: there may be a copy of it (WebAuthn §6.1.1). Of passkeys that somebody has: their IDs are no secret, but nobody guesses one. */
  'authentication.passkey_failed': Happening<
    UserId,
    SecondFactorAttempt<'passkey'> & {
      readonly status: 'failed'
      readonly passkey_id: PasskeyId
      readonly error: {
        readonly code: 'not_verified' | 'wrong_user' | 'counter_regressed'
        readonly message: string
      }
    }
  >
  'authentication_factor.created': Happening<AuthenticationFactorId, AuthenticationFactorObject>
  'authentication_factor.deleted': Happening<AuthenticationFactorId, AuthenticationFactorObject>
  'passkey.created': Happening<PasskeyId, PasskeyObject>
  'passkey.updated': Change<PasskeyId, PasskeyObject>
  'passkey.deleted': Happening<PasskeyId, PasskeyObject>
  /** Those of before are void. */
  'recovery_codes.created': Happening<UserId, { readonly count: number }>
  'recovery_codes.deleted': Happening<UserId, { readonly count: number }>
  'recovery_code.used': Happening<UserId, FromAddress & { readonly remaining: number }>
  /** A code was sent; of an address that nobody has, nothing is told. */
  'magic_auth.created': Happening<UserId, MagicAuthObject>
  'email_verification.created': Happening<UserId, EmailVerificationObject>
  'password_reset.created': Happening<UserId, PasswordResetObject>
  'authentication.magic_auth_succeeded': CodeSucceeded<'magic_auth'>
  'authentication.magic_auth_failed': CodeFailed<'magic_auth'>
  /** The user has proved that the address is theirs; beside that of the user. */
  'authentication.email_verification_succeeded': CodeSucceeded<'email_verification'>
  'authentication.email_verification_failed': CodeFailed<'email_verification'>
  /** A new password was chosen after a code. */
  'password_reset.succeeded': Happening<UserId, PasswordResetObject>
  /** By a provider of identities. The connection is the provider's ID, as WorkOS calls it. */
  'authentication.sso_succeeded': Happening<
    UserId,
    UpstreamAttempt & { readonly status: 'succeeded'; readonly user_id: UserId; readonly email: string }
  >
  /** Of one network the first hundred of a day are told of, then every time their number has doubled. */
  'authentication.sso_failed': Happening<
    null,
    UpstreamAttempt & {
      readonly status: 'failed'
      readonly user_id: null
      readonly email: null
      readonly error: { readonly code: UpstreamFailure; readonly message: string }
    }
  >
  'identity.linked': Happening<UserId, LinkedIdentity>
  'identity.unlinked': Happening<UserId, LinkedIdentity>
  'identity_provider.created': Happening<IdentityProviderId, IdentityProviderObject>
  'identity_provider.updated': Change<IdentityProviderId, IdentityProviderObject>
  'identity_provider.deleted': Happening<IdentityProviderId, IdentityProviderObject>
  'operator.added': Happening<UserId, OperatorObject>
  'operator.updated': Change<UserId, OperatorObject>
  'operator.removed': Happening<UserId, OperatorObject>
  'login_uri.created': Happening<LoginUriId, LoginUriObject>
  'login_uri.updated': Change<LoginUriId, LoginUriObject>
  'login_uri.deleted': Happening<LoginUriId, LoginUriObject>
  /** Once a window, however many attempts it turns away. */
  'sign_in.throttled': Happening<null, FromAddress & { readonly by: 'email' | 'address' }>

  /** A change that was asked for with a valid key and not made; the target is what the path names. */
  'change.refused': Happening<
    string | null,
    {
      readonly operation: string
      readonly status: number
      readonly code: string | null
      /** Names only: what was sent may be a secret in the wrong place. */
      readonly fields: readonly string[]
    }
  >

  'settings.updated': Change<null, SettingsObject>
  'branding.updated': Change<null, BrandingObject>
  /** Set for the first time, or changed. */
  'jwt_template.updated': Happening<null, JwtTemplateObject> & { readonly before: JwtTemplateObject | null }
  'redirect_uri.created': Happening<EnvironmentRedirectUriId, RedirectUriObject>
  /** Another one has become the default in its place. */
  'redirect_uri.updated': Change<EnvironmentRedirectUriId, RedirectUriObject>
  'redirect_uri.deleted': Happening<EnvironmentRedirectUriId, RedirectUriObject>
  'cors_origin.created': Happening<CorsOriginId, CorsOriginObject>
  'cors_origin.deleted': Happening<CorsOriginId, CorsOriginObject>
  'resource_indicator.created': Happening<ResourceIndicatorId, ResourceIndicatorObject>
  /** Another one has become the default in its place. */
  'resource_indicator.updated': Change<ResourceIndicatorId, ResourceIndicatorObject>
  'resource_indicator.deleted': Happening<ResourceIndicatorId, ResourceIndicatorObject>

  'signing_key.created': Happening<string, { readonly algorithm: string }>
  /** The target takes over from its predecessor when it activates. */
  'signing_key.rotated': Happening<string, { readonly algorithm: string; readonly predecessor: string }>
  /** Withdrawn before its time: what it signed is accepted no more. */
  'signing_key.retired': Happening<string, { readonly algorithm: string }>
}

type Named = EventName & keyof EventCatalogue

/** Who did it: a person, whoever holds a key or credential, this server by itself, or somebody at its command line. */
export type Actor =
  | { readonly type: 'user'; readonly id?: UserId }
  | { readonly type: 'api_key'; readonly id: ApiKeyId }
  | { readonly type: 'client'; readonly id: ClientId }
  | { readonly type: 'system' }
  /** At the dashboard, or without an ID at the command line. */
  | { readonly type: 'operator'; readonly id?: UserId }

/** What happened, in the words of the catalogue. */
export type NewEvent = {
  [Name in Named]: {
    readonly name: Name
    readonly targetId: EventCatalogue[Name]['target']
    readonly organizationId?: OrganizationId | null
    readonly data: EventCatalogue[Name]['data']
  } & (EventCatalogue[Name] extends { readonly before: infer Before } ? { readonly before: Before } : unknown)
}[Named]

/** Writes events beside the change they tell of, in the same transaction; several in one statement. */
export type RecordEvent = (...events: readonly NewEvent[]) => Promise<void>

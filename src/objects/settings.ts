import { z } from 'zod'
import { memberKinds } from '../protocol/authorization-details.ts'
import {
  idTokenUserClaims,
  portalApplicationTypes,
  type Settings,
  secondFactorRules,
} from '../protocol/settings.ts'
import { signingAlgorithms } from '../protocol/signing-algorithm.ts'

const authorizationDetailsTypeSchema = z
  .object({
    type: z.string(),
    title: z.string(),
    description: z.string().nullable(),
    members: z
      .array(
        z.object({
          name: z.string(),
          title: z.string().nullable(),
          kind: z.enum(memberKinds),
          values: z.array(z.string()).nullable(),
          required: z.boolean(),
        }),
      )
      .nullable(),
    ask_every_time: z.boolean(),
  })
  .meta({ id: 'AuthorizationDetailsType' })

/** The settings that hold, and which of them are set by API. */
export const settingsSchema = z
  .object({
    object: z.literal('settings'),
    brand_name: z.string(),
    terms_url: z.string().nullable(),
    privacy_url: z.string().nullable(),
    accent_color: z.string().nullable(),
    background_color: z.string().nullable(),
    background_color_dark: z.string().nullable(),
    corner_radius: z.int().nullable(),
    scope_descriptions: z.object({
      openid: z.string().nullable(),
      profile: z.string().nullable(),
      email: z.string().nullable(),
      address: z.string().nullable(),
      phone: z.string().nullable(),
      offline_access: z.string().nullable(),
    }),
    access_token: z.object({
      seconds: z.int(),
      algorithm: z.enum(signingAlgorithms),
      type: z.enum(['at+jwt', 'JWT']),
    }),
    id_token_seconds: z.int(),
    id_token_claims: z.enum(idTokenUserClaims),
    refresh_token: z.object({ idle_seconds: z.int(), maximum_seconds: z.int() }),
    session_seconds: z.int(),
    announce_iss_parameter: z.boolean(),
    require_pushed_authorization_requests: z.boolean(),
    request_objects_by_reference: z.boolean(),
    dpop_nonce: z.enum(['optional', 'required']),
    authorization_details_types: z.array(authorizationDetailsTypeSchema),
    cors: z.enum(['any', 'listed']),
    implicit_flow: z.boolean(),
    optional_scopes: z.boolean(),
    dynamic_client_registration: z.boolean(),
    client_id_metadata_documents: z.boolean(),
    dynamic_client_unused_days: z.int(),
    sign_up: z.boolean(),
    magic_codes: z.boolean(),
    require_verified_email: z.boolean(),
    passkeys: z.boolean(),
    second_factor: z.enum(secondFactorRules),
    standalone_signed_request: z.boolean(),
    standalone_adopt_by_email: z.boolean(),
    standalone_login_uri: z
      .string()
      .nullable()
      .describe(
        'Standalone: where users sign in, at a page of your own, in the place of ours. Null: they sign in here.',
      ),
    developer_portal: z.boolean(),
    developer_portal_limits: z.object({
      applications: z.int(),
      types: z.array(z.enum(portalApplicationTypes)),
      scopes: z.array(z.string()),
      loopback_redirect_uris: z.boolean(),
    }),
    set: z
      .array(z.string())
      .describe(
        'Names of those that are set here, such as `access_token.seconds`. All others are the configuration of the node that answers.',
      ),
  })
  .meta({ id: 'Settings' })

export type SettingsObject = z.infer<typeof settingsSchema>

export const settingsObject = (settings: Settings, set: readonly string[]): SettingsObject => ({
  object: 'settings',
  brand_name: settings.brandName,
  terms_url: settings.termsUrl,
  privacy_url: settings.privacyUrl,
  accent_color: settings.accentColor,
  background_color: settings.backgroundColor,
  background_color_dark: settings.backgroundColorDark,
  corner_radius: settings.cornerRadius,
  scope_descriptions: {
    openid: settings.scopeDescriptions.openid ?? null,
    profile: settings.scopeDescriptions.profile ?? null,
    email: settings.scopeDescriptions.email ?? null,
    address: settings.scopeDescriptions.address ?? null,
    phone: settings.scopeDescriptions.phone ?? null,
    offline_access: settings.scopeDescriptions.offline_access ?? null,
  },
  access_token: { ...settings.accessToken },
  id_token_seconds: settings.idTokenSeconds,
  id_token_claims: settings.idTokenClaims,
  refresh_token: {
    idle_seconds: settings.refreshToken.idleSeconds,
    maximum_seconds: settings.refreshToken.maximumSeconds,
  },
  session_seconds: settings.sessionSeconds,
  announce_iss_parameter: settings.announceIssParameter,
  require_pushed_authorization_requests: settings.requirePushedAuthorizationRequests,
  request_objects_by_reference: settings.requestObjectsByReference,
  dpop_nonce: settings.dpopNonce,
  authorization_details_types: settings.authorizationDetailsTypes.map(
    ({ type, title, description, members, asksEveryTime }) => ({
      type,
      title,
      description,
      members:
        members?.map(({ isRequired, values, ...member }) => ({
          ...member,
          values: values && [...values],
          required: isRequired,
        })) ?? null,
      ask_every_time: asksEveryTime,
    }),
  ),
  cors: settings.cors,
  implicit_flow: settings.implicitFlow,
  optional_scopes: settings.optionalScopes,
  dynamic_client_registration: settings.dynamicClientRegistration,
  client_id_metadata_documents: settings.clientIdMetadataDocuments,
  dynamic_client_unused_days: settings.dynamicClientUnusedDays,
  sign_up: settings.signUp,
  magic_codes: settings.magicCodes,
  require_verified_email: settings.requireVerifiedEmail,
  passkeys: settings.passkeys,
  second_factor: settings.secondFactor,
  standalone_login_uri: settings.standaloneLoginUri,
  standalone_signed_request: settings.standaloneSignedRequest,
  standalone_adopt_by_email: settings.standaloneAdoptByEmail,
  developer_portal: settings.developerPortal,
  developer_portal_limits: {
    applications: settings.developerPortalLimits.applications,
    types: [...settings.developerPortalLimits.types],
    scopes: [...settings.developerPortalLimits.scopes],
    loopback_redirect_uris: settings.developerPortalLimits.loopbackRedirectUris,
  },
  set: [...set],
})

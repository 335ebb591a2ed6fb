import { z } from 'zod'
import { parseText } from '../protocol/printable-text.ts'
import { idTokenUserClaims, type Settings } from '../protocol/settings.ts'
import { signingAlgorithms } from '../protocol/signing-algorithm.ts'
import { isProtectedWebUri } from '../protocol/web-uri.ts'
import { authorizationDetailsTypes, authorizationDetailsTypesSchema } from './authorization-details-types.ts'
import { brandingSettings } from './branding-settings.ts'
import { developerPortalLimits, developerPortalSettings } from './developer-portal-settings.ts'
import { line } from './line.ts'
import { mailSettings } from './mail-settings.ts'
import { secondFactorSettings } from './second-factor-settings.ts'
import { loginUri, standaloneSettings } from './standalone-settings.ts'

/*
 * The environment: what an operator decides about the whole deployment while it runs. Owns the settings, the JWT
 * template, and the lists of redirection URIs, web origins and resources; every node keeps what requests need of them
 * in memory (environment-registry.ts).
 *
 * Settings are kept as they are sent, in one jsonb column: only what is set. The rest follows the configuration of each
 * node, so a deployment that is configured by its environment variables alone needs none of this.
 */

const MAXIMUM_NAME_LENGTH = 80
const MAXIMUM_DESCRIPTION_LENGTH = 150

const HOUR = 3600
const DAY = 24 * HOUR

const seconds = (least: number, most: number) => {
  const error = `must be a whole number from ${least} to ${most}`
  return z.int({ error }).min(least, { error }).max(most, { error }).nullish()
}

/** Put into links and redirects: never `javascript:`, never in clear across a network. */
const webAddress = z
  .string()
  .max(2048, { error: 'has at most 2048 characters' })
  .refine(isProtectedWebUri, { error: 'must be an https URL such as https://example.com/terms' })
  .nullish()

const description = z
  .string()
  .refine((text) => (parseText(text, MAXIMUM_DESCRIPTION_LENGTH) ?? '') !== '', {
    error: `has 1 to ${MAXIMUM_DESCRIPTION_LENGTH} visible characters`,
  })
  .overwrite((text) => parseText(text, MAXIMUM_DESCRIPTION_LENGTH) ?? text)
  .nullish()

const scopeDescriptions = {
  openid: description,
  profile: description,
  email: description,
  address: description,
  phone: description,
  offline_access: description,
}

const accessToken = {
  seconds: seconds(10, DAY),
  algorithm: z
    .enum(signingAlgorithms, { error: `must be one of ${signingAlgorithms.join(', ')}` })
    .nullish()
    .describe(
      'A new one signs once its key has been published for long enough; until then the former one does.',
    ),
  type: z.enum(['at+jwt', 'JWT'], { error: 'must be at+jwt or JWT' }).nullish(),
}

const refreshToken = { idle_seconds: seconds(60, 365 * DAY), maximum_seconds: seconds(60, 5 * 365 * DAY) }

/** What can be set. Null takes a setting back; what is left out stays. */
export const settingsChangeSchema = z
  .strictObject({
    brand_name: line(MAXIMUM_NAME_LENGTH).nullish().describe('What pages call the operator.'),
    terms_url: webAddress,
    privacy_url: webAddress,
    ...brandingSettings,
    scope_descriptions: z
      .strictObject(scopeDescriptions)
      .nullish()
      .describe('Instead of the standard descriptions on the consent page, in every language.'),
    access_token: z.strictObject(accessToken).nullish(),
    // Keys are published for a day after their last signature (signing-keys/rotation.ts).
    id_token_seconds: seconds(60, DAY),
    id_token_claims: z
      .enum(idTokenUserClaims, { error: `must be ${idTokenUserClaims.join(' or ')}` })
      .nullish()
      .describe(
        'Which claims about the user ID tokens hold: those of the granted scopes, or just those that were asked for by ' +
          'name in the `claims` parameter. All are at the userinfo endpoint either way.',
      ),
    refresh_token: z.strictObject(refreshToken).nullish(),
    session_seconds: seconds(60, 365 * DAY),
    announce_iss_parameter: z
      .boolean()
      .nullish()
      .describe('RFC 9207: in metadata; `iss` is sent either way.'),
    require_pushed_authorization_requests: z
      .boolean()
      .nullish()
      .describe('RFC 9126: every application has to push its authorization requests.'),
    request_objects_by_reference: z
      .boolean()
      .nullish()
      .describe(
        'OpenID Connect Core §6.2: whether a `request_uri` may be an address that the application registered ' +
          '(`request_uris`), from which its signed request object is fetched.',
      ),
    dpop_nonce: z
      .enum(['optional', 'required'], { error: 'must be optional or required' })
      .nullish()
      .describe('RFC 9449 §8: whether every DPoP proof must have a nonce of this server.'),
    authorization_details_types: authorizationDetailsTypesSchema
      .nullish()
      .describe('RFC 9396: what applications can ask for in detail. Set as a whole.'),
    cors: z
      .enum(['any', 'listed'])
      .nullish()
      .describe('Whose pages may call the endpoints: those of every origin, or of the listed ones.'),
    implicit_flow: z
      .boolean()
      .nullish()
      .describe(
        'OIDC Core §3.2: whether applications that are registered for the response types `id_token` and ' +
          '`id_token token` get tokens from the authorization endpoint. For old clients and certification; RFC 9700 ' +
          '§2.1.2 advises against it.',
      ),
    optional_scopes: z
      .boolean()
      .nullish()
      .describe(
        'Whether users may leave out, of what an application of somebody else asks for, all but `openid` and what it calls essential.',
      ),
    dynamic_client_registration: z
      .boolean()
      .nullish()
      .describe('RFC 7591: whether applications may register themselves.'),
    client_id_metadata_documents: z
      .boolean()
      .nullish()
      .describe(
        'Whether an application may sign users in whose client ID is an https URL at which it says what it is ' +
          '(draft-ietf-oauth-client-id-metadata-document).',
      ),
    dynamic_client_unused_days: z
      .int({ error: 'must be a whole number from 1 to 3650' })
      .min(1, { error: 'must be a whole number from 1 to 3650' })
      .max(3650, { error: 'must be a whole number from 1 to 3650' })
      .nullish()
      .describe(
        'An application that registered itself is deleted when nobody has used it for so many days and no user has ' +
          'agreed to it.',
      ),
    ...mailSettings,
    ...secondFactorSettings,
    standalone_login_uri: loginUri
      .nullish()
      .describe(
        'Standalone: where users sign in, at a page of your own, in the place of ours. Null: they sign in here.',
      ),
    ...standaloneSettings,
    ...developerPortalSettings,
  })
  .meta({ id: 'SettingsChange' })

export type SettingsChange = z.output<typeof settingsChangeSchema>

/**
 * What is kept: the changes, without what is not set. A version before or after this one may know other members; they are
 * left alone.
 */
const storedSettingsSchema = z.looseObject({
  ...settingsChangeSchema.shape,
  // It may have been set before its query was looked at.
  standalone_login_uri: webAddress,
  scope_descriptions: z.looseObject(scopeDescriptions).nullish(),
  access_token: z.looseObject(accessToken).nullish(),
  refresh_token: z.looseObject(refreshToken).nullish(),
  developer_portal_limits: z.looseObject(developerPortalLimits).nullish(),
})

export type StoredSettings = z.output<typeof storedSettingsSchema>

/**
 * What is kept, as it is kept: a later version may have written what this one cannot follow, which a change of something
 * else must not lose.
 */
export interface KeptSettings {
  /** What this version can follow. */
  readonly stored: StoredSettings
  /** All there is. */
  readonly whole: Readonly<Record<string, unknown>>
  /** What is wrong with the rest, if there is any. */
  readonly problem: string | undefined
}

/** Member by member: one that cannot be read holds back none of the others, and counts as not set. */
export const parseStoredSettings = (whole: Readonly<Record<string, unknown>>): KeptSettings => {
  const first = storedSettingsSchema.safeParse(whole)
  if (first.success) return { stored: first.data, whole, problem: undefined }
  const readable = structuredClone(whole) as Record<string, unknown>
  for (const { path } of first.error.issues) forget(readable, path)
  return {
    stored: storedSettingsSchema.parse(readable),
    whole,
    problem: `environment.settings cannot be read in part, which is left alone: ${z.prettifyError(first.error)}`,
  }
}

const forget = (from: Record<string, unknown>, [name, ...rest]: readonly PropertyKey[]): void => {
  const key = String(name)
  const member = from[key]
  if (rest.length > 0 && isGroup(member)) forget(member as Record<string, unknown>, rest)
  else delete from[key]
}

/** The settings that hold. */
export const effectiveSettings = (stored: StoredSettings, configured: Settings): Settings => ({
  brandName: stored.brand_name ?? configured.brandName,
  termsUrl: stored.terms_url ?? configured.termsUrl,
  privacyUrl: stored.privacy_url ?? configured.privacyUrl,
  accentColor: stored.accent_color ?? configured.accentColor,
  backgroundColor: stored.background_color ?? configured.backgroundColor,
  backgroundColorDark: stored.background_color_dark ?? configured.backgroundColorDark,
  cornerRadius: stored.corner_radius ?? configured.cornerRadius,
  scopeDescriptions: {
    ...configured.scopeDescriptions,
    ...withoutNull(stored.scope_descriptions ?? {}),
  },
  accessToken: {
    seconds: stored.access_token?.seconds ?? configured.accessToken.seconds,
    algorithm: stored.access_token?.algorithm ?? configured.accessToken.algorithm,
    type: stored.access_token?.type ?? configured.accessToken.type,
  },
  idTokenSeconds: stored.id_token_seconds ?? configured.idTokenSeconds,
  idTokenClaims: stored.id_token_claims ?? configured.idTokenClaims,
  refreshToken: {
    idleSeconds: stored.refresh_token?.idle_seconds ?? configured.refreshToken.idleSeconds,
    maximumSeconds: stored.refresh_token?.maximum_seconds ?? configured.refreshToken.maximumSeconds,
  },
  sessionSeconds: stored.session_seconds ?? configured.sessionSeconds,
  announceIssParameter: stored.announce_iss_parameter ?? configured.announceIssParameter,
  requirePushedAuthorizationRequests:
    stored.require_pushed_authorization_requests ?? configured.requirePushedAuthorizationRequests,
  requestObjectsByReference: stored.request_objects_by_reference ?? configured.requestObjectsByReference,
  dpopNonce: stored.dpop_nonce ?? configured.dpopNonce,
  authorizationDetailsTypes:
    stored.authorization_details_types == null
      ? configured.authorizationDetailsTypes
      : authorizationDetailsTypes(stored.authorization_details_types),
  cors: stored.cors ?? configured.cors,
  implicitFlow: stored.implicit_flow ?? configured.implicitFlow,
  optionalScopes: stored.optional_scopes ?? configured.optionalScopes,
  dynamicClientRegistration: stored.dynamic_client_registration ?? configured.dynamicClientRegistration,
  clientIdMetadataDocuments: stored.client_id_metadata_documents ?? configured.clientIdMetadataDocuments,
  dynamicClientUnusedDays: stored.dynamic_client_unused_days ?? configured.dynamicClientUnusedDays,
  signUp: stored.sign_up ?? configured.signUp,
  magicCodes: stored.magic_codes ?? configured.magicCodes,
  requireVerifiedEmail: stored.require_verified_email ?? configured.requireVerifiedEmail,
  passkeys: stored.passkeys ?? configured.passkeys,
  secondFactor: stored.second_factor ?? configured.secondFactor,
  canSendMail: configured.canSendMail,
  standaloneLoginUri: stored.standalone_login_uri ?? configured.standaloneLoginUri,
  standaloneSignedRequest: stored.standalone_signed_request ?? configured.standaloneSignedRequest,
  standaloneAdoptByEmail: stored.standalone_adopt_by_email ?? configured.standaloneAdoptByEmail,
  developerPortal: stored.developer_portal ?? configured.developerPortal,
  developerPortalLimits: {
    applications:
      stored.developer_portal_limits?.applications ?? configured.developerPortalLimits.applications,
    types: stored.developer_portal_limits?.types ?? configured.developerPortalLimits.types,
    scopes: stored.developer_portal_limits?.scopes ?? configured.developerPortalLimits.scopes,
    loopbackRedirectUris:
      stored.developer_portal_limits?.loopback_redirect_uris ??
      configured.developerPortalLimits.loopbackRedirectUris,
  },
})

/** The names of what is set, in the order of the schema: `access_token.seconds`. */
export const namesOfSet = (stored: StoredSettings): string[] =>
  Object.keys(settingsChangeSchema.shape).flatMap((name) => {
    const value: unknown = stored[name as keyof StoredSettings]
    if (value === undefined || value === null) return []
    if (!isGroup(value)) return [name]
    return (
      Object.entries(value)
        // The version before kept former_algorithm here, which nobody set.
        .filter(([member, set]) => set !== undefined && set !== null && member !== 'former_algorithm')
        .map(([member]) => `${name}.${member}`)
    )
  })

/** The kept settings after a change: members of members are set and taken back one by one. */
export const mergedSettings = (stored: StoredSettings, change: SettingsChange): StoredSettings =>
  withoutUnset({
    ...stored,
    ...Object.fromEntries(
      Object.entries(change)
        .filter(([, value]) => value !== undefined)
        .map(([name, value]) => [
          name,
          isGroup(value) ? { ...groupOf(stored[name]), ...withoutUndefined(value) } : value,
        ]),
    ),
  })

const groupOf = (value: unknown): object => (isGroup(value) ? value : {})

/** Set member by member; a list is set as a whole. */
const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const withoutUndefined = (members: object): object =>
  Object.fromEntries(Object.entries(members).filter(([, value]) => value !== undefined))

const withoutNull = <T extends object>(members: T): { [K in keyof T]: NonNullable<T[K]> } =>
  Object.fromEntries(
    Object.entries(members).filter(([, value]) => value !== undefined && value !== null),
  ) as never

const withoutUnset = (stored: StoredSettings): StoredSettings =>
  Object.fromEntries(
    Object.entries(stored)
      .map(([name, value]) => [name, isGroup(value) ? withoutNull(value) : value] as const)
      .filter(([, value]) => (isGroup(value) ? Object.keys(value).length > 0 : value !== null)),
  )

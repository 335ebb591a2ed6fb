import { invalidField } from '../management/refusal.ts'
import type { SettingsObject } from '../objects/settings.ts'
import { portalApplicationTypes, secondFactorRules } from '../protocol/settings.ts'
import { signingAlgorithms } from '../protocol/signing-algorithm.ts'
import { numberIn } from './client-metadata-fields.ts'
import type { FormFields } from './form-fields.ts'

/*
 * The settings of the environment as fields of forms, and back. Every setting has one, or this does not compile. A field
 * that is empty takes the setting back: then the configuration of each node holds.
 */

export type SettingField = {
  readonly label: string
  /** What changes, and for whom. */
  readonly hint?: string
} & (
  | { readonly kind: 'text' | 'url' | 'number' | 'lines' | 'flag' | 'json' }
  | { readonly kind: 'one' | 'several'; readonly of: readonly string[] }
)

/** The groups, each a page of its own, and what it is about. */
export const settingsGroups = {
  branding: {
    label: 'Branding',
    about:
      'How the pages look on which people sign in, and look after their account. An empty field: as the nodes are configured.',
  },
  'sign-in': {
    label: 'Sign-in',
    about:
      'How people prove who they are, and for how long that holds. An empty field: as the nodes are configured.',
  },
  tokens: {
    label: 'Tokens',
    about: 'What applications get, and how long it is good for. An empty field: as the nodes are configured.',
  },
  protocol: {
    label: 'Protocol',
    about: 'What applications may do, and have to. An empty field: as the nodes are configured.',
  },
  developers: {
    label: 'Developers',
    about:
      'Who else may make applications, and within which limits. An empty field: as the nodes are configured.',
  },
  wording: {
    label: 'Wording',
    about:
      'What the consent page says of the standard scopes. An empty field: the standard words, in the language of the reader.',
  },
} as const

export type SettingsGroup = keyof typeof settingsGroups

export const isSettingsGroup = (name: string): name is SettingsGroup => Object.hasOwn(settingsGroups, name)

type Grouped = SettingField & { readonly group: SettingsGroup }

/** Members of members are settings by themselves, such as `access_token.seconds`. */
type NameOf<Name extends keyof SettingsObject> = Name extends 'object' | 'set'
  ? never
  : SettingsObject[Name] extends readonly unknown[]
    ? Name
    : SettingsObject[Name] extends object
      ? `${Name}.${keyof SettingsObject[Name] & string}`
      : Name

export type SettingName = { [Name in keyof SettingsObject]: NameOf<Name> }[keyof SettingsObject]

const words = (label: string): Grouped => ({ group: 'wording', kind: 'text', label })

const fields: Readonly<Record<SettingName, Grouped>> = {
  brand_name: {
    ...{ group: 'branding', kind: 'text', label: 'Name' },
    hint: 'What pages and mails call you.',
  },
  accent_color: {
    ...{ group: 'branding', kind: 'text', label: 'Accent colour' },
    hint: 'Of buttons and links, such as #3b4cca. Shades that can be read are made of it.',
  },
  background_color: {
    ...{ group: 'branding', kind: 'text', label: 'Background colour' },
    hint: 'Around the page on wide screens. What stands on it is black or white, whichever can be read.',
  },
  background_color_dark: {
    ...{ group: 'branding', kind: 'text', label: 'Background colour in the dark' },
  },
  corner_radius: {
    ...{ group: 'branding', kind: 'number', label: 'Corner radius, in pixels' },
    hint: '0 to 24, of buttons and fields.',
  },
  terms_url: { group: 'branding', kind: 'url', label: 'Terms of service', hint: 'Linked below every page.' },
  privacy_url: { group: 'branding', kind: 'url', label: 'Privacy policy', hint: 'Linked below every page.' },

  sign_up: {
    ...{ group: 'sign-in', kind: 'flag', label: 'Anybody may create an account' },
    hint: 'With an address that they prove to be theirs; needs mail.',
  },
  magic_codes: {
    ...{ group: 'sign-in', kind: 'flag', label: 'Codes by mail instead of a password' },
    hint: 'Needs mail.',
  },
  require_verified_email: {
    ...{ group: 'sign-in', kind: 'flag', label: 'Addresses have to be verified' },
    hint: 'Whoever has not proved theirs does so before they are signed in; needs mail.',
  },
  passkeys: { group: 'sign-in', kind: 'flag', label: 'Passkeys' },
  second_factor: {
    ...{ group: 'sign-in', kind: 'one', of: secondFactorRules, label: 'Second factor' },
    hint: 'required: whoever has none sets one up at the next sign-in, operators as well.',
  },
  session_seconds: {
    ...{ group: 'sign-in', kind: 'number', label: 'How long a sign-in holds, in seconds' },
    hint: 'Of those from now on.',
  },
  standalone_login_uri: {
    ...{ group: 'sign-in', kind: 'url', label: 'A login page of your own' },
    hint: 'Standalone: people sign in there, and not here. For single applications and organizations see Login pages.',
  },
  standalone_signed_request: {
    ...{ group: 'sign-in', kind: 'flag', label: 'It is told what is asked for' },
    hint: 'In a signed parameter.',
  },
  standalone_adopt_by_email: {
    ...{ group: 'sign-in', kind: 'flag', label: 'It may adopt accounts by their address' },
    hint: 'Those without an external ID whose address is verified on both sides.',
  },

  'access_token.seconds': {
    ...{ group: 'tokens', kind: 'number', label: 'Access tokens, in seconds' },
    hint: '10 to 86400. Whoever verifies them offline learns of a revocation only when they end.',
  },
  'access_token.algorithm': {
    ...{ group: 'tokens', kind: 'one', of: signingAlgorithms, label: 'Algorithm of access tokens' },
    hint: 'Verifiers have to know it. A new one signs once its key has been published for long enough.',
  },
  'access_token.type': {
    ...{ group: 'tokens', kind: 'one', of: ['at+jwt', 'JWT'], label: 'Type in their header' },
    hint: 'JWT for verifiers that refuse at+jwt (RFC 9068).',
  },
  id_token_seconds: { group: 'tokens', kind: 'number', label: 'ID tokens, in seconds' },
  id_token_claims: {
    ...{ group: 'tokens', kind: 'one', of: ['by_scope', 'by_name'], label: 'What ID tokens say of users' },
    hint: 'by_name: just what was asked for in the claims parameter; the rest is at userinfo.',
  },
  'refresh_token.idle_seconds': {
    ...{ group: 'tokens', kind: 'number', label: 'Refresh tokens that nobody uses, in seconds' },
  },
  'refresh_token.maximum_seconds': {
    ...{ group: 'tokens', kind: 'number', label: 'Refresh tokens at most, in seconds' },
    hint: 'However often they are used.',
  },

  announce_iss_parameter: {
    ...{ group: 'protocol', kind: 'flag', label: 'Metadata announces iss in responses' },
    hint: 'RFC 9207. It is sent either way.',
  },
  require_pushed_authorization_requests: {
    ...{ group: 'protocol', kind: 'flag', label: 'Every application has to push its requests' },
    hint: 'RFC 9126: those that come by the browser are refused.',
  },
  request_objects_by_reference: {
    ...{ group: 'protocol', kind: 'flag', label: 'Signed requests may be fetched from applications' },
    hint: 'From addresses that they have registered (request_uris).',
  },
  dpop_nonce: {
    ...{ group: 'protocol', kind: 'one', of: ['optional', 'required'], label: 'Nonce in DPoP proofs' },
    hint: 'RFC 9449 §8.',
  },
  cors: {
    ...{ group: 'protocol', kind: 'one', of: ['any', 'listed'], label: 'Whose pages may call the endpoints' },
    hint: 'listed: those of the origins under Addresses.',
  },
  implicit_flow: {
    ...{ group: 'protocol', kind: 'flag', label: 'Tokens from the authorization endpoint' },
    hint: 'For old clients and certification; RFC 9700 advises against it.',
  },
  authorization_details_types: {
    ...{ group: 'protocol', kind: 'json', label: 'Types of authorization details' },
    hint: 'RFC 9396: what applications can ask for in detail. JSON, as a whole.',
  },
  optional_scopes: {
    ...{ group: 'protocol', kind: 'flag', label: 'Users may leave out scopes' },
    hint: 'Of what an application of somebody else asks for.',
  },

  dynamic_client_registration: {
    ...{ group: 'developers', kind: 'flag', label: 'Applications may register themselves' },
    hint: 'RFC 7591.',
  },
  client_id_metadata_documents: {
    ...{ group: 'developers', kind: 'flag', label: 'Applications may be known by an address' },
    hint: 'At which they say what they are.',
  },
  dynamic_client_unused_days: {
    ...{ group: 'developers', kind: 'number', label: 'Days after which an unused one is deleted' },
    hint: 'Of those that registered themselves.',
  },
  developer_portal: {
    ...{ group: 'developers', kind: 'flag', label: 'Developer portal' },
    hint: 'Admins of an organization look after its own applications at /developers.',
  },
  'developer_portal_limits.applications': {
    ...{ group: 'developers', kind: 'number', label: 'Applications of an organization' },
  },
  'developer_portal_limits.types': {
    ...{ group: 'developers', kind: 'several', of: portalApplicationTypes, label: 'Which may be made' },
    hint: 'None chosen: both.',
  },
  'developer_portal_limits.scopes': {
    ...{ group: 'developers', kind: 'lines', label: 'Permissions that may be given to them' },
    hint: 'One on each line; none: only the standard scopes.',
  },
  'developer_portal_limits.loopback_redirect_uris': {
    ...{ group: 'developers', kind: 'flag', label: 'They may send people to http://localhost' },
  },

  'scope_descriptions.openid': words('openid'),
  'scope_descriptions.profile': words('profile'),
  'scope_descriptions.email': words('email'),
  'scope_descriptions.address': words('address'),
  'scope_descriptions.phone': words('phone'),
  'scope_descriptions.offline_access': words('offline_access'),
}

export type NamedSetting = SettingField & { readonly name: SettingName }

export const settingsOf = (group: SettingsGroup): readonly NamedSetting[] =>
  (Object.keys(fields) as SettingName[]).flatMap((name) =>
    fields[name].group === group ? [{ ...fields[name], name }] : [],
  )

/** What holds. */
const valueAt = (settings: SettingsObject, name: SettingName): unknown => {
  const [first = '', second] = name.split('.')
  const value = settings[first as keyof SettingsObject]
  return second === undefined ? value : (value as Readonly<Record<string, unknown>>)[second]
}

const asText = (value: unknown): string | readonly string[] => {
  if (value === null || value === undefined) return ''
  if (typeof value === 'boolean') return value ? 'yes' : 'no'
  if (Array.isArray(value)) {
    return value.every((one) => typeof one === 'string') ? value : JSON.stringify(value, null, 2)
  }
  return String(value)
}

/** What stands in the fields: what is set here. */
export const setValues = (settings: SettingsObject): Record<string, string | readonly string[]> =>
  Object.fromEntries(
    (Object.keys(fields) as SettingName[]).map((name) => [
      name,
      settings.set.includes(name) ? asText(valueAt(settings, name)) : '',
    ]),
  )

/** What holds without being set here, in words; undefined for what is set. */
export const configuredValue = (settings: SettingsObject, name: SettingName): string | undefined => {
  if (settings.set.includes(name)) return undefined
  const text = asText(valueAt(settings, name))
  const line = typeof text === 'string' ? text : text.join(', ')
  return line === '' || line === '[]' ? 'none' : line
}

/** What a form says of a group, for `updateSettings`; an empty field takes a setting back. */
export const changeOf = (group: SettingsGroup, form: FormFields): Record<string, unknown> => {
  const change: Record<string, unknown> = {}
  for (const field of settingsOf(group)) {
    const value = valueIn(form, field) ?? null
    const [first = '', second] = field.name.split('.')
    if (second === undefined) change[first] = value
    else change[first] = { ...(change[first] as object | undefined), [second]: value }
  }
  return change
}

const valueIn = (form: FormFields, { name, kind }: NamedSetting): unknown => {
  switch (kind) {
    case 'flag': {
      const text = form.optional(name)
      return text === 'yes' ? true : text === 'no' ? false : text
    }
    case 'several':
      return form.all(name).length > 0 ? form.all(name) : undefined
    case 'lines':
      return form.lines(name).length > 0 ? form.lines(name) : undefined
    case 'number':
      return numberIn(form, name)
    case 'json':
      return jsonIn(form, name)
    case 'one':
    case 'text':
    case 'url':
      return form.optional(name)
  }
}

/** @throws Refusal 422 */
const jsonIn = (form: FormFields, name: SettingName): unknown => {
  const text = form.optional(name)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw invalidField(name, 'invalid_json', 'must be JSON: a list between [ and ]')
  }
}

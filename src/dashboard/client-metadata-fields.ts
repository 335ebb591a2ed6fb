import {
  type ClientMetadata,
  type ClientMetadataName,
  clientProfiles,
  subjectTypes,
  tokenEndpointAuthMethods,
} from '../protocol/client-metadata.ts'
import { responseTypes } from '../protocol/response-type.ts'
import { clientSigningAlgorithms, signingAlgorithms } from '../protocol/signing-algorithm.ts'
import type { FormFields } from './form-fields.ts'

/*
 * The members of client metadata as fields of forms, and back. Every member has one, or this does not compile.
 */

export type MetadataField = {
  readonly label: string
  readonly hint?: string
} & (
  | { readonly kind: 'text' | 'url' | 'number' | 'lines' | 'flag' }
  | { readonly kind: 'one' | 'several'; readonly of: readonly string[] }
)

export const metadataGroups = ['authentication', 'requests', 'tokens', 'logout', 'about'] as const
export type MetadataGroup = (typeof metadataGroups)[number]

/** Those of the page of settings. */
export type SettingsForm = 'lifetimes' | 'keys' | MetadataGroup

export const groupTitles: Readonly<
  Record<MetadataGroup, { readonly title: string; readonly about: string }>
> = {
  authentication: {
    title: 'Authentication',
    about: 'How it proves to the token endpoint which application it is.',
  },
  requests: {
    title: 'Authorization requests',
    about: 'What its requests have to be like, and what they ask for unless they say otherwise.',
  },
  tokens: {
    title: 'Tokens and answers',
    about: 'How what it gets is signed, what it is bound to, and what its users are called.',
  },
  logout: {
    title: 'Signing out',
    about: 'Where it hears that a session has ended, and where people go after.',
  },
  about: { title: 'About the application', about: 'What people and other programs are told of it.' },
}

const ours = { kind: 'one', of: signingAlgorithms } as const
const theirs = { kind: 'one', of: clientSigningAlgorithms } as const

const fields: {
  readonly [Name in ClientMetadataName]: MetadataField & { readonly group: MetadataGroup }
} = {
  profile: {
    ...{ group: 'authentication', kind: 'one', of: clientProfiles, label: 'Profile' },
    hint: 'fapi2 holds it to the FAPI 2.0 Security Profile.',
  },
  token_endpoint_auth_method: {
    ...{ group: 'authentication', kind: 'one', of: tokenEndpointAuthMethods },
    label: 'Authentication method',
    hint: 'Not chosen: secrets by Basic or in the form, or a key it has registered.',
  },
  token_endpoint_auth_signing_alg: {
    ...{ group: 'authentication', ...theirs, label: 'Algorithm of its assertions' },
  },
  tls_client_auth_subject_dn: {
    ...{ group: 'authentication', kind: 'text', label: 'Subject of its certificate' },
    hint: 'For tls_client_auth: this, or one of the names below, and nothing else.',
  },
  tls_client_auth_san_dns: { group: 'authentication', kind: 'text', label: 'DNS name in its certificate' },
  tls_client_auth_san_uri: { group: 'authentication', kind: 'text', label: 'URI in its certificate' },
  tls_client_auth_san_ip: { group: 'authentication', kind: 'text', label: 'IP address in its certificate' },
  tls_client_auth_san_email: {
    ...{ group: 'authentication', kind: 'text', label: 'E-mail address in its certificate' },
  },
  response_types: {
    ...{ group: 'requests', kind: 'several', of: responseTypes, label: 'Response types' },
    hint: 'None chosen: code alone. Others need the setting that allows them.',
  },
  require_pushed_authorization_requests: {
    ...{ group: 'requests', kind: 'flag', label: 'Requests have to be pushed' },
    hint: 'RFC 9126: none may come by the browser alone.',
  },
  require_signed_request_object: {
    ...{ group: 'requests', kind: 'flag', label: 'Requests have to be signed' },
    hint: 'RFC 9101: by a key of the application.',
  },
  request_object_signing_alg: { group: 'requests', ...theirs, label: 'Algorithm of signed requests' },
  request_uris: {
    ...{ group: 'requests', kind: 'lines', label: 'Where signed requests are fetched from' },
    hint: 'One address on each line.',
  },
  default_max_age: {
    ...{ group: 'requests', kind: 'number', label: 'Oldest sign-in, in seconds' },
    hint: 'Whoever signed in longer ago signs in again, unless the request says otherwise.',
  },
  require_auth_time: { group: 'requests', kind: 'flag', label: 'ID tokens say when somebody signed in' },
  default_acr_values: {
    ...{ group: 'requests', kind: 'lines', label: 'Classes of authentication' },
    hint: 'Asked for unless the request names others; one on each line, the most wanted first.',
  },
  initiate_login_uri: {
    ...{ group: 'requests', kind: 'url', label: 'Where signing in to it begins' },
    hint: 'Others send people there to sign in (OpenID Connect Core §4).',
  },
  authorization_details_types: {
    ...{ group: 'requests', kind: 'lines', label: 'Types of authorization details' },
    hint: 'RFC 9396: those it may ask for, one on each line.',
  },
  id_token_signed_response_alg: { group: 'tokens', ...ours, label: 'Algorithm of ID tokens' },
  userinfo_signed_response_alg: {
    ...{ group: 'tokens', ...ours, label: 'Algorithm of userinfo' },
    hint: 'Not chosen: userinfo comes as JSON, without a signature.',
  },
  introspection_signed_response_alg: {
    group: 'tokens',
    ...ours,
    label: 'Algorithm of introspection answers',
  },
  authorization_signed_response_alg: {
    group: 'tokens',
    ...ours,
    label: 'Algorithm of authorization responses',
  },
  subject_type: {
    ...{ group: 'tokens', kind: 'one', of: subjectTypes, label: 'What users are called' },
    hint: 'pairwise: nobody else knows a user by the same name.',
  },
  sector_identifier_uri: {
    ...{ group: 'tokens', kind: 'url', label: 'Where its sector is described' },
    hint: 'Applications of one sector know users by the same pairwise names.',
  },
  dpop_bound_access_tokens: {
    ...{ group: 'tokens', kind: 'flag', label: 'Tokens are bound to a DPoP key' },
    hint: 'RFC 9449: requests without a proof get none.',
  },
  tls_client_certificate_bound_access_tokens: {
    ...{ group: 'tokens', kind: 'flag', label: 'Tokens are bound to its certificate' },
    hint: 'RFC 8705: who steals one cannot use it.',
  },
  post_logout_redirect_uris: {
    ...{ group: 'logout', kind: 'lines', label: 'Where people may go after signing out' },
    hint: 'One address on each line.',
  },
  backchannel_logout_uri: {
    ...{ group: 'logout', kind: 'url', label: 'Back-channel logout address' },
    hint: 'Told by this server, whatever the browser does.',
  },
  backchannel_logout_session_required: {
    ...{ group: 'logout', kind: 'flag', label: 'It is told which session (back channel)' },
  },
  frontchannel_logout_uri: {
    ...{ group: 'logout', kind: 'url', label: 'Front-channel logout address' },
    hint: 'Loaded in the browser of whoever signs out.',
  },
  frontchannel_logout_session_required: {
    ...{ group: 'logout', kind: 'flag', label: 'It is told which session (front channel)' },
  },
  application_type: { group: 'about', kind: 'one', of: ['web', 'native'], label: 'Where it runs' },
  client_uri: { group: 'about', kind: 'url', label: 'Home page' },
  logo_uri: {
    ...{ group: 'about', kind: 'url', label: 'Address of a logo' },
    hint: 'Shown on the consent page alone, unless a logo is uploaded.',
  },
  policy_uri: {
    ...{ group: 'about', kind: 'url', label: 'Privacy policy' },
    hint: 'Linked on the consent page, as are its terms.',
  },
  tos_uri: { group: 'about', kind: 'url', label: 'Terms of service' },
  contacts: {
    ...{ group: 'about', kind: 'lines', label: 'Contacts' },
    hint: 'Who is responsible for it; one on each line.',
  },
  software_id: { group: 'about', kind: 'text', label: 'Software ID' },
  software_version: { group: 'about', kind: 'text', label: 'Software version' },
}

/** Those of a group, in the order of the list. */
export const fieldsOf = (
  group: MetadataGroup,
): readonly (MetadataField & { readonly name: ClientMetadataName })[] =>
  (Object.keys(fields) as ClientMetadataName[]).flatMap((name) =>
    fields[name].group === group ? [{ ...fields[name], name }] : [],
  )

/** What stands in the fields of a group. */
export const valuesOf = (
  metadata: ClientMetadata,
  group: MetadataGroup,
): Record<string, string | readonly string[]> =>
  Object.fromEntries(
    fieldsOf(group).flatMap(({ name }) => {
      const value = metadata[name]
      if (value === undefined || value === false) return []
      return [[name, Array.isArray(value) ? value : value === true ? 'on' : String(value)]]
    }),
  )

/**
 * The metadata with what a form says of one group; a field without a value: as the specifications have it.
 *
 * @returns as it was sent, for the operation to say what is wrong with it.
 */
export const changedMetadata = (
  metadata: ClientMetadata,
  group: MetadataGroup,
  form: FormFields,
): Record<string, unknown> => {
  const changed: Record<string, unknown> = { ...metadata }
  for (const field of fieldsOf(group)) {
    const value = valueIn(form, field)
    if (value === undefined) delete changed[field.name]
    else changed[field.name] = value
  }
  return changed
}

const valueIn = (form: FormFields, field: MetadataField & { readonly name: string }): unknown => {
  const { name, kind } = field
  switch (kind) {
    case 'flag':
      return form.isOn(name) ? true : undefined
    case 'several':
      return form.all(name).length > 0 ? form.all(name) : undefined
    case 'lines':
      return form.lines(name).length > 0 ? form.lines(name) : undefined
    case 'number':
      return numberIn(form, name)
    case 'one':
    case 'text':
    case 'url':
      return form.optional(name)
  }
}

/** Undefined if nothing was typed; what is no number goes on as it is, to be refused with the words of the operation. */
export const numberIn = (form: FormFields, name: string): number | string | undefined => {
  const text = form.optional(name)
  return text !== undefined && /^\d{1,15}$/.test(text) ? Number(text) : text
}

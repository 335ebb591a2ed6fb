import { z } from 'zod'
import { type ForeignApplication, type ForeignRefusal, readApplications } from './import-applications.ts'

/*
 * Clients of Ory Hydra, as `GET /admin/clients` and `hydra list clients --format json` have them.
 */

const clientSchema = z.looseObject({
  client_id: z.string().min(1),
  client_name: z.string().nullish(),
  scope: z.string().nullish(),
  grant_types: z.array(z.string()).nullish(),
  redirect_uris: z.array(z.string()).nullish(),
  token_endpoint_auth_method: z.string().nullish(),
  skip_consent: z.boolean().nullish(),
  jwks: z.looseObject({ keys: z.array(z.record(z.string(), z.unknown())) }).nullish(),
  jwks_uri: z.string().nullish(),
  post_logout_redirect_uris: z.array(z.string()).nullish(),
  backchannel_logout_uri: z.string().nullish(),
  frontchannel_logout_uri: z.string().nullish(),
  client_uri: z.string().nullish(),
  logo_uri: z.string().nullish(),
  policy_uri: z.string().nullish(),
  tos_uri: z.string().nullish(),
  contacts: z.array(z.string()).nullish(),
  subject_type: z.string().nullish(),
  sector_identifier_uri: z.string().nullish(),
})

const pageSchema = z.looseObject({ items: z.array(z.unknown()) })

/** Each is read by itself: one that cannot be read keeps back no other one. */
export const hydraClientsSchema = z.preprocess(
  (given) => pageSchema.safeParse(given).data?.items ?? given,
  z.array(z.unknown()),
)

type HydraClient = z.output<typeof clientSchema>

/** Of what is registered here by the same name. */
const carried = [
  ...([
    'post_logout_redirect_uris',
    'backchannel_logout_uri',
    'frontchannel_logout_uri',
    'client_uri',
  ] as const),
  ...(['logo_uri', 'policy_uri', 'tos_uri', 'contacts', 'subject_type', 'sector_identifier_uri'] as const),
]

/** Of scopes those that are nobody's permission. */
const STANDARD: ReadonlySet<string> = new Set([
  ...['openid', 'profile', 'email', 'address', 'phone', 'offline', 'offline_access'],
])

export const applicationsOfHydra = (clients: readonly unknown[]) =>
  readApplications(clients, { schema: clientSchema, id: 'client_id' }, applicationOf)

const applicationOf = (client: HydraClient): ForeignApplication | ForeignRefusal => {
  const { client_id: oldClientId } = client
  // RFC 7591 §2: authorization_code unless it says otherwise.
  const grants = client.grant_types?.length ? client.grant_types : ['authorization_code']
  const notes = grants
    .filter((grant) => grant === 'implicit' || grant === 'password')
    .map((grant) => `the grant ${grant} is not taken over`)
  const common = {
    oldClientId,
    name: client.client_name || oldClientId,
    description: '',
    notes,
    scopes: (client.scope ?? '').split(' ').filter((scope) => scope !== '' && !STANDARD.has(scope)),
    ...(client.jwks && { jwks: client.jwks.keys }),
    ...(client.jwks_uri && { jwksUri: client.jwks_uri }),
  }
  if (
    !grants.includes('authorization_code') &&
    !grants.includes('urn:ietf:params:oauth:grant-type:device_code')
  ) {
    return grants.includes('client_credentials')
      ? { ...common, type: 'm2m' }
      : { oldClientId, refused: `of its grants (${grants.join(', ')}) there is none here` }
  }
  if (grants.includes('client_credentials')) {
    notes.push('client_credentials is not taken over: make an m2m application for it')
  }
  return {
    ...common,
    type: 'oauth',
    isPublic: client.token_endpoint_auth_method === 'none',
    requirePkce: false,
    asksForConsent: client.skip_consent !== true,
    redirectUris: client.redirect_uris ?? [],
    metadata: Object.fromEntries(
      carried.flatMap((name) => {
        const value = client[name]
        return value == null || value === '' || (Array.isArray(value) && value.length === 0)
          ? []
          : [[name, value]]
      }),
    ),
  }
}

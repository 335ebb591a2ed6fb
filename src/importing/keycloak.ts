import { z } from 'zod'
import { importedPasswordHash } from '../users/password.ts'
import { type ForeignApplication, type ForeignRefusal, readApplications } from './import-applications.ts'
import type { GivenUser, SetAside } from './import-users.ts'
import { jsonIn, readEntry } from './read-entry.ts'

/*
 * The export of a realm of Keycloak, as far as it can be taken over: its users with their passwords (argon2, PBKDF2), its
 * clients without their secrets, which are not ours to keep.
 */

const clientSchema = z.looseObject({
  clientId: z.string().min(1),
  name: z.string().nullish(),
  description: z.string().nullish(),
  enabled: z.boolean().nullish(),
  protocol: z.string().nullish(),
  publicClient: z.boolean().nullish(),
  bearerOnly: z.boolean().nullish(),
  standardFlowEnabled: z.boolean().nullish(),
  implicitFlowEnabled: z.boolean().nullish(),
  directAccessGrantsEnabled: z.boolean().nullish(),
  serviceAccountsEnabled: z.boolean().nullish(),
  consentRequired: z.boolean().nullish(),
  rootUrl: z.string().nullish(),
  redirectUris: z.array(z.string()).nullish(),
  attributes: z.record(z.string(), z.unknown()).nullish(),
})

const credentialSchema = z.looseObject({
  type: z.string(),
  secretData: z.string().nullish(),
  credentialData: z.string().nullish(),
})

const userSchema = z.looseObject({
  id: z.string().nullish(),
  username: z.string().nullish(),
  email: z.string().nullish(),
  emailVerified: z.boolean().nullish(),
  enabled: z.boolean().nullish(),
  firstName: z.string().nullish(),
  lastName: z.string().nullish(),
  serviceAccountClientId: z.string().nullish(),
  credentials: z.array(credentialSchema).nullish(),
})

/** Of its entries each is read by itself: one that cannot be read keeps back no other one. */
export const keycloakRealmSchema = z.looseObject({
  realm: z.string(),
  users: z.array(z.unknown()).nullish(),
  clients: z.array(z.unknown()).nullish(),
})

type KeycloakUser = z.output<typeof userSchema>

/** As a line of an import would have it; its faults are told where that is read. */
export const userOfKeycloak = (entry: unknown): GivenUser | SetAside => {
  const { data: user, fault } = readEntry(userSchema, entry)
  if (!user) return { aside: { outcome: 'refused', ...fault } }
  // Who has none signs in by a name that is no address: it is refused, with what it was.
  const email = user.email ?? user.username ?? ''
  if (user.serviceAccountClientId != null || user.username?.startsWith('service-account-')) {
    return { email, aside: { outcome: 'passed_over', reason: 'is the account of a service' } }
  }
  // Keycloak takes one of whom nothing is said for switched off. Here nobody is, so the password would work again.
  if (user.enabled !== true) return { email, aside: { outcome: 'refused', reason: 'is switched off there' } }
  const password = passwordOf(user)
  return {
    ...(typeof password === 'string' && { withoutPassword: password }),
    user: {
      email,
      email_verified: user.emailVerified === true,
      ...(user.firstName && { first_name: user.firstName }),
      ...(user.lastName && { last_name: user.lastName }),
      // `sub` of its tokens: what applications know the user by.
      ...(user.id && { external_id: user.id }),
      ...(typeof password === 'object' && password),
    },
  }
}

const secretSchema = z.looseObject({ value: z.string(), salt: z.string() })
const onlyOne = z.tuple([z.string()]).transform(([one]) => one)
const dataSchema = z.looseObject({
  hashIterations: z.int(),
  algorithm: z.string().regex(/^[\w.-]{1,64}$/),
  additionalParameters: z
    .looseObject({ type: onlyOne, version: onlyOne, memory: onlyOne, parallelism: onlyOne })
    .partial()
    .nullish(),
})

interface Password {
  readonly password_hash_type: 'argon2' | 'pbkdf2'
  readonly password_hash: string
}

/** Keycloak ≥ 8: two pieces of JSON. A text says why there is none; undefined: there is none there either. */
const passwordOf = ({ credentials }: KeycloakUser): Password | string | undefined => {
  const password = credentials?.find(({ type }) => type === 'password')
  if (password === undefined) return undefined
  const secret = secretSchema.safeParse(jsonIn(password.secretData ?? '')).data
  const data = dataSchema.safeParse(jsonIn(password.credentialData ?? '')).data
  if (!secret || !data) return 'it is kept in a form that is not known here'
  const hash = hashOf(data, `${unpadded(secret.salt)}$${unpadded(secret.value)}`)
  return hash && importedPasswordHash(hash.password_hash_type, hash.password_hash)
    ? hash
    : `it is hashed by ${data.algorithm} in a way that is not verified here, or would take too long`
}

/** As PHC strings number them. */
const ARGON2_VERSIONS: Readonly<Record<string, number>> = { '1.0': 16, '1.3': 19 }

const hashOf = (data: z.output<typeof dataSchema>, saltAndHash: string): Password | undefined => {
  const { algorithm, hashIterations, additionalParameters } = data
  const digest = /^pbkdf2-(sha256|sha512)$/.exec(algorithm)?.[1]
  if (digest !== undefined) {
    // Keycloak makes 64 bytes whatever the digest; more than the first of them take no longer to guess.
    const parameters = `i=${hashIterations},d=${digest}`
    return { password_hash_type: 'pbkdf2', password_hash: `$pbkdf2$${parameters}$${saltAndHash}` }
  }
  if (algorithm !== 'argon2') return undefined
  const { type = '', version = '', memory = '', parallelism = '' } = additionalParameters ?? {}
  const parameters = `v=${ARGON2_VERSIONS[version]}$m=${memory},t=${hashIterations},p=${parallelism}`
  return { password_hash_type: 'argon2', password_hash: `$argon2${type}$${parameters}$${saltAndHash}` }
}

/** Base64 as PHC strings have it. */
const unpadded = (base64: string): string => base64.replace(/=+$/, '')

/** Clients that every realm has of its own. */
const ITS_OWN: ReadonlySet<string> = new Set([
  ...['account', 'account-console', 'admin-cli', 'broker', 'realm-management', 'security-admin-console'],
])

export const applicationsOfKeycloak = (clients: readonly unknown[]) =>
  readApplications(clients, { schema: clientSchema, id: 'clientId' }, (client) =>
    ITS_OWN.has(client.clientId) ? undefined : applicationOf(client),
  )

type KeycloakClient = z.output<typeof clientSchema>

const applicationOf = (client: KeycloakClient): ForeignApplication | ForeignRefusal => {
  const { clientId: oldClientId } = client
  const refuse = (reason: string): ForeignRefusal => ({ oldClientId, refused: reason })
  if ((client.protocol ?? 'openid-connect') !== 'openid-connect')
    return refuse('it speaks SAML, which is not spoken here')
  if (client.enabled === false) return refuse('it is switched off')
  if (client.bearerOnly)
    return refuse('it is an API, which needs no registration: it verifies tokens by the key set')
  const notes: string[] = []
  if (client.implicitFlowEnabled) notes.push('the implicit flow is not taken over: use code and PKCE')
  if (client.directAccessGrantsEnabled) notes.push('the password grant is not taken over: there is none')
  const common = {
    oldClientId,
    name: nameOf(client),
    description: client.description ?? '',
    notes,
  }
  if (!client.standardFlowEnabled) {
    return client.serviceAccountsEnabled
      ? { ...common, type: 'm2m', scopes: [] }
      : refuse('it uses no flow that there is here')
  }
  if (client.serviceAccountsEnabled)
    notes.push('its service account is not taken over: make an m2m application for it')
  const redirectUris = (client.redirectUris ?? []).map((uri) => absolute(uri, client.rootUrl ?? undefined))
  const wild = redirectUris.find((uri) => uri.includes('*'))
  if (wild !== undefined)
    return refuse(`the redirect URI ${wild} has a wildcard: register each address as it is`)
  const { attributes } = client
  return {
    ...common,
    type: 'oauth',
    isPublic: client.publicClient ?? false,
    requirePkce: attributes?.['pkce.code.challenge.method'] === 'S256',
    asksForConsent: client.consentRequired ?? false,
    scopes: [],
    redirectUris,
    metadata: {
      ...urisIn(
        'post_logout_redirect_uris',
        attributes?.['post.logout.redirect.uris'],
        client.rootUrl ?? undefined,
      ),
      ...addressIn('backchannel_logout_uri', attributes?.['backchannel.logout.url']),
      ...addressIn('frontchannel_logout_uri', attributes?.['frontchannel.logout.url']),
    },
  }
}

/** `${client_account}` is a key of its translations. */
const nameOf = ({ name, clientId }: KeycloakClient): string =>
  name == null || name.trim() === '' || name.startsWith('${') ? clientId : name

const absolute = (uri: string, rootUrl: string | undefined): string =>
  uri.startsWith('/') && rootUrl !== undefined ? rootUrl.replace(/\/$/, '') + uri : uri

const urisIn = (name: string, value: unknown, rootUrl: string | undefined): Record<string, string[]> => {
  if (typeof value !== 'string' || value === '') return {}
  const uris = value
    .split('##')
    // `+`: the redirect URIs, which is not what it means here; `-`: none.
    .filter((uri) => uri !== '' && uri !== '+' && uri !== '-' && !uri.includes('*'))
    .map((uri) => absolute(uri, rootUrl))
  return uris.length > 0 ? { [name]: uris } : {}
}

const addressIn = (name: string, value: unknown): Record<string, string> =>
  typeof value === 'string' && value !== '' ? { [name]: value } : {}

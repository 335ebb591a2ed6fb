import { isDeepStrictEqual } from 'node:util'
import { applicationDeleted, loginUriDeleted } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { applicationWithSettings } from '../objects/application-settings.ts'
import {
  type ApplicationId,
  newIdentifier,
  type OrganizationId,
  parseIdentifier,
} from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { ApplicationChanges, ApplicationRecord } from '../storage/stores/clients.ts'
import {
  checkedDescription,
  checkedName,
  type NewRedirectUri,
  type RegistrationProblem,
  redirectUriProblems,
  scopeProblems,
  withOneDefault,
} from './application-rules.ts'
import type { Client } from './client.ts'
import { implicitRedirectUriProblem, usesImplicit } from './response-types.ts'
import { isPairwise, isSectorUnclear } from './sector-identifier.ts'

/** Type and trust are fixed for good; absent means not given. */
export type NewApplication = {
  readonly name: string
  readonly description?: string | undefined
  /** Slugs of permissions. */
  readonly scopes?: readonly string[] | undefined
} & (
  | {
      readonly type: 'oauth'
      readonly isFirstParty: boolean
      /** Of a third party; the operator's own applications have none. */
      readonly organizationId?: string | undefined
      readonly isPublic?: boolean | undefined
      /** For confidential clients a choice, for public ones a must. */
      readonly requirePkce?: boolean | undefined
      readonly redirectUris?: readonly NewRedirectUri[] | undefined
    }
  | { readonly type: 'm2m'; readonly organizationId: string }
)

interface Invalid {
  readonly outcome: 'refused'
  readonly code: 'invalid'
  readonly problems: readonly RegistrationProblem[]
}

export type Registered =
  | { readonly outcome: 'registered'; readonly client: Client }
  | { readonly outcome: 'refused'; readonly code: 'organization_not_found'; readonly organizationId: string }
  | Invalid

/** Its stores are those of a transaction: an application without its redirection URIs is none. */
export type Registration = Acting<Pick<Stores, 'clients' | 'organizations' | 'permissions'>>

export const registerApplication = async (
  { stores, now, random, record }: Registration,
  application: NewApplication,
): Promise<Registered> => {
  const name = checkedName(application.name)
  const description = checkedDescription(application.description ?? '')
  const problems = [
    ...('problem' in name ? [name.problem] : []),
    ...('problem' in description ? [description.problem] : []),
    ...trustProblems(application),
    ...(application.type === 'oauth' ? redirectUriProblems(application.redirectUris ?? []) : []),
    ...(await scopeProblems(stores, application.scopes ?? [])),
  ]
  if ('problem' in name || 'problem' in description || problems.length > 0) {
    return { outcome: 'refused', code: 'invalid', problems }
  }

  let organizationId: OrganizationId | null = null
  if (application.organizationId !== undefined) {
    const id = parseIdentifier('organization', application.organizationId)
    // Held until the end of the transaction: the insert must not meet an organization deleted meanwhile.
    if (id === undefined || !(await stores.organizations.hold(id))) {
      const { organizationId } = application
      return { outcome: 'refused', code: 'organization_not_found', organizationId }
    }
    organizationId = id
  }

  const isPublic = application.type === 'oauth' && (application.isPublic ?? false)
  const created: ApplicationRecord = {
    id: newIdentifier('application', now, random),
    clientId: newIdentifier('client', now, random),
    type: application.type,
    isFirstParty: application.type === 'oauth' && application.isFirstParty,
    isPublic,
    requirePkce: application.type === 'oauth' && (application.requirePkce ?? isPublic),
    organizationId,
    name: name.value,
    description: description.value,
    scopes: [...new Set(application.scopes ?? [])],
    logoUrl: null,
    logoDarkUrl: null,
    accessTokenSeconds: null,
    refreshTokenIdleSeconds: null,
    wasDynamicallyRegistered: false,
    jwks: null,
    jwksUri: null,
    metadata: {},
    registrationAccessTokenHash: null,
    metadataHash: null,
    lastUsedAt: null,
    createdAt: now,
    updatedAt: now,
  }
  const redirectUris = application.type === 'oauth' ? withOneDefault(application.redirectUris ?? []) : []
  await stores.clients.insert(created, redirectUris)
  const client: Client = { ...created, redirectUris, credentials: [] }
  await record({
    name: 'application.created',
    targetId: client.id,
    organizationId,
    data: applicationWithSettings(client),
  })
  return { outcome: 'registered', client }
}

/** What may change later; absent means unchanged. */
export interface ApplicationUpdate {
  readonly name?: string | undefined
  /** Null and nothing but blanks: none. */
  readonly description?: string | null | undefined
  /** Of those it loses, a refresh gives none again; what was issued lives out its minutes. */
  readonly scopes?: readonly string[] | undefined
  readonly redirectUris?: readonly NewRedirectUri[] | undefined
}

export type Updated =
  | { readonly outcome: 'updated'; readonly client: Client }
  | { readonly outcome: 'refused'; readonly code: 'application_not_found' }
  | Invalid

export const updateApplication = async (
  acting: Acting<Pick<Stores, 'clients' | 'permissions'>>,
  id: ApplicationId,
  given: ApplicationUpdate,
): Promise<Updated> => {
  const { stores } = acting
  // Holds the permissions before the application is locked, in the order in which a permission is deleted.
  const unknownScopes = await scopeProblems(stores, given.scopes ?? [])
  const before = (await stores.clients.lock(id)) ? await stores.clients.byId(id) : undefined
  if (!before) return { outcome: 'refused', code: 'application_not_found' }

  const name = checkedName(given.name ?? before.name)
  const description = checkedDescription(
    (given.description === undefined ? before.description : given.description) ?? '',
  )
  const problems = [
    ...('problem' in name ? [name.problem] : []),
    ...('problem' in description ? [description.problem] : []),
    ...(before.type === 'm2m' && (given.redirectUris ?? []).length > 0 ? [goesNowhere] : []),
    ...redirectUriProblems(given.redirectUris ?? []),
    ...unknownScopes,
    ...(given.redirectUris && sectorUnclear(before, given.redirectUris) ? [ofSeveralSectors] : []),
    ...unfitForTokens(before, given.redirectUris ?? []),
  ]
  if ('problem' in name || 'problem' in description || problems.length > 0) {
    return { outcome: 'refused', code: 'invalid', problems }
  }
  const client = await applyChanges(acting, before, {
    name: name.value,
    description: description.value,
    ...(given.scopes && { scopes: [...new Set(given.scopes)] }),
    ...(given.redirectUris && { redirectUris: withOneDefault(given.redirectUris) }),
  })
  return { outcome: 'updated', client }
}

export type CheckedChanges = Omit<ApplicationChanges, 'updatedAt'> & Partial<Pick<Client, 'redirectUris'>>

/** Writes changes of an application that is locked, with the event; what changes nothing is no event. */
export const applyChanges = async (
  { stores, now, record }: Acting<Pick<Stores, 'clients'>>,
  before: Client,
  changes: CheckedChanges,
): Promise<Client> => {
  if (isDeepStrictEqual({ ...before, ...changes }, before)) return before
  const { redirectUris, ...columns } = changes
  if (redirectUris) await stores.clients.replaceRedirectUris(before.id, redirectUris)
  await stores.clients.update(before.id, { ...columns, updatedAt: now })
  const client = await stores.clients.byId(before.id)
  if (!client) throw new Error(`${before.id} went away while it was locked.`)
  await record({
    name: 'application.updated',
    targetId: client.id,
    organizationId: client.organizationId,
    data: applicationWithSettings(client),
    before: applicationWithSettings(before),
  })
  return client
}

/** False if it is gone already. Its credentials, consents, login URI and all that was granted to it go with it. */
export const deleteApplication = async (
  { stores, record }: Pick<Acting<Pick<Stores, 'clients' | 'loginUris'>>, 'stores' | 'record'>,
  { id }: Pick<Client, 'id'>,
): Promise<boolean> => {
  const client = (await stores.clients.lock(id)) ? await stores.clients.byId(id) : undefined
  const loginUris = await stores.loginUris.lockAllOf({ applicationIds: [id] })
  if (!client || !(await stores.clients.delete(id))) return false
  await record(...loginUris.map(loginUriDeleted), applicationDeleted(client))
  return true
}

const goesNowhere: RegistrationProblem = {
  field: 'redirect_uris',
  code: 'redirect_uris_not_allowed',
  message: 'An application of type m2m has no users to send back.',
}

/** OIDC Core §8.1: its users would go by other names from then on, and nobody could say which. */
const sectorUnclear = ({ metadata }: Client, redirectUris: readonly NewRedirectUri[]): boolean =>
  isPairwise({ metadata }) && isSectorUnclear({ metadata, redirectUris })

const ofSeveralSectors: RegistrationProblem = {
  field: 'redirect_uris',
  code: 'sector_required',
  message: 'With pairwise subjects all are on one host, unless a sector_identifier_uri is set.',
}

/** OIDC Registration §2: of an application that may get tokens by the browser. */
const unfitForTokens = (client: Client, redirectUris: readonly NewRedirectUri[]): RegistrationProblem[] =>
  redirectUris.flatMap(({ uri }, index): RegistrationProblem[] => {
    const fault = usesImplicit(client) ? implicitRedirectUriProblem(uri, client.metadata) : undefined
    if (fault === undefined) return []
    const message = `No tokens are sent to ${uri.slice(0, 200)}, since it ${fault}.`
    return [{ field: `redirect_uris.${index}.uri`, code: 'redirect_uri_invalid', message }]
  })

/** Who stands behind an application: the operator, or an organization whose name users are shown. */
const trustProblems = (application: NewApplication): RegistrationProblem[] => {
  const field = 'organization_id'
  if (application.type === 'm2m') return []
  const { isFirstParty, organizationId, isPublic = false, requirePkce = isPublic } = application
  return [
    ...(isFirstParty && organizationId !== undefined
      ? [{ field, code: 'organization_not_allowed', message: firstPartyMessage } as const]
      : []),
    ...(!isFirstParty && organizationId === undefined
      ? [{ field, code: 'organization_required', message: thirdPartyMessage } as const]
      : []),
    // RFC 9700 §2.1.1: public clients must use PKCE.
    ...(isPublic && !requirePkce
      ? [{ field: 'uses_pkce', code: 'pkce_required', message: 'A public client must use PKCE.' } as const]
      : []),
  ]
}

const firstPartyMessage = 'A first-party application belongs to no organization.'
const thirdPartyMessage = 'A third-party application needs the organization it belongs to.'

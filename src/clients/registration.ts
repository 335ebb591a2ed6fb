import type { RecordEvent } from '../events/catalogue.ts'
import { newIdentifier, type OrganizationId, parseIdentifier } from '../protocol/identifiers.ts'
import { parseLine, parseText } from '../protocol/printable-text.ts'
import { redirectUriProblem } from '../protocol/redirect-uri.ts'
import { isStandardScope } from '../protocol/scope.ts'
import type { Stores } from '../storage/index.ts'
import type { ApplicationRecord, RegisteredUri } from '../storage/stores/clients.ts'
import type { Random } from '../system/random.ts'
import type { Client } from './client.ts'

/*
 * What an application must be to exist. The table checks the same (migrations/0001-foundation.ts); here each fault
 * has a name, so that whoever registers learns all of them at once.
 */

const MAXIMUM_NAME_LENGTH = 255
const MAXIMUM_DESCRIPTION_LENGTH = 1000
const MAXIMUM_REDIRECT_URIS = 50
const MAXIMUM_REDIRECT_URI_LENGTH = 2048

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

export interface NewRedirectUri {
  readonly uri: string
  readonly isDefault?: boolean | undefined
}

/** A fault of one field, under its name in the management API. */
export interface RegistrationProblem {
  readonly field: 'name' | 'description' | 'scopes' | 'redirect_uris' | 'organization_id' | 'uses_pkce'
  readonly code:
    | 'name_invalid'
    | 'description_invalid'
    | 'scope_unknown'
    | 'redirect_uri_invalid'
    | 'redirect_uri_repeated'
    | 'too_many_redirect_uris'
    | 'several_defaults'
    | 'organization_required'
    | 'organization_not_allowed'
    | 'pkce_required'
  readonly message: string
}

export type Registered =
  | { readonly outcome: 'registered'; readonly client: Client }
  | { readonly outcome: 'refused'; readonly code: 'organization_not_found'; readonly organizationId: string }
  | {
      readonly outcome: 'refused'
      readonly code: 'invalid'
      readonly problems: readonly RegistrationProblem[]
    }

export interface Registration {
  /** Of a transaction: an application without its redirection URIs is none. */
  readonly stores: Pick<Stores, 'clients' | 'organizations' | 'permissions'>
  readonly now: Date
  readonly random: Random
  readonly record: RecordEvent
}

export const registerApplication = async (
  { stores, now, random, record }: Registration,
  application: NewApplication,
): Promise<Registered> => {
  const name = parseLine(application.name, MAXIMUM_NAME_LENGTH)
  const description = parseText(application.description ?? '', MAXIMUM_DESCRIPTION_LENGTH)
  const scopes = [...new Set(application.scopes ?? [])]
  const problems = [
    ...(name === undefined ? [nameInvalid] : []),
    ...(description === undefined ? [descriptionInvalid] : []),
    ...trustProblems(application),
    ...(application.type === 'oauth' ? redirectUriProblems(application.redirectUris ?? []) : []),
    ...(await scopeProblems(stores, scopes)),
  ]
  if (name === undefined || description === undefined || problems.length > 0) {
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
    name,
    description: description === '' ? null : description,
    scopes,
    logoUrl: null,
    logoDarkUrl: null,
    accessTokenSeconds: null,
    refreshTokenIdleSeconds: null,
    wasDynamicallyRegistered: false,
    jwks: null,
    jwksUri: null,
    createdAt: now,
    updatedAt: now,
  }
  const redirectUris = application.type === 'oauth' ? withOneDefault(application.redirectUris ?? []) : []
  await stores.clients.insert(created, redirectUris)
  await record({
    name: 'application.created',
    targetId: created.id,
    organizationId,
    data: {
      client_id: created.clientId,
      application_type: created.type,
      is_first_party: created.isFirstParty,
      scopes,
    },
  })
  return { outcome: 'registered', client: { ...created, redirectUris, credentials: [] } }
}

/** False if it is gone already. Its credentials, consents and all that was granted to it go with it. */
export const deleteApplication = async (
  { stores, record }: { readonly stores: Pick<Stores, 'clients'>; readonly record: RecordEvent },
  client: Pick<Client, 'id' | 'clientId' | 'organizationId'>,
): Promise<boolean> => {
  if (!(await stores.clients.delete(client.id))) return false
  await record({
    name: 'application.deleted',
    targetId: client.id,
    organizationId: client.organizationId,
    data: { client_id: client.clientId },
  })
  return true
}

const nameInvalid: RegistrationProblem = {
  field: 'name',
  code: 'name_invalid',
  message: `A name has 1 to ${MAXIMUM_NAME_LENGTH} characters and no control characters.`,
}

const descriptionInvalid: RegistrationProblem = {
  field: 'description',
  code: 'description_invalid',
  message: `A description has at most ${MAXIMUM_DESCRIPTION_LENGTH} characters and no control characters.`,
}

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

const redirectUriProblems = (redirectUris: readonly NewRedirectUri[]): RegistrationProblem[] => {
  const problem = (code: RegistrationProblem['code'], message: string): RegistrationProblem => ({
    field: 'redirect_uris',
    code,
    message,
  })
  if (redirectUris.length > MAXIMUM_REDIRECT_URIS) {
    return [problem('too_many_redirect_uris', `At most ${MAXIMUM_REDIRECT_URIS} are possible.`)]
  }
  const invalid = redirectUris.flatMap(({ uri }) => {
    const fault = uri.length > MAXIMUM_REDIRECT_URI_LENGTH ? 'is too long' : redirectUriProblem(uri)
    return fault ? [problem('redirect_uri_invalid', `${uri.slice(0, 200)} ${fault}.`)] : []
  })
  const isRepeated = new Set(redirectUris.map(({ uri }) => uri)).size < redirectUris.length
  const defaults = redirectUris.filter(({ isDefault }) => isDefault)
  return [
    ...invalid,
    ...(isRepeated ? [problem('redirect_uri_repeated', 'One is listed more than once.')] : []),
    ...(defaults.length > 1 ? [problem('several_defaults', 'At most one can be the default.')] : []),
  ]
}

/** The first is the default unless another was chosen. */
const withOneDefault = (redirectUris: readonly NewRedirectUri[]): RegisteredUri[] => {
  const chosen = redirectUris.findIndex(({ isDefault }) => isDefault)
  return redirectUris.map(({ uri }, index) => ({ uri, isDefault: index === Math.max(chosen, 0) }))
}

const scopeProblems = async (
  { permissions }: Pick<Stores, 'permissions'>,
  scopes: readonly string[],
): Promise<RegistrationProblem[]> => {
  const slugs = scopes.filter((scope) => !isStandardScope(scope))
  const known = new Set((await permissions.bySlugs(slugs)).map(({ slug }) => slug))
  return slugs
    .filter((slug) => !known.has(slug))
    .map((slug) => ({
      field: 'scopes',
      code: 'scope_unknown',
      message: `There is no permission ${slug.slice(0, 100)}.`,
    }))
}

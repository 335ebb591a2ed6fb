import { loginUriDeleted } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { loginUriObject } from '../objects/login-uri.ts'
import { type LoginUriId, newIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { LoginUriRecord } from '../storage/stores/login-uris.ts'
import { MAXIMUM_ENTRIES, TOO_MANY } from './limits.ts'

/*
 * Standalone: login pages of the operator's own for one application or one organization, besides the one for everybody
 * that is a setting. Which of them it is: login-uri-of.ts.
 */

type GivenLoginUri = Omit<LoginUriRecord, 'id' | 'createdAt' | 'updatedAt'>

export type RefusedLoginUri = {
  readonly outcome: 'refused'
  readonly field: 'application_id' | 'organization_id' | 'uri'
  readonly code: string
  readonly message: string
}

const refuse = (field: RefusedLoginUri['field'], code: string, message: string): RefusedLoginUri => ({
  outcome: 'refused',
  field,
  code,
  message,
})

type LoginUriChange = Acting<Pick<Stores, 'environment' | 'loginUris' | 'clients' | 'organizations'>>

export const createLoginUri = async (
  { stores, now, random, record }: LoginUriChange,
  given: GivenLoginUri,
): Promise<RefusedLoginUri | { readonly outcome: 'created'; readonly loginUri: LoginUriRecord }> => {
  const { applicationId, organizationId, uri } = given
  if ((applicationId === null) === (organizationId === null)) {
    return refuse('application_id', 'ambiguous_login_uri', 'It is for one application, or one organization.')
  }
  const refused = problemOf(uri, applicationId)
  if (refused) return refused
  // Until the end of the transaction it is there, and nobody else has begun to delete it: whoever does tells of this one.
  if (applicationId !== null && !(await stores.clients.lock(applicationId))) {
    return refuse('application_id', 'application_not_found', 'There is no such application.')
  }
  if (organizationId !== null && !(await stores.organizations.hold(organizationId))) {
    return refuse('organization_id', 'organization_not_found', 'There is no such organization.')
  }
  await stores.environment.changeAlone()
  if ((await stores.loginUris.count()) >= MAXIMUM_ENTRIES) {
    return refuse('uri', TOO_MANY, `There may be ${MAXIMUM_ENTRIES} login URIs at most.`)
  }
  const id = newIdentifier('loginUri', now, random)
  const loginUri: LoginUriRecord = { id, ...given, createdAt: now, updatedAt: now }
  if (!(await stores.loginUris.insert(loginUri))) {
    return applicationId !== null
      ? refuse('application_id', 'login_uri_already_exists', 'The application has a login URI.')
      : refuse('organization_id', 'login_uri_already_exists', 'The organization has a login URI.')
  }
  await record({
    name: 'login_uri.created',
    targetId: id,
    organizationId,
    data: loginUriObject(loginUri),
  })
  return { outcome: 'created', loginUri }
}

/** What is not given stays, and so does whose it is. Undefined if there is none. */
export const updateLoginUri = async (
  { stores, now, record }: Acting<Pick<Stores, 'loginUris'>>,
  id: LoginUriId,
  { name, uri }: { readonly name: string | undefined; readonly uri: string | null | undefined },
): Promise<
  RefusedLoginUri | { readonly outcome: 'updated'; readonly loginUri: LoginUriRecord } | undefined
> => {
  const before = await stores.loginUris.lock(id)
  if (!before) return undefined
  const loginUri: LoginUriRecord = {
    ...before,
    name: name ?? before.name,
    uri: uri === undefined ? before.uri : uri,
    updatedAt: now,
  }
  const refused = problemOf(loginUri.uri, loginUri.applicationId)
  if (refused) return refused
  await stores.loginUris.update({ id, name: loginUri.name, uri: loginUri.uri, updatedAt: now })
  await record({
    name: 'login_uri.updated',
    targetId: id,
    organizationId: before.organizationId,
    data: loginUriObject(loginUri),
    before: loginUriObject(before),
  })
  return { outcome: 'updated', loginUri }
}

/** False if there is none. */
export const deleteLoginUri = async (
  { stores, record }: Acting<Pick<Stores, 'loginUris'>>,
  id: LoginUriId,
): Promise<boolean> => {
  const deleted = await stores.loginUris.delete(id)
  if (!deleted) return false
  await record(loginUriDeleted(deleted))
  return true
}

/** A request chooses the organization: it must not choose to be let in by another door. */
const problemOf = (
  uri: string | null,
  applicationId: LoginUriRecord['applicationId'],
): RefusedLoginUri | undefined =>
  uri === null && applicationId === null
    ? refuse('uri', 'login_uri_missing', 'Only the users of an application can be told to sign in here.')
    : undefined

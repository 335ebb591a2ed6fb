import type { Acting } from '../events/record.ts'
import { redirectUriObject } from '../objects/redirect-uri.ts'
import { type EnvironmentRedirectUriId, newIdentifier } from '../protocol/identifiers.ts'
import { hasWildcard, redirectUriPatternProblem } from '../protocol/redirect-uri-pattern.ts'
import type { Stores } from '../storage/index.ts'
import type { EnvironmentRedirectUriRecord } from '../storage/stores/environment-redirect-uris.ts'
import { MAXIMUM_ENTRIES, TOO_MANY } from './limits.ts'

/*
 * Redirection URIs of the environment: those of every first-party application, besides its own. One of them may be the
 * default, which is told and, so far, asked for by nobody.
 */

const MAXIMUM_URI_LENGTH = 2048

export type RedirectUriRegistration =
  | { readonly outcome: 'registered'; readonly redirectUri: EnvironmentRedirectUriRecord }
  | {
      readonly outcome: 'refused'
      readonly code:
        | 'redirect_uri_invalid'
        | 'redirect_uri_already_exists'
        | 'default_has_wildcard'
        | typeof TOO_MANY
      readonly problem: string
    }

type RedirectUriChange = Acting<Pick<Stores, 'environment' | 'environmentRedirectUris'>>

export const registerRedirectUri = async (
  { stores, now, random, record }: RedirectUriChange,
  { uri, isDefault }: { readonly uri: string; readonly isDefault: boolean },
  issuer: string,
): Promise<RedirectUriRegistration> => {
  const problem =
    uri.length > MAXIMUM_URI_LENGTH
      ? `has more than ${MAXIMUM_URI_LENGTH} characters`
      : redirectUriPatternProblem(uri, issuer)
  if (problem !== undefined) return { outcome: 'refused', code: 'redirect_uri_invalid', problem }
  if (isDefault && hasWildcard(uri)) {
    return {
      outcome: 'refused',
      code: 'default_has_wildcard',
      problem: 'cannot be the default with a wildcard',
    }
  }
  // There is one default at most, however many are made at once.
  await stores.environment.changeAlone()
  if ((await stores.environmentRedirectUris.count()) >= MAXIMUM_ENTRIES) {
    return {
      outcome: 'refused',
      code: TOO_MANY,
      problem: `is one more than the ${MAXIMUM_ENTRIES} there may be`,
    }
  }
  if (isDefault) await clearDefault({ stores, now, record })
  const id = newIdentifier('environmentRedirectUri', now, random)
  const redirectUri = { id, uri, isDefault, createdAt: now, updatedAt: now }
  if (!(await stores.environmentRedirectUris.insert(redirectUri))) {
    return { outcome: 'refused', code: 'redirect_uri_already_exists', problem: 'is registered already' }
  }
  await record({ name: 'redirect_uri.created', targetId: id, data: redirectUriObject(redirectUri) })
  return { outcome: 'registered', redirectUri }
}

/** Within `changeAlone`. The one that was the default changes too, and its event says so. */
const clearDefault = async ({
  stores,
  now,
  record,
}: Pick<RedirectUriChange, 'stores' | 'now' | 'record'>): Promise<void> => {
  const before = await stores.environmentRedirectUris.findDefault()
  const former = await stores.environmentRedirectUris.clearDefault(now)
  if (!before || !former) return
  await record({
    name: 'redirect_uri.updated',
    targetId: former.id,
    data: redirectUriObject(former),
    before: redirectUriObject(before),
  })
}

export type RemovedRedirectUri =
  | { readonly outcome: 'removed' | 'unknown' }
  | { readonly outcome: 'refused'; readonly code: 'default_redirect_uri' }

/** The default one goes last: while there are others, one of them has to take its place first. */
export const removeRedirectUri = async (
  { stores, record }: Pick<RedirectUriChange, 'stores' | 'record'>,
  id: EnvironmentRedirectUriId,
): Promise<RemovedRedirectUri> => {
  await stores.environment.changeAlone()
  const removed = await stores.environmentRedirectUris.delete(id)
  if (removed) {
    await record({ name: 'redirect_uri.deleted', targetId: id, data: redirectUriObject(removed) })
    return { outcome: 'removed' }
  }
  return (await stores.environmentRedirectUris.byId(id))
    ? { outcome: 'refused', code: 'default_redirect_uri' }
    : { outcome: 'unknown' }
}

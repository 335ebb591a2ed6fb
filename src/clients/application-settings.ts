import type { Acting } from '../events/record.ts'
import type { Image } from '../images/image.ts'
import type { ApplicationId } from '../protocol/identifiers.ts'
import { logoPath } from '../protocol/paths.ts'
import type { Stores } from '../storage/index.ts'
import { sha256 } from '../system/hash.ts'
import { type Client, isConfidential } from './client.ts'
import { metadataProblems } from './client-metadata.ts'
import { checkedKeySet, jwksUriProblem, type KeyProblem } from './key-set.ts'
import { applyChanges, type CheckedChanges } from './registration.ts'

/*
 * What an application has beyond WorkOS's: how long its tokens live, its keys, its logos. The callers have checked that
 * numbers are in range.
 */

/** Undefined if the application is not there. */
const change = async (
  acting: Acting<Pick<Stores, 'clients'>>,
  id: ApplicationId,
  changes: CheckedChanges,
): Promise<Client | undefined> => {
  const before = await locked(acting, id)
  return before && applyChanges(acting, before, changes)
}

const locked = async (
  { stores }: Acting<Pick<Stores, 'clients'>>,
  id: ApplicationId,
): Promise<Client | undefined> =>
  (await stores.clients.lock(id)) ? await stores.clients.byId(id) : undefined

/** Null: as in the environment; absent: unchanged. Tokens that exist keep the lifetime they were made with. */
export const changeTokenSettings = (
  acting: Acting<Pick<Stores, 'clients'>>,
  id: ApplicationId,
  settings: Pick<CheckedChanges, 'accessTokenSeconds' | 'refreshTokenIdleSeconds'>,
): Promise<Client | undefined> => change(acting, id, settings)

export interface GivenKeys {
  readonly jwks: readonly Readonly<Record<string, unknown>>[] | null
  readonly jwksUri: string | null
}

export type ChangedKeys =
  | { readonly outcome: 'changed'; readonly client: Client }
  | { readonly outcome: 'refused'; readonly code: 'application_not_found' | 'public_client' | 'both_given' }
  | { readonly outcome: 'refused'; readonly code: 'invalid'; readonly problems: readonly KeyProblem[] }

/** Replaces the keys by which an application can prove who it is; neither kind: it has none. */
export const changeKeys = async (
  acting: Acting<Pick<Stores, 'clients'>>,
  client: Pick<Client, 'id' | 'isPublic'>,
  { jwks, jwksUri }: GivenKeys,
): Promise<ChangedKeys> => {
  const isGiven = jwks !== null || jwksUri !== null
  // RFC 6749 §2.1: what cannot keep a secret cannot keep a private key either.
  if (isGiven && !isConfidential(client)) return { outcome: 'refused', code: 'public_client' }
  // RFC 7591 §2: jwks and jwks_uri must not both be present.
  if (jwks !== null && jwksUri !== null) return { outcome: 'refused', code: 'both_given' }
  const checked = jwks === null ? { keySet: null } : checkedKeySet(jwks)
  if ('problems' in checked) return { outcome: 'refused', code: 'invalid', problems: checked.problems }
  const problem = jwksUri === null ? undefined : jwksUriProblem(jwksUri)
  if (problem) return { outcome: 'refused', code: 'invalid', problems: [problem] }
  const before = await locked(acting, client.id)
  if (!before) return { outcome: 'refused', code: 'application_not_found' }
  const keys = { jwks: checked.keySet, jwksUri }
  const problems = missingKeys(before, keys)
  return problems.length > 0
    ? { outcome: 'refused', code: 'invalid', problems }
    : { outcome: 'changed', client: await applyChanges(acting, before, keys) }
}

/** What it is registered for and could not do with these keys; whatever else is wrong with it is no matter of keys. */
const missingKeys = (before: Client, keys: Pick<Client, 'jwks' | 'jwksUri'>): readonly KeyProblem[] =>
  metadataProblems(before.metadata, { ...before, ...keys })
    .filter(({ code }) => code === 'keys_required')
    .map(({ field, message }) => ({ field: 'jwks', code: 'keys_required', message: `${field}: ${message}` }))

export type LogoTheme = 'light' | 'dark'

/**
 * Sets a logo, or takes it away. It is kept under the hash of its content, so that an address never shows another
 * picture; one that nobody shows any more is swept.
 */
export const changeLogo = async (
  acting: Acting<Pick<Stores, 'clients' | 'logos'>>,
  id: ApplicationId,
  theme: LogoTheme,
  image: Image | null,
): Promise<Client | undefined> => {
  let path: string | null = null
  if (image) {
    const contentHash = sha256(image.content)
    await acting.stores.logos.keep({
      contentHash,
      contentType: image.type,
      content: image.content,
      createdAt: acting.now,
    })
    path = logoPath(contentHash)
  }
  return change(acting, id, theme === 'light' ? { logoUrl: path } : { logoDarkUrl: path })
}

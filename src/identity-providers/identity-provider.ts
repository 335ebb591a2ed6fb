import { identityProviderDeleted } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { identityProviderObject } from '../objects/identity-provider.ts'
import { type IdentityProviderId, newIdentifier } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { IdentityProviderRecord } from '../storage/stores/identity-providers.ts'
import type { Sealer } from '../system/encryption.ts'
import { outboundUrlProblem } from '../system/outbound-fetch.ts'

/*
 * OpenID providers at which people may sign in instead of here: anybody, or those of one organization. Owns what the
 * operator says of them, and how they are talked to (provider-client.ts). Who it is that comes from there is upstream's.
 */

export type IdentityProvider = IdentityProviderRecord

/** All of them are known to every node. */
const MAXIMUM_PROVIDERS = 1_000

const MAXIMUM_URL_LENGTH = 2048

export interface ProviderRules {
  /** The client secret is sent, so it has to be read again: kept encrypted, under the ID of its provider. */
  readonly sealer: Sealer
  /** Hosts that may be reached over http and in private networks. */
  readonly allowedHosts: readonly string[]
}

/** What an operator says of one. */
export interface GivenProvider
  extends Omit<IdentityProvider, 'id' | 'clientSecretSealed' | 'createdAt' | 'updatedAt'> {
  readonly clientSecret: string
}

export type RefusedProvider = {
  readonly outcome: 'refused'
  readonly field: 'issuer' | 'organization_id' | 'required'
  readonly code: string
  readonly message: string
}

type ProviderChange = Acting<Pick<Stores, 'environment' | 'identityProviders' | 'organizations'>>

export const createIdentityProvider = async (
  { stores, now, random, record }: ProviderChange,
  { sealer, allowedHosts }: ProviderRules,
  { clientSecret, ...given }: GivenProvider,
): Promise<RefusedProvider | { readonly outcome: 'created'; readonly provider: IdentityProvider }> => {
  const refused = problemOf(given, allowedHosts)
  if (refused) return refused
  const { organizationId } = given
  // Held until the end of the transaction: the insert must not meet one that was deleted meanwhile.
  if (organizationId !== null && !(await stores.organizations.hold(organizationId))) {
    return refuse('organization_id', 'organization_not_found', 'There is no such organization.')
  }
  await stores.environment.changeAlone()
  if ((await stores.identityProviders.count()) >= MAXIMUM_PROVIDERS) {
    return refuse('issuer', 'too_many', `There may be ${MAXIMUM_PROVIDERS} identity providers at most.`)
  }
  const id = newIdentifier('identityProvider', now, random)
  const provider: IdentityProvider = {
    id,
    ...given,
    clientSecretSealed: sealer.seal(clientSecret, id),
    createdAt: now,
    updatedAt: now,
  }
  await stores.identityProviders.insert(provider)
  await record({
    name: 'identity_provider.created',
    targetId: id,
    organizationId,
    data: identityProviderObject(provider),
  })
  return { outcome: 'created', provider }
}

/**
 * What is not given stays, and so does whose it is. OIDC Core §5.7: a subject is somebody at their issuer alone, so at
 * another one it would open the account of whoever is called the same here. Undefined if there is none.
 */
export const updateIdentityProvider = async (
  { stores, now, record }: ProviderChange,
  { sealer, allowedHosts }: ProviderRules,
  id: IdentityProviderId,
  given: {
    readonly [K in keyof Omit<GivenProvider, 'issuer' | 'organizationId'>]?: GivenProvider[K] | undefined
  },
): Promise<
  RefusedProvider | { readonly outcome: 'updated'; readonly provider: IdentityProvider } | undefined
> => {
  const before = await stores.identityProviders.lock(id)
  if (!before) return undefined
  const { clientSecret, ...fields } = given
  const said = Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined))
  const provider: IdentityProvider = {
    ...before,
    ...said,
    ...(clientSecret !== undefined && { clientSecretSealed: sealer.seal(clientSecret, id) }),
    updatedAt: now,
  }
  const refused = problemOf(provider, allowedHosts)
  if (refused) return refused
  const { createdAt: _createdAt, issuer: _issuer, organizationId, ...changed } = provider
  await stores.identityProviders.update(changed)
  await record({
    name: 'identity_provider.updated',
    targetId: id,
    organizationId,
    data: identityProviderObject(provider),
    before: identityProviderObject(before),
  })
  return { outcome: 'updated', provider }
}

/** False if there is none. The accounts of those who signed in there stay, with whatever other ways in they have. */
export const deleteIdentityProvider = async (
  { stores, record }: Acting<Pick<Stores, 'identityProviders'>>,
  id: IdentityProviderId,
): Promise<boolean> => {
  const deleted = await stores.identityProviders.delete(id)
  if (!deleted) return false
  await record(identityProviderDeleted(deleted))
  return true
}

/** Undefined if it was sealed with another secret of the operator. */
export const openClientSecret = (
  sealer: Pick<Sealer, 'open'>,
  { id, clientSecretSealed }: Pick<IdentityProvider, 'id' | 'clientSecretSealed'>,
): string | undefined => sealer.open(clientSecretSealed, id)

const refuse = (field: RefusedProvider['field'], code: string, message: string): RefusedProvider => ({
  outcome: 'refused',
  field,
  code,
  message,
})

const problemOf = (
  { issuer, organizationId, isRequired }: Pick<IdentityProvider, 'issuer' | 'organizationId' | 'isRequired'>,
  allowedHosts: readonly string[],
): RefusedProvider | undefined => {
  const problem =
    issuer.length > MAXIMUM_URL_LENGTH
      ? 'is too long'
      : (outboundUrlProblem(issuer, allowedHosts) ??
        // OIDC Discovery §3: an issuer has neither.
        (/[?#]/.test(issuer) ? 'must have neither query nor fragment' : undefined))
  if (problem !== undefined) return refuse('issuer', 'invalid_issuer', `The issuer ${problem}.`)
  return isRequired && organizationId === null
    ? refuse('required', 'organization_missing', 'Only an organization has domains it can be required for.')
    : undefined
}

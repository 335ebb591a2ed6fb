import { domainDeleted } from '../events/ended.ts'
import type { Acting } from '../events/record.ts'
import { organizationDomainObject, VERIFICATION_PREFIX } from '../objects/organization-domain.ts'
import type { DomainName } from '../protocol/domain-name.ts'
import { newIdentifier, type OrganizationDomainId, type OrganizationId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { OrganizationDomainRecord } from '../storage/stores/organization-domains.ts'
import { addSeconds } from '../system/clock.ts'
import type { Random } from '../system/random.ts'

/*
 * The domains of organizations. Whoever owns a domain proves it by a TXT record on the domain itself, of which we keep
 * the text; or the operator vouches for it. A domain is one organization's, from the moment it is claimed.
 */

export type OrganizationDomain = OrganizationDomainRecord

/** What somebody says about a domain. `verified`: the operator vouches for it. */
export interface DomainClaim {
  readonly domain: DomainName
  readonly state: 'pending' | 'verified'
}

export type DomainChange = Acting<Pick<Stores, 'organizationDomains' | 'organizations'>>
type OfDomains = Acting<Pick<Stores, 'organizationDomains'>>

/** After so long without the record a verification has failed; that of WorkOS. It can still be found later. */
const VERIFICATION_SECONDS = 30 * 24 * 3600

/** Others must not be able to guess what to publish: 144 bits. */
const newVerificationToken = (random: Random): string => Buffer.from(random.bytes(18)).toString('base64url')

/** The TXT record that proves the domain. */
export const verificationRecord = ({ verificationToken }: OrganizationDomain): string =>
  `${VERIFICATION_PREFIX}=${verificationToken}`

export type AddedDomain =
  | { readonly outcome: 'added'; readonly domain: OrganizationDomain }
  | { readonly outcome: 'refused'; readonly code: 'organization_not_found' | 'too_many_domains' }
  | {
      readonly outcome: 'refused'
      readonly code: 'domain_already_exists'
      /** Whose it is: the same organization's, or another's. */
      readonly isOwn: boolean
    }

/** Of one organization. */
export const MAXIMUM_DOMAINS = 100

/** Claims a domain for an organization; the proof is still to come. */
export const addDomain = async (
  acting: DomainChange,
  { organizationId, domain }: { readonly organizationId: OrganizationId; readonly domain: DomainName },
): Promise<AddedDomain> => {
  const { stores } = acting
  // Whoever changes domains of an organization does so alone, until the end of the transaction.
  if (!(await stores.organizations.lock(organizationId))) {
    return { outcome: 'refused', code: 'organization_not_found' }
  }
  const present =
    (await stores.organizationDomains.ofOrganizations([organizationId])).get(organizationId) ?? []
  if (present.some((own) => own.domain === domain)) {
    return { outcome: 'refused', code: 'domain_already_exists', isOwn: true }
  }
  if (present.length >= MAXIMUM_DOMAINS) return { outcome: 'refused', code: 'too_many_domains' }
  const added = await claimDomain(acting, organizationId, { domain, state: 'pending' })
  return added
    ? { outcome: 'added', domain: added }
    : { outcome: 'refused', code: 'domain_already_exists', isOwn: false }
}

/** As it is now, with its organization: nobody else changes its domains until the end of the transaction. */
const lockDomain = async (
  { stores }: Pick<DomainChange, 'stores'>,
  id: OrganizationDomainId,
): Promise<OrganizationDomain | undefined> => {
  const domain = await stores.organizationDomains.byId(id)
  if (!domain) return undefined
  await stores.organizations.lock(domain.organizationId)
  return stores.organizationDomains.lock(id)
}

const claimDomain = async (
  acting: OfDomains,
  organizationId: OrganizationId,
  { domain, state }: DomainClaim,
): Promise<OrganizationDomain | undefined> => {
  const { stores, now, random, record } = acting
  const claimed: OrganizationDomain = {
    id: newIdentifier('organizationDomain', now, random),
    organizationId,
    domain,
    state,
    verificationStrategy: state === 'verified' ? 'manual' : 'dns',
    verificationToken: newVerificationToken(random),
    createdAt: now,
    updatedAt: now,
  }
  if (!(await stores.organizationDomains.insert(claimed))) return undefined
  await record({ name: 'organization_domain.created', ...about(claimed) })
  return claimed
}

/**
 * Makes these the domains of an organization: what is there already stays, and is verified if it was not and the
 * operator vouches for it now. A proof is not undone by `pending`. Of an organization that is locked.
 *
 * @returns the first domain that is another organization's; the caller refuses then, and nothing of this remains.
 */
export const replaceDomains = async (
  acting: OfDomains,
  organizationId: OrganizationId,
  present: readonly OrganizationDomain[],
  claims: readonly DomainClaim[],
): Promise<{ readonly taken: DomainName } | undefined> => {
  const claimed = new Map<string, DomainClaim>()
  for (const claim of claims) {
    if (claim.state === 'verified' || !claimed.has(claim.domain)) claimed.set(claim.domain, claim)
  }
  const had = new Map(present.map((domain) => [domain.domain, domain]))
  // In one order for everybody: two who want each other's domains must not wait for each other.
  for (const name of [...new Set([...had.keys(), ...claimed.keys()])].sort()) {
    const [domain, claim] = [had.get(name), claimed.get(name)]
    if (domain && !claim) await loseDomain(acting, domain.id)
    if (domain && claim?.state === 'verified') await setVerified(acting, domain, 'manual')
    if (!domain && claim && !(await claimDomain(acting, organizationId, claim)))
      return { taken: claim.domain }
  }
  return undefined
}

export type VerifiedDomain =
  | { readonly outcome: 'looked_up'; readonly domain: OrganizationDomain }
  | { readonly outcome: 'refused'; readonly code: 'domain_not_found' | 'domain_already_verified' }

/**
 * Draws the consequence from what the DNS says.
 *
 * @param records the TXT records of the domain; undefined if nobody knows them, from which nothing follows.
 */
export const verifyDomain = async (
  acting: DomainChange,
  id: OrganizationDomainId,
  records: readonly string[] | undefined,
): Promise<VerifiedDomain> => {
  const { stores, now, record } = acting
  const domain = await lockDomain(acting, id)
  if (!domain) return { outcome: 'refused', code: 'domain_not_found' }
  if (domain.state === 'verified') return { outcome: 'refused', code: 'domain_already_verified' }
  const wanted = verificationRecord(domain)
  if (records?.some((text) => text.trim() === wanted)) {
    return { outcome: 'looked_up', domain: await setVerified(acting, domain, 'dns') }
  }
  const isOverdue = now >= addSeconds(domain.createdAt, VERIFICATION_SECONDS)
  const failed = records && isOverdue ? await stores.organizationDomains.fail(id, now) : undefined
  if (!failed) return { outcome: 'looked_up', domain }
  await recordUpdate(record, domain, failed)
  await record({
    name: 'organization_domain.verification_failed',
    ...about(failed),
    data: {
      reason: 'domain_verification_period_expired',
      organization_domain: organizationDomainObject(failed),
    },
  })
  return { outcome: 'looked_up', domain: failed }
}

const setVerified = async (
  { stores, now, record }: OfDomains,
  before: OrganizationDomain,
  strategy: OrganizationDomain['verificationStrategy'],
): Promise<OrganizationDomain> => {
  const verified = await stores.organizationDomains.verify(before.id, strategy, now)
  if (!verified) return before
  await recordUpdate(record, before, verified)
  await record({ name: 'organization_domain.verified', ...about(verified) })
  return verified
}

/** False if there is none. */
export const deleteDomain = async (acting: DomainChange, id: OrganizationDomainId): Promise<boolean> =>
  (await lockDomain(acting, id)) !== undefined && loseDomain(acting, id)

const loseDomain = async (
  { stores, record }: Pick<OfDomains, 'stores' | 'record'>,
  id: OrganizationDomainId,
): Promise<boolean> => {
  const deleted = await stores.organizationDomains.delete(id)
  if (!deleted) return false
  await record(domainDeleted(deleted))
  return true
}

const recordUpdate = (
  record: OfDomains['record'],
  before: OrganizationDomain,
  after: OrganizationDomain,
): Promise<void> =>
  record({
    name: 'organization_domain.updated',
    ...about(after),
    before: organizationDomainObject(before),
  })

const about = (domain: OrganizationDomain) => ({
  targetId: domain.id,
  organizationId: domain.organizationId,
  data: organizationDomainObject(domain),
})

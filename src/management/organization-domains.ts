import { z } from 'zod'
import { organizationDomainObject, organizationDomainSchema } from '../objects/organization-domain.ts'
import { addDomain, deleteDomain, MAXIMUM_DOMAINS, verifyDomain } from '../organizations/domain.ts'
import type { Stores } from '../storage/index.ts'
import type { DnsLookup } from '../system/dns.ts'
import { domainName } from './fields.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { badRequest, conflict, invalidField } from './refusal.ts'

export interface OrganizationDomainDependencies {
  readonly stores: Stores
  readonly dns: DnsLookup
}

const tag = 'Organization domains'

const alreadyVerified = () => badRequest('domain_already_verified', 'The domain is verified already.')

export const organizationDomainOperations = ({
  stores,
  dns,
}: OrganizationDomainDependencies): readonly Operation[] => [
  changeOperation({
    id: 'createOrganizationDomain',
    method: 'POST',
    path: '/organization_domains',
    tag,
    summary: 'Claim a domain for an organization.',
    description:
      'The organization proves it by publishing a TXT record on the domain: ' +
      '`<verification_prefix>=<verification_token>`.',
    permission: 'organizations:write',
    body: z.strictObject({ organization_id: z.string(), domain: domainName }),
    answer: organizationDomainSchema,
    status: 201,
    errors: [404, 409],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const organizationId = identified('organization', body.organization_id)
        const added = await addDomain(acting, { organizationId, domain: body.domain })
        if (added.outcome === 'added') return organizationDomainObject(added.domain)
        switch (added.code) {
          case 'organization_not_found':
            throw notThere('organization', organizationId)
          case 'domain_already_exists':
            throw conflict(
              added.code,
              added.isOwn
                ? `The domain ${body.domain} belongs to this organization already.`
                : `The domain ${body.domain} belongs to another organization.`,
            )
          case 'too_many_domains':
            throw invalidField(
              'domain',
              added.code,
              `is one more than the ${MAXIMUM_DOMAINS} that an organization has.`,
            )
        }
      }),
  }),

  readOperation({
    id: 'getOrganizationDomain',
    method: 'GET',
    path: '/organization_domains/:id',
    tag,
    summary: 'Get a domain of an organization.',
    permission: 'organizations:read',
    answer: organizationDomainSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('organizationDomain', params.id)
      return organizationDomainObject(
        found(await stores.organizationDomains.byId(id), 'organizationDomain', id),
      )
    },
  }),

  changeOperation({
    id: 'verifyOrganizationDomain',
    method: 'POST',
    path: '/organization_domains/:id/verify',
    tag,
    summary: 'Look whether the TXT record of a domain is there.',
    description:
      'Without the record the domain stays `pending`, and is `failed` from the thirtieth day; the record may still ' +
      'be found later. Nobody looks by himself: ask again once it is published.',
    permission: 'organizations:write',
    answer: organizationDomainSchema,
    status: 201,
    errors: [400, 404],
    handle: async ({ params, change }) => {
      const id = identified('organizationDomain', params.id)
      const domain = found(await stores.organizationDomains.byId(id), 'organizationDomain', id)
      if (domain.state === 'verified') throw alreadyVerified()
      const records = await dns.textRecords(domain.domain)
      return change(async (acting) => {
        const verified = await verifyDomain(acting, id, records)
        if (verified.outcome === 'looked_up') return organizationDomainObject(verified.domain)
        throw verified.code === 'domain_not_found' ? notThere('organizationDomain', id) : alreadyVerified()
      })
    },
  }),

  changeOperation({
    id: 'deleteOrganizationDomain',
    method: 'DELETE',
    path: '/organization_domains/:id',
    tag,
    summary: 'Take a domain away from its organization.',
    permission: 'organizations:write',
    status: 204,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('organizationDomain', params.id)
        if (!(await deleteDomain(acting, id))) throw notThere('organizationDomain', id)
        return undefined
      }),
  }),
]

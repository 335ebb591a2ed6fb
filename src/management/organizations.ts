import { z } from 'zod'
import type { ClientRegistry } from '../clients/client-registry.ts'
import { listObject, listOf } from '../objects/list.ts'
import { organizationObject, organizationSchema } from '../objects/organization.ts'
import { type DomainClaim, MAXIMUM_DOMAINS } from '../organizations/domain.ts'
import {
  createOrganization,
  deleteOrganization,
  type RefusedOrganization,
  updateOrganization,
  withDomains,
  withItsDomains,
} from '../organizations/organization.ts'
import { type DomainName, parseDomainName } from '../protocol/domain-name.ts'
import type { Stores } from '../storage/index.ts'
import { commaList } from './comma-list.ts'
import { changedMetadata, domainName, newMetadata } from './fields.ts'
import { found, identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { cursorsOf, pageOf, pageParameters } from './pagination.ts'
import { badRequest, conflict, invalidField, type Refusal } from './refusal.ts'

export interface OrganizationDependencies {
  readonly stores: Stores
  readonly clientRegistry: Pick<ClientRegistry, 'invalidateAll'>
}

const tag = 'Organizations'

const domainFields = {
  domains: z
    .array(domainName)
    .max(MAXIMUM_DOMAINS)
    .nullish()
    .describe('Superseded by domain_data: domains whose proof is still to come.'),
  domain_data: z
    .array(z.strictObject({ domain: domainName, state: z.enum(['pending', 'verified']) }))
    .max(MAXIMUM_DOMAINS)
    .nullish()
    .describe('`verified`: whoever sends this vouches for the domain.'),
}

/** Undefined if neither field was sent. */
const claimsOf = (body: {
  readonly domains?: readonly DomainName[] | null | undefined
  readonly domain_data?: readonly DomainClaim[] | null | undefined
}): DomainClaim[] | undefined =>
  body.domains || body.domain_data
    ? few([
        ...(body.domains ?? []).map((domain) => ({ domain, state: 'pending' }) as const),
        ...(body.domain_data ?? []),
      ])
    : undefined

/** Both fields together. @throws Refusal 422 */
const few = (claims: DomainClaim[]): DomainClaim[] => {
  if (new Set(claims.map(({ domain }) => domain)).size <= MAXIMUM_DOMAINS) return claims
  throw invalidField(
    'domain_data',
    'too_many_domains',
    `has, with domains, at most ${MAXIMUM_DOMAINS} domains.`,
  )
}

export const organizationOperations = ({
  stores,
  clientRegistry,
}: OrganizationDependencies): readonly Operation[] => [
  readOperation({
    id: 'listOrganizations',
    method: 'GET',
    path: '/organizations',
    tag,
    summary: 'List organizations.',
    permission: 'organizations:read',
    query: z.strictObject({
      ...pageParameters,
      domains: commaList(z.string()).optional().describe('Organizations that have any of these domains.'),
      search: z.string().max(255).optional().describe('A part of the name, without regard to case.'),
    }),
    answer: listOf(organizationSchema),
    errors: [],
    handle: async ({ query }) => {
      const page = await stores.organizations.page(pageOf('organization', query), {
        // What is no domain is nobody's.
        domains: query.domains?.flatMap((domain) => parseDomainName(domain) ?? []),
        search: query.search?.normalize('NFC'),
      })
      const rows = await withDomains(stores, page.rows)
      return listObject(cursorsOf({ ...page, rows }, query), organizationObject)
    },
  }),

  changeOperation({
    id: 'createOrganization',
    method: 'POST',
    path: '/organizations',
    tag,
    summary: 'Create an organization.',
    permission: 'organizations:write',
    body: z.strictObject({
      name: z.string(),
      allow_profiles_outside_organization: z.boolean().nullish(),
      external_id: z.string().nullish(),
      metadata: newMetadata,
      ...domainFields,
    }),
    answer: organizationSchema,
    status: 201,
    errors: [400, 409],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const created = await createOrganization(acting, {
          name: body.name,
          externalId: body.external_id,
          metadata: body.metadata ?? undefined,
          allowProfilesOutsideOrganization: body.allow_profiles_outside_organization ?? undefined,
          domains: claimsOf(body),
        })
        if (created.outcome === 'refused') throw refusalOf(created)
        return organizationObject(created.organization)
      }),
  }),

  readOperation({
    id: 'getOrganization',
    method: 'GET',
    path: '/organizations/:id',
    tag,
    summary: 'Get an organization.',
    permission: 'organizations:read',
    answer: organizationSchema,
    errors: [404],
    handle: async ({ params }) => {
      const id = identified('organization', params.id)
      const organization = found(await stores.organizations.byId(id), 'organization', id)
      return organizationObject(await withItsDomains(stores, organization))
    },
  }),

  readOperation({
    id: 'getOrganizationByExternalId',
    method: 'GET',
    path: '/organizations/external_id/:external_id',
    tag,
    summary: 'Get an organization by the ID it has in your own system.',
    permission: 'organizations:read',
    answer: organizationSchema,
    errors: [404],
    handle: async ({ params }) => {
      const externalId = params.external_id
      const organization = found(
        await stores.organizations.byExternalId(externalId),
        'organization',
        externalId,
      )
      return organizationObject(await withItsDomains(stores, organization))
    },
  }),

  changeOperation({
    id: 'updateOrganization',
    method: 'PUT',
    path: '/organizations/:id',
    tag,
    summary: 'Update an organization.',
    description:
      'What is left out stays. `domains` and `domain_data` replace the domains: those that stay keep their ID and ' +
      'state. `metadata` changes the keys it names; null takes a key away. Null clears `external_id` and ' +
      '`stripe_customer_id`.',
    permission: 'organizations:write',
    body: z.strictObject({
      name: z.string().nullish(),
      allow_profiles_outside_organization: z.boolean().nullish(),
      external_id: z.string().nullish(),
      stripe_customer_id: z
        .string()
        .regex(/^[\x21-\x7E]{1,255}$/, { error: 'has 1 to 255 visible ASCII characters' })
        .nullish(),
      metadata: changedMetadata,
      ...domainFields,
    }),
    answer: organizationSchema,
    status: 200,
    errors: [400, 404, 409],
    handle: ({ params, body, change }) =>
      change(async (acting) => {
        const id = identified('organization', params.id)
        const updated = await updateOrganization(acting, id, {
          name: body.name ?? undefined,
          externalId: body.external_id,
          stripeCustomerId: body.stripe_customer_id,
          metadata: body.metadata ?? undefined,
          allowProfilesOutsideOrganization: body.allow_profiles_outside_organization ?? undefined,
          domains: claimsOf(body),
        })
        if (updated.outcome === 'updated') return organizationObject(updated.organization)
        throw updated.code === 'organization_not_found' ? notThere('organization', id) : refusalOf(updated)
      }),
  }),

  changeOperation({
    id: 'deleteOrganization',
    method: 'DELETE',
    path: '/organizations/:id',
    tag,
    summary: 'Delete an organization, with all that belongs to it.',
    description:
      'Its applications, domains, memberships, roles and customer keys go with it, and whatever was agreed to in ' +
      'its name; tokens of all these are inactive at once. Users and your own applications stay.',
    permission: 'organizations:write',
    status: 200,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const id = identified('organization', params.id)
        if (!(await deleteOrganization(acting, id))) throw notThere('organization', id)
        // Its applications are gone; which they were is not worth a question.
        acting.afterCommit(clientRegistry.invalidateAll)
        return undefined
      }),
  }),
]

const refusalOf = (refused: RefusedOrganization): Refusal => {
  switch (refused.code) {
    case 'name_invalid':
      return invalidField('name', refused.code, 'has 1 to 255 characters, all of them printable.')
    case 'external_id_invalid':
      return invalidField(
        'external_id',
        refused.code,
        'has 1 to 128 printable ASCII characters, and more than dots.',
      )
    case 'external_id_already_used':
      return badRequest(refused.code, 'The external ID belongs to another organization.')
    case 'stripe_customer_id_already_used':
      return badRequest(refused.code, 'The Stripe customer ID belongs to another organization.')
    case 'invalid_metadata':
      return badRequest(refused.code, `metadata ${refused.problem}.`)
    case 'domain_already_exists':
      return conflict(refused.code, `The domain ${refused.domain} belongs to another organization.`)
  }
}

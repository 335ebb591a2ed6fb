import type { OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type OrganizationDomainRecord = Domain<'organization_domain'>

export const organizationDomains = (db: Executor) => ({
  /** The domains of several organizations, the oldest first. */
  ofOrganizations: async (
    ids: readonly OrganizationId[],
  ): Promise<ReadonlyMap<OrganizationId, readonly OrganizationDomainRecord[]>> => {
    if (ids.length === 0) return new Map()
    const rows = await db
      .selectFrom('organization_domain')
      .selectAll()
      .where('organization_id', 'in', ids)
      .orderBy('id')
      .execute()
    return Map.groupBy(rows.map(camelize), ({ organizationId }) => organizationId)
  },
})

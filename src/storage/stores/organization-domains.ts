import type { OrganizationDomainId, OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type OrganizationDomainRecord = Domain<'organization_domain'>

export const organizationDomains = (db: Executor) => ({
  /** Of those who claim a domain at once, one gets it. False if it is an organization's already, be it the same. */
  insert: async (domain: OrganizationDomainRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('organization_domain')
      .values(snakeCase(domain))
      .onConflict((conflict) => conflict.column('domain').doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  byId: async (id: OrganizationDomainId): Promise<OrganizationDomainRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('organization_domain').selectAll().where('id', '=', id).executeTakeFirst(),
    ),

  /** As it is now; until the end of the transaction nobody else changes it. */
  lock: async (id: OrganizationDomainId): Promise<OrganizationDomainRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('organization_domain')
        .selectAll()
        .where('id', '=', id)
        .forNoKeyUpdate()
        .executeTakeFirst(),
    ),

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

  /** @returns the domain as it is now; undefined if it was verified already, or is gone. */
  verify: async (
    id: OrganizationDomainId,
    strategy: OrganizationDomainRecord['verificationStrategy'],
    now: Date,
  ): Promise<OrganizationDomainRecord | undefined> =>
    camelizeOptional(
      await db
        .updateTable('organization_domain')
        .set({ state: 'verified', verification_strategy: strategy, updated_at: now })
        .where('id', '=', id)
        .where('state', '<>', 'verified')
        .returningAll()
        .executeTakeFirst(),
    ),

  /** @returns the domain as it is now; undefined if nobody waited for its verification any more. */
  fail: async (id: OrganizationDomainId, now: Date): Promise<OrganizationDomainRecord | undefined> =>
    camelizeOptional(
      await db
        .updateTable('organization_domain')
        .set({ state: 'failed', updated_at: now })
        .where('id', '=', id)
        .where('state', '=', 'pending')
        .returningAll()
        .executeTakeFirst(),
    ),

  /** @returns what was deleted, or undefined if there was none. */
  delete: async (id: OrganizationDomainId): Promise<OrganizationDomainRecord | undefined> =>
    camelizeOptional(
      await db.deleteFrom('organization_domain').where('id', '=', id).returningAll().executeTakeFirst(),
    ),
})

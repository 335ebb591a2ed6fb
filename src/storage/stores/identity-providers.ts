import type { IdentityProviderId, OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'

export type IdentityProviderRecord = Domain<'identity_provider'>

export const identityProviders = (db: Executor) => ({
  insert: async (provider: IdentityProviderRecord): Promise<void> => {
    await db.insertInto('identity_provider').values(snakeCase(provider)).execute()
  },

  byId: async (id: IdentityProviderId): Promise<IdentityProviderRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('identity_provider').selectAll().where('id', '=', id).executeTakeFirst(),
    ),

  /** Whether it exists; if so, it goes on existing until the end of the transaction. */
  hold: async (id: IdentityProviderId): Promise<boolean> => {
    const row = await db
      .selectFrom('identity_provider')
      .select('id')
      .where('id', '=', id)
      .forKeyShare()
      .executeTakeFirst()
    return row !== undefined
  },

  /** As it is now, and as it stays until the end of the transaction but for what that does. */
  lock: async (id: IdentityProviderId): Promise<IdentityProviderRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('identity_provider')
        .selectAll()
        .where('id', '=', id)
        .forNoKeyUpdate()
        .executeTakeFirst(),
    ),

  /** The same of all that an organization has. */
  lockAllOf: async (organizationId: OrganizationId): Promise<IdentityProviderRecord[]> => {
    const rows = await db
      .selectFrom('identity_provider')
      .selectAll()
      .where('organization_id', '=', organizationId)
      .orderBy('id')
      .forNoKeyUpdate()
      .execute()
    return rows.map(camelize)
  },

  /** Those that are switched on of the organization that has verified this domain. */
  ofVerifiedDomain: async (domain: string): Promise<readonly IdentityProviderRecord[]> => {
    const rows = await db
      .selectFrom('identity_provider')
      .innerJoin(
        'organization_domain',
        'organization_domain.organization_id',
        'identity_provider.organization_id',
      )
      .selectAll('identity_provider')
      .where('organization_domain.domain', '=', domain)
      .where('organization_domain.state', '=', 'verified')
      .where('identity_provider.is_enabled', '=', true)
      .orderBy('identity_provider.id')
      .execute()
    return rows.map(camelize)
  },

  /** Whether the organization has verified that this domain is its own. */
  isOfOrganization: async (organizationId: OrganizationId, domain: string): Promise<boolean> => {
    const row = await db
      .selectFrom('organization_domain')
      .select('id')
      .where('domain', '=', domain)
      .where('organization_id', '=', organizationId)
      .where('state', '=', 'verified')
      .executeTakeFirst()
    return row !== undefined
  },

  count: async (): Promise<number> => {
    const { count } = await db
      .selectFrom('identity_provider')
      .select(({ fn }) => fn.countAll<string>().as('count'))
      .executeTakeFirstOrThrow()
    return Number(count)
  },

  page: async (
    organizationId: OrganizationId | undefined,
    page: Page,
  ): Promise<PageOfRows<IdentityProviderRecord>> => {
    let query = db.selectFrom('identity_provider').selectAll()
    if (organizationId !== undefined) query = query.where('organization_id', '=', organizationId)
    return mapPage(await pageRows(query, 'identity_provider.id', ({ id }) => id, page), camelize)
  },

  update: async ({
    id,
    ...fields
  }: Omit<IdentityProviderRecord, 'createdAt' | 'issuer' | 'organizationId'>): Promise<void> => {
    await db.updateTable('identity_provider').set(snakeCase(fields)).where('id', '=', id).execute()
  },

  /** With whom it called what: their accounts stay. */
  delete: async (id: IdentityProviderId): Promise<IdentityProviderRecord | undefined> =>
    camelizeOptional(
      await db.deleteFrom('identity_provider').where('id', '=', id).returningAll().executeTakeFirst(),
    ),
})

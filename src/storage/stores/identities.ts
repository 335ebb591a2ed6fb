import type { IdentityProviderId, OrganizationId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type IdentityRecord = Domain<'identity'>

export interface ListedIdentity extends IdentityRecord {
  readonly providerName: string
  readonly organizationId: OrganizationId | null
  readonly isEnabled: boolean
}

export const identities = (db: Executor) => ({
  /** False if the provider's subject is somebody's already, be it the same user's. */
  insert: async (identity: IdentityRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('identity')
      .values(snakeCase(identity))
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  /** Whose it is, if anybody's: they have signed in with it. */
  use: async (
    { providerId, subject }: Pick<IdentityRecord, 'providerId' | 'subject'>,
    email: string | null,
    now: Date,
  ): Promise<IdentityRecord | undefined> =>
    camelizeOptional(
      await db
        .updateTable('identity')
        .set({ email, last_used_at: now })
        .where('provider_id', '=', providerId)
        .where('subject', '=', subject)
        .returningAll()
        .executeTakeFirst(),
    ),

  /** Whether it is the user's still, and its provider is switched on. */
  isUsable: async ({
    userId,
    providerId,
    subject,
  }: Pick<IdentityRecord, 'userId' | 'providerId' | 'subject'>): Promise<boolean> => {
    const row = await db
      .selectFrom('identity')
      .innerJoin('identity_provider', 'identity_provider.id', 'identity.provider_id')
      .select('identity.subject')
      .where('identity.provider_id', '=', providerId)
      .where('identity.subject', '=', subject)
      .where('identity.user_id', '=', userId)
      .where('identity_provider.is_enabled', '=', true)
      .executeTakeFirst()
    return row !== undefined
  },

  /** With what is known of the provider, the oldest first. */
  ofUser: async (userId: UserId): Promise<readonly ListedIdentity[]> => {
    const rows = await db
      .selectFrom('identity')
      .innerJoin('identity_provider', 'identity_provider.id', 'identity.provider_id')
      .selectAll('identity')
      .select([
        'identity_provider.name as provider_name',
        'identity_provider.organization_id',
        'identity_provider.is_enabled',
      ])
      .where('identity.user_id', '=', userId)
      .orderBy('identity.created_at')
      .execute()
    return rows.map(camelize)
  },

  /** @returns what was deleted: a user may have several of one provider. */
  deleteOf: async (userId: UserId, providerId: IdentityProviderId): Promise<readonly IdentityRecord[]> => {
    const rows = await db
      .deleteFrom('identity')
      .where('user_id', '=', userId)
      .where('provider_id', '=', providerId)
      .returningAll()
      .execute()
    return rows.map(camelize)
  },

  /** All of one user's but those of one provider. @returns what was deleted. */
  deleteAllOf: async (
    userId: UserId,
    { except }: { readonly except: IdentityProviderId | undefined },
  ): Promise<readonly IdentityRecord[]> => {
    let query = db.deleteFrom('identity').where('user_id', '=', userId)
    if (except !== undefined) query = query.where('provider_id', '<>', except)
    return (await query.returningAll().execute()).map(camelize)
  },
})

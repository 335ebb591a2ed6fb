import { sql } from 'kysely'
import type { ApplicationId, ConsentId, OrganizationId, UserId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type ConsentRecord = Domain<'consent'>

export const consents = (db: Executor) => ({
  find: async (
    userId: UserId,
    applicationId: ApplicationId,
    organizationId: OrganizationId | null,
  ): Promise<ConsentRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('consent')
        .selectAll()
        .where('user_id', '=', userId)
        .where('application_id', '=', applicationId)
        .where('organization_id', 'is not distinct from', organizationId)
        .executeTakeFirst(),
    ),

  /** Adds to what was granted before, under the ID of the first time; nothing agreed to twice is lost. */
  grant: async (consent: ConsentRecord): Promise<ConsentId> => {
    const { id } = await db
      .insertInto('consent')
      .values(snakeCase(consent))
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'application_id', 'organization_id']).doUpdateSet({
          scopes: sql<string[]>`(
            select array_agg(distinct scope) from unnest(consent.scopes || excluded.scopes) as scope)`,
          updated_at: consent.updatedAt,
        }),
      )
      .returning('id')
      .executeTakeFirstOrThrow()
    return id
  },

  /** Withdraws it; every grant and token that stands on it goes with it. */
  withdraw: async (id: ConsentId): Promise<boolean> =>
    (await db.deleteFrom('consent').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n,
})

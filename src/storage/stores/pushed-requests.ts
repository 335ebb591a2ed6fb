import type { ApplicationId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { prepared } from '../prepared.ts'
import type { Hash } from '../schema.ts'

export type PushedRequestRecord = Domain<'pushed_request'>

export const pushedRequests = (db: Executor) => ({
  insert: async ({ parameters, ...request }: Omit<PushedRequestRecord, 'usedAt'>): Promise<void> => {
    await db
      .insertInto('pushed_request')
      .values({ ...snakeCase(request), parameters: json(parameters) })
      .modifyEnd(prepared)
      .execute()
  },

  /** One of this application that may still begin an authorization. Reading it uses nothing up. */
  find: async (
    requestUriHash: Hash,
    applicationId: ApplicationId,
    now: Date,
  ): Promise<Pick<PushedRequestRecord, 'parameters' | 'isSigned'> | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('pushed_request')
        .select(['parameters', 'is_signed'])
        .where('request_uri_hash', '=', requestUriHash)
        .where('application_id', '=', applicationId)
        .where('used_at', 'is', null)
        .where('expires_at', '>', now)
        .modifyEnd(prepared)
        .executeTakeFirst(),
    ),

  /**
   * RFC 9126 §4: of all the authorizations that began with it exactly one is completed. It may have expired while its
   * user was busy.
   *
   * @returns whether it was this one.
   */
  use: async (requestUriHash: Hash, now: Date): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('pushed_request')
      .set({ used_at: now })
      .where('request_uri_hash', '=', requestUriHash)
      .where('used_at', 'is', null)
      .modifyEnd(prepared)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },
})

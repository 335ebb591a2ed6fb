import type { OrganizationId, SessionId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import { prepared } from '../prepared.ts'
import type { Hash } from '../schema.ts'

export type SessionRecord = Domain<'session'>

/** A live browser session and whose it is. */
export interface LiveSession extends SessionRecord {
  readonly email: string
  readonly name: string | null
  readonly firstName: string | null
  readonly lastName: string | null
}

export const sessions = (db: Executor) => ({
  insert: async (session: SessionRecord): Promise<void> => {
    await db.insertInto('session').values(snakeCase(session)).execute()
  },

  liveByToken: async (tokenHash: Hash, now: Date): Promise<LiveSession | undefined> => {
    const row = await db
      .selectFrom('session')
      .innerJoin('user', 'user.id', 'session.user_id')
      .select([
        'session.id',
        'session.token_hash',
        'session.user_id',
        'session.authenticated_at',
        'session.amr',
        'session.organization_id',
        'session.created_at',
        'session.expires_at',
        'session.ip_address',
        'session.user_agent',
        'session.updated_at',
        'user.email',
        'user.name',
        'user.first_name',
        'user.last_name',
      ])
      .where('session.token_hash', '=', tokenHash)
      .where('session.expires_at', '>', now)
      .modifyEnd(prepared)
      .executeTakeFirst()
    return row && camelize(row)
  },

  /**
   * The same user has proved once more who they are: the session goes on under a new handle.
   *
   * @returns the session as it is now; undefined if it has ended or is somebody else's.
   */
  renew: async (
    { id, userId }: Pick<SessionRecord, 'id' | 'userId'>,
    renewed: Pick<
      SessionRecord,
      'tokenHash' | 'authenticatedAt' | 'amr' | 'expiresAt' | 'ipAddress' | 'userAgent' | 'updatedAt'
    >,
  ): Promise<SessionRecord | undefined> =>
    camelizeOptional(
      await db
        .updateTable('session')
        .set(snakeCase(renewed))
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('expires_at', '>', renewed.authenticatedAt)
        .returningAll()
        .executeTakeFirst(),
    ),

  /** Null: ask again. */
  chooseOrganization: async (
    id: SessionId,
    organizationId: OrganizationId | null,
    now: Date,
  ): Promise<void> => {
    await db
      .updateTable('session')
      .set({ organization_id: organizationId, updated_at: now })
      .where('id', '=', id)
      .execute()
  },

  /** Those of one user that have not expired. */
  pageOfLive: async (userId: UserId, now: Date, page: Page): Promise<PageOfRows<SessionRecord>> =>
    mapPage(
      await pageRows(
        db.selectFrom('session').selectAll().where('user_id', '=', userId).where('expires_at', '>', now),
        'session.id',
        ({ id }) => id,
        page,
      ),
      camelize,
    ),

  /**
   * Ends it; what was granted without offline access holds no more from here on.
   *
   * @returns what it was, or undefined if it had ended before.
   */
  end: async (id: SessionId): Promise<SessionRecord | undefined> =>
    camelizeOptional(await db.deleteFrom('session').where('id', '=', id).returningAll().executeTakeFirst()),

  endAllOf: async (userId: UserId): Promise<SessionRecord[]> =>
    (await db.deleteFrom('session').where('user_id', '=', userId).returningAll().execute()).map(camelize),
})

import { sql } from 'kysely'
import type { OrganizationId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { deleteInParts, ROWS_AT_ONCE } from '../in-parts.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import { unlessTaken } from '../unique-violation.ts'
import { queueLogouts } from './logout-deliveries.ts'

export type UserRecord = Domain<'user'>

/** What belongs to one user only. */
type UniqueField = 'email' | 'external_id'

const uniqueFields: Readonly<Record<string, UniqueField>> = {
  user_normalized_email_key: 'email',
  user_external_id_key: 'external_id',
}

export interface UserFilter {
  readonly normalizedEmail?: string | undefined
  /** Whoever belongs to it, whether the membership is active or not. */
  readonly organizationId?: OrganizationId | undefined
}

export const users = (db: Executor) => ({
  /** False if the e-mail address or external ID is somebody's already. */
  insert: async (user: UserRecord): Promise<boolean> => {
    const { numInsertedOrUpdatedRows } = await db
      .insertInto('user')
      .values({ ...snakeCase(user), metadata: json(user.metadata), claims: json(user.claims) })
      .onConflict((conflict) => conflict.doNothing())
      .executeTakeFirst()
    return (numInsertedOrUpdatedRows ?? 0n) > 0n
  },

  byId: async (id: UserId): Promise<UserRecord | undefined> =>
    camelizeOptional(await db.selectFrom('user').selectAll().where('id', '=', id).executeTakeFirst()),

  /** Whether the user exists; if so, goes on existing until the end of the transaction. */
  hold: async (id: UserId): Promise<boolean> => {
    const row = await db.selectFrom('user').select('id').where('id', '=', id).forKeyShare().executeTakeFirst()
    return row !== undefined
  },

  /** As it is now, and stays for others until the end of the transaction. */
  lock: async (id: UserId): Promise<UserRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('user').selectAll().where('id', '=', id).forNoKeyUpdate().executeTakeFirst(),
    ),

  /** The same of whoever has that address by then. */
  lockByNormalizedEmail: async (email: string): Promise<UserRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('user')
        .selectAll()
        .where('normalized_email', '=', email)
        .forNoKeyUpdate()
        .executeTakeFirst(),
    ),

  /** The same before it is deleted: nothing comes to refer to it any more. */
  lockToDelete: async (id: UserId): Promise<UserRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('user').selectAll().where('id', '=', id).forUpdate().executeTakeFirst(),
    ),

  byExternalId: async (externalId: string): Promise<UserRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('user').selectAll().where('external_id', '=', externalId).executeTakeFirst(),
    ),

  /** The newest first, unless asked otherwise. */
  page: async (
    { normalizedEmail, organizationId }: UserFilter,
    page: Page,
  ): Promise<PageOfRows<UserRecord>> => {
    let query = db.selectFrom('user').selectAll()
    if (normalizedEmail !== undefined) query = query.where('normalized_email', '=', normalizedEmail)
    if (organizationId !== undefined) {
      query = query.where(({ exists, selectFrom }) =>
        exists(
          selectFrom('organization_membership')
            .select('organization_membership.id')
            .whereRef('organization_membership.user_id', '=', 'user.id')
            .where('organization_membership.organization_id', '=', organizationId),
        ),
      )
    }
    return mapPage(await pageRows(query, 'user.id', ({ id }) => id, page), camelize)
  },

  /** Of a user that is locked: these fields, and no others. */
  update: async (
    id: UserId,
    { metadata, claims, ...fields }: Partial<Omit<UserRecord, 'id' | 'createdAt'>>,
  ): Promise<{ readonly updated: boolean } | { readonly taken: UniqueField }> => {
    const updated = await unlessTaken(
      db
        .updateTable('user')
        .set({
          ...snakeCase(fields),
          ...(metadata && { metadata: json(metadata) }),
          ...(claims && { claims: json(claims) }),
        })
        .where('id', '=', id)
        .executeTakeFirst(),
    )
    if ('result' in updated) return { updated: updated.result.numUpdatedRows > 0n }
    const taken = uniqueFields[updated.taken]
    if (taken === undefined) throw new Error(`Unknown constraint ${updated.taken}.`)
    return { taken }
  },

  byNormalizedEmail: async (email: string): Promise<UserRecord | undefined> =>
    camelizeOptional(
      await db.selectFrom('user').selectAll().where('normalized_email', '=', email).executeTakeFirst(),
    ),

  /**
   * Puts a new hash of the same password in the place of the one it was verified against.
   *
   * @returns false if the password has been changed, or the user deleted, since then.
   */
  rehashPassword: async (id: UserId, passwordHash: string, rehashed: string): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('user')
      .set({ password_hash: rehashed })
      .where('id', '=', id)
      .where('password_hash', '=', passwordHash)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  /**
   * Notes a sign-in.
   *
   * @param user with the hash of the password they had as they proved who they are, where that matters; null: none.
   * @returns false if there is no such user, or the password is another, by now: that sign-in must not hold.
   */
  signedIn: async (id: UserId, now: Date): Promise<boolean> =>
    (await db.updateTable('user').set({ last_sign_in_at: now }).where('id', '=', id).executeTakeFirst())
      .numUpdatedRows > 0n,

  /** Sessions, memberships, consents and all that was granted in the user's name go along. */
  delete: async (id: UserId, now: Date, rowsAtOnce = ROWS_AT_ONCE): Promise<boolean> => {
    const part = { column: 'user_id', value: id } as const
    // Consents before sessions, which the grants refer to: without one nobody signs in to an application any more.
    await deleteInParts(db, { ...part, table: 'consent' }, rowsAtOnce)
    await queueLogouts(sql`(select * from session where user_id = ${id})`, now).execute(db)
    // Memberships take the keys of the user along.
    for (const table of ['session', 'organization_membership'] as const) {
      await deleteInParts(db, { ...part, table }, rowsAtOnce)
    }
    return (await db.deleteFrom('user').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n
  },
})

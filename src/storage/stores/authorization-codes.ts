import { sql } from 'kysely'
import { camelizeOptional, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export type AuthorizationCodeRecord = Domain<'authorization_code'>

export const authorizationCodes = (db: Executor) => ({
  insert: async (code: Omit<AuthorizationCodeRecord, 'redeemedAt'>): Promise<void> => {
    await db.insertInto('authorization_code').values(snakeCase(code)).execute()
  },

  find: async (codeHash: Hash): Promise<AuthorizationCodeRecord | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('authorization_code')
        .selectAll()
        .where('code_hash', '=', codeHash)
        .executeTakeFirst(),
    ),

  /**
   * RFC 6749 §4.1.2: of concurrent redemptions exactly one gets the row. The grant, and the first refresh token of
   * its family where there is one, come into being in the same statement. A user who may no longer act for the
   * organization gets neither.
   *
   * @returns whether this call redeemed the code.
   */
  redeem: async (
    codeHash: Hash,
    grant: { readonly expiresAt: Date },
    refreshToken: { readonly hash: Hash; readonly expiresAt: Date } | undefined,
    now: Date,
  ): Promise<boolean> => {
    const { rows } = await sql<{ id: string }>`
      with redeemed as (
        update authorization_code set redeemed_at = ${now}
         where code_hash = ${codeHash} and redeemed_at is null and expires_at > ${now}
           and (organization_id is null or exists (
             select from organization_membership membership
              where membership.user_id = authorization_code.user_id
                and membership.organization_id = authorization_code.organization_id
                and membership.status = 'active'))
        returning *
      ), granted as (
        insert into authorization_grant (id, application_id, user_id, consent_id, organization_id, session_id,
                                         scopes, authenticated_at, amr, created_at, expires_at)
        select grant_id, application_id, user_id, consent_id, organization_id, session_id,
               scopes, authenticated_at, amr, redeemed_at, ${grant.expiresAt}::timestamptz
          from redeemed
        returning id, created_at
      ), first as (
        insert into refresh_token (token_hash, grant_id, issued_at, expires_at)
        select ${refreshToken?.hash ?? null}::text, id, created_at, ${refreshToken?.expiresAt ?? null}::timestamptz
          from granted
         where ${refreshToken?.hash ?? null}::text is not null
      )
      select id from granted`.execute(db)
    return rows.length > 0
  },
})

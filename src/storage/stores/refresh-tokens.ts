import { sql } from 'kysely'
import type { ClientId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'
import type { AuthorizationGrantRecord } from './authorization-grants.ts'

export type RefreshTokenRecord = Domain<'refresh_token'>

/** A refresh token with the grant it belongs to. */
export interface RefreshTokenOfGrant {
  readonly token: RefreshTokenRecord
  readonly grant: AuthorizationGrantRecord
  readonly clientId: ClientId
  /** The user may still act for the grant's organization, if it has one. */
  readonly membershipHolds: boolean
}

export const refreshTokens = (db: Executor) => ({
  find: async (tokenHash: Hash): Promise<RefreshTokenOfGrant | undefined> => {
    const row = await db
      .selectFrom('authorization_grant')
      .innerJoin('refresh_token as token', 'token.grant_id', 'authorization_grant.id')
      .innerJoin('application', 'application.id', 'authorization_grant.application_id')
      .selectAll('authorization_grant')
      .select([
        'application.client_id',
        'token.issued_at as token_issued_at',
        'token.expires_at as token_expires_at',
        'token.rotated_at',
        'token.successor_hash',
        'token.successor_sealed',
        membershipHolds.as('membership_holds'),
      ])
      .where('token.token_hash', '=', tokenHash)
      .executeTakeFirst()
    if (!row) return undefined
    const {
      token_issued_at: issuedAt,
      token_expires_at: expiresAt,
      rotated_at: rotatedAt,
      successor_hash: successorHash,
      successor_sealed: successorSealed,
      membership_holds: holds,
      client_id: clientId,
      ...grant
    } = row
    return {
      token: { tokenHash, grantId: grant.id, issuedAt, expiresAt, rotatedAt, successorHash, successorSealed },
      grant: camelize(grant),
      clientId,
      membershipHolds: holds,
    }
  },

  /** Whether the token is there and was never exchanged. */
  isUnused: async (tokenHash: Hash): Promise<boolean> => {
    const token = camelizeOptional(
      await db
        .selectFrom('refresh_token')
        .select('rotated_at')
        .where('token_hash', '=', tokenHash)
        .executeTakeFirst(),
    )
    return token !== undefined && token.rotatedAt === null
  },

  /**
   * RFC 9700 §4.14.2: replaces a token by its successor, in one statement; of concurrent calls exactly one does.
   *
   * @returns whether this call did.
   */
  rotate: async (
    tokenHash: Hash,
    successor: { readonly hash: Hash; readonly sealed: string; readonly expiresAt: Date },
    now: Date,
  ): Promise<boolean> => {
    const { rows } = await sql<{ token_hash: string }>`
      with rotated as (
        update refresh_token
           set rotated_at = ${now}, successor_hash = ${successor.hash}, successor_sealed = ${successor.sealed}
         where token_hash = ${tokenHash} and rotated_at is null and expires_at > ${now}
           and exists (select from authorization_grant
                        where id = refresh_token.grant_id and revoked_at is null and expires_at > ${now})
        returning grant_id
      )
      insert into refresh_token (token_hash, grant_id, issued_at, expires_at)
      select ${successor.hash}, grant_id, ${now}::timestamptz, ${successor.expiresAt}::timestamptz from rotated
      returning token_hash`.execute(db)
    return rows.length > 0
  },
})

const membershipHolds = sql<boolean>`(
  authorization_grant.organization_id is null or exists (
    select from organization_membership membership
     where membership.user_id = authorization_grant.user_id
       and membership.organization_id = authorization_grant.organization_id
       and membership.status = 'active'))`

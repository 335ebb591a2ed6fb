import type { ConsentOption } from '../../protocol/consent-option.ts'
import type { UserId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export type ExternalAuthenticationRecord = Domain<'external_authentication'>

/** What is known before anybody has signed in. */
export type NewExternalAuthentication = Pick<
  ExternalAuthenticationRecord,
  | 'idHash'
  | 'browserHash'
  | 'request'
  | 'takesConsentOptions'
  | 'authenticatedSince'
  | 'createdAt'
  | 'expiresAt'
>

export const externalAuthentications = (db: Executor) => ({
  insert: async (started: NewExternalAuthentication): Promise<void> => {
    await db.insertInto('external_authentication').values(snakeCase(started)).execute()
  },

  /** Whatever has become of it. */
  find: async (
    idHash: Hash,
  ): Promise<
    | Pick<
        ExternalAuthenticationRecord,
        'completedAt' | 'expiresAt' | 'takesConsentOptions' | 'authenticatedSince'
      >
    | undefined
  > =>
    camelizeOptional(
      await db
        .selectFrom('external_authentication')
        .select(['completed_at', 'expires_at', 'takes_consent_options', 'authenticated_since'])
        .where('id_hash', '=', idHash)
        .executeTakeFirst(),
    ),

  /**
   * Of all who complete it, at once or later, exactly one does.
   *
   * @returns false if it was another, or it has expired.
   */
  complete: async (
    idHash: Hash,
    {
      consentOptions,
      ...completed
    }: {
      readonly userId: UserId
      readonly continuationHash: Hash
      readonly consentOptions: readonly ConsentOption[] | null
      readonly authenticatedAt: Date
      readonly amr: string[]
      /** By when the browser has to come back. */
      readonly expiresAt: Date
    },
    now: Date,
  ): Promise<boolean> => {
    const { numUpdatedRows } = await db
      .updateTable('external_authentication')
      .set({
        ...snakeCase(completed),
        consent_options: consentOptions && json(consentOptions),
        completed_at: now,
      })
      .where('id_hash', '=', idHash)
      .where('completed_at', 'is', null)
      .where('expires_at', '>', now)
      .executeTakeFirst()
    return numUpdatedRows > 0n
  },

  /** The same by what the browser comes back with. */
  byContinuation: async (
    continuationHash: Hash,
  ): Promise<Pick<ExternalAuthenticationRecord, 'browserHash' | 'request' | 'userId'> | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('external_authentication')
        .select(['browser_hash', 'request', 'user_id'])
        .where('continuation_hash', '=', continuationHash)
        .executeTakeFirst(),
    ),

  /**
   * The browser that began has come back: once, however often it opens the address.
   *
   * @returns who signed in and when, or undefined if anything was not as it must be.
   */
  use: async (
    continuationHash: Hash,
    browserHash: Hash,
    now: Date,
  ): Promise<
    | (Pick<ExternalAuthenticationRecord, 'request' | 'consentOptions'> & {
        readonly userId: UserId
        readonly authenticatedAt: Date
        readonly amr: readonly string[]
      })
    | undefined
  > => {
    const row = await db
      .updateTable('external_authentication')
      .set({ used_at: now })
      .where('continuation_hash', '=', continuationHash)
      .where('browser_hash', '=', browserHash)
      .where('used_at', 'is', null)
      .where('expires_at', '>', now)
      .returning(['user_id', 'completed_at', 'authenticated_at', 'amr', 'request', 'consent_options'])
      .executeTakeFirst()
    if (!row) return undefined
    const { user_id: userId, request, consent_options: consentOptions, amr } = row
    // The table sees to it that who and when are there with the continuation; a version before writes the second alone.
    const authenticatedAt = row.authenticated_at ?? row.completed_at
    return userId && authenticatedAt
      ? { userId, authenticatedAt, amr: amr ?? [], request, consentOptions }
      : undefined
  },
})

import { sql } from 'kysely'
import type { EventName } from '../../protocol/event-name.ts'
import { logoPath } from '../../protocol/paths.ts'
import { addSeconds } from '../../system/clock.ts'
import type { Executor } from '../executor.ts'
import type { Schema } from '../schema.ts'

/** What expires when: how long a row outlives its instant, and why. */
export const expiringTables = [
  // RFC 6749 §4.1.2: a code that comes again must be recognised, to revoke what it issued.
  { table: 'authorization_code', key: 'code_hash', instant: 'expires_at', keptSeconds: 24 * 3600 },
  { table: 'authorization_grant', key: 'id', instant: 'expires_at', keptSeconds: 24 * 3600 },
  // A family nobody refreshed for so long takes its grant along: nothing can come of it any more. By the end of the
  // day: that, unlike the instant, most rotations leave as it was, and so its index (see the migration).
  {
    table: 'authorization_grant',
    key: 'id',
    expiring: { table: 'refresh_token', key: 'grant_id' },
    instant: 'expires_by',
    keptSeconds: 300,
  },
  // The same. A device that asks too late is told that its code has expired (RFC 8628 §3.5), but not for ever.
  { table: 'device_authorization', key: 'device_code_hash', instant: 'expires_at', keptSeconds: 24 * 3600 },
  {
    table: 'device_authorization',
    key: 'device_code_hash',
    only: { column: 'status', value: 'pending' },
    instant: 'expires_at',
    keptSeconds: 600,
  },
  { table: 'session', key: 'id', instant: 'expires_at', keptSeconds: 0 },
  // RFC 9126 §4: an authorization that began in time is completed later, once (config/lifetimes.ts: pendingRequestSeconds).
  { table: 'pushed_request', key: 'request_uri_hash', instant: 'expires_at', keptSeconds: 35 * 60 },
  // Whoever comes back too late starts over with the same request (config/lifetimes.ts: pendingRequestSeconds).
  { table: 'external_authentication', key: 'id_hash', instant: 'expires_at', keptSeconds: 35 * 60 },
  // The same.
  { table: 'upstream_sign_in', key: 'state_hash', instant: 'expires_at', keptSeconds: 35 * 60 },
  // An expired token is refused for that alone; the margin is for nodes whose clocks differ.
  { table: 'revoked_access_token', key: 'jti', instant: 'expires_at', keptSeconds: 300 },
  // The same margin: what one node has forgotten another must not take for new.
  { table: 'seen_once', key: 'key_hash', instant: 'expires_at', keptSeconds: 300 },
  { table: 'idempotent_answer', key: 'key_hash', instant: 'expires_at', keptSeconds: 0 },
  // Delivered, given up, or of an endpoint that is switched off.
  { table: 'webhook_delivery', key: 'ctid', instant: 'created_at', keptSeconds: 30 * 24 * 3600 },
  // Delivered or given up: for whoever wants to know what became of one.
  { table: 'logout_delivery', key: 'ctid', instant: 'created_at', keptSeconds: 7 * 24 * 3600 },
  // Used, or not entered in time: both are gone for whoever tries.
  { table: 'email_code', key: 'id', instant: 'expires_at', keptSeconds: 0 },
  // Sent or given up: for whoever wants to know what became of one. They name who was written to, so not for long.
  { table: 'mail', key: 'id', instant: 'created_at', keptSeconds: 24 * 3600 },
  // For whoever asks why their application was refused: about something that still happens.
  { table: 'refused_request', key: 'id', instant: 'last_refused_at', keptSeconds: 7 * 24 * 3600 },
  // Looked at as finely as it is kept (protocol/statistic.ts).
  { table: 'statistic', key: 'id', instant: 'expires_at', keptSeconds: 0 },
  { table: 'rate_limit', key: 'key_hash', instant: 'window_ends_at', keptSeconds: 0 },
  { table: 'known_browser', key: 'pair_hash', instant: 'expires_at', keptSeconds: 0 },
  // A page that was shown a moment ago may yet load its logo.
  {
    table: 'logo',
    key: 'content_hash',
    instant: 'created_at',
    keptSeconds: 3600,
    unless: [
      {
        table: 'application',
        columns: ['logo_url', 'logo_dark_url'],
        prefix: logoPath(''),
        collation: 'default',
      },
      { table: 'brand_image', columns: ['content_hash'], prefix: '', collation: 'C' },
      { table: 'client_logo', columns: ['content_hash'], prefix: '', collation: 'C' },
    ],
  },
  // Nobody has been shown it since it was time to look again.
  { table: 'client_logo', key: 'uri_hash', instant: 'next_attempt_at', keptSeconds: 24 * 3600 },
  // What anybody can cause without proving who they are, a code that is asked for among it, and what was refused; all
  // other events are kept.
  ...(
    [
      'authentication.email_verification_failed',
      'authentication.magic_auth_failed',
      'authentication.mfa_failed',
      'authentication.passkey_failed',
      'authentication.password_failed',
      'authentication.sso_failed',
      'magic_auth.created',
      'password_reset.created',
      'sign_in.throttled',
      'change.refused',
      // What the first of them was called before 0002-management.
      'sign_in.failed',
    ] as const satisfies readonly (EventName | 'sign_in.failed')[]
  ).map(
    (name) =>
      ({
        table: 'event',
        key: 'id',
        only: { column: 'name', value: name },
        instant: 'occurred_at',
        keptSeconds: 30 * 24 * 3600,
      }) as const,
  ),
] as const satisfies readonly ExpiringTable[]

export interface ExpiringTable {
  readonly table: keyof Schema
  /** What tells one row from another; `ctid`, the place of the row, where only several columns together would. */
  readonly key: string
  /** The table that says when, and refers to the other by `key`; if not the same. */
  readonly expiring?: { readonly table: keyof Schema; readonly key: string }
  /** Which of the rows expire, if not all. */
  readonly only?: { readonly column: string; readonly value: string }
  /** What is referred to expires not: by one of these columns, which hold the key behind a prefix. */
  readonly unless?: readonly {
    readonly table: keyof Schema
    readonly columns: readonly string[]
    readonly prefix: string
    /** Of the columns, and so of their indexes, which serve no other. */
    readonly collation: 'default' | 'C'
  }[]
  readonly instant: string
  readonly keptSeconds: number
}

export const expiredRows = (db: Executor) => ({
  /** Deletes at most `limit` rows; two nodes that sweep at once skip each other's rows. */
  delete: async (
    { table, key, expiring = { table, key }, only, unless, instant, keptSeconds }: ExpiringTable,
    limit: number,
    now: Date,
  ): Promise<number> => {
    // A literal: a partial index serves only a condition that is known when the statement is planned.
    const which = only ? sql`${sql.ref(only.column)} = ${sql.lit(only.value)} and` : sql``
    const unused = (unless ?? []).flatMap(({ table: referring, columns, prefix, collation }) =>
      columns.map(
        (column) => sql`not exists (select from ${sql.table(referring)}
          where ${sql.ref(`${referring}.${column}`)} =
            (${sql.lit(prefix)} || ${sql.ref(`${table}.${key}`)}) collate ${sql.id(collation)}) and`,
      ),
    )
    const { numAffectedRows } = await sql`
      delete from ${sql.table(table)} where ${sql.ref(key)} in (
        select ${sql.ref(expiring.key)} from ${sql.table(expiring.table)}
         where ${which} ${sql.join(unused, sql` `)} ${sql.ref(instant)} < ${addSeconds(now, -keptSeconds)}
         limit ${limit} for update skip locked)`.execute(db)
    return Number(numAffectedRows ?? 0n)
  },
})

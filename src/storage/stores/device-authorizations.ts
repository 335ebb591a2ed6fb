import { type Insertable, type RawBuilder, sql, type Updateable } from 'kysely'
import type { ChosenClaims } from '../../protocol/consent-option.ts'
import type { Confirmation } from '../../protocol/grant-terms.ts'
import type { ApplicationId, ClientId, ConsentId, SessionId } from '../../protocol/identifiers.ts'
import { camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash, Schema } from '../schema.ts'
import { type PlaceOf, statement, valuesAt } from '../statement.ts'
import { isBoundTo, keyOf, withBinding, withinConsent } from './authorization-grants.ts'
import {
  consentHolds,
  type FirstRefreshToken,
  type NewGrant,
  type Redeemed,
  type RedemptionValues,
  redemption,
  redemptionValues,
  sessionHolds,
} from './redemption.ts'

export type DeviceAuthorizationRecord = Domain<'device_authorization'>

/** What is known before anybody has decided. */
export type NewDeviceAuthorization = Pick<
  DeviceAuthorizationRecord,
  | 'deviceCodeHash'
  | 'userCodeHash'
  | 'applicationId'
  | 'scopes'
  | 'terms'
  | 'grantId'
  | 'intervalSeconds'
  | 'ipAddress'
  | 'createdAt'
  | 'expiresAt'
>

/** What a device waits for, as whoever decides is told of it. */
export type AwaitedDecision = Pick<
  DeviceAuthorizationRecord,
  'scopes' | 'terms' | 'status' | 'grantId' | 'ipAddress' | 'createdAt' | 'expiresAt'
> & { readonly clientId: ClientId }

/** What whoever redeems a device code has to show. */
export interface DeviceProof {
  readonly deviceCodeHash: Hash
  readonly applicationId: ApplicationId
  /** The key whose possession was proved. */
  readonly confirmation: Confirmation | undefined
}

/** Who approved, and how they proved who they are. */
export interface Approval {
  readonly consentId: ConsentId
  readonly sessionId: SessionId
  readonly authenticatedAt: Date
  readonly amr: readonly string[]
  readonly chosenClaims?: ChosenClaims | undefined
}

/** Of all who decide, at once or later, exactly one does. @returns false if it was another, or it has expired. */
const decide = async (
  db: Executor,
  deviceCodeHash: Hash,
  now: Date,
  decision: Omit<Updateable<Schema['device_authorization']>, 'terms'> & {
    readonly terms?: RawBuilder<string>
  },
): Promise<boolean> => {
  const { numUpdatedRows } = await db
    .updateTable('device_authorization')
    .set(decision)
    .where('device_code_hash', '=', deviceCodeHash)
    .where('status', '=', 'pending')
    .where('expires_at', '>', now)
    .executeTakeFirst()
  return numUpdatedRows > 0n
}

const inserting = statement((db, place: PlaceOf<Insertable<Schema['device_authorization']>>) =>
  db
    .insertInto('device_authorization')
    .values(
      valuesAt(place, [
        ...(['device_code_hash', 'user_code_hash', 'application_id', 'scopes', 'terms', 'grant_id'] as const),
        ...(['interval_seconds', 'ip_address', 'created_at', 'expires_at', 'status'] as const),
      ]),
    )
    .onConflict((conflict) => conflict.column('user_code_hash').doNothing()),
)

type Poll = { readonly deviceCodeHash: Hash; readonly leniencySeconds: number; readonly now: Date }

const finding = statement((db, place: PlaceOf<Pick<Poll, 'deviceCodeHash'>>) =>
  db
    .selectFrom('device_authorization as device')
    .innerJoin('application', 'application.id', 'device.application_id')
    .select([
      'device.scopes',
      'device.terms',
      'device.status',
      'device.grant_id',
      'device.ip_address',
      'device.created_at',
      'device.expires_at',
      'application.client_id',
    ])
    .where('device.device_code_hash', '=', place('deviceCodeHash')),
)

const polling = statement((db, place: PlaceOf<Poll>) =>
  db
    .updateTable('device_authorization')
    .set({ last_polled_at: place('now') })
    .where('device_code_hash', '=', place('deviceCodeHash'))
    .where('status', '=', 'pending')
    .where(
      sql<boolean>`coalesce(last_polled_at + make_interval(secs => interval_seconds - ${place('leniencySeconds')}::float8) <= ${place('now')}, true)`,
    ),
)

const slowing = statement(
  (db, place: PlaceOf<Pick<Poll, 'deviceCodeHash' | 'now'> & { readonly bySeconds: number }>) =>
    db
      .updateTable('device_authorization')
      .set({
        last_polled_at: place('now'),
        interval_seconds: sql<number>`interval_seconds + ${place('bySeconds')}::integer`,
      })
      .where('device_code_hash', '=', place('deviceCodeHash'))
      .where('status', '=', 'pending'),
)

interface Proof extends RedemptionValues {
  readonly deviceCodeHash: Hash
  readonly key: string | null
}

const redeeming = redemption<Proof>(
  { table: 'device_authorization', key: 'device_code_hash', place: 'deviceCodeHash' },
  { deviceCodeHash: 'text', key: 'text' },
  (db, place) =>
    db.with('redeemed', (query) =>
      query
        .updateTable('device_authorization as device')
        .from('asked')
        .set({ status: 'redeemed' })
        .where('device.device_code_hash', '=', place('deviceCodeHash'))
        .where('device.application_id', '=', place('applicationId'))
        .where('device.status', '=', 'approved')
        .where('device.expires_at', '>', place('now'))
        .where(isBoundTo(sql.ref('device.terms'), place('key')))
        .where(consentHolds(sql.ref('device.consent_id'), place('applicationId')))
        .where(sessionHolds(sql.ref('device.session_id'), place('now')))
        .returning([
          'asked.asker',
          'device.grant_id',
          sql.ref<ConsentId>('device.consent_id').as('consent_id'),
          sql.ref<SessionId>('device.session_id').as('session_id'),
          withinConsent(
            sql.ref('device.scopes'),
            sql`(select consent.scopes from consent where consent.id = device.consent_id)`,
          ).as('scopes'),
          sql<string | null>`null::text`.as('nonce'),
          sql.ref<Date>('device.authenticated_at').as('authenticated_at'),
          sql.ref<string[]>('device.amr').as('amr'),
          withBinding(sql.ref('device.terms'), place('binding')).as('terms'),
        ]),
    ),
)

export const deviceAuthorizations = (db: Executor) => ({
  /** @returns false if another one that is still kept has the same user code. */
  insert: async ({ terms, ...authorization }: NewDeviceAuthorization): Promise<boolean> => {
    const row = { ...snakeCase(authorization), terms: terms && json(terms), status: 'pending' as const }
    return (await inserting.written(db, row)) > 0
  },

  /** Whatever has become of it. */
  byUserCode: async (
    userCodeHash: Hash,
  ): Promise<Pick<DeviceAuthorizationRecord, 'deviceCodeHash' | 'status' | 'expiresAt'> | undefined> =>
    camelizeOptional(
      await db
        .selectFrom('device_authorization')
        .select(['device_code_hash', 'status', 'expires_at'])
        .where('user_code_hash', '=', userCodeHash)
        .executeTakeFirst(),
    ),

  /** The same, with the application it is of. */
  find: async (deviceCodeHash: Hash): Promise<AwaitedDecision | undefined> =>
    camelizeOptional(await finding.first(db, { deviceCodeHash })),

  /** @returns false if somebody has decided before, or it has expired. */
  approve: async (
    deviceCodeHash: Hash,
    { consentId, sessionId, authenticatedAt, amr, chosenClaims }: Approval,
    now: Date,
  ): Promise<boolean> =>
    decide(db, deviceCodeHash, now, {
      status: 'approved',
      consent_id: consentId,
      session_id: sessionId,
      authenticated_at: authenticatedAt,
      amr: [...amr],
      ...(chosenClaims && {
        terms: sql<string>`coalesce(terms, '{}') || ${json({ chosenClaims })}::jsonb`,
      }),
    }),

  /** @returns false if somebody has decided before, or it has expired. */
  deny: async (deviceCodeHash: Hash, now: Date): Promise<boolean> =>
    decide(db, deviceCodeHash, now, { status: 'denied' }),

  /**
   * RFC 8628 §3.5: notes that the device has asked, if it has waited as long as it was told to.
   *
   * @param leniencySeconds a timer may be early, and clocks of nodes differ.
   * @returns false if it has not, or there is nothing to wait for any more.
   */
  poll: async (deviceCodeHash: Hash, leniencySeconds: number, now: Date): Promise<boolean> => {
    return (await polling.written(db, { deviceCodeHash, leniencySeconds, now })) > 0
  },

  /**
   * RFC 8628 §3.5: from now on it has to wait for longer, counted from here.
   *
   * @returns false if there is nothing to wait for any more.
   */
  slowDown: async (deviceCodeHash: Hash, bySeconds: number, now: Date): Promise<boolean> => {
    return (await slowing.written(db, { deviceCodeHash, bySeconds, now })) > 0
  },

  /**
   * Of concurrent polls exactly one gets the row, as with an authorization code.
   *
   * @returns what was redeemed, or undefined if anything was not as it must be.
   */
  redeem: async (
    { deviceCodeHash, applicationId, confirmation }: DeviceProof,
    grant: NewGrant,
    refreshToken: FirstRefreshToken,
    now: Date,
  ): Promise<Redeemed | undefined> => {
    return redeeming(db, {
      ...redemptionValues(applicationId, grant, refreshToken, now),
      deviceCodeHash,
      key: keyOf(confirmation),
    })
  },
})

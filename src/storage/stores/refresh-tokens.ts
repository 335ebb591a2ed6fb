import { type QueryCreator, type RawBuilder, sql } from 'kysely'
import type { Confirmation } from '../../protocol/grant-terms.ts'
import type { ApplicationId } from '../../protocol/identifiers.ts'
import type { Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { gatheredChange, gatheredReading, type WithAskers } from '../gathered.ts'
import type { Hash, Row } from '../schema.ts'
import type { PlaceOf } from '../statement.ts'
import {
  type HeldGrant,
  isBoundTo,
  isForOneOf,
  keyOf,
  membershipHolds,
  userColumns,
  withinConsent,
  withUser,
} from './authorization-grants.ts'

export type RefreshTokenRecord = Omit<Domain<'refresh_token'>, 'expiresBy'>

/** A family of refresh tokens, with the grant it belongs to. */
export interface RefreshTokenFamily {
  readonly family: RefreshTokenRecord
  readonly grant: HeldGrant
}

/** A refresh token as its holder presents it. */
export interface PresentedRefreshToken {
  readonly familyHash: Hash
  readonly tokenHash: Hash
}

const grantColumns = [
  'held.id',
  'held.consent_id',
  'held.session_id',
  withinConsent(sql.ref('held.scopes'), sql.ref('consent.scopes')).as('scopes'),
  'held.authenticated_at',
  'held.amr',
  'held.created_at',
  'held.expires_at',
  'held.revoked_at',
  'held.terms',
  'consent.organization_id',
  'consent.scopes as consented_scopes',
  'application.client_id',
  ...userColumns,
] as const

const finding = gatheredReading({ familyHash: 'text' }, (db, place: PlaceOf<{ readonly familyHash: Hash }>) =>
  db
    .selectFrom('refresh_token as family')
    .innerJoin('authorization_grant as held', 'held.id', 'family.grant_id')
    .innerJoin('consent', 'consent.id', 'held.consent_id')
    .innerJoin('user', 'user.id', 'consent.user_id')
    .innerJoin('application', 'application.id', 'consent.application_id')
    .select((expression) => [
      ...grantColumns,
      'family.token_hash',
      'family.issued_at as token_issued_at',
      'family.expires_at as token_expires_at',
      'family.previous_hash',
      'family.successor_sealed',
      membershipHolds(expression.ref('consent.user_id'), expression.ref('consent.organization_id')).as(
        'membership_holds',
      ),
    ])
    .where('family.family_hash', '=', place('familyHash')),
)

interface Use extends PresentedRefreshToken {
  readonly applicationId: ApplicationId
  readonly scopes: string[]
  readonly resources: string[]
  readonly key: string | null
  readonly expiresAt: Date
  readonly now: Date
}

interface Successor {
  readonly successorHash: Hash
  readonly successorSealed: string
}

type Change = {
  readonly [Column in Exclude<keyof Row<'refresh_token'>, 'expires_by'>]?: RawBuilder<
    Row<'refresh_token'>[Column]
  >
}

/** @param change of the row, beside how long it holds. */
const using = (db: QueryCreator<WithAskers>, place: PlaceOf<Use>, change: Change) =>
  db
    .with('used', (query) =>
      query
        .updateTable('refresh_token as family')
        .from('asked')
        .set({ expires_at: place('expiresAt'), ...change })
        .where('family.family_hash', '=', place('familyHash'))
        .where('family.token_hash', '=', place('tokenHash'))
        .where('family.expires_at', '>', place('now'))
        .where((expression) =>
          expression.exists(
            expression
              .selectFrom('authorization_grant as held')
              .innerJoin('consent', 'consent.id', 'held.consent_id')
              .select(sql`1`.as('one'))
              .whereRef('held.id', '=', 'family.grant_id')
              .where('held.revoked_at', 'is', null)
              .where('held.expires_at', '>', place('now'))
              .where(isBoundTo(sql.ref('held.terms'), place('key')))
              .where(isForOneOf(sql.ref('held.terms'), place('resources')))
              .where('consent.application_id', '=', place('applicationId'))
              .where(sql<boolean>`${place('scopes')}::text[] <@ held.scopes`)
              .where(sql<boolean>`${place('scopes')}::text[] <@ consent.scopes`)
              .where(sql<boolean>`'offline_access' = any(consent.scopes)`)
              .where(membershipHolds(sql.ref('consent.user_id'), sql.ref('consent.organization_id'))),
          ),
        )
        .returning(['family.grant_id', 'asked.asker']),
    )
    .selectFrom('used')
    .innerJoin('authorization_grant as held', 'held.id', 'used.grant_id')
    .innerJoin('consent', 'consent.id', 'held.consent_id')
    .innerJoin('user', 'user.id', 'consent.user_id')
    .innerJoin('application', 'application.id', 'consent.application_id')
    .select([...grantColumns, 'used.asker'])

const family = { table: 'refresh_token', key: 'family_hash', place: 'familyHash' } as const

const useTypes = {
  familyHash: 'text',
  tokenHash: 'text',
  applicationId: 'text',
  scopes: 'text[]',
  resources: 'text[]',
  key: 'text',
  expiresAt: 'timestamptz',
  now: 'timestamptz',
} as const

/** It stays, and holds longer. */
const staying = gatheredChange(family, useTypes, (db: QueryCreator<WithAskers>, place: PlaceOf<Use>) =>
  using(db, place, {}),
)

const succeeding = gatheredChange(
  family,
  { ...useTypes, successorHash: 'text', successorSealed: 'text' },
  (db: QueryCreator<WithAskers>, place: PlaceOf<Use & Successor>) =>
    using(db, place as PlaceOf<Use>, {
      previous_hash: sql.ref('family.token_hash'),
      token_hash: place('successorHash'),
      successor_sealed: place('successorSealed'),
      issued_at: place('now'),
    }),
)

export const refreshTokens = (db: Executor) => ({
  find: async (familyHash: Hash): Promise<RefreshTokenFamily | undefined> => {
    const row = await finding(db, { familyHash })
    if (!row) return undefined
    const { user, rest } = withUser(row)
    const { tokenHash, tokenIssuedAt, tokenExpiresAt, previousHash, successorSealed, ...grant } = rest
    return {
      family: {
        familyHash,
        grantId: grant.id,
        tokenHash,
        issuedAt: tokenIssuedAt,
        expiresAt: tokenExpiresAt,
        previousHash,
        successorSealed,
      },
      grant: { ...grant, user },
    }
  },

  /**
   * Takes the current token of a family for a new answer: its successor takes its place (RFC 9700 §4.14.2), or, without
   * one, it stays and holds longer. One statement, whose predicate is the whole proof; of concurrent calls with a
   * successor exactly one does it.
   *
   * @returns the grant, or undefined if anything was not as it must be.
   */
  use: async (
    presented: PresentedRefreshToken,
    asked: {
      readonly applicationId: ApplicationId
      readonly scopes: readonly string[]
      /** All that are registered: a grant for resources holds as long as one of them is. */
      readonly resources: readonly string[]
      /** The key whose possession was proved. */
      readonly confirmation: Confirmation | undefined
    },
    {
      successor,
      expiresAt,
    }: {
      readonly successor: { readonly hash: Hash; readonly sealed: string } | undefined
      readonly expiresAt: Date
    },
    now: Date,
  ): Promise<HeldGrant | undefined> => {
    const use: Use = {
      ...presented,
      applicationId: asked.applicationId,
      scopes: [...asked.scopes],
      resources: [...asked.resources],
      key: keyOf(asked.confirmation),
      ...{ expiresAt, now },
    }
    const row = successor
      ? await succeeding(db, {
          ...use,
          successorHash: successor.hash,
          successorSealed: successor.sealed,
        })
      : await staying(db, use)
    if (!row) return undefined
    const { user, rest } = withUser(row)
    return { ...rest, user, membershipHolds: true }
  },
})

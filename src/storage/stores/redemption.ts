import { type Expression, type QueryCreator, sql } from 'kysely'
import type { Confirmation, GrantTerms } from '../../protocol/grant-terms.ts'
import type { ApplicationId, ConsentId, GrantId, SessionId } from '../../protocol/identifiers.ts'
import { isGoneMeanwhile } from '../../system/failure-code.ts'
import type { Camelized } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { type ChangedRow, gatheredChange, type TypesOf, type WithAskers } from '../gathered.ts'
import type { Hash } from '../schema.ts'
import type { PlaceOf } from '../statement.ts'
import { bindingOf, type HeldGrant, membershipHolds, userColumns, withUser } from './authorization-grants.ts'

/*
 * What a code, of a browser or of a device, comes to when it is redeemed: a grant, its refresh token where there is one,
 * and the note that the session signed in to the application. All in the statement that redeems it. An authorization that
 * is answered with tokens at once comes to the same, without a code before it.
 */

/** What the part of the statement that is named `redeemed` returns: the code that is used up by it, or what needs none. */
interface RedeemedRow {
  readonly asker: string
  readonly grant_id: GrantId
  readonly consent_id: ConsentId
  readonly session_id: SessionId
  readonly scopes: string[]
  readonly nonce: string | null
  readonly authenticated_at: Date
  readonly amr: string[]
  readonly terms: GrantTerms | null
}

export type Redeemed = Camelized<Omit<RedeemedRow, 'asker'>> &
  Pick<HeldGrant, 'user' | 'organizationId' | 'consentedScopes'>

export interface NewGrant {
  readonly expiresAt: Date
  readonly offlineExpiresAt: Date
  /** The key that its refresh tokens are bound to. */
  readonly confirmation: Confirmation | undefined
  /** There are no bearer tokens of it. */
  readonly isKeyed: boolean
  /** The application is to be told when the session ends. */
  readonly hearsOfLogout: boolean
}

export interface FirstRefreshToken {
  readonly familyHash: Hash
  readonly hash: Hash
  readonly expiresAt: Date
}

/** The consent is there, of that application, and its user may still act for its organization. */
export const consentHolds = (consentId: Expression<unknown>, applicationId: Expression<ApplicationId>) =>
  sql<boolean>`exists (select from consent
    where consent.id = ${consentId} and consent.application_id = ${applicationId}
      and ${membershipHolds(sql.ref('consent.user_id'), sql.ref('consent.organization_id'))})`

export const sessionHolds = (sessionId: Expression<unknown>, now: Expression<Date>) =>
  sql<boolean>`exists (select from session where session.id = ${sessionId} and session.expires_at > ${now})`

/** What every redemption is given, besides that by which it finds what it redeems. */
export interface RedemptionValues {
  readonly applicationId: ApplicationId
  readonly now: Date
  readonly expiresAt: Date
  readonly offlineExpiresAt: Date
  readonly binding: string
  readonly hearsOfLogout: boolean
  readonly familyHash: Hash | null
  readonly refreshTokenHash: Hash | null
  readonly refreshTokenExpiresAt: Date | null
  readonly hasRefreshToken: boolean
}

const redemptionTypes: TypesOf<RedemptionValues> = {
  applicationId: 'text',
  now: 'timestamptz',
  expiresAt: 'timestamptz',
  offlineExpiresAt: 'timestamptz',
  binding: 'text',
  hearsOfLogout: 'boolean',
  familyHash: 'text',
  refreshTokenHash: 'text',
  refreshTokenExpiresAt: 'timestamptz',
  hasRefreshToken: 'boolean',
}

/** @param refreshToken for offline_access; undefined where there cannot be one. */
export const redemptionValues = (
  applicationId: ApplicationId,
  grant: NewGrant,
  refreshToken: FirstRefreshToken | undefined,
  now: Date,
): RedemptionValues => ({
  ...{ applicationId, now },
  expiresAt: grant.expiresAt,
  offlineExpiresAt: grant.offlineExpiresAt,
  binding: bindingOf(grant),
  hearsOfLogout: grant.hearsOfLogout,
  familyHash: refreshToken?.familyHash ?? null,
  refreshTokenHash: refreshToken?.hash ?? null,
  refreshTokenExpiresAt: refreshToken?.expiresAt ?? null,
  hasRefreshToken: refreshToken !== undefined,
})

/**
 * A statement that begins with `redeemed`, to its end.
 *
 * @returns what runs it, which returns undefined if nothing was redeemed.
 */
export const redemption = <Values extends RedemptionValues>(
  changed: NoInfer<ChangedRow<Values>> | undefined,
  types: NoInfer<TypesOf<Omit<Values, keyof RedemptionValues>>>,
  begin: (db: QueryCreator<WithAskers>, place: PlaceOf<Values>) => QueryCreator<WithRedeemed>,
): ((db: Executor, values: Values) => Promise<Redeemed | undefined>) => {
  const redeeming = gatheredChange(
    changed,
    { ...redemptionTypes, ...types } as TypesOf<Values>,
    (db: QueryCreator<WithAskers>, place: PlaceOf<Values>) =>
      end(begin(db, place), place as PlaceOf<RedemptionValues>),
  )
  return async (db, values) => {
    try {
      const row = await redeeming(db, values)
      if (!row) return undefined
      const { user, rest } = withUser(row)
      return { ...rest, user }
    } catch (error) {
      // The consent or session ended between two looks of one statement at them.
      if (isGoneMeanwhile(error)) return undefined
      throw error
    }
  }
}

type WithRedeemed = WithAskers & { redeemed: RedeemedRow }

const end = (redeeming: QueryCreator<WithRedeemed>, place: PlaceOf<RedemptionValues>) =>
  redeeming
    .with('granted', (query) =>
      query
        .insertInto('authorization_grant')
        .columns([
          'id',
          'consent_id',
          'session_id',
          'scopes',
          'authenticated_at',
          'amr',
          'created_at',
          'expires_at',
          'terms',
        ])
        .expression((from) =>
          from
            .selectFrom('redeemed')
            .innerJoin('asked', 'asked.asker', 'redeemed.asker')
            .select([
              'grant_id',
              'consent_id',
              'session_id',
              'redeemed.scopes',
              'redeemed.authenticated_at',
              'redeemed.amr',
              place('now').as('created_at'),
              sql<Date>`case when 'offline_access' = any(redeemed.scopes)
                  then ${place('offlineExpiresAt')} else ${place('expiresAt')} end`.as('expires_at'),
              'redeemed.terms',
            ])
            // As whoever ends many sessions locks them.
            .orderBy('redeemed.session_id'),
        ),
    )
    .with('first', (query) =>
      query
        .insertInto('refresh_token')
        .columns(['family_hash', 'grant_id', 'token_hash', 'issued_at', 'expires_at'])
        .expression((from) =>
          from
            .selectFrom('redeemed')
            .innerJoin('asked', 'asked.asker', 'redeemed.asker')
            .select([
              sql<string>`${place('familyHash')}`.as('family_hash'),
              'grant_id',
              sql<string>`${place('refreshTokenHash')}`.as('token_hash'),
              place('now').as('issued_at'),
              sql<Date>`${place('refreshTokenExpiresAt')}`.as('expires_at'),
            ])
            // OIDC Core §11: a refresh token is for offline_access.
            .where(sql<boolean>`'offline_access' = any(redeemed.scopes)`)
            .where(place('hasRefreshToken')),
        ),
    )
    // OIDC Back-Channel Logout §2.1: the provider has to keep track of the applications a session signed in to.
    .with('signed_in', (query) =>
      query
        .insertInto('session_application')
        .columns(['session_id', 'application_id'])
        .expression((from) =>
          from
            .selectFrom('redeemed')
            .innerJoin('asked', 'asked.asker', 'redeemed.asker')
            .select(['session_id', place('applicationId').as('application_id')])
            .where(place('hearsOfLogout'))
            .orderBy('redeemed.session_id'),
        )
        .onConflict((conflict) => conflict.doNothing()),
    )
    .selectFrom('redeemed')
    .innerJoin('consent', 'consent.id', 'redeemed.consent_id')
    .innerJoin('user', 'user.id', 'consent.user_id')
    .select([
      'redeemed.asker',
      'redeemed.grant_id',
      'redeemed.consent_id',
      'redeemed.session_id',
      'redeemed.scopes',
      'redeemed.nonce',
      'redeemed.authenticated_at',
      'redeemed.amr',
      'redeemed.terms',
      'consent.organization_id',
      'consent.scopes as consented_scopes',
      ...userColumns,
    ])

import { type Expression, sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { ChosenClaims } from '../../protocol/consent-option.ts'
import { type ScopesByPlace, scopesAtEach } from '../../protocol/consent-places.ts'
import type { AuthorizationDetail } from '../../protocol/grant-terms.ts'
import type { ApplicationId, ConsentId, OrganizationId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { gatheredReading } from '../gathered.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { PlaceOf } from '../statement.ts'
import { noteUses } from '../uses.ts'
import type { ActiveMembership } from './memberships.ts'

export type ConsentRecord = Domain<'consent'>

export interface ConsentInUse extends ConsentRecord {
  readonly isOffline: boolean
}

/** What a user agreed to, in the name of which organization. */
export interface GivenConsent {
  readonly id: ConsentId
  readonly organizationId: OrganizationId | null
  readonly scopes: readonly string[]
  /** Which of these where. */
  readonly scopesByPlace: ScopesByPlace
  /** What was left out of what the application asked for, where; null: never anything. */
  readonly declinedByPlace: ScopesByPlace | null
  readonly authorizationDetails: readonly AuthorizationDetail[]
  /** As the last answer has it (Standalone). */
  readonly chosenClaims: ChosenClaims | null
}

/** Where a user stands with an application. */
export interface Standing {
  /** By name of the organization. */
  readonly memberships: readonly ActiveMembership[]
  readonly consents: readonly GivenConsent[]
}

const ROWS_AT_ONCE = 10_000

/** Of one consent. Each is read at each sign-in; whoever asks for more is asked about the oldest again. */
const MAXIMUM_DETAILS = 50

/** A version that knew of no resources left it out. */
const scopesByPlace = sql<ScopesByPlace>`coalesce(
  consent.scopes_by_place, jsonb_build_object('', to_jsonb(consent.scopes)))`

/** Two of them joined, without what a third one holds: the last answer counts. */
const joinedByPlace = (
  before: Expression<unknown>,
  added: Expression<unknown>,
  removed: Expression<unknown>,
) =>
  sql<string>`(
    select jsonb_object_agg(place, scopes)
      from (select place,
                   coalesce(jsonb_agg(distinct scope) filter (
                     where scope is not null and not coalesce(${removed} -> place @> scope, false)), '[]') as scopes
              from (select key, value from jsonb_each(${before})
                    union all select key, value from jsonb_each(${added})) as given(place, there)
              left join lateral jsonb_array_elements(there) as one(scope) on true
             group by place) as joined)`

const agreedByPlace = joinedByPlace(
  scopesByPlace,
  sql.ref('excluded.scopes_by_place'),
  sql.ref('excluded.declined_by_place'),
)

type Standers = { readonly userId: UserId; readonly applicationId: ApplicationId }

const reading = gatheredReading({ userId: 'text', applicationId: 'text' }, (db, place: PlaceOf<Standers>) =>
  db.selectNoFrom((expression) => [
    jsonArrayFrom(
      expression
        .selectFrom('organization_membership as membership')
        .innerJoin('organization', 'organization.id', 'membership.organization_id')
        .select(['organization.id as organizationId', 'organization.name as organizationName'])
        .where('membership.user_id', '=', place('userId'))
        .where('membership.status', '=', 'active')
        .orderBy('organization.name')
        .orderBy('organization.id'),
    ).as('memberships'),
    jsonArrayFrom(
      expression
        .selectFrom('consent')
        .select([
          'consent.id',
          'consent.organization_id as organizationId',
          'consent.scopes',
          scopesByPlace.as('scopesByPlace'),
          'consent.declined_by_place as declinedByPlace',
          'consent.authorization_details as authorizationDetails',
          'consent.chosen_claims as chosenClaims',
        ])
        .where('consent.user_id', '=', place('userId'))
        .where('consent.application_id', '=', place('applicationId')),
    ).as('consents'),
  ]),
)

export const consents = (db: Executor) => ({
  /** What a user may act for and has agreed to with an application, in one read. */
  standing: async (userId: UserId, applicationId: ApplicationId): Promise<Standing> => {
    const row = await reading(db, { userId, applicationId })
    if (row === undefined) throw new Error('The statement has no row.')
    return row
  },

  /**
   * Adds to what was granted before, under the ID of the first time: all these scopes at all these resources, and none of
   * those declined. Nothing agreed to twice is lost; of details the oldest go when there are too many. What was chosen
   * besides is what the last answer says, and nothing of those before.
   */
  grant: async ({
    authorizationDetails,
    chosenClaims,
    declinedScopes = [],
    ...consent
  }: Omit<ConsentRecord, 'scopesByPlace' | 'declinedByPlace' | 'lastUsedAt'> & {
    readonly declinedScopes?: readonly string[]
  }): Promise<ConsentRecord> => {
    const row = await db
      .insertInto('consent')
      .values({
        ...snakeCase(consent),
        authorization_details: json(authorizationDetails),
        chosen_claims: chosenClaims && json(chosenClaims),
        scopes_by_place: json(scopesAtEach(consent.scopes, consent.resources)),
        declined_by_place:
          declinedScopes.length > 0 ? json(scopesAtEach(declinedScopes, consent.resources)) : null,
      })
      .onConflict((conflict) =>
        conflict.columns(['user_id', 'application_id', 'organization_id']).doUpdateSet({
          scopes: sql<string[]>`coalesce(
            (select array_agg(distinct scope)
               from jsonb_each(${agreedByPlace}) as agreed(place, there), jsonb_array_elements_text(there) as scope),
            '{}')`,
          resources: sql<string[]>`coalesce(
            (select array_agg(distinct uri) from unnest(consent.resources || excluded.resources) as uri), '{}')`,
          authorization_details: sql<string>`coalesce(
            (select jsonb_agg(detail order by place)
               from (select detail, max(place) as place
                       from jsonb_array_elements(consent.authorization_details || excluded.authorization_details)
                            with ordinality as each_one(detail, place)
                      group by detail order by max(place) desc limit ${sql.lit(MAXIMUM_DETAILS)}) as kept),
            '[]')`,
          scopes_by_place: agreedByPlace,
          // Where nothing was ever declined the column stays null, and out of its index.
          declined_by_place: sql<string>`case
            when consent.declined_by_place is null then excluded.declined_by_place
            else ${joinedByPlace(
              sql.ref('consent.declined_by_place'),
              sql`coalesce(excluded.declined_by_place, '{}')`,
              sql.ref('excluded.scopes_by_place'),
            )} end`,
          chosen_claims: sql.ref('excluded.chosen_claims'),
          updated_at: consent.updatedAt,
        }),
      )
      .returningAll()
      .executeTakeFirstOrThrow()
    return camelize(row)
  },

  /** What a user agreed to, or was agreed to in the name of an organization or with an application; by creation. */
  page: async (
    of:
      | { readonly userId: UserId }
      | { readonly organizationId: OrganizationId }
      | { readonly applicationId: ApplicationId },
    page: Page,
  ): Promise<PageOfRows<ConsentRecord>> => {
    const all = db.selectFrom('consent').selectAll()
    const query =
      'userId' in of
        ? all.where('user_id', '=', of.userId)
        : 'organizationId' in of
          ? all.where('organization_id', '=', of.organizationId)
          : all.where('application_id', '=', of.applicationId)
    return mapPage(await pageRows(query, 'consent.id', ({ id }) => id, page), camelize)
  },

  /** With whose each is, by their address. */
  ofApplication: async (
    applicationId: ApplicationId,
    page: Page,
  ): Promise<PageOfRows<ConsentRecord & { readonly userEmail: string }>> => {
    const query = db
      .selectFrom('consent')
      .innerJoin('user', 'user.id', 'consent.user_id')
      .selectAll('consent')
      .select('user.email as user_email')
      .where('consent.application_id', '=', applicationId)
    return mapPage(await pageRows(query, 'consent.id', ({ id }) => id, page), camelize)
  },

  /**
   * What a user agreed to and may want to take back, with whether anything they granted by it goes on without them: with the
   * operator's own applications only what does, since nobody was asked and the rest ends with the session.
   */
  ofUser: async (userId: UserId, now: Date, page: Page): Promise<PageOfRows<ConsentInUse>> => {
    const wanted = inUse(db, userId, now)
      .innerJoin('application', 'application.id', 'consent.application_id')
      .where((expression) =>
        expression.or([expression('application.is_first_party', '=', false), goesOn(now)]),
      )
    return mapPage(await pageRows(wanted, 'consent.id', ({ id }) => id, page), camelize)
  },

  /** One of these. */
  oneOfUser: async (userId: UserId, id: ConsentId, now: Date): Promise<ConsentInUse | undefined> =>
    camelizeOptional(await inUse(db, userId, now).where('consent.id', '=', id).executeTakeFirst()),

  /** Withdraws it; somebody else's is none. */
  withdrawOne: async (userId: UserId, id: ConsentId): Promise<ConsentRecord | undefined> =>
    camelizeOptional(
      await db
        .deleteFrom('consent')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .returningAll()
        .executeTakeFirst(),
    ),

  /**
   * Withdraws all that a user agreed to with an application, in whose name soever; every grant and token that stands
   * on it goes with it.
   */
  withdraw: async (userId: UserId, applicationId: ApplicationId): Promise<ConsentRecord[]> => {
    const rows = await db
      .deleteFrom('consent')
      .where('user_id', '=', userId)
      .where('application_id', '=', applicationId)
      .returningAll()
      .execute()
    return rows.map(camelize)
  },

  /** The same of all that a user ever agreed to. */
  withdrawAllOf: async (userId: UserId): Promise<ConsentRecord[]> =>
    (await db.deleteFrom('consent').where('user_id', '=', userId).returningAll().execute()).map(camelize),

  used: (uses: ReadonlyMap<ConsentId, Date>): Promise<void> => noteUses(db, 'consent', uses),

  /** The same of all that anybody agreed to with an application. */
  withdrawFrom: async (applicationId: ApplicationId): Promise<void> => {
    await db.deleteFrom('consent').where('application_id', '=', applicationId).execute()
  },

  /** The same of all that a user agreed to in the name of an organization, with whatever application. */
  withdrawInNameOf: async (userId: UserId, organizationId: OrganizationId): Promise<ConsentRecord[]> => {
    const rows = await db
      .deleteFrom('consent')
      .where('user_id', '=', userId)
      .where('organization_id', '=', organizationId)
      .returningAll()
      .execute()
    return rows.map(camelize)
  },

  /**
   * Takes a scope out of all that was agreed to, or declined. In parts, along the primary key: there may be millions, and a
   * statement has seconds. (`@>` is what the index on scopes can answer.)
   */
  loseScope: async (scope: string, now: Date, rowsAtOnce = ROWS_AT_ONCE): Promise<void> => {
    const without = (column: string) => sql`(
      select jsonb_object_agg(key, value - ${scope}::text) from jsonb_each(${sql.ref(column)}))`
    await inParts((last) =>
      sql<{ last: string | null }>`
        with part as (
          select id from consent
           where id > ${last} and scopes @> array[${scope}]::text[]
           order by id limit ${sql.lit(rowsAtOnce)}),
        narrowed as (
          update consent
             set scopes = array_remove(scopes, ${scope}),
                 scopes_by_place = ${without('scopes_by_place')},
                 updated_at = ${now}::timestamptz
            from part where consent.id = part.id)
        select max(id) as last from part`.execute(db),
    )
    // What was declined under this name is no answer to another permission that gets it.
    await inParts((last) =>
      sql<{ last: string | null }>`
        with part as (
          select id from consent
           where id > ${last} and declined_by_place is not null
           order by id limit ${sql.lit(rowsAtOnce)}),
        narrowed as (
          update consent set declined_by_place = ${without('declined_by_place')}
            from part where consent.id = part.id)
        select max(id) as last from part`.execute(db),
    )
  },
})

const inParts = async (
  part: (last: string) => Promise<{ readonly rows: readonly { readonly last: string | null }[] }>,
): Promise<void> => {
  for (let last: string | null = ''; last !== null; ) {
    const { rows } = await part(last)
    last = rows[0]?.last ?? null
  }
}

const goesOn = (now: Date) =>
  sql<boolean>`exists (select from authorization_grant held
    where held.consent_id = consent.id and held.revoked_at is null and held.expires_at > ${now}
      and 'offline_access' = any(held.scopes))`

const inUse = (db: Executor, userId: UserId, now: Date) =>
  db
    .selectFrom('consent')
    .selectAll('consent')
    .select(goesOn(now).as('is_offline'))
    .where('consent.user_id', '=', userId)

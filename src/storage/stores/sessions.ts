import { sql, type Updateable } from 'kysely'
import type { ClientMetadata } from '../../protocol/client-metadata.ts'
import type { ClientId, OrganizationId, SessionId, UserId } from '../../protocol/identifiers.ts'
import { camelize, camelizeOptional, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { gatheredReading } from '../gathered.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { Hash, Schema } from '../schema.ts'
import type { PlaceOf } from '../statement.ts'
import { noteUses } from '../uses.ts'
import { queueLogouts } from './logout-deliveries.ts'

export type SessionRecord = Domain<'session'>

/** A live browser session and whose it is. */
export interface LiveSession extends SessionRecord {
  readonly email: string
  readonly name: string | null
  readonly firstName: string | null
  readonly lastName: string | null
  readonly locale: string | null
  /** What the operator calls them. */
  readonly externalId: string | null
}

/** An application that hears of the end of a session in the user's browser (OIDC Front-Channel Logout §2). */
export interface FrontChannelApplication {
  /** What it takes to say what the session is called to it (tokens/sid.ts). */
  readonly client: {
    readonly clientId: ClientId
    readonly metadata: ClientMetadata
    readonly redirectUris: readonly { readonly uri: string }[]
    readonly wasDynamicallyRegistered: boolean
  }
  readonly uri: string
  readonly isSessionRequired: boolean | null
}

export interface EndedSession extends SessionRecord {
  readonly frontChannel: readonly FrontChannelApplication[]
}

const reading = gatheredReading(
  { tokenHash: 'text', now: 'timestamptz' },
  (db, place: PlaceOf<{ readonly tokenHash: Hash; readonly now: Date }>) =>
    db
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
        'session.consent_options',
        'session.last_used_at',
        'user.email',
        'user.name',
        'user.first_name',
        'user.last_name',
        'user.locale',
        'user.external_id',
      ])
      .where('session.token_hash', '=', place('tokenHash'))
      .where('session.expires_at', '>', place('now')),
)

type OwnedSession = Pick<SessionRecord, 'id' | 'userId'>

/** Undefined if it has ended or is somebody else's. */
const changeLive = async (
  db: Executor,
  { id, userId }: OwnedSession,
  now: Date | null,
  change: Updateable<Schema['session']>,
): Promise<SessionRecord | undefined> =>
  camelizeOptional(
    await db
      .updateTable('session')
      .set(change)
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .where('expires_at', '>', now)
      .returningAll()
      .executeTakeFirst(),
  )

export const sessions = (db: Executor) => ({
  insert: async ({ consentOptions, ...session }: Omit<SessionRecord, 'lastUsedAt'>): Promise<void> => {
    await db
      .insertInto('session')
      .values({ ...snakeCase(session), consent_options: consentOptions && json(consentOptions) })
      .execute()
  },

  liveByToken: async (tokenHash: Hash, now: Date): Promise<LiveSession | undefined> => {
    const row = await reading(db, { tokenHash, now })
    return row && camelize(row)
  },

  /**
   * The same user has proved once more who they are: the session goes on under a new handle, and with the choices that it
   * offers if there are no others.
   *
   * @returns the session as it is now; undefined if it has ended or is somebody else's.
   */
  renew: (
    session: OwnedSession,
    {
      consentOptions,
      ...renewed
    }: Pick<
      SessionRecord,
      | ('tokenHash' | 'authenticatedAt' | 'amr' | 'expiresAt' | 'ipAddress' | 'userAgent' | 'updatedAt')
      | 'consentOptions'
    >,
  ): Promise<SessionRecord | undefined> =>
    changeLive(db, session, renewed.updatedAt, {
      ...snakeCase(renewed),
      ...(consentOptions && { consent_options: json(consentOptions) }),
    }),

  /** The session goes on as it is, under a new handle. @returns undefined if it has ended or is somebody else's. */
  rehandle: (session: OwnedSession, tokenHash: Hash, now: Date): Promise<SessionRecord | undefined> =>
    changeLive(db, session, now, { token_hash: tokenHash }),

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
  pageOfLive: async (
    userId: UserId,
    now: Date,
    page: Page,
    except?: SessionId,
  ): Promise<PageOfRows<SessionRecord>> =>
    mapPage(
      await pageRows(
        db
          .selectFrom('session')
          .selectAll()
          .where('user_id', '=', userId)
          .where('expires_at', '>', now)
          .$if(except !== undefined, (query) => query.where('id', '!=', except as SessionId)),
        'session.id',
        ({ id }) => id,
        page,
      ),
      camelize,
    ),

  /** Whether there is such a session of that user; it is nobody else's, ever. */
  isOf: async (id: SessionId, userId: UserId): Promise<boolean> =>
    (await db
      .selectFrom('session')
      .select('id')
      .where('id', '=', id)
      .where('user_id', '=', userId)
      .executeTakeFirst()) !== undefined,

  /**
   * Ends it; what was granted without offline access holds no more from here on. Applications that are to hear of it
   * through the back channel have their logout queued in the same statement.
   *
   * @returns what it was, with all it takes to tell those that hear of it in the browser: once it has ended, nothing that
   * has to be read may fail. Undefined if it had ended before.
   */
  end: async (id: SessionId, now: Date): Promise<EndedSession | undefined> => {
    // Whoever redeems a code in it has its key until they are done: the next statement sees what they signed in to.
    await db.selectFrom('session').select('id').where('id', '=', id).forUpdate().execute()
    return camelizeOptional(
      await db
        .with('ended', (query) => query.deleteFrom('session').where('id', '=', id).returningAll())
        .with('queued', () => sql<Record<string, never>>`(${queueLogouts(sql`ended`, now)})`)
        .selectFrom('ended')
        .selectAll('ended')
        .select(
          sql<readonly FrontChannelApplication[]>`coalesce((
            select jsonb_agg(jsonb_build_object(
                'client', jsonb_build_object(
                  'clientId', application.client_id,
                  'metadata', application.metadata,
                  'wasDynamicallyRegistered', application.was_dynamically_registered,
                  'redirectUris', coalesce((
                    select jsonb_agg(jsonb_build_object('uri', registered.uri) order by registered.position)
                      from redirect_uri registered
                     where registered.application_id = application.id), '[]')),
                'uri', application.metadata ->> 'frontchannel_logout_uri',
                'isSessionRequired', application.metadata -> 'frontchannel_logout_session_required' = 'true'))
              from session_application signed_in
              join application on application.id = signed_in.application_id
             where signed_in.session_id = ended.id and application.metadata ? 'frontchannel_logout_uri'), '[]')`.as(
            'front_channel',
          ),
        )
        .executeTakeFirst(),
    )
  },

  used: (uses: ReadonlyMap<SessionId, Date>): Promise<void> => noteUses(db, 'session', uses),

  /** Nobody else ends any of a user's, nor goes on in one, until the end of the transaction. */
  lockAllOf: (userId: UserId): Promise<void> => lockOf(db, userId, {}),

  endAllOf: (userId: UserId, now: Date): Promise<SessionRecord[]> => endOf(db, userId, {}, now),

  /** Of those of one user these: somebody else's is none of them. */
  endSomeOf: (userId: UserId, which: WhichSessions, now: Date): Promise<SessionRecord[]> =>
    endOf(db, userId, which, now),
})

/** All of one user's, unless it says otherwise. */
export interface WhichSessions {
  readonly only?: SessionId | undefined
  readonly except?: SessionId | undefined
}

const isAmong = ({ only, except }: WhichSessions) =>
  sql<boolean>`${only === undefined ? sql`true` : sql`session.id = ${only}`}
    and ${except === undefined ? sql`true` : sql`session.id <> ${except}`}`

/** In the order of their IDs: two that lock the same ones at once wait for each other, and neither for good. */
const lockOf = async (db: Executor, userId: UserId, which: WhichSessions): Promise<void> => {
  await db
    .selectFrom('session')
    .select('id')
    .where('user_id', '=', userId)
    .where(isAmong(which))
    .orderBy('id')
    .forUpdate()
    .execute()
}

const endOf = async (
  db: Executor,
  userId: UserId,
  which: WhichSessions,
  now: Date,
): Promise<SessionRecord[]> => {
  await lockOf(db, userId, which)
  const ended = await db
    .with('ended', (query) =>
      query.deleteFrom('session').where('user_id', '=', userId).where(isAmong(which)).returningAll(),
    )
    .with('queued', () => sql<Record<string, never>>`(${queueLogouts(sql`ended`, now)})`)
    .selectFrom('ended')
    .selectAll()
    .execute()
  return ended.map(camelize)
}

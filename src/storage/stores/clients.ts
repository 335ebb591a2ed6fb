import { sql } from 'kysely'
import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { ApplicationId, ClientId, CredentialId, OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { deleteInParts, ROWS_AT_ONCE } from '../in-parts.ts'
import { mapPage, type Page, type PageOfRows, pageRows } from '../page.ts'
import type { Hash, Row } from '../schema.ts'
import { noteUses } from '../uses.ts'

export type ApplicationRecord = Domain<'application'>

export interface RegisteredUri {
  readonly uri: string
  readonly isDefault: boolean
}

/** An application as the protocol needs it: with where it may be sent back to and how it may prove who it is. */
export interface ClientRecord extends ApplicationRecord {
  readonly redirectUris: readonly RegisteredUri[]
  readonly credentials: readonly {
    readonly id: CredentialId
    readonly secretHash: Hash
    readonly expiresAt: Date | null
  }[]
}

/**
 * What of an application may change; its IDs, type and trust are for good. Whether it is public changes only for one that
 * describes itself anew under its own client ID.
 */
export type ApplicationChanges = Partial<
  Pick<
    ApplicationRecord,
    | 'name'
    | 'description'
    | 'scopes'
    | 'logoUrl'
    | 'logoDarkUrl'
    | 'accessTokenSeconds'
    | 'refreshTokenIdleSeconds'
    | 'jwks'
    | 'jwksUri'
    | 'metadata'
    | 'metadataHash'
    | 'isPublic'
    | 'requirePkce'
  >
> & { readonly updatedAt: Date }

/** Which applications are listed. */
export interface ApplicationFilter {
  readonly organizationId?: OrganizationId | undefined
  readonly wasDynamicallyRegistered?: boolean | undefined
}

export const clients = (db: Executor) => {
  const withParts = () =>
    db
      .selectFrom('application')
      .selectAll('application')
      .select((expression) => [
        jsonArrayFrom(
          expression
            .selectFrom('redirect_uri')
            .select(['uri', 'is_default as isDefault'])
            .whereRef('application_id', '=', 'application.id')
            .orderBy('position'),
        ).as('redirect_uris'),
        jsonArrayFrom(
          expression
            .selectFrom('client_credential')
            .select([
              'client_credential.id',
              'client_credential.secret_hash as secretHash',
              // JSON knows no instants: milliseconds since 1970.
              sql<number | null>`(extract(epoch from client_credential.expires_at) * 1000)::float8`.as(
                'expiresAt',
              ),
            ])
            .whereRef('application_id', '=', 'application.id')
            .orderBy('slot'),
        ).as('credentials'),
      ])

  const insertRedirectUris = async (
    id: ApplicationId,
    redirectUris: readonly RegisteredUri[],
  ): Promise<void> => {
    if (redirectUris.length === 0) return
    await db
      .insertInto('redirect_uri')
      .values(
        redirectUris.map(({ uri, isDefault }, position) => ({
          application_id: id,
          uri,
          is_default: isDefault,
          position,
        })),
      )
      .execute()
  }

  return {
    byClientId: async (clientId: string): Promise<ClientRecord | undefined> => {
      const row = await withParts()
        .where('client_id', '=', clientId as ClientId)
        .executeTakeFirst()
      return row && clientOf(row)
    },

    byId: async (id: ApplicationId): Promise<ClientRecord | undefined> => {
      const row = await withParts().where('id', '=', id).executeTakeFirst()
      return row && clientOf(row)
    },

    /** One that registered itself with this metadata. */
    byMetadataHash: async (metadataHash: Hash): Promise<ClientRecord | undefined> => {
      const row = await withParts().where('metadata_hash', '=', metadataHash).executeTakeFirst()
      return row && clientOf(row)
    },

    byIds: async (ids: readonly ApplicationId[]): Promise<Map<ApplicationId, ClientRecord>> => {
      if (ids.length === 0) return new Map()
      const rows = await withParts().where('id', 'in', ids).execute()
      return new Map(rows.map((row) => [row.id, clientOf(row)]))
    },

    /** By creation. */
    page: async (
      { organizationId, wasDynamicallyRegistered }: ApplicationFilter,
      page: Page,
    ): Promise<PageOfRows<ClientRecord>> => {
      let query = withParts()
      if (organizationId !== undefined) query = query.where('organization_id', '=', organizationId)
      if (wasDynamicallyRegistered !== undefined) {
        query = query.where('was_dynamically_registered', '=', wasDynamicallyRegistered)
      }
      return mapPage(await pageRows(query, 'application.id', ({ id }) => id, page), clientOf)
    },

    /** Whether it exists; if so, it goes on existing until the end of the transaction. */
    hold: async (id: ApplicationId): Promise<boolean> => {
      const row = await db
        .selectFrom('application')
        .select('id')
        .where('id', '=', id)
        .forKeyShare()
        .executeTakeFirst()
      return row !== undefined
    },

    /** Whether it exists; if so, nobody else changes it until the end of the transaction. */
    lock: async (id: ApplicationId): Promise<boolean> => {
      const row = await db
        .selectFrom('application')
        .select('id')
        .where('id', '=', id)
        .forNoKeyUpdate()
        .executeTakeFirst()
      return row !== undefined
    },

    /** The one of that client ID, if it exists; then nobody else changes it until the end of the transaction. */
    lockByClientId: async (clientId: ClientId): Promise<ApplicationId | undefined> => {
      const row = await db
        .selectFrom('application')
        .select('id')
        .where('client_id', '=', clientId)
        .forNoKeyUpdate()
        .executeTakeFirst()
      return row?.id
    },

    update: async (id: ApplicationId, changes: ApplicationChanges): Promise<void> => {
      const { jwks, metadata, ...others } = changes
      await db
        .updateTable('application')
        .set({
          ...snakeCase(others),
          ...(jwks !== undefined && { jwks: jwks && json(jwks) }),
          ...(metadata && { metadata: json(metadata) }),
        })
        .where('id', '=', id)
        .execute()
    },

    replaceRedirectUris: async (id: ApplicationId, redirectUris: readonly RegisteredUri[]): Promise<void> => {
      await db.deleteFrom('redirect_uri').where('application_id', '=', id).execute()
      await insertRedirectUris(id, redirectUris)
    },

    /** The applications of an organization, or (null) the operator's own; the newest first. */
    ofOrganization: async (organizationId: OrganizationId | null): Promise<ClientRecord[]> => {
      const rows = await withParts()
        .where('organization_id', 'is not distinct from', organizationId)
        .orderBy('id', 'desc')
        .execute()
      return rows.map(clientOf)
    },

    countOf: async (organizationId: OrganizationId): Promise<number> => {
      const { count } = await db
        .selectFrom('application')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('organization_id', '=', organizationId)
        .executeTakeFirstOrThrow()
      return Number(count)
    },

    insert: async (application: ApplicationRecord, redirectUris: readonly RegisteredUri[]): Promise<void> => {
      await db.insertInto('application').values(rowOf(application)).execute()
      await insertRedirectUris(application.id, redirectUris)
    },

    /**
     * Unless one with the same client ID or metadata hash is there; of several at once one is inserted.
     *
     * @returns whether it was.
     */
    insertUnlessRegistered: async (
      application: ApplicationRecord,
      redirectUris: readonly RegisteredUri[],
    ): Promise<boolean> => {
      const inserted = await db
        .insertInto('application')
        .values(rowOf(application))
        .onConflict((conflict) => conflict.doNothing())
        .returning('id')
        .executeTakeFirst()
      if (inserted) await insertRedirectUris(application.id, redirectUris)
      return inserted !== undefined
    },

    /**
     * Some of those that registered themselves, were last used before the instant, and that no user has agreed to. Nobody
     * uses or agrees to them until the end of the transaction; those that somebody is about to are passed over.
     */
    lockUnused: async (before: Date, limit: number): Promise<ApplicationId[]> => {
      const { rows } = await sql<{ id: ApplicationId }>`
        select id from application
         where was_dynamically_registered and coalesce(last_used_at, created_at) < ${before}
           and not exists (select from consent where consent.application_id = application.id)
         limit ${limit} for update skip locked`.execute(db)
      return rows.map(({ id }) => id)
    },

    /** Of those locked: a consent of the moment before the lock is seen by this statement, and not by the one that locked. */
    deleteUnused: async (ids: readonly ApplicationId[]): Promise<ApplicationId[]> => {
      if (ids.length === 0) return []
      const rows = await db
        .deleteFrom('application')
        .where('id', 'in', ids)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('consent').select('id').whereRef('application_id', '=', 'application.id'))),
        )
        .returning('id')
        .execute()
      return rows.map(({ id }) => id)
    },

    used: (uses: ReadonlyMap<ApplicationId, Date>): Promise<void> => noteUses(db, 'application', uses),

    /** Takes a scope from all that may ask for it. @returns whose it was. */
    loseScope: async (scope: string, now: Date): Promise<ClientId[]> => {
      const rows = await db
        .updateTable('application')
        .set({ scopes: sql`array_remove(scopes, ${scope})`, updated_at: now })
        .where(sql<boolean>`scopes @> array[${scope}]::text[]`)
        .returning('client_id')
        .execute()
      return rows.map(({ client_id }) => client_id)
    },

    /** Its credentials, consents and all that was granted to it go with it. */
    delete: async (id: ApplicationId, rowsAtOnce = ROWS_AT_ONCE): Promise<boolean> => {
      await deleteInParts(db, { table: 'consent', column: 'application_id', value: id }, rowsAtOnce)
      const { numDeletedRows } = await db.deleteFrom('application').where('id', '=', id).executeTakeFirst()
      return numDeletedRows > 0n
    },
  }
}

const rowOf = (application: ApplicationRecord) => ({
  ...snakeCase(application),
  jwks: application.jwks && json(application.jwks),
  metadata: json(application.metadata),
})

interface ClientRow extends Row<'application'> {
  readonly redirect_uris: readonly RegisteredUri[]
  readonly credentials: readonly {
    readonly id: CredentialId
    readonly secretHash: Hash
    readonly expiresAt: number | null
  }[]
}

const clientOf = (row: ClientRow): ClientRecord => ({
  ...camelize(row),
  credentials: row.credentials.map(({ expiresAt, ...credential }) => ({
    ...credential,
    expiresAt: expiresAt === null ? null : new Date(expiresAt),
  })),
})

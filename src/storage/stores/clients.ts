import { jsonArrayFrom } from 'kysely/helpers/postgres'
import type { ApplicationId, ClientId, CredentialId, OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, type Domain, json, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'

export type ApplicationRecord = Domain<'application'>

export interface RegisteredUri {
  readonly uri: string
  readonly isDefault: boolean
}

/** An application as the protocol needs it: with where it may be sent back to and how it may prove who it is. */
export interface ClientRecord extends ApplicationRecord {
  readonly redirectUris: readonly RegisteredUri[]
  readonly credentials: readonly { readonly id: CredentialId; readonly secretHash: Hash }[]
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
            .select(['client_credential.id', 'client_credential.secret_hash as secretHash'])
            .whereRef('application_id', '=', 'application.id')
            .orderBy('slot'),
        ).as('credentials'),
      ])

  return {
    byClientId: async (clientId: string): Promise<ClientRecord | undefined> => {
      const row = await withParts()
        .where('client_id', '=', clientId as ClientId)
        .executeTakeFirst()
      return row && camelize(row)
    },

    /** The applications of an organization, or (null) the operator's own; the newest first. */
    ofOrganization: async (organizationId: OrganizationId | null): Promise<ClientRecord[]> => {
      const rows = await withParts()
        .where('organization_id', 'is not distinct from', organizationId)
        .orderBy('id', 'desc')
        .execute()
      return rows.map(camelize)
    },

    insert: async (application: ApplicationRecord, redirectUris: readonly RegisteredUri[]): Promise<void> => {
      await db
        .insertInto('application')
        .values({ ...snakeCase(application), jwks: application.jwks && json(application.jwks) })
        .execute()
      if (redirectUris.length === 0) return
      await db
        .insertInto('redirect_uri')
        .values(
          redirectUris.map(({ uri, isDefault }, position) => ({
            application_id: application.id,
            uri,
            is_default: isDefault,
            position,
          })),
        )
        .execute()
    },

    /** Its credentials, consents and all that was granted to it go with it. */
    delete: async (id: ApplicationId): Promise<boolean> =>
      (await db.deleteFrom('application').where('id', '=', id).executeTakeFirst()).numDeletedRows > 0n,
  }
}

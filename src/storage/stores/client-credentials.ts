import { sql } from 'kysely'
import type { ApplicationId, ClientId, CredentialId, OrganizationId } from '../../protocol/identifiers.ts'
import { camelize, type Domain, snakeCase } from '../codecs.ts'
import type { Executor } from '../executor.ts'
import { noteUses } from '../uses.ts'

export type CredentialRecord = Domain<'client_credential'>

/** What is kept of a credential; its slot is found at insertion. */
export type NewCredential = Omit<CredentialRecord, 'slot' | 'lastUsedAt'>

/** A credential, and whose it is. */
export interface OwnedCredential extends CredentialRecord {
  readonly clientId: ClientId
  readonly organizationId: OrganizationId | null
}

export const MAXIMUM_CREDENTIALS = 5

const ownerColumns = ['application.client_id', 'application.organization_id'] as const

export const clientCredentials = (db: Executor) => ({
  /**
   * Takes a free slot of an application that is held. Two that choose the same slot at once: one is turned away by the unique
   * index and looks again, so that at most five ever exist and none is refused while a slot is free.
   *
   * @returns false if all slots are taken.
   */
  insert: async (credential: NewCredential): Promise<boolean> => {
    for (let attempt = 0; attempt <= MAXIMUM_CREDENTIALS; attempt++) {
      const { numAffectedRows } = await sql`
        insert into client_credential
          (id, application_id, slot, secret_hash, hint, name, expires_at, created_at, updated_at)
        select ${credential.id}, ${credential.applicationId}, free.slot, ${credential.secretHash}, ${credential.hint},
               ${credential.name}, ${credential.expiresAt}::timestamptz,
               ${credential.createdAt}::timestamptz, ${credential.updatedAt}::timestamptz
          from generate_series(1, ${sql.lit(MAXIMUM_CREDENTIALS)}) as free(slot)
         where not exists (
           select from client_credential taken
            where taken.application_id = ${credential.applicationId} and taken.slot = free.slot)
         order by free.slot
         limit 1
        on conflict (application_id, slot) do nothing`.execute(db)
      if ((numAffectedRows ?? 0n) > 0n) return true
    }
    return false
  },

  of: async (applicationId: ApplicationId): Promise<CredentialRecord[]> => {
    const rows = await db
      .selectFrom('client_credential')
      .selectAll()
      .where('application_id', '=', applicationId)
      .orderBy('id', 'desc')
      .execute()
    return rows.map(camelize)
  },

  /** The credential, which nobody else changes until the end of the transaction. */
  lock: async (id: CredentialId): Promise<OwnedCredential | undefined> => {
    const row = await db
      .selectFrom('client_credential')
      .innerJoin('application', 'application.id', 'client_credential.application_id')
      .selectAll('client_credential')
      .select(ownerColumns)
      .where('client_credential.id', '=', id)
      .forNoKeyUpdate('client_credential')
      .executeTakeFirst()
    return row && camelize(row)
  },

  /** Of one that is locked. */
  update: async (
    id: CredentialId,
    changes: Pick<CredentialRecord, 'name' | 'expiresAt' | 'updatedAt'>,
  ): Promise<void> => {
    await db.updateTable('client_credential').set(snakeCase(changes)).where('id', '=', id).execute()
  },

  /** @returns what it was, or undefined if there is none of that ID. */
  delete: async (id: CredentialId): Promise<OwnedCredential | undefined> => {
    const row = await db
      .deleteFrom('client_credential')
      .using('application')
      .whereRef('application.id', '=', 'client_credential.application_id')
      .where('client_credential.id', '=', id)
      .returningAll('client_credential')
      .returning(ownerColumns)
      .executeTakeFirst()
    return row && camelize(row)
  },

  used: (uses: ReadonlyMap<CredentialId, Date>): Promise<void> => noteUses(db, 'client_credential', uses),
})

import { sql } from 'kysely'
import type { Identifier } from '../../protocol/identifiers.ts'
import type { Executor } from '../executor.ts'

/** Things that people edit at the same time, and their tables. */
const tables = {
  application: 'application',
  organization: 'organization',
  user: 'user',
  membership: 'organization_membership',
  permission: 'permission',
  role: 'role',
  webhookEndpoint: 'webhook_endpoint',
  identityProvider: 'identity_provider',
  loginUri: 'login_uri',
} as const

export type VersionedKind = keyof typeof tables

export const versions = (db: Executor) => ({
  /** When a thing was changed last; nobody else changes it until the end of the transaction. Undefined: there is none. */
  lock: async <Kind extends VersionedKind>(kind: Kind, id: Identifier<Kind>): Promise<Date | undefined> => {
    const { rows } = await sql<{ updated_at: Date }>`
      select updated_at from ${sql.table(tables[kind])} where id = ${id} for no key update`.execute(db)
    return rows[0]?.updated_at
  },
})

import type { Kysely } from 'kysely'
import type { Schema } from './schema.ts'

/** A database or a transaction: a store cannot tell which, its caller must choose. */
export type Executor = Kysely<Schema>

import { camelize, camelizeOptional, type Domain } from '../codecs.ts'
import type { Executor } from '../executor.ts'

export type JwtTemplateRecord = Omit<Domain<'jwt_template'>, 'singleton'>

const columns = ['content', 'created_at', 'updated_at'] as const

/** There is one, or none. */
export const jwtTemplate = (db: Executor) => ({
  find: async (): Promise<JwtTemplateRecord | undefined> =>
    camelizeOptional(await db.selectFrom('jwt_template').select(columns).executeTakeFirst()),

  save: async (content: string, now: Date): Promise<JwtTemplateRecord> =>
    camelize(
      await db
        .insertInto('jwt_template')
        .values({ content, created_at: now, updated_at: now })
        .onConflict((conflict) => conflict.column('singleton').doUpdateSet({ content, updated_at: now }))
        .returning(columns)
        .executeTakeFirstOrThrow(),
    ),
})

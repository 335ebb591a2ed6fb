import { vi } from 'vitest'
import type { TestApp } from './app.ts'

export interface RecordedStatements extends Disposable {
  /** What requests asked the database for, since the last call. */
  take(): readonly string[]
}

/** Jobs of this node may run at any moment; they are no part of a request. */
const OF_JOBS = /last_used_at|skip locked|signing_key|advisory/

/** Notes down every statement outside of transactions, until it is disposed of. */
export const recordStatements = ({ testDatabase }: Pick<TestApp, 'testDatabase'>): RecordedStatements => {
  const executor = testDatabase.database.kysely.getExecutor()
  const execute = executor.executeQuery.bind(executor)
  let statements: string[] = []
  const spy = vi.spyOn(executor, 'executeQuery').mockImplementation((query, ...others) => {
    statements.push(query.sql)
    return execute(query, ...others)
  })
  return {
    take: () => {
      const taken = statements.filter((text) => !OF_JOBS.test(text))
      statements = []
      return taken
    },
    [Symbol.dispose]: () => spy.mockRestore(),
  }
}

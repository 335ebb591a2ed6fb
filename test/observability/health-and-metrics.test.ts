import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

const answerOf = async (path: string) => {
  const response = await fetch(app.issuer + path)
  return { status: response.status, body: await response.json() }
}

/** What a change breaks; the change is taken back. */
const checksDuring = async (statement: string, undo: string): Promise<unknown> => {
  const { kysely } = app.testDatabase.database
  await sql.raw(statement).execute(kysely)
  // Keys are known for five seconds, should nobody say that they have changed, and for five minutes if need be.
  app.clock.advance(3600)
  try {
    const { status, body } = await answerOf('/readyz')
    expect(status).toBe(503)
    // Alive all the same: a restart would not help.
    expect((await answerOf('/healthz')).status).toBe(200)
    return body
  } finally {
    await sql.raw(undo).execute(kysely)
  }
}

describe('readiness', () => {
  test('tells what was looked at', async () => {
    expect(await answerOf('/readyz')).toEqual({
      status: 200,
      body: { status: 'ready', checks: { database: 'ok', migrations: 'ok', keys: 'ok' } },
    })
  })

  test('names the check that fails, and leaves why to the log', async () => {
    expect(
      await checksDuring(
        `update kysely_migration set name = '9' || name where name = (select max(name) from kysely_migration)`,
        `update kysely_migration set name = substr(name, 2) where name like '9%'`,
      ),
    ).toEqual({ status: 'not ready', checks: { database: 'ok', migrations: 'failed', keys: 'ok' } })
    expect(
      await checksDuring(
        'alter table signing_key rename to signing_key_elsewhere',
        'alter table signing_key_elsewhere rename to signing_key',
      ),
    ).toEqual({ status: 'not ready', checks: { database: 'ok', migrations: 'ok', keys: 'failed' } })
    const reasons = app.logLines.filter((line) => line.includes('"not ready"'))
    expect(reasons.map((line) => (JSON.parse(line) as { check: string }).check)).toEqual([
      'migrations',
      'keys',
    ])
    expect(reasons[0]).toContain('ForeignMigrations')
    expect((await answerOf('/readyz')).status).toBe(200)
  })
})

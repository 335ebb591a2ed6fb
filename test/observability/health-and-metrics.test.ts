import { readFileSync } from 'node:fs'
import { sql } from 'kysely'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import type { QueueState } from '../../src/storage/stores/delivery-queues.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { freePort, startTestApp, type TestApp } from '../support/app.ts'
import { readMetrics, type ToldMetrics } from '../support/metrics.ts'
import { clientToken, obtainTokens, post, redeem, refresh, textOf } from '../support/relying-party.ts'

let app: TestApp
let watching: string
beforeAll(async () => {
  const port = await freePort()
  watching = `http://localhost:${port}`
  app = await startTestApp({ settings: { LATCHKEY_METRICS_PORT: String(port) } })
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

  test('is that to write, too: a primary that was demoted still answers who reads', async () => {
    const { kysely } = app.testDatabase.database
    // Of each connection there may be.
    const every = (value: string) =>
      Promise.all(
        Array.from({ length: 10 }, () =>
          kysely.connection().execute(async (connection) => {
            await sql.raw(`set default_transaction_read_only = ${value}`).execute(connection)
            await sql`select pg_sleep(0.1)`.execute(connection)
          }),
        ),
      )
    await every('on')
    try {
      expect(await answerOf('/readyz')).toEqual({
        status: 503,
        body: { status: 'not ready', checks: { database: 'failed', migrations: 'ok', keys: 'ok' } },
      })
    } finally {
      await every('off')
    }
    expect((await answerOf('/readyz')).status).toBe(200)
  })
})

describe('metrics', () => {
  const PASTED = 'a-token-that-somebody-pasted-into-a-path'
  let told: ToldMetrics
  beforeAll(async () => {
    const user = await app.fixtures.user()
    const web = await app.fixtures.firstParty()
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    const tokens = await obtainTokens(app, web, user, { scope: 'openid offline_access' })
    await refresh(app, web, textOf(tokens, 'refresh_token'))
    await clientToken(app, machine)
    await clientToken(app, machine)
    await clientToken(app, machine, { client_secret: 'wrong' })
    await post(`${app.issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id: PASTED })
    await redeem(app, web, 'unknown')
    await redeem(app, web, 'unknown')
    for (const path of [`/${PASTED}`, `/connect/applications/${PASTED}?x=${PASTED}`]) {
      await (await fetch(app.issuer + path)).text()
    }
    told = await readMetrics(watching)
  })

  test('are on a listener of their own, with health, and nowhere else', async () => {
    expect((await fetch(`${app.issuer}/metrics`)).status).toBe(404)
    expect((await fetch(`${watching}/readyz`)).status).toBe(200)
    expect((await fetch(`${watching}/oauth2/jwks`)).status).toBe(404)
    const response = await fetch(`${watching}/metrics`)
    expect(response.headers.get('content-type')).toMatch(/^text\/plain; version=0\.0\.4/)
    expect(response.headers.get('cache-control')).toBe('no-store')
  })

  test('count requests by the pattern of their route, tokens by grant, refusals by code and check', () => {
    const token = { method: 'POST', route: '/oauth2/token' }
    const requests = 'latchkey_http_request_duration_seconds_count'
    expect(told.value(requests, { ...token, status: '200' })).toBe(4)
    expect(told.value(requests, { ...token, status: '401' })).toBe(2)
    expect(told.value(requests, { ...token, status: '400' })).toBe(2)
    expect(told.value(requests, { route: '(unknown)', status: '404' })).toBe(1)
    expect(told.value(requests, { route: '/connect/applications/:id', status: '401' })).toBe(1)
    const issued = (grant: string) => told.value('latchkey_tokens_issued_total', { grant_type: grant })
    expect([issued('authorization_code'), issued('refresh_token'), issued('client_credentials')]).toEqual([
      1, 1, 2,
    ])
    const refused = (error: string, reason: string) =>
      told.value('latchkey_refusals_total', { endpoint: '/oauth2/token', error, reason })
    expect(refused('invalid_client', 'wrong_credential')).toBe(1)
    expect(refused('invalid_client', 'unknown_client')).toBe(1)
    expect(refused('invalid_grant', 'unknown_grant')).toBe(2)
    expect(told.value('latchkey_outcomes_total', { outcome: 'signed_in' })).toBe(1)
  })

  test('hold nothing that anybody sent', () => {
    expect(told.text).not.toContain(PASTED)
    expect(told.text).not.toContain('client_0')
  })

  test('tell of passwords, connections, caches and keys', () => {
    expect(told.value('latchkey_ready')).toBe(1)
    expect(told.value('latchkey_password_hashing', { state: 'running' })).toBe(0)
    expect(told.value('latchkey_password_hashing', { state: 'waiting' })).toBe(0)
    expect(told.value('latchkey_password_hashing_refused_total')).toBe(0)
    const connections = told.value('latchkey_database_connections', { state: 'idle' })
    if (app.testDatabase.url === undefined) expect(connections).toBeUndefined()
    else expect(connections).toBeGreaterThan(0)
    expect(
      told.value('latchkey_database_statement_duration_seconds_count', { result: 'ok' }),
    ).toBeGreaterThan(0)
    const looked = (result: string) =>
      told.value('latchkey_cache_lookups_total', { cache: 'applications', result })
    expect(looked('hit')).toBeGreaterThan(0)
    expect(looked('miss')).toBeGreaterThan(0)
    expect(told.value('latchkey_cache_entries', { cache: 'applications' })).toBe(2)
    const age = told.value('latchkey_signing_key_age_seconds', { algorithm: 'RS256' }) ?? 0
    const rest = told.value('latchkey_signing_key_rotates_in_seconds', { algorithm: 'RS256' }) ?? 0
    expect(age).toBeGreaterThan(0)
    expect(age + rest).toBeCloseTo(90 * 24 * 3600, 0)
    expect(told.value('process_resident_memory_bytes')).toBeGreaterThan(0)
  })

  test('tell of every job, and when it last succeeded', async () => {
    for (const job of ['rotate-signing-keys', 'sweep-expired', 'flush-usage', 'deliver-mail']) {
      expect(told.value('latchkey_job_interval_seconds', { job })).toBeGreaterThan(0)
      expect(told.value('latchkey_job_last_success_timestamp_seconds', { job })).toBeGreaterThan(0)
    }
    const runs = async () =>
      (await readMetrics(watching)).value('latchkey_job_duration_seconds_count', {
        job: 'deliver-webhooks',
        result: 'ok',
      })
    await expect.poll(runs).toBeGreaterThan(0)
  })

  test('tell of what waits to be sent, and for how long', async () => {
    for (const queue of ['mail', 'webhooks', 'logouts']) {
      expect(told.value('latchkey_queue_waiting', { queue })).toBe(0)
      expect(told.value('latchkey_queue_overdue_seconds', { queue })).toBe(0)
    }
    const now = app.clock.now()
    const mail = (id: string, createdAt: Date) => ({
      ...{ id, recipient: 'somebody@example.com', contentSealed: 'sealed', createdAt },
      expiresAt: addSeconds(now, 600),
    })
    // Taken back, so that no job gets to see it.
    const states = await app
      .transaction(async (stores) => {
        await stores.mails.insert(mail('mail_1', addSeconds(now, -60)))
        await stores.mails.insert(mail('mail_2', now))
        throw new TakenBack(await stores.deliveryQueues.states())
      })
      .catch((error: unknown) => (error instanceof TakenBack ? error.states : Promise.reject(error)))
    expect(states).toContainEqual({
      ...{ queue: 'mail', waiting: 2, oldestAt: addSeconds(now, -60), dueAt: addSeconds(now, -60) },
    })
  })

  test('leave out what the database does not say, and tell the rest', async () => {
    const { kysely } = app.testDatabase.database
    await sql`alter table webhook_delivery rename to webhook_delivery_elsewhere`.execute(kysely)
    try {
      const without = await readMetrics(watching)
      expect(without.value('latchkey_queue_waiting', { queue: 'mail' })).toBeUndefined()
      expect(without.value('latchkey_ready')).toBe(1)
    } finally {
      await sql`alter table webhook_delivery_elsewhere rename to webhook_delivery`.execute(kysely)
    }
  })
})

describe('what is made of them', () => {
  const read = (name: string): string =>
    readFileSync(new URL(`../../docs/operations/${name}`, import.meta.url), 'utf8')

  /** Metrics that an expression names, as `# TYPE` has them: those of a histogram go by one name. */
  const namedIn = (expression: string, known: ReadonlySet<string>): string[] =>
    [...expression.matchAll(/\b(?:latchkey|process|nodejs)_\w+/g)].map(([name]) =>
      known.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, ''),
    )

  test('every metric that the dashboard and the alerts name is told, and every one told is documented', async () => {
    const { names } = await readMetrics(watching)
    const { panels } = JSON.parse(read('grafana-dashboard.json')) as {
      panels: readonly { readonly targets?: readonly { readonly expr: string }[] }[]
    }
    const { groups } = parse(read('alerts.yml')) as {
      groups: readonly { readonly rules: readonly { readonly alert: string; readonly expr: string }[] }[]
    }
    const drawn = panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr))
    const rules = groups.flatMap((group) => group.rules)
    expect(drawn.length).toBeGreaterThan(20)
    expect(rules.length).toBeGreaterThan(10)
    for (const expression of [...drawn, ...rules.map(({ expr }) => expr)]) {
      const named = namedIn(expression, names)
      expect({ expression, unknown: named.filter((name) => !names.has(name)) }).toEqual({
        expression,
        unknown: [],
      })
      // But for the one that asks whether there is anything to scrape.
      expect(named.length > 0 || expression.startsWith('up{')).toBe(true)
    }
    const documentation = read('monitoring.md')
    const own = [...names].filter((name) => name.startsWith('latchkey_'))
    expect(own.filter((name) => !documentation.includes(`\`${name}\``))).toEqual([])
  })

  test('every alert says how bad it is, and what to do', () => {
    const { groups } = parse(read('alerts.yml')) as {
      groups: readonly { readonly rules: readonly unknown[] }[]
    }
    for (const rule of groups.flatMap(({ rules }) => rules)) {
      expect(rule).toMatchObject({
        alert: expect.stringMatching(/^Latchkey[A-Z]/),
        labels: { severity: expect.stringMatching(/^(critical|warning)$/) },
        annotations: { summary: expect.any(String), description: expect.any(String) },
      })
    }
  })
})

class TakenBack extends Error {
  readonly states: readonly QueueState[]

  constructor(states: readonly QueueState[]) {
    super('taken back')
    this.states = states
  }
}

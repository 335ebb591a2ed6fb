import { execFileSync } from 'node:child_process'
import { parseArgs } from 'node:util'
import pg from 'pg'
import { newSigningKeys } from '../fixtures.ts'
import { median, openUsers, percentile, runArrivals, runLoad } from '../load.ts'
import { operations } from '../operations/index.ts'
import type { Operation } from '../operations/operation.ts'
import { positive, whole } from '../options.ts'
import { freePort, type Postgres, startPostgres } from '../postgres.ts'
import { startLatchkey } from '../servers/latchkey.ts'
import type { Target } from '../servers/target.ts'

/*
 * Whether tables stay as large as what is in use: codes and grants are written, as fast as the server is able to or at a
 * share of that, and swept when they have expired. How long a flow takes is measured with and without sweeping.
 */

const usage = `node bench/soak/run.ts [options]

  --minutes <n>  with sweeping (10)
  --before <n>   minutes without, first (2)
  --share <n>    of the peak, as arrivals at a fixed rate; without, each user begins again at once`

const CONCURRENCY = 32
/** Where a flow writes, and what is swept of it. */
const TABLES = ['authorization_code', 'authorization_grant'] as const

const root = new URL('../../', import.meta.url)
/** Bundled as the program is. */
const server = new URL('dist/soak/src/server.js', root)

interface Minute {
  readonly p50: number
  readonly p99: number
  readonly perSecond: number
  readonly written: number
  readonly removed: number
  readonly live: number
  readonly bytes: number
}

const codeFlow = (): Operation => {
  const found = operations.find(({ name }) => name === 'code-flow')
  if (!found) throw new Error('There is no code flow.')
  return found
}

const start = async (postgres: Postgres, name: string, args: readonly string[]): Promise<Target> =>
  startLatchkey(
    {
      port: await freePort(),
      databaseUrl: await postgres.createDatabase(name),
      keys: newSigningKeys('RS256'),
      users: CONCURRENCY,
      profile: undefined,
    },
    { entry: server, args },
  )

const sizeOf = async (client: pg.Client) => {
  const { rows } = await client.query<{ written: number; removed: number; live: number; bytes: number }>(
    `select sum(n_tup_ins)::float8 as written, sum(n_tup_del)::float8 as removed,
            sum(n_live_tup)::float8 as live, sum(pg_total_relation_size(relid))::float8 as bytes
       from pg_stat_user_tables where relname = any($1)`,
    [TABLES],
  )
  if (!rows[0]) throw new Error('There are no statistics.')
  return rows[0]
}

/** @param arrivals a second, by how many go; undefined: each user begins again at once. */
const soak = async (target: Target, minutes: number, arrivals: ((peak: number) => number) | undefined) => {
  const client = new pg.Client(target.databaseUrl)
  client.on('error', () => {})
  await client.connect()
  const cookies: string[] = []
  for (let index = 0; index < CONCURRENCY; index++) cookies.push(await target.signIn(index))
  const operation = codeFlow()
  const users = await openUsers(target, cookies, CONCURRENCY)
  // Until it is as fast as it gets.
  await runLoad(operation, users, 10)
  const peak = await runLoad(operation, users, 10)
  const perSecond = arrivals?.((peak.count * 1000) / peak.elapsedMs)
  const told: Minute[] = []
  let before = await sizeOf(client)
  for (let minute = 0; minute < minutes; minute++) {
    const { latencies, count, elapsedMs } =
      perSecond === undefined
        ? await runLoad(operation, users, 60)
        : await runArrivals(operation, users, { perSecond, seconds: 60 })
    const after = await sizeOf(client)
    told.push({
      p50: percentile(latencies, 0.5),
      p99: percentile(latencies, 0.99),
      perSecond: (count * 1000) / elapsedMs,
      written: after.written - before.written,
      removed: after.removed - before.removed,
      live: after.live,
      bytes: after.bytes,
    })
    before = after
    const last = told.at(-1)
    if (last) {
      console.log(
        `${String(minute + 1).padStart(2)} min: ${last.perSecond.toFixed(0)} flows/s, p50 ${last.p50.toFixed(1)} ms, p99 ${last.p99.toFixed(1)} ms; rows written ${last.written}, removed ${last.removed}, there ${last.live}; ${(last.bytes / 1e6).toFixed(1)} MB`,
      )
    }
  }
  for (const { connection } of users) connection.close()
  await client.end()
  return { perSecond, told }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      minutes: { type: 'string', default: '10' },
      before: { type: 'string', default: '2' },
      share: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const [minutes, before] = [whole('minutes', values.minutes), whole('before', values.before)]
  const share = values.share === undefined ? undefined : positive('share', values.share)
  if (share !== undefined && share > 1) throw new Error('--share is of the peak: it must not be more than 1')
  execFileSync(process.execPath, ['scripts/bundle.mjs', 'dist/soak', 'bench/soak/server.ts'], { cwd: root })
  const postgres = await startPostgres()
  try {
    console.log('nothing is swept')
    const keeping = await start(postgres, 'kept', ['--keep'])
    const kept = await soak(keeping, before, share === undefined ? undefined : (peak) => peak * share)
    await keeping.process.stop()
    console.log('what has expired is swept every minute')
    const sweeping = await start(postgres, 'swept', [])
    const { perSecond } = kept
    const swept = await soak(sweeping, minutes, perSecond === undefined ? undefined : () => perSecond)
    await sweeping.process.stop()
    const medianOf = (name: 'p99' | 'perSecond', of: readonly Minute[]) =>
      median(of.map((minute) => minute[name]))
    // The first rows expire after some minutes.
    const settled = swept.told.slice(Math.floor(swept.told.length / 2))
    console.log(
      [
        `p99 with sweeping: ${(medianOf('p99', settled) / medianOf('p99', kept.told)).toFixed(2)} times the one without`,
        `flows with sweeping: ${(medianOf('perSecond', settled) / medianOf('perSecond', kept.told)).toFixed(2)} times those without`,
        `removed in the second half: ${settled.reduce((sum, { removed }) => sum + removed, 0)} rows, written: ${settled.reduce((sum, { written }) => sum + written, 0)}`,
        `size from the middle to the end: ${((settled.at(-1)?.bytes ?? 0) / (settled[0]?.bytes ?? 1)).toFixed(2)} times`,
      ].join('\n'),
    )
  } finally {
    await postgres.stop()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
})

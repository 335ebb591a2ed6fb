import { countDatabaseWork } from './accounting.ts'
import type { AccessTokenAlgorithm } from './fixtures.ts'
import { median, openUsers, percentile, runArrivals, runLoad } from './load.ts'
import type { Operation } from './operations/operation.ts'
import type { Options } from './options.ts'
import type { Postgres } from './postgres.ts'
import type { Arrivals, Measurement, Sample } from './report.ts'
import type { ServerName, Target } from './servers/target.ts'

export interface Contestant {
  readonly target: Target
  readonly cookies: readonly string[]
}

export interface Measuring {
  readonly postgres: Postgres
  readonly contestants: readonly Contestant[]
  readonly algorithm: AccessTokenAlgorithm
  readonly options: Options
  readonly say: (text: string) => void
}

/** Of what the slowest server of an operation can do, how much arrives in the open loop. */
const SHARE_OF_SLOWEST = 0.5

const driverCpuMs = (): number => {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}

const concurrencyOf = (operation: Operation, { concurrency }: Options): number =>
  Math.min(operation.concurrency ?? concurrency, concurrency)

const takeSample = async (
  operation: Operation,
  { target, cookies }: Contestant,
  { postgres, options }: Measuring,
  seconds: number,
): Promise<Sample> => {
  const read = async () => ({
    wal: await postgres.walPosition(),
    database: await postgres.cpuMs(),
    server: await target.process.cpuMs(),
    driver: driverCpuMs(),
  })
  const users = await openUsers(target, cookies, concurrencyOf(operation, options))
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
    memory: await target.process.memory(),
  }
}

/** The same rate for all, at which even the slowest has time to spare: what is measured is how evenly they answer. */
const takeArrivals = async (
  operation: Operation,
  { target, cookies }: Contestant,
  { options }: Measuring,
  perSecond: number,
): Promise<Arrivals> => {
  const users = await openUsers(target, cookies, concurrencyOf(operation, options))
  const { latencies } = await runArrivals(operation, users, { perSecond, seconds: options.seconds * 2 })
  for (const user of users) user.connection.close()
  return {
    perSecond,
    p50: percentile(latencies, 0.5),
    p99: percentile(latencies, 0.99),
    p999: percentile(latencies, 0.999),
  }
}

/**
 * Every server runs all the while and takes its turn in every round of every operation, the first turn passing
 * from one to the next: what else happens on the machine then befalls all of them alike.
 */
export const measure = async (
  measuring: Measuring,
  operations: readonly Operation[],
): Promise<Measurement[]> => {
  const { postgres, contestants, algorithm, options, say } = measuring
  // Before any load, while every statement still waiting to be reported can be waited for.
  say('counting statements and rows')
  const work = await countDatabaseWork(postgres, operations, contestants)
  const measurements: Measurement[] = []
  for (const operation of operations) {
    const seconds = options.seconds * operation.share
    const able = contestants.filter(({ target }) => operation.servers.includes(target.name))
    const samples = new Map<ServerName, Sample[]>()
    for (const contestant of able) {
      // Compiled code and filled caches first: a server runs for weeks.
      await takeSample(operation, contestant, measuring, seconds / 2)
      samples.set(contestant.target.name, [])
    }
    const title = operation.algorithms.length > 1 ? `${operation.title}, ${algorithm}` : operation.title
    say(title)
    for (let round = 0; round < options.rounds; round++) {
      for (let turn = 0; turn < able.length; turn++) {
        const contestant = able[(round + turn) % able.length]
        if (contestant === undefined) continue
        samples.get(contestant.target.name)?.push(await takeSample(operation, contestant, measuring, seconds))
      }
    }
    const slowest = Math.min(
      ...[...samples.values()].map((taken) => median(taken.map(({ perSecond }) => perSecond))),
    )
    for (const contestant of able) {
      const server = contestant.target.name
      const counted = work.get(operation.name)?.get(server)
      if (counted === undefined) throw new Error(`${operation.name} was not counted on ${server}`)
      const arrivals = await takeArrivals(operation, contestant, measuring, slowest * SHARE_OF_SLOWEST)
      const taken = samples.get(server) ?? []
      measurements.push({ operation: operation.name, title, server, samples: taken, work: counted, arrivals })
    }
  }
  return measurements
}

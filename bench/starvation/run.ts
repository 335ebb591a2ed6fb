import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { newSigningKeys } from '../fixtures.ts'
import { median, openUsers, percentile, runArrivals } from '../load.ts'
import { clientCredentials } from '../operations/client-credentials.ts'
import { freePort, startPostgres } from '../postgres.ts'
import { startLatchkey } from '../servers/latchkey.ts'
import type { Target } from '../servers/target.ts'
import type { Load, Outcome, Reached } from './sign-ins.ts'

/*
 * Whether password sign-ins starve tokens: how long client_credentials takes when nothing else goes on, and while four
 * times as many passwords are tried as the server can hash. In turn, on one server.
 */

const usage = `node bench/starvation/run.ts [options]

  --seconds <n>   of each measurement (5)
  --rounds <n>    quiet and crowded, in turn (3)
  --rate <n>      client_credentials a second (100)
  --times <n>     of the sustainable rate of sign-ins (4)`

/** More than the server lets wait. */
const USERS = 160

/** Until the queue of passwords is full, in milliseconds. */
const CROWDING = 2_000

const signIns = (target: Target) => {
  const child: ChildProcess = fork(fileURLToPath(new URL('sign-ins.ts', import.meta.url)))
  const { process: _process, signIn: _signIn, ...reached } = target
  return {
    run: async (load: Load): Promise<Outcome> => {
      const answered = once(child, 'message')
      child.send({ target: reached satisfies Reached, users: USERS, load })
      const [answer] = (await answered) as [{ outcome: Outcome } | { error: string }]
      if ('error' in answer) throw new Error(answer.error)
      return answer.outcome
    },
    stop: () => child.kill(),
  }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      seconds: { type: 'string', default: '5' },
      rounds: { type: 'string', default: '3' },
      rate: { type: 'string', default: '100' },
      times: { type: 'string', default: '4' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const [seconds, rounds, rate, times] = [values.seconds, values.rounds, values.rate, values.times].map(
    Number,
  ) as [number, number, number, number]
  const [operation] = clientCredentials
  if (!operation) throw new Error('There is no operation for a machine.')
  const postgres = await startPostgres()
  const target = await startLatchkey({
    port: await freePort(),
    databaseUrl: await postgres.createDatabase('starvation'),
    keys: newSigningKeys('RS256'),
    users: USERS,
    profile: undefined,
  })
  const people = signIns(target)
  try {
    const tokens = async () => {
      const users = await openUsers(target, [], 32)
      const { latencies } = await runArrivals(operation, users, { perSecond: rate, seconds })
      for (const { connection } of users) connection.close()
      return { p50: percentile(latencies, 0.5), p99: percentile(latencies, 0.99) }
    }
    await tokens()
    const { perSecond: sustainable } = await people.run({ kind: 'sustainable', seconds })
    console.log(`${sustainable.toFixed(1)} passwords a second are sustainable`)
    const quiet: number[] = []
    const crowded: number[] = []
    for (let round = 0; round < rounds; round++) {
      const alone = await tokens()
      const arriving = people.run({
        kind: 'arriving',
        perSecond: sustainable * times,
        seconds: seconds + (2 * CROWDING) / 1000,
      })
      await sleep(CROWDING)
      const among = await tokens()
      const { answered, refused } = await arriving
      quiet.push(alone.p99)
      crowded.push(among.p99)
      console.log(
        `client_credentials p50 ${alone.p50.toFixed(1)} ms, p99 ${alone.p99.toFixed(1)} ms; among ${answered} passwords that were tried and ${refused} that were sent away p50 ${among.p50.toFixed(1)} ms, p99 ${among.p99.toFixed(1)} ms`,
      )
    }
    const ratio = median(crowded) / median(quiet)
    console.log(
      `p99 at ${times} times the sustainable rate of passwords: ${ratio.toFixed(2)} times the quiet one`,
    )
  } finally {
    people.stop()
    await target.process.stop()
    await postgres.stop()
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
})

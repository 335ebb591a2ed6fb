import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './load.ts'
import { freePort, startPostgres } from './postgres.ts'

/*
 * How long it takes from starting the program until /readyz answers 200: on a PostgreSQL that is migrated, on an embedded
 * store that was there before, and on one that has to be made.
 */

const usage = `node bench/start-up.ts [--rounds <n>]   (5)`

const program = fileURLToPath(new URL('../dist/src/main.js', import.meta.url))

const isReady = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: 'close' } })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}

/** @returns milliseconds. */
const timeToReady = async (settings: Readonly<Record<string, string>>): Promise<number> => {
  const port = await freePort()
  const started = performance.now()
  const child = spawn(process.execPath, [program, 'serve'], {
    env: {
      PATH: process.env['PATH'],
      NODE_ENV: 'production',
      LATCHKEY_HOST: '127.0.0.1',
      LATCHKEY_PORT: String(port),
      ...settings,
    },
    stdio: ['ignore', 'ignore', 'inherit'],
  })
  const ended = once(child, 'exit')
  try {
    while (!(await isReady(port))) {
      if (child.exitCode !== null) throw new Error('The server ended before it was ready.')
      await sleep(5)
    }
    return performance.now() - started
  } finally {
    child.kill('SIGINT')
    await ended
  }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: { rounds: { type: 'string', default: '5' }, help: { type: 'boolean', default: false } },
  })
  if (values.help) {
    console.log(usage)
    return
  }
  const postgres = await startPostgres()
  const directory = await mkdtemp(join(tmpdir(), 'latchkey-start-up-'))
  try {
    const server = {
      DATABASE_URL: await postgres.createDatabase('start_up'),
      LATCHKEY_SECRET: 'only for measuring: forty-odd characters long',
      LATCHKEY_MIGRATE_ON_START: 'true',
    }
    const store = { LATCHKEY_DATA_DIR: join(directory, 'kept') }
    await timeToReady(server)
    await timeToReady(store)
    const times: Record<string, number[]> = {}
    for (let round = 0; round < Number(values.rounds); round++) {
      const fresh = { LATCHKEY_DATA_DIR: join(directory, `fresh-${round}`) }
      for (const [name, settings] of Object.entries({
        'PostgreSQL, migrated': { ...server, LATCHKEY_MIGRATE_ON_START: 'false' },
        'an embedded store that is there': store,
        'an embedded store that has to be made': fresh,
      })) {
        times[name] = [...(times[name] ?? []), await timeToReady(settings)]
      }
    }
    for (const [name, taken] of Object.entries(times)) {
      console.log(
        `${name}: ready after ${Math.round(median(taken))} ms (${taken.map(Math.round).join(', ')})`,
      )
    }
  } finally {
    await postgres.stop()
    await rm(directory, { recursive: true, force: true })
  }
}

main().catch((error: unknown) => {
  console.error(error instanceof Error ? error.message : String(error))
  process.exit(1)
})

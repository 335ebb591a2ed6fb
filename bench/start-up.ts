import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import { median } from './load.ts'
import { freePort, startPostgres } from './postgres.ts'
import { familyCpuMs } from './process-cpu.ts'

/*
 * How long it takes from starting the program until /readyz answers 200, and how much of the processor's time, which other
 * work on the machine disturbs less: on a PostgreSQL that is migrated, on an embedded store that was there before, and on
 * one that has to be made.
 */

const usage = `node bench/start-up.ts [options]

  --rounds <n>      (5)
  --beside <path>   the main.js of another build, started in turn with this one`

const built = fileURLToPath(new URL('../dist/src/main.js', import.meta.url))

const isReady = async (port: number): Promise<boolean> => {
  try {
    const response = await fetch(`http://127.0.0.1:${port}/readyz`, { headers: { connection: 'close' } })
    await response.arrayBuffer()
    return response.status === 200
  } catch {
    return false
  }
}

/** In milliseconds. */
interface Taken {
  readonly time: number
  /** Undefined where there is no /proc. */
  readonly cpu: number | undefined
}

const timeToReady = async (program: string, settings: Readonly<Record<string, string>>): Promise<Taken> => {
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
    const time = performance.now() - started
    return { time, cpu: child.pid === undefined ? undefined : await familyCpuMs(child.pid) }
  } finally {
    child.kill('SIGINT')
    await ended
  }
}

const main = async (): Promise<void> => {
  const { values } = parseArgs({
    options: {
      rounds: { type: 'string', default: '5' },
      beside: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
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
    }
    const programs = values.beside === undefined ? [built] : [built, resolve(values.beside)]
    const times = new Map<string, Taken[]>()
    // The first round makes what the others find.
    for (let round = 0; round <= Number(values.rounds); round++) {
      for (const [index, program] of programs.entries()) {
        for (const [kind, settings] of Object.entries({
          'PostgreSQL, migrated': { ...server, LATCHKEY_MIGRATE_ON_START: String(round === 0) },
          'an embedded store that is there': { LATCHKEY_DATA_DIR: join(directory, `kept-${index}`) },
          'an embedded store that has to be made': {
            LATCHKEY_DATA_DIR: join(directory, `fresh-${index}-${round}`),
          },
        })) {
          const name = programs.length === 1 ? kind : `${kind}, ${program}`
          const taken = await timeToReady(program, settings)
          if (round > 0) times.set(name, [...(times.get(name) ?? []), taken])
        }
      }
    }
    for (const [name, taken] of times) {
      const cpu = taken.flatMap((one) => one.cpu ?? [])
      console.log(
        [
          `${name}: ready after ${Math.round(median(taken.map(({ time }) => time)))} ms`,
          `(${taken.map(({ time }) => Math.round(time)).join(', ')})`,
          ...(cpu.length > 0 ? [`with ${Math.round(median(cpu))} ms of the processor`] : []),
        ].join(' '),
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

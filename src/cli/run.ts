import cluster from 'node:cluster'
import manifest from '../../package.json' with { type: 'json' }
import { loadConfig } from '../config/config.ts'
import { lifetimes } from '../config/lifetimes.ts'
import { keyChangingOf, openFoundation, requireMigrated } from '../foundation.ts'
import { createLogger } from '../observability/logger.ts'
import { storesOn } from '../storage/index.ts'
import { transactionOn } from '../storage/transaction.ts'
import { systemClock } from '../system/clock.ts'
import { systemRandom } from '../system/random.ts'

const usage = `Usage: latchkey <command>

  serve              answer requests until stopped
  migrate [--status] bring the database up to date, or say what is missing
  bootstrap [--new-api-key] [--owner E-MAIL]
                     make what a new deployment needs, and say what it has; safe to repeat
  keys ...           list, rotate and retire signing keys ("latchkey keys" says how)
  doctor [--json] [--mail-to ADDRESS]
                     look for what is wrong, and say what to do about it
  backup --to DIRECTORY
                     copy what the PostgreSQL server has to an embedded store
  import users|applications FILE ...
                     take over users and applications of another system ("latchkey import" says how)
  promote --to postgres://...
                     move the embedded store to a PostgreSQL server; safe to repeat
  demo               try everything out on this machine, with sample data and a sample application

latchkey <command> --help says more of a command, latchkey --version which version this is.
Settings are environment variables; see docs/configuration.md.`

/** Loaded when asked for. */
const usages: Readonly<Record<string, () => Promise<{ readonly usage: string }>>> = {
  serve: () => import('./serve.ts'),
  migrate: () => import('./migrate.ts'),
  bootstrap: () => import('./bootstrap.ts'),
  keys: () => import('./keys.ts'),
  doctor: () => import('./doctor.ts'),
  backup: () => import('./backup.ts'),
  import: () => import('./import.ts'),
  promote: () => import('./promote.ts'),
  demo: () => import('./demo.ts'),
}

const isHelp = (argument: string): boolean => argument === '--help' || argument === '-h'

const print = (line: string): void => {
  process.stdout.write(`${line}\n`)
}

/** Resolves with the first signal that asks the process to stop; of a terminal, that it is closed. */
const stopped = (): Promise<string> =>
  new Promise((resolve) => {
    const signals = ['SIGINT', 'SIGTERM', ...(process.stdin.isTTY ? (['SIGHUP'] as const) : [])] as const
    for (const signal of signals) process.once(signal, () => resolve(signal))
  })

/** Runs one command. @returns the exit code. */
export const runCommand = async ([command, ...args]: readonly string[]): Promise<number> => {
  if (command === undefined || isHelp(command) || command === 'help') {
    print(usage)
    return command === undefined ? 2 : 0
  }
  if (command === '--version') {
    print(`${manifest.name} ${manifest.version}`)
    return 0
  }
  const described = usages[command]
  if (!described) {
    print(`Unknown command: ${command}\n\n${usage}`)
    return 2
  }
  if (args.some(isHelp)) {
    print((await described()).usage)
    return 0
  }
  if (command === 'demo') {
    // Not part of a deployment, and with libraries that serving does not need.
    const { demoCommand } = await import('./demo.ts')
    return demoCommand(args, { print, stopped: stopped() })
  }
  if (command === 'doctor') {
    const { doctorCommand } = await import('./doctor.ts')
    return doctorCommand(args, { print, clock: systemClock, random: systemRandom })
  }
  if (command === 'promote') {
    const { promoteCommand } = await import('./promote.ts')
    return promoteCommand(args, { print, clock: systemClock, random: systemRandom })
  }
  if (command === 'serve' && args.length > 0) {
    print(`${(await described()).usage}\n\nSettings are environment variables; see docs/configuration.md.`)
    return 2
  }
  // Before a store is opened, which may take seconds, or be locked.
  const importing = command === 'import' ? (await import('./import.ts')).readImport(args) : undefined
  if (typeof importing === 'string') {
    print(`${importing}\n\n${(await described()).usage}`)
    return 2
  }

  const config = loadConfig()
  const logger = createLogger({ level: config.logLevel })
  if (command === 'serve') {
    if (cluster.isWorker) {
      const { serveAsWorker } = await import('./workers/worker.ts')
      return serveAsWorker(config, logger)
    }
    // Heard from the beginning: a store must not be left half open because somebody was quick to change their mind.
    const signal = stopped()
    if (config.workers > 1) {
      const { serveWithWorkers } = await import('./workers/primary.ts')
      return serveWithWorkers(config, { logger, stopped: signal })
    }
    if (!process.stdin.isTTY) {
      process.on('SIGHUP', () =>
        logger.warn('SIGHUP: a single process reads nothing anew; restart it, or set WORKERS'),
      )
    }
    // The embedded store takes as long to open as the modules to be read.
    const [foundation, { serveCommand }] = await Promise.all([
      openFoundation(config, logger),
      import('./serve.ts'),
    ])
    return serveCommand(config, foundation, { logger, stopped: signal })
  }
  await using foundation = await openFoundation(config, logger)
  const { database } = foundation
  if (command === 'migrate') {
    const { migrateCommand } = await import('./migrate.ts')
    return await migrateCommand(args, { database, print })
  }
  if (command === 'backup') {
    const { backupCommand } = await import('./backup.ts')
    return await backupCommand(args, { database, print, random: systemRandom })
  }
  await requireMigrated(database, config)
  const keyChanging = keyChangingOf(foundation, lifetimes, systemRandom, { type: 'operator' })
  const deps = { database, keyChanging, config, clock: systemClock, random: systemRandom, print }
  if (importing) {
    const { importCommand } = await import('./import.ts')
    return await importCommand(importing, { ...deps, transaction: transactionOn(database.kysely) })
  }
  if (command === 'bootstrap') {
    const { bootstrapCommand } = await import('./bootstrap.ts')
    return await bootstrapCommand(args, deps)
  }
  const { keysCommand } = await import('./keys.ts')
  return await keysCommand(args, { ...deps, ...keyChanging, ...lifetimes, stores: storesOn(database.kysely) })
}

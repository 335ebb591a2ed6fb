import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import type { FastifyInstance } from 'fastify'
import { buildApp, withTimeouts } from '../app.ts'
import type { Config } from '../config/config.ts'
import { createDependencies, type Dependencies, type Overrides } from '../dependencies.ts'
import type { Foundation } from '../foundation.ts'
import type { Logger } from '../observability/logger.ts'
import { ownAddresses } from '../system/dns.ts'
import { failureCode } from '../system/failure-code.ts'
import { after, type Timer } from '../system/timer.ts'
import {
  type ClientCertificateRequest,
  createServerOf,
  type RequestListener,
  type Server,
  type ServerIdentity,
} from '../system/tls-server.ts'
import { listenForMetrics } from './metrics-listener.ts'
import { readTlsFiles } from './tls-files.ts'

export interface RunningServer {
  readonly port: number
  readonly telling: Telling
  /** Says that it is not ready for so long, then stops accepting, lets what runs finish, closes the store. */
  close(notReadyMilliseconds?: number): Promise<void>
}

/** What runs longer than this when the server stops is cut off, in milliseconds. */
const GRACE = 25_000

/** How often connections are looked for that have become idle, in milliseconds. */
const IDLE_AGAIN = 250

/** So long a load balancer that asks every second or two gets to notice that a node is about to go, in milliseconds. */
const NOTICE = 5_000

/** What there is to watch of a server. */
export type Telling = Pick<Dependencies, 'readiness' | 'watched'>

/**
 * A server that listens and does its jobs. Takes over the foundation.
 *
 * @param isWorker its primary is watched in its place: there is no listener for metrics.
 */
export const startServer = async (
  config: Config,
  foundation: Foundation,
  overrides: Overrides = {},
  isWorker = false,
): Promise<RunningServer> => {
  const dependencies = await createDependencies(config, foundation, overrides).catch(
    async (error: unknown) => {
      await foundation[Symbol.asyncDispose]()
      throw error
    },
  )
  const { app, beside, forMetrics } = await listening(dependencies, isWorker).catch(
    async (error: unknown) => {
      await dependencies.close()
      throw error
    },
  )
  dependencies.startJobs()
  return {
    port: (app.server.address() as AddressInfo).port,
    telling: dependencies,
    close: async (notReadyMilliseconds = 0) => {
      dependencies.announceStop()
      if (notReadyMilliseconds > 0) await new Promise<void>((resolve) => after(notReadyMilliseconds, resolve))
      const servers = [app.server, ...beside]
      const cut = after(GRACE, () => servers.forEach((server) => void server.closeAllConnections()))
      // Idle keep-alive connections would hold the close back until they time out; those that are busy now become idle.
      let again: Timer | undefined
      const closeIdle = (): void => {
        for (const server of servers) server.closeIdleConnections()
        again = after(IDLE_AGAIN, closeIdle)
      }
      closeIdle()
      await Promise.all([app.close(), ...beside.map(closed)])
      again?.cancel()
      cut.cancel()
      // Last of all: whoever watches sees how it ends.
      await forMetrics?.close()
      await dependencies.close()
    },
  }
}

/**
 * The app where the configuration has it; with listeners beside it, if so configured: for certificates, for operators, for
 * metrics.
 */
const listening = async (dependencies: Dependencies, isWorker: boolean) => {
  const { config } = dependencies
  const { host, port, clientCertificates, managementListener } = config
  const { identity, authorities } = await readTlsFiles(config)
  const app = await buildApp(dependencies, (handler) => createServerOf(identity, undefined, handler))
  const { listener } = clientCertificates
  await app.listen({ host, port })
  let forMetrics: FastifyInstance | undefined
  const beside: Server[] = []
  try {
    for (const address of await otherAddressesOf(app, host)) {
      const server = await serverBeside(app, identity, undefined, address).catch(unlessMissing)
      if (server) beside.push(server)
    }
    const { watched } = dependencies
    if (config.metrics && watched && !isWorker) {
      forMetrics = await listenForMetrics(config.metrics, { ...dependencies, ...watched })
    }
    if (identity && listener) {
      beside.push(await serverBeside(app, identity, { authorities }, { host, port: listener.port }))
    }
    if (managementListener) beside.push(await serverBeside(app, identity, undefined, managementListener))
    return { app, beside, forMetrics }
  } catch (error) {
    await Promise.all(beside.map(closed))
    await forMetrics?.close()
    await app.close()
    throw error
  }
}

/** Whoever is told "localhost" may try any of its addresses; every other host is one. */
const otherAddressesOf = async (app: FastifyInstance, host: string) => {
  if (host !== 'localhost') return []
  const { address: first, port } = app.server.address() as AddressInfo
  const found = new Set(await ownAddresses(host))
  found.delete(first)
  return [...found].map((address) => ({ host: address, port }))
}

/** A name may have an address of a family that this machine does not speak. */
const unlessMissing = (error: unknown): undefined => {
  if (!['EADDRNOTAVAIL', 'EAFNOSUPPORT'].includes(failureCode(error) ?? '')) throw error
}

/** Another listener of the same app. */
const serverBeside = async (
  app: FastifyInstance,
  identity: ServerIdentity | undefined,
  certificates: ClientCertificateRequest | undefined,
  { host, port }: { readonly host: string; readonly port: number },
): Promise<Server> => {
  const handler: RequestListener = (request, response) => app.routing(request, response)
  const server = withTimeouts(createServerOf(identity, certificates, handler))
  server.listen(port, host)
  await once(server, 'listening')
  return server
}

const closed = (server: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    server.close((error) => (error ? reject(error) : resolve()))
  })

export const usage = 'Usage: latchkey serve'

export interface Serving {
  readonly logger: Logger
  readonly stopped: Promise<string>
  /** Of a process among others: who hears that it serves, and that it will not any more. */
  readonly worker?: {
    serving(telling: Telling): void
    ended(telling: Telling): Promise<void>
  }
}

/** `latchkey serve`: until told to stop. */
export const serveCommand = async (
  config: Config,
  foundation: Foundation,
  { logger, stopped, worker }: Serving,
): Promise<number> => {
  const server = await startServer(config, foundation, { logger }, worker !== undefined)
  worker?.serving(server.telling)
  logger.info({ issuer: config.issuer, port: server.port, store: foundation.database.kind }, 'serving')
  if (foundation.database.kind === 'embedded') {
    logger.warn('the embedded store is for trying out and small teams; set DATABASE_URL for production')
  }
  const signal = await stopped
  logger.info({ signal }, 'stopping')
  // Who presses Ctrl-C is not waiting for a load balancer, and an embedded store has no other node to send people to.
  await server.close(signal === 'SIGTERM' && foundation.database.kind === 'postgresql' ? NOTICE : 0)
  await worker?.ended(server.telling)
  logger.info('stopped')
  // With a collector that is away, the exporter of traces would go on trying for ten seconds, to no avail.
  if (config.tracing) process.exit(0)
  return 0
}

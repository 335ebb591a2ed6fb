import type { AddressInfo } from 'node:net'
import { buildApp } from '../app.ts'
import type { Config } from '../config/config.ts'
import { createDependencies, type Foundation, type Overrides } from '../dependencies.ts'
import type { Logger } from '../observability/logger.ts'
import { after } from '../system/timer.ts'

export interface RunningServer {
  readonly port: number
  /** Stops accepting, lets what runs finish, closes the store. */
  close(): Promise<void>
}

/** What runs longer than this when the server stops is cut off, in milliseconds. */
const GRACE = 25_000

/** A server that listens and does its jobs. Takes over the foundation. */
export const startServer = async (
  config: Config,
  foundation: Foundation,
  overrides: Overrides = {},
): Promise<RunningServer> => {
  const dependencies = await createDependencies(config, foundation, overrides).catch(
    async (error: unknown) => {
      await foundation[Symbol.asyncDispose]()
      throw error
    },
  )
  const app = await buildApp(dependencies)
  try {
    await app.listen({ host: config.host, port: config.port })
  } catch (error) {
    await dependencies.close()
    throw error
  }
  dependencies.startJobs()
  return {
    port: (app.server.address() as AddressInfo).port,
    close: async () => {
      const cut = after(GRACE, () => app.server.closeAllConnections())
      // Idle keep-alive connections would hold the close back until they time out.
      app.server.closeIdleConnections()
      await app.close()
      cut.cancel()
      await dependencies.close()
    },
  }
}

/** `latchkey serve`: until told to stop. */
export const serveCommand = async (
  config: Config,
  foundation: Foundation,
  { logger, stopped }: { readonly logger: Logger; readonly stopped: Promise<string> },
): Promise<number> => {
  const server = await startServer(config, foundation, { logger })
  logger.info({ issuer: config.issuer, port: server.port, store: foundation.database.kind }, 'serving')
  if (foundation.database.kind === 'embedded') {
    logger.warn('the embedded store is for trying out and small teams; set DATABASE_URL for production')
  }
  logger.info({ signal: await stopped }, 'stopping')
  await server.close()
  logger.info('stopped')
  return 0
}

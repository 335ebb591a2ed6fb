import { startServer } from '../../src/cli/serve.ts'
import { loadConfig } from '../../src/config/config.ts'
import { openFoundation } from '../../src/foundation.ts'
import { createLogger } from '../../src/observability/logger.ts'
import { expiringTables } from '../../src/storage/stores/expired-rows.ts'

/*
 * Latchkey, but that what has expired is kept for half a minute instead of a day: so that ten minutes show
 * what weeks would. With "--keep" nothing is swept.
 */

/** In seconds. */
const KEPT = 30

// A grant without a refresh token ends with its access tokens.
const config = loadConfig({ ...process.env, LATCHKEY_ACCESS_TOKEN_SECONDS: '60' })
const logger = createLogger({ level: config.logLevel })
const server = await startServer(config, await openFoundation(config, logger), {
  logger,
  expiringTables: process.argv.includes('--keep')
    ? []
    : expiringTables.map((table) => ({ ...table, keptSeconds: Math.min(table.keptSeconds, KEPT) })),
})
process.once('SIGTERM', () => {
  void server.close().then(() => process.exit(0))
})

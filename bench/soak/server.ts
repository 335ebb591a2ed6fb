/*
 * Latchkey as it is built, but that what has expired is kept for half a minute instead of a day: so that ten minutes show
 * what weeks would. With "--keep" nothing is swept.
 */

/** In seconds. */
const KEPT = 30

const built = (path: string): Promise<unknown> =>
  import(new URL(`../../dist/src/${path}.js`, import.meta.url).href)

const { startServer } = (await built('cli/serve')) as typeof import('../../src/cli/serve.ts')
const { loadConfig } = (await built('config/config')) as typeof import('../../src/config/config.ts')
const { openFoundation } = (await built('foundation')) as typeof import('../../src/foundation.ts')
const { createLogger } = (await built(
  'observability/logger',
)) as typeof import('../../src/observability/logger.ts')
const { expiringTables } = (await built(
  'storage/stores/expired-rows',
)) as typeof import('../../src/storage/stores/expired-rows.ts')

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

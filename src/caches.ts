import { createClientRegistry } from './clients/client-registry.ts'
import { createEnvironmentRegistry } from './environment/environment-registry.ts'
import type { Logger } from './observability/logger.ts'
import type { Settings } from './protocol/settings.ts'
import type { KeyChanging } from './signing-keys/change-keys.ts'
import { createKeyRing } from './signing-keys/key-ring.ts'
import type { Database } from './storage/database.ts'
import type { Stores } from './storage/index.ts'
import type { Clock } from './system/clock.ts'

/*
 * What a node keeps in memory for a few seconds, and how it hears that it has changed: applications, signing keys, and
 * what is set for the environment.
 */

/** Applications kept in memory; a few kilobytes each. */
const CACHED_CLIENTS = 10_000

export interface Caching {
  readonly database: Pick<Database, 'listen'>
  readonly stores: Stores
  readonly keyChanging: Pick<KeyChanging, 'sealer' | 'algorithms'>
  readonly configured: Settings
  readonly clock: Clock
  readonly cacheSeconds: number
  readonly logger: Logger
  /** There are logouts to deliver; announced by the same road. */
  readonly logoutQueued: () => void
  /** There is mail to send. */
  readonly mailQueued: () => void
}

/** @throws UnreadableSigningKey: a wrong LATCHKEY_SECRET stops the start, not the first token. */
export const openCaches = async ({
  database,
  stores,
  keyChanging,
  configured,
  clock,
  cacheSeconds,
  logger,
  logoutQueued,
  mailQueued,
}: Caching) => {
  const clientRegistry = createClientRegistry({
    stores,
    clock,
    cacheSeconds,
    maximumEntries: CACHED_CLIENTS,
  })
  const environment = await createEnvironmentRegistry({
    stores,
    configured,
    clock,
    cacheSeconds,
    onError: (error) => logger.error({ err: error }, 'reading the environment'),
  })
  const keyRing = createKeyRing({
    stores,
    sealer: keyChanging.sealer,
    clock,
    cacheSeconds,
    onError: (error) => logger.error({ err: error }, 'reading signing keys'),
  })
  const checkKeys = async () => {
    for (const algorithm of keyChanging.algorithms) await keyRing.signer(algorithm)
  }
  await checkKeys()

  const forget = {
    latchkey_application: clientRegistry.invalidate,
    latchkey_signing_key: keyRing.invalidate,
    latchkey_environment: environment.invalidate,
    latchkey_logout: logoutQueued,
    latchkey_mail: mailQueued,
  }
  await database.listen({
    changed: (channel, subject) => {
      forget[channel](subject)
      // On call, this answers whether a node has heard of a change, and when.
      logger.debug({ channel, subject }, 'a change was announced')
    },
    lost: () => {
      clientRegistry.invalidateAll()
      keyRing.invalidate()
      environment.invalidate()
    },
  })
  return { clientRegistry, environment, keyRing, checkKeys }
}

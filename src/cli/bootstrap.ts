import { createApiKey } from '../api-keys/api-key.ts'
import type { Config } from '../config/config.ts'
import { actingAs } from '../events/record.ts'
import { prepareEnvironment } from '../foundation.ts'
import { paths } from '../protocol/paths.ts'
import type { KeyChanging } from '../signing-keys/change-keys.ts'
import type { Database } from '../storage/database.ts'
import { storesOn } from '../storage/index.ts'
import { transactionOn } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'

export interface BootstrapCommand {
  readonly database: Database
  readonly keyChanging: KeyChanging
  readonly config: Pick<Config, 'issuer'>
  readonly clock: Clock
  readonly random: Random
  readonly print: (line: string) => void
}

/** `latchkey bootstrap`: what a new deployment needs, made once; what it has, told every time. */
export const bootstrapCommand = async (deps: BootstrapCommand): Promise<number> => {
  const { database, config, clock, random, print } = deps
  const now = clock.now()
  const { clientId } = await prepareEnvironment(deps, now, random)
  const keys = await storesOn(database.kysely).signingKeys.all()
  print(`Issuer                 ${config.issuer}`)
  print(`Discovery              ${config.issuer}${paths.openidConfiguration}`)
  print(`Environment client ID  ${clientId}   (the audience of access tokens)`)
  print(`Signing keys           ${keys.map(({ kid, algorithm }) => `${kid} (${algorithm})`).join(', ')}`)

  const value = await transactionOn(database.kysely)(async (stores) => {
    // Two that bootstrap at once: the second waits here, and finds the key of the first.
    await stores.environment.changeAlone()
    if ((await stores.apiKeys.all()).length > 0) return undefined
    const acting = actingAs({ type: 'operator' }, { stores, now, random })
    return (await createApiKey(acting, { name: 'Bootstrap', permissions: ['*'] })).value
  })
  print(
    value === undefined
      ? 'API key                exists already; a key is shown only when it is made'
      : `API key                ${value}   (shown this once; keep it safe)`,
  )
  return 0
}

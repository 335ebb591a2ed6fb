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

/**
 * `latchkey bootstrap [--new-api-key]`: what a new deployment needs, made once; what it has, told every time. Whoever
 * has lost every key of the management API gets another one by the option.
 */
export const bootstrapCommand = async (args: readonly string[], deps: BootstrapCommand): Promise<number> => {
  const { database, config, clock, random, print } = deps
  if (args.some((argument) => argument !== '--new-api-key')) {
    print('Usage: latchkey bootstrap [--new-api-key]')
    return 2
  }
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
    if (args.length === 0 && (await stores.apiKeys.any())) return undefined
    const acting = actingAs({ type: 'operator' }, { stores, now, random })
    const created = await createApiKey(acting, { name: 'Bootstrap', permissions: ['*'] })
    if (created.outcome === 'refused') throw new Error(`No API key: ${created.code}.`)
    return created.value
  })
  print(
    value === undefined
      ? 'API key                exists already, and is shown only when it is made (another one: bootstrap --new-api-key)'
      : `API key                ${value}   (shown this once; keep it safe)`,
  )
  return 0
}

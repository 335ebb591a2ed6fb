import { parseArgs } from 'node:util'
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
import { createPasswordHasher } from '../system/password-hash.ts'
import type { Random } from '../system/random.ts'
import { nameOwner } from './name-owner.ts'

export const usage = 'Usage: latchkey bootstrap [--new-api-key] [--owner E-MAIL]'

export interface BootstrapCommand {
  readonly database: Database
  readonly keyChanging: KeyChanging
  readonly config: Pick<Config, 'issuer'>
  readonly clock: Clock
  readonly random: Random
  readonly print: (line: string) => void
}

/**
 * `latchkey bootstrap [--new-api-key] [--owner E-MAIL]`: what a new deployment needs, made once; what it has, told every
 * time. Whoever has lost every key of the management API gets another one by the option; an owner may do everything at
 * the dashboard.
 */
export const bootstrapCommand = async (args: readonly string[], deps: BootstrapCommand): Promise<number> => {
  const { database, config, clock, random, print } = deps
  const wanted = optionsOf(args)
  if (!wanted) {
    print(usage)
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
    if (!wanted.newApiKey && (await stores.apiKeys.any())) return undefined
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
  return wanted.owner === undefined ? 0 : owner(wanted.owner, deps)
}

const optionsOf = (args: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { 'new-api-key': { type: 'boolean' }, owner: { type: 'string' } },
    })
    return { newApiKey: values['new-api-key'] === true, owner: values.owner }
  } catch {
    return undefined
  }
}

const owner = async (
  text: string,
  { database, clock, random, print, config }: BootstrapCommand,
): Promise<number> => {
  const named = await nameOwner(
    {
      transaction: transactionOn(database.kysely),
      passwordHasher: createPasswordHasher({ concurrent: 1, waiting: 1 }),
      ...{ clock, random },
    },
    text,
  )
  if (named.outcome !== 'named') {
    print(
      named.outcome === 'no_email'
        ? 'Owner                  none: that is no e-mail address'
        : 'Owner                  none: there is a user of that address who has not proved that it is theirs',
    )
    return 1
  }
  print(`Owner                  ${named.email}   (signs in to ${config.issuer}${paths.dashboard})`)
  if (named.password !== undefined) {
    print(
      `Password               ${named.password}   (shown this once; change it at ${config.issuer}${paths.accountPassword})`,
    )
  }
  return 0
}

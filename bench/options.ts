import { parseArgs } from 'node:util'
import { type AccessTokenAlgorithm, accessTokenAlgorithms } from './fixtures.ts'
import { operations } from './operations.ts'
import { type ServerName, serverNames } from './servers/target.ts'

export interface Options {
  readonly seconds: number
  readonly rounds: number
  readonly concurrency: number
  readonly operations: readonly string[]
  readonly servers: readonly ServerName[]
  readonly algorithm: AccessTokenAlgorithm
  readonly json: string | undefined
  /** Where a CPU profile of each server is written; taking it slows them down. */
  readonly profile: string | undefined
}

const usage = `node bench/run.ts [options]

  --seconds <n>       measured seconds per operation, server and round (2)
  --rounds <n>        rounds, in each of which every server takes its turn (5)
  --concurrency <n>   requests under way at once (32)
  --only <names>      operations, or beginnings of their names, separated by commas
  --servers <names>   of ${serverNames.join(', ')}
  --algorithm <name>  of access tokens: ${accessTokenAlgorithms.join(' or ')} (RS256)
  --json <file>       also write the results there
  --profile <folder>  write a CPU profile of each server there, for the developer tools of Chromium; slows them down

Operations: ${operations.map(({ name }) => name).join(', ')}`

const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`--${name} must be a positive number, not ${text}`)
}

export const readOptions = (args: readonly string[]): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '2' },
      rounds: { type: 'string', default: '5' },
      concurrency: { type: 'string', default: '32' },
      only: { type: 'string', default: '' },
      servers: { type: 'string', default: serverNames.join(',') },
      algorithm: { type: 'string', default: 'RS256' },
      json: { type: 'string' },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return undefined
  }
  const wanted = values.only.split(',')
  const chosen = operations
    .map(({ name }) => name)
    .filter((name) => wanted.some((part) => name.startsWith(part)))
  if (chosen.length === 0) throw new Error(`--only names no operation\n\n${usage}`)
  const servers = values.servers.split(',').map((text) => {
    const name = serverNames.find((known) => known === text)
    if (name === undefined) throw new Error(`no server is called ${text}\n\n${usage}`)
    return name
  })
  const algorithm = accessTokenAlgorithms.find((known) => known === values.algorithm)
  if (algorithm === undefined) throw new Error(`--algorithm ${values.algorithm} is not measured\n\n${usage}`)
  return {
    algorithm,
    seconds: positive('seconds', values.seconds),
    rounds: Math.ceil(positive('rounds', values.rounds)),
    concurrency: Math.ceil(positive('concurrency', values.concurrency)),
    operations: chosen,
    servers,
    json: values.json,
    profile: values.profile,
  }
}

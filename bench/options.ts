import { closeSync, existsSync, mkdirSync, openSync, rmSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { type AccessTokenAlgorithm, accessTokenAlgorithms } from './fixtures.ts'
import { operations } from './operations/index.ts'
import { type ServerName, serverNames } from './servers/target.ts'

export interface Options {
  readonly seconds: number
  readonly rounds: number
  readonly concurrency: number
  readonly operations: readonly string[]
  readonly servers: readonly ServerName[]
  readonly algorithms: readonly AccessTokenAlgorithm[]
  /** How large a database Latchkey is measured on besides, as part of a full one (bench/growth/rows.ts). */
  readonly grown: number | undefined
  /** oidc-provider knows its clients and accounts from its configuration, not from its database. */
  readonly staticClients: boolean
  readonly json: string | undefined
  /** Whether docs/performance.md is to say what was measured. */
  readonly write: boolean
  /** Where a CPU profile of each server is written; taking it slows them down. */
  readonly profile: string | undefined
}

const usage = `node bench/run.ts [options]

  --seconds <n>       measured seconds per operation, server and round (1.5)
  --rounds <n>        rounds, in each of which every server takes its turn (3)
  --concurrency <n>   requests under way at once (32)
  --only <names>      operations, or beginnings of their names, separated by commas
  --servers <names>   of ${serverNames.join(', ')}
  --algorithm <name>  of access tokens: ${accessTokenAlgorithms.join(' or ')} (both)
  --grown <share>     Latchkey once more on a database with so much of a million users and ten million grants,
                      with access tokens of the first algorithm
  --static-clients    clients and accounts of oidc-provider in its configuration, where none can be made or deleted
                      while it runs, instead of in its database
  --json <file>       also write the results there
  --write             also write them into docs/performance.md
  --profile <folder>  write a CPU profile of each server there, for the developer tools of Chromium; slows them down

Operations: ${operations.map(({ name }) => name).join(', ')}`

/** @throws Error that says what it must be. */
export const positive = (name: string, text: string): number => {
  const value = Number(text)
  if (Number.isFinite(value) && value > 0) return value
  throw new Error(`--${name} must be a positive number, not ${text}`)
}

export const whole = (name: string, text: string): number => {
  const value = positive(name, text)
  if (Number.isInteger(value)) return value
  throw new Error(`--${name} must be a whole number, not ${text}`)
}

/** Found out before anything is measured. @throws Error that begins with the problem. */
const usable = (
  path: string | undefined,
  problem: string,
  use: (path: string) => void,
): string | undefined => {
  if (path === undefined) return undefined
  try {
    use(path)
    return path
  } catch (error) {
    throw new Error(`${problem}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

const write = (file: string): void => {
  const isNew = !existsSync(file)
  closeSync(openSync(file, 'a'))
  if (isNew) rmSync(file)
}

const makeFolder = (path: string): void => {
  mkdirSync(path, { recursive: true })
}

export const readOptions = (args: readonly string[]): Options | undefined => {
  const { values } = parseArgs({
    args: [...args],
    options: {
      seconds: { type: 'string', default: '1.5' },
      rounds: { type: 'string', default: '3' },
      concurrency: { type: 'string', default: '32' },
      only: { type: 'string' },
      servers: { type: 'string', default: serverNames.join(',') },
      algorithm: { type: 'string', default: accessTokenAlgorithms.join(',') },
      grown: { type: 'string' },
      'static-clients': { type: 'boolean', default: false },
      json: { type: 'string' },
      write: { type: 'boolean', default: false },
      profile: { type: 'string' },
      help: { type: 'boolean', default: false },
    },
  })
  if (values.help) {
    console.log(usage)
    return undefined
  }
  const names = operations.map(({ name }) => name)
  const wanted = values.only === undefined ? names : values.only.split(',')
  for (const part of wanted) {
    if (part === '' || !names.some((name) => name.startsWith(part)))
      throw new Error(`--only: no operation begins with "${part}"\n\n${usage}`)
  }
  const chosen = names.filter((name) => wanted.some((part) => name.startsWith(part)))
  return {
    algorithms: namesIn(values.algorithm, accessTokenAlgorithms),
    seconds: positive('seconds', values.seconds),
    rounds: whole('rounds', values.rounds),
    concurrency: whole('concurrency', values.concurrency),
    operations: chosen,
    servers: namesIn(values.servers, serverNames),
    grown: values.grown === undefined ? undefined : positive('grown', values.grown),
    staticClients: values['static-clients'],
    json: usable(values.json, '--json cannot be written', write),
    write: values.write,
    profile: usable(values.profile, '--profile must be a folder', makeFolder),
  }
}

const namesIn = <Name extends string>(text: string, known: readonly Name[]): Name[] =>
  text.split(',').map((part) => {
    const name = known.find((one) => one === part)
    if (name === undefined) throw new Error(`${part} is none of ${known.join(', ')}\n\n${usage}`)
    return name
  })

import { parseArgs } from 'node:util'
import { type SigningAlgorithm, signingAlgorithms } from '../protocol/signing-algorithm.ts'
import { type KeyChanging, retireSigningKey, rotateSigningKey } from '../signing-keys/change-keys.ts'
import { type SigningKey, signingKeyState } from '../signing-keys/signing-key.ts'
import type { Stores } from '../storage/index.ts'
import type { Clock } from '../system/clock.ts'

export interface KeysCommand extends KeyChanging {
  readonly stores: { readonly signingKeys: Pick<Stores['signingKeys'], 'all'> } & Pick<Stores, 'environment'>
  readonly clock: Clock
  /** Cache-Control of the key set: how long verifiers may work with an old one. */
  readonly keySetCacheSeconds: number
  /** Writes one line. */
  readonly print: (line: string) => void
}

export const usage = `Usage:
  latchkey keys list                             every signing key and its state
  latchkey keys rotate [--algorithm <algorithm>] publish a successor, which takes over without an interruption
  latchkey keys retire <kid>                     emergency: withdraw a key now, with all it has signed
Algorithms: ${signingAlgorithms.join(', ')}`

/** @returns the exit code: 0 done, 1 refused, 2 not understood. */
export const keysCommand = async (args: readonly string[], deps: KeysCommand): Promise<number> => {
  const command = parse(args)
  if (command === undefined) {
    deps.print(usage)
    return 2
  }
  switch (command.name) {
    case 'list':
      return list(deps)
    case 'rotate':
      return rotate(command.algorithm === undefined ? deps.algorithms : [command.algorithm], deps)
    case 'retire':
      return retire(command.kid, deps)
  }
}

type Command =
  | { readonly name: 'list' }
  | { readonly name: 'rotate'; readonly algorithm: SigningAlgorithm | undefined }
  | { readonly name: 'retire'; readonly kid: string }

const parse = (args: readonly string[]): Command | undefined => {
  const parsed = parseOptions(args)
  if (parsed === undefined) return undefined
  const [name, kid, ...surplus] = parsed.positionals
  const wanted = parsed.values.algorithm
  if (surplus.length > 0 || (wanted !== undefined && name !== 'rotate')) return undefined
  if (name === 'list' && kid === undefined) return { name }
  if (name === 'retire' && kid !== undefined) return { name, kid }
  if (name === 'rotate' && kid === undefined) {
    const algorithm = signingAlgorithms.find((known) => known === wanted)
    if (wanted === undefined || algorithm !== undefined) return { name, algorithm }
  }
  return undefined
}

const parseOptions = (args: readonly string[]) => {
  try {
    return parseArgs({
      args: [...args],
      options: { algorithm: { type: 'string' } },
      allowPositionals: true,
    })
  } catch {
    // An option that does not exist, or has no value: parseArgs throws, the usage says what there is.
    return undefined
  }
}

const list = async ({ stores, clock, print }: KeysCommand): Promise<number> => {
  const now = clock.now()
  const keys = await stores.signingKeys.all()
  if (keys.length === 0) {
    print('There are no signing keys yet. "latchkey bootstrap" and "latchkey serve" make them.')
    return 0
  }
  for (const line of table(keys, now)) print(line)
  return 0
}

const headings = ['KID', 'ALGORITHM', 'STATE', 'CREATED', 'SIGNS FROM', 'SIGNS UNTIL', 'PUBLISHED UNTIL']

const table = (keys: readonly SigningKey[], now: Date): string[] => {
  const rows = keys.map((key) => [
    key.kid,
    key.algorithm,
    signingKeyState(key, now),
    ...[key.createdAt, key.activatesAt, key.retiresAt, key.withdrawnAt].map(instantText),
  ])
  const widths = headings.map((heading, column) =>
    Math.max(heading.length, ...rows.map((row) => row[column]?.length ?? 0)),
  )
  return [headings, ...rows].map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  )
}

const instantText = (instant: Date | null): string =>
  instant === null ? '-' : instant.toISOString().replace(/\.\d+Z$/, 'Z')

const rotate = async (algorithms: readonly SigningAlgorithm[], deps: KeysCommand): Promise<number> => {
  for (const algorithm of algorithms) {
    const result = await rotateSigningKey(deps, algorithm, deps.clock.now())
    for (const line of rotationReport(algorithm, result)) deps.print(line)
  }
  return 0
}

const rotationReport = (
  algorithm: SigningAlgorithm,
  result: Awaited<ReturnType<typeof rotateSigningKey>>,
): string[] => {
  const { kid, activatesAt } = result.key
  switch (result.outcome) {
    case 'first':
      return [
        `${algorithm}: made ${kid}. There was no key; this one can sign from ${instantText(activatesAt)} on.`,
      ]
    case 'pending':
      return [
        `${algorithm}: nothing to do. ${kid} is published already and takes over at ${instantText(activatesAt)}.`,
      ]
    case 'successor':
      return [
        `${algorithm}: made ${kid}, the successor of ${result.predecessor.kid}.`,
        `  From now on verifiers see both in the key set. Tokens are signed with the old one until ${instantText(activatesAt)},`,
        '  by when every verifier that honours Cache-Control has the new one.',
        `  From then on tokens are signed with the new one. The old one stays published until ${instantText(result.predecessor.withdrawnAt)},`,
        '  when the last token it signed has expired. Nobody has to do anything.',
      ]
  }
}

const retire = async (kid: string, deps: KeysCommand): Promise<number> => {
  const result = await retireSigningKey(deps, kid, deps.clock.now())
  switch (result.outcome) {
    case 'unknown':
      deps.print(`There is no signing key ${kid}. "latchkey keys list" shows those there are.`)
      return 1
    case 'already-retired':
      deps.print(`${kid} has been withdrawn since ${instantText(result.key.withdrawnAt)} already.`)
      return 0
    case 'retired': {
      const { algorithm } = result.key
      deps.print(`${kid} (${algorithm}) is withdrawn: it signs no more and is gone from the key set.`)
      deps.print('  Tokens it has signed are refused here from now on; applications have to get new ones.')
      deps.print(
        `  Verifiers that have cached the key set may accept it for up to ${deps.keySetCacheSeconds} seconds more.`,
      )
      if (result.wasSigner) {
        deps.print(
          result.signer === undefined
            ? `  This version signs nothing with ${algorithm}, so nothing takes its place.`
            : `  ${result.signer.kid} signs in its place at once. Verifiers that do not know it yet fetch the key set again.`,
        )
      }
      if (!result.wasReadable) {
        deps.print(
          '  It was encrypted with another LATCHKEY_SECRET than this one. New keys are encrypted with this one, so every node must have it.',
        )
      }
      return 0
    }
  }
}

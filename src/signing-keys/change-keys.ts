import type { RecordEvent } from '../events/catalogue.ts'
import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import {
  dueChanges,
  isSigner,
  type KeyChange,
  type RotationTimes,
  rotationChanges,
  withdrawalChanges,
} from './rotation.ts'
import {
  generateSigningKey,
  isReadable,
  type SigningKey,
  signingKeyAt,
  signingKeyState,
  UnreadableSigningKey,
} from './signing-key.ts'

export interface KeyChanging {
  readonly transaction: Transaction
  readonly sealer: Sealer
  readonly random: Random
  /** Those there is always a key of. */
  readonly algorithms: readonly SigningAlgorithm[]
  readonly times: RotationTimes
  /** Writes events beside the change, in its transaction. */
  readonly recordIn: (stores: Pick<Stores, 'events'>, now: Date) => RecordEvent
}

/**
 * Does what is due, and nothing if nothing is: for every start and every run of the job, on all nodes at once.
 *
 * @returns the keys that were made.
 * @throws UnreadableSigningKey
 */
export const ensureSigningKeys = async (deps: KeyChanging, now: Date): Promise<readonly SigningKey[]> => {
  const { created } = await changeKeys(deps, now, (keys) => {
    requireReadable(keys, deps.algorithms, deps.sealer, now)
    return dueChanges(keys, deps.algorithms, now, deps.times)
  })
  return created
}

/** The same within a change that is being made: in its transaction, and as whoever makes it. */
export const withinChange = (
  deps: KeyChanging,
  { stores, record }: { readonly stores: Stores; readonly record: RecordEvent },
): KeyChanging => ({ ...deps, transaction: (work) => work(stores), recordIn: () => record })

export type RotationResult =
  /** `key` takes over from `predecessor` when it activates. */
  | { readonly outcome: 'successor'; readonly key: SigningKey; readonly predecessor: SigningKey }
  /** There was none; `key` signs at once if it is the first of all, else once it is known. */
  | { readonly outcome: 'first'; readonly key: SigningKey }
  /** A successor was on its way already. */
  | { readonly outcome: 'pending'; readonly key: SigningKey }

/** @throws UnreadableSigningKey */
export const rotateSigningKey = async (
  deps: KeyChanging,
  algorithm: SigningAlgorithm,
  now: Date,
): Promise<RotationResult> => {
  const { before, created, after } = await changeKeys(deps, now, (keys) => {
    requireReadable(keys, [...deps.algorithms, algorithm], deps.sealer, now)
    return rotationChanges(keys, algorithm, now, deps.times)
  })
  const [key] = created
  if (key === undefined) {
    const pending = after.find((known) => known.algorithm === algorithm && known.activatesAt > now)
    if (pending === undefined) throw new Error(`Rotating ${algorithm} made no key, and none is on its way.`)
    return { outcome: 'pending', key: pending }
  }
  const predecessor = signingKeyAt(before, algorithm, now)
  return predecessor === undefined
    ? { outcome: 'first', key }
    : {
        outcome: 'successor',
        key,
        predecessor: after.find(({ kid }) => kid === predecessor.kid) ?? predecessor,
      }
}

export type RetirementResult =
  | { readonly outcome: 'unknown' }
  | { readonly outcome: 'already-retired'; readonly key: SigningKey }
  | {
      readonly outcome: 'retired'
      readonly key: SigningKey
      readonly wasSigner: boolean
      /** What signs with that algorithm from now on; undefined if nothing needs to. */
      readonly signer: SigningKey | undefined
      /** False if it was encrypted with another secret than keys made now are. */
      readonly wasReadable: boolean
    }

/**
 * The emergency: verifiers are to forget the key now, whatever it has signed. It is also the cure for a lost secret, so
 * it alone makes a key beside one that does not open.
 */
export const retireSigningKey = async (
  deps: KeyChanging,
  kid: string,
  now: Date,
): Promise<RetirementResult> => {
  const { before, after } = await changeKeys(deps, now, (keys) =>
    withdrawalChanges(keys, kid, deps.algorithms, now),
  )
  const key = before.find((known) => known.kid === kid)
  if (key === undefined) return { outcome: 'unknown' }
  if (signingKeyState(key, now) === 'retired') return { outcome: 'already-retired', key }
  return {
    outcome: 'retired',
    key: after.find((known) => known.kid === kid) ?? key,
    wasSigner: isSigner(before, key, now),
    signer: signingKeyAt(after, key.algorithm, now),
    wasReadable: isReadable(key, deps.sealer),
  }
}

/**
 * A key made with a wrong secret is no use to the nodes, which have the right one, and once it is there they cannot
 * sign: so those there are must open, also those of other algorithms and those that do not sign yet.
 *
 * @throws UnreadableSigningKey
 */
const requireReadable = (
  keys: readonly SigningKey[],
  algorithms: readonly string[],
  sealer: Sealer,
  now: Date,
): void => {
  for (const key of keys) {
    const state = signingKeyState(key, now)
    const signs = state === 'active' || state === 'upcoming'
    if (signs && algorithms.includes(key.algorithm) && !isReadable(key, sealer)) {
      throw new UnreadableSigningKey(key.kid)
    }
  }
}

interface Changed {
  readonly before: readonly SigningKey[]
  readonly created: readonly SigningKey[]
  readonly after: readonly SigningKey[]
}

/**
 * Plans and acts under one lock: of two nodes that do the same at once, the second plans with what the first has
 * done and finds nothing left to do.
 */
const changeKeys = (
  { transaction, sealer, random, recordIn }: KeyChanging,
  now: Date,
  plan: (keys: readonly SigningKey[]) => readonly KeyChange[],
): Promise<Changed> =>
  transaction(async (stores) => {
    const { signingKeys } = stores
    await signingKeys.changeAlone()
    const before = await signingKeys.all()
    const changes = plan(before)
    // At the same time: an RSA key takes long to find.
    const created = await Promise.all(
      changes
        .filter((change) => change.change === 'create')
        .map(({ algorithm, activatesAt }) =>
          generateSigningKey(algorithm, activatesAt, { sealer, random, now }),
        ),
    )
    for (const key of created) await signingKeys.insert(key)
    for (const change of changes) {
      if (change.change === 'reschedule') await signingKeys.reschedule(change.kid, change.timetable, now)
    }
    const after = changes.length === 0 ? before : await signingKeys.all()
    await recordChanges(recordIn(stores, now), { before, created, after }, now)
    return { before, created, after }
  })

const recordChanges = async (
  record: RecordEvent,
  { before, created, after }: Changed,
  now: Date,
): Promise<void> => {
  for (const { kid, algorithm } of created) {
    await record({ name: 'signing_key.created', targetId: kid, data: { algorithm } })
    const predecessor = signingKeyAt(before, algorithm as SigningAlgorithm, now)?.kid
    if (predecessor !== undefined) {
      await record({ name: 'signing_key.rotated', targetId: kid, data: { algorithm, predecessor } })
    }
  }
  for (const key of before) {
    const { kid, algorithm } = key
    const later = after.find((known) => known.kid === kid)
    if (!later || signingKeyState(key, now) === 'retired' || signingKeyState(later, now) !== 'retired')
      continue
    await record({ name: 'signing_key.retired', targetId: kid, data: { algorithm } })
  }
}

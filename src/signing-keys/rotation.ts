import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { SigningKeyTimetable } from '../storage/stores/signing-keys.ts'
import { addSeconds } from '../system/clock.ts'
import { keysInState, type SigningKey, signingKeyAt, signingKeyState } from './signing-key.ts'

/*
 * What is due, given the keys and now. Pure: change-keys.ts carries it out.
 *
 *   successor    published ────────── signs ──────────────────────────────▶
 *                         propagation │
 *   predecessor  signs ───────────────┤ published ─────────┤ forgotten
 *                                       longest token + margin
 */

export interface RotationTimes {
  /** A key that has signed for this long gets a successor. */
  readonly signingSeconds: number
  /** How long a successor is published before it signs. */
  readonly propagationSeconds: number
  /** How long a predecessor is published after its last signature. */
  readonly verificationSeconds: number
}

/**
 * How long a node may go on with the keys it knows while it cannot reach the database. A fail-over takes seconds to
 * a minute, and tokens for machines need no table otherwise; but a node that is cut off also does not hear that a
 * key was withdrawn, so this is no longer than verifiers cache the key set anyway.
 */
export const STALE_SECONDS = 300

/** RFC 7517 and OIDC Core §10.1.1 leave the period to us. Often enough that everybody has seen it work. */
const SIGNING_SECONDS = 90 * 24 * 3600

/** For nodes and verifiers whose clocks differ, and the minutes of leeway that many verifiers grant a token. */
const MARGIN_SECONDS = 300

export const rotationTimes = (lifetimes: {
  readonly keySetCacheSeconds: number
  readonly cacheSeconds: number
  readonly idTokenSeconds: number
  /** Of all applications; one may have a lifetime of its own. */
  readonly longestAccessTokenSeconds: number
  readonly signingSeconds?: number
}): RotationTimes => ({
  signingSeconds: lifetimes.signingSeconds ?? SIGNING_SECONDS,
  // OIDC Core §10.1.1: verifiers hold the key set for as long as Cache-Control lets them, and one that fetched it
  // last may have got it from a node that was itself behind.
  propagationSeconds:
    lifetimes.keySetCacheSeconds + Math.max(lifetimes.cacheSeconds, STALE_SECONDS) + MARGIN_SECONDS,
  verificationSeconds:
    Math.max(lifetimes.idTokenSeconds, lifetimes.longestAccessTokenSeconds) + MARGIN_SECONDS,
})

export type KeyChange =
  | { readonly change: 'create'; readonly algorithm: SigningAlgorithm; readonly activatesAt: Date }
  | { readonly change: 'reschedule'; readonly kid: string; readonly timetable: SigningKeyTimetable }

/**
 * A first key for every algorithm that has none, a successor for every key that has signed long enough. Keys of other
 * algorithms are a later version's, which is being rolled out: left alone.
 */
export const dueChanges = (
  keys: readonly SigningKey[],
  algorithms: readonly SigningAlgorithm[],
  now: Date,
  times: RotationTimes,
): KeyChange[] => algorithms.flatMap((algorithm) => successionChanges(keys, algorithm, now, times))

const successionChanges = (
  keys: readonly SigningKey[],
  algorithm: SigningAlgorithm,
  now: Date,
  times: RotationTimes,
): KeyChange[] => {
  const active = keysInState(keys, algorithm, 'active', now).at(-1)
  const isDue =
    active === undefined ||
    addSeconds(active.activatesAt, times.signingSeconds) <= now ||
    // It ends, so somebody has to follow: its successor was deleted, or a node of a version that has no use for the
    // algorithm gave it an end.
    active.retiresAt !== null
  return isDue ? rotationChanges(keys, algorithm, now, times) : []
}

/** A successor for the key that signs, a first key where there is none, nothing if one is on its way. */
export const rotationChanges = (
  keys: readonly SigningKey[],
  algorithm: SigningAlgorithm,
  now: Date,
  times: RotationTimes,
): KeyChange[] => {
  if (keysInState(keys, algorithm, 'upcoming', now).length > 0) return []
  const active = keysInState(keys, algorithm, 'active', now).at(-1)
  const handover = addSeconds(now, times.propagationSeconds)
  if (active === undefined) {
    // Verifiers of what others sign already have a copy of the key set, without this key; with none there is no copy.
    const isFirstOfAll = !keys.some((key) => signingKeyState(key, now) === 'active')
    return [{ change: 'create', algorithm, activatesAt: isFirstOfAll ? now : handover }]
  }
  return [
    { change: 'create', algorithm, activatesAt: handover },
    reschedule(active, {
      retiresAt: handover,
      withdrawnAt: addSeconds(handover, times.verificationSeconds),
    }),
  ]
}

/**
 * An emergency: the key is forgotten from now on. If nobody else signs with its algorithm, the successor that is
 * already published takes over at once (some verifiers know it), or else a new key does.
 */
export const withdrawalChanges = (
  keys: readonly SigningKey[],
  kid: string,
  algorithms: readonly SigningAlgorithm[],
  now: Date,
): KeyChange[] => {
  const withdrawn = keys.find((key) => key.kid === kid)
  if (withdrawn === undefined || signingKeyState(withdrawn, now) === 'retired') return []
  const changes: KeyChange[] = [
    reschedule(withdrawn, { retiresAt: earlier(withdrawn.retiresAt, now), withdrawnAt: now }),
  ]
  // A later version's: it makes the replacement itself.
  const algorithm = algorithms.find((wanted) => wanted === withdrawn.algorithm)
  if (algorithm === undefined) return changes
  const others = keys.filter((key) => key.kid !== kid)
  const active = keysInState(others, algorithm, 'active', now).at(-1)
  const successor = keysInState(others, algorithm, 'upcoming', now).at(0)
  if (active === undefined) {
    changes.push(
      successor === undefined
        ? { change: 'create', algorithm, activatesAt: now }
        : reschedule(successor, { activatesAt: now }),
    )
  } else if (active.retiresAt !== null && successor === undefined) {
    // What was withdrawn would have followed it; it goes on signing instead.
    changes.push(reschedule(active, { retiresAt: null, withdrawnAt: null }))
  }
  return changes
}

/** Whether this is the key that signs with its algorithm now. */
export const isSigner = (keys: readonly SigningKey[], key: SigningKey, now: Date): boolean =>
  signingKeyAt(keys, key.algorithm, now)?.kid === key.kid

const reschedule = (
  { kid, activatesAt, retiresAt, withdrawnAt }: SigningKey,
  changed: Partial<SigningKeyTimetable>,
): KeyChange => ({
  change: 'reschedule',
  kid,
  timetable: { activatesAt, retiresAt, withdrawnAt, ...changed },
})

const earlier = (instant: Date | null, other: Date): Date =>
  instant !== null && instant < other ? instant : other

import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { RotationTimes } from '../signing-keys/rotation.ts'
import { isPublished, isReadable, keysInState, type SigningKey } from '../signing-keys/signing-key.ts'
import { addSeconds } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import { type Finding, findingsOn, orFine } from './finding.ts'

const { ok, warning, problem } = findingsOn('keys')

export interface CheckingSigningKeys {
  readonly keys: readonly SigningKey[]
  /** Those there should be a key of. */
  readonly algorithms: readonly SigningAlgorithm[]
  readonly sealer: Sealer
  readonly times: RotationTimes
  readonly now: Date
}

const DAY_SECONDS = 24 * 3600
/** The job looks every few minutes; a day late is a job that does not run. */
const LATE_SECONDS = DAY_SECONDS

export const checkSigningKeys = ({
  keys,
  algorithms,
  sealer,
  times,
  now,
}: CheckingSigningKeys): readonly Finding[] => {
  const published = keys.filter((key) => isPublished(key, now))
  if (published.length === 0) {
    return [
      warning(
        'There are no signing keys yet.',
        'Run "latchkey bootstrap" or "latchkey serve", which make them.',
      ),
    ]
  }
  const amiss: Finding[] = published
    .filter((key) => !isReadable(key, sealer))
    .map(({ kid }) =>
      problem(
        `The signing key ${kid} was encrypted with another LATCHKEY_SECRET.`,
        `Set LATCHKEY_SECRET to the value it had, the same on every node; if that is lost: latchkey keys retire ${kid}`,
      ),
    )
  const ages: number[] = []
  for (const algorithm of algorithms) {
    const signer = keysInState(keys, algorithm, 'active', now).at(-1)
    const isFollowed = keysInState(keys, algorithm, 'upcoming', now).length > 0
    if (!signer) {
      if (!isFollowed) {
        amiss.push(problem(`No key signs with ${algorithm}.`, 'Run "latchkey bootstrap", or restart a node.'))
      }
      continue
    }
    ages.push(secondsBetween(signer.activatesAt, now))
    if (!isFollowed && addSeconds(signer.activatesAt, times.signingSeconds + LATE_SECONDS) < now) {
      amiss.push(
        warning(
          `The ${algorithm} key has signed for ${daysOf(secondsBetween(signer.activatesAt, now))} days, and should have had a successor after ${daysOf(times.signingSeconds)}.`,
          'See that a node runs, and what it logs of the job rotate-signing-keys; meanwhile: latchkey keys rotate',
        ),
      )
    }
  }
  const next = times.signingSeconds - Math.max(0, ...ages)
  return orFine(
    amiss,
    ok(
      `All ${published.length} signing keys can be read; the next rotation is due in ${Math.max(0, daysOf(next))} days.`,
    ),
  )
}

const secondsBetween = (from: Date, to: Date): number => (to.getTime() - from.getTime()) / 1000
const daysOf = (seconds: number): number => Math.floor(seconds / DAY_SECONDS)

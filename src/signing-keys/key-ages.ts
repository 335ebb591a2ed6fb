import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { KeyChanging } from './change-keys.ts'
import { type SigningKey, signingKeyAt } from './signing-key.ts'

/** Of the key that signs with an algorithm. */
export interface SigningKeyAge {
  readonly kid: string
  readonly algorithm: SigningAlgorithm
  /** Since it began to sign. */
  readonly ageSeconds: number
  /** Until it gets a successor; negative if that is late. */
  readonly rotatesInSeconds: number
}

/** One for each algorithm that is signed with; none for one that has no key now. */
export const signingKeyAges = (
  keys: readonly SigningKey[],
  { algorithms, times }: Pick<KeyChanging, 'algorithms' | 'times'>,
  now: Date,
): SigningKeyAge[] =>
  algorithms.flatMap((algorithm) => {
    const key = signingKeyAt(keys, algorithm, now)
    if (key === undefined) return []
    const ageSeconds = Math.max(0, (now.getTime() - key.activatesAt.getTime()) / 1000)
    return [{ kid: key.kid, algorithm, ageSeconds, rotatesInSeconds: times.signingSeconds - ageSeconds }]
  })

import type { Executor } from '../executor.ts'
import { gatheredInsertion } from '../gathered.ts'
import type { Hash } from '../schema.ts'

const marking = gatheredInsertion('seen_once', { key_hash: 'text', expires_at: 'timestamptz' }, 'key_hash')

/**
 * What may be shown once, as a hash: the jti of an assertion (RFC 7523 §3) or of a DPoP proof (RFC 9449 §11.1), the answer
 * of a user about what is asked about each time, a form that makes a secret.
 */
export const seenOnce = (db: Executor) => ({
  /**
   * Of all who show the same, at once or later, on whatever node, exactly one is the first.
   *
   * @param expiresAt from when on it is refused for its age.
   * @returns whether this was the first time.
   */
  mark: (keyHash: Hash, expiresAt: Date): Promise<boolean> =>
    marking(db, { key_hash: keyHash, expires_at: expiresAt }),
})

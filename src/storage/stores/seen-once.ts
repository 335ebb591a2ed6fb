import type { Executor } from '../executor.ts'
import type { Hash } from '../schema.ts'
import { type PlaceOf, statement } from '../statement.ts'

const marking = statement((db, place: PlaceOf<{ readonly keyHash: Hash; readonly expiresAt: Date }>) =>
  db
    .insertInto('seen_once')
    .values({ key_hash: place('keyHash'), expires_at: place('expiresAt') })
    .onConflict((conflict) => conflict.column('key_hash').doNothing()),
)

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
  mark: async (keyHash: Hash, expiresAt: Date): Promise<boolean> =>
    (await marking.written(db, { keyHash, expiresAt })) > 0,
})

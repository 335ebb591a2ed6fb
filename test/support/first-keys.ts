import { lifetimes } from '../../src/config/lifetimes.ts'
import { keyChangingOf } from '../../src/foundation.ts'
import { ensureSigningKeys } from '../../src/signing-keys/change-keys.ts'
import type { Database } from '../../src/storage/database.ts'
import { systemClock } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { TEST_SECRET } from './test-store.ts'

/**
 * Makes the signing keys of every test server, once: two of them are RSA, which takes longer than all else at a start.
 * Nothing else is made that a server makes at its first start.
 */
export const makeFirstKeys = async (database: Database): Promise<void> => {
  const making = keyChangingOf({ database, secret: TEST_SECRET }, lifetimes, systemRandom)
  await ensureSigningKeys(making, systemClock.now())
}

import { ensureSigningKeys, type KeyChanging } from '../signing-keys/change-keys.ts'
import type { SigningKey } from '../signing-keys/signing-key.ts'
import type { Clock } from '../system/clock.ts'
import type { Job } from './schedule.ts'

export interface RotateSigningKeys extends KeyChanging {
  readonly clock: Clock
  readonly onCreated: (key: SigningKey) => void
}

/** Keys last for months; often enough that one which was lost is followed soon. */
const EVERY_SECONDS = 15 * 60

/** Does what signing-keys/rotation.ts says is due, under its lock: of all nodes one finds something to do. */
export const rotateSigningKeysJob = (deps: RotateSigningKeys): Job => ({
  name: 'rotate-signing-keys',
  everySeconds: EVERY_SECONDS,
  run: async () => {
    for (const key of await ensureSigningKeys(deps, deps.clock.now())) deps.onCreated(key)
  },
})

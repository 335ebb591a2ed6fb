import { actingAs } from '../../src/events/record.ts'
import type { KeyChanging } from '../../src/signing-keys/change-keys.ts'
import { systemRandom } from '../../src/system/random.ts'

/** Events of keys, as somebody at the command line makes them. */
export const recordIn: KeyChanging['recordIn'] = (stores, now) =>
  actingAs({ type: 'operator' }, { stores, now, random: systemRandom }).record

import { z } from 'zod'
import type { PasskeyRecord } from '../storage/stores/passkeys.ts'
import { createdAndUpdated, instants, optionalInstant, timestamp } from './members.ts'

export const passkeySchema = z
  .object({
    object: z.literal('passkey'),
    id: z.string(),
    user_id: z.string(),
    name: z.string().describe('What its user calls it.'),
    synced: z.boolean().describe('Whether it may be on several devices of its user (WebAuthn §6.1.3).'),
    backed_up: z.boolean().describe('Whether it is, when it was last used.'),
    last_used_at: timestamp.nullable(),
    ...createdAndUpdated,
  })
  .meta({ id: 'Passkey' })

export type PasskeyObject = z.infer<typeof passkeySchema>

export const passkeyObject = (passkey: PasskeyRecord): PasskeyObject => ({
  object: 'passkey',
  id: passkey.id,
  user_id: passkey.userId,
  name: passkey.name,
  synced: passkey.isSynced,
  backed_up: passkey.isBackedUp,
  last_used_at: optionalInstant(passkey.lastUsedAt),
  ...instants(passkey),
})

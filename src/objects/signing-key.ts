import { z } from 'zod'
import type { SigningKeyRecord } from '../storage/stores/signing-keys.ts'
import { optionalInstant, timestamp } from './members.ts'

/** A key without its private part, and without its public one: that is in the key set. */
export const signingKeySchema = z
  .object({
    object: z.literal('signing_key'),
    kid: z.string(),
    algorithm: z.string(),
    state: z
      .enum(['upcoming', 'active', 'retiring', 'retired'])
      .describe('Published; signs; published still; forgotten.'),
    created_at: timestamp,
    activates_at: timestamp.describe('Signs from then on.'),
    retires_at: timestamp.nullable().describe('Signs until then.'),
    withdrawn_at: timestamp.nullable().describe('Is published until then.'),
  })
  .meta({ id: 'SigningKey' })

export type SigningKeyObject = z.infer<typeof signingKeySchema>

export const signingKeyObject = (
  key: SigningKeyRecord,
  state: SigningKeyObject['state'],
): SigningKeyObject => ({
  object: 'signing_key',
  kid: key.kid,
  algorithm: key.algorithm,
  state,
  created_at: key.createdAt.toISOString(),
  activates_at: key.activatesAt.toISOString(),
  retires_at: optionalInstant(key.retiresAt),
  withdrawn_at: optionalInstant(key.withdrawnAt),
})

import { z } from 'zod'
import { listOf } from '../objects/list.ts'
import { signingKeyObject, signingKeySchema } from '../objects/signing-key.ts'
import { signingAlgorithms } from '../protocol/signing-algorithm.ts'
import {
  type KeyChanging,
  retireSigningKey,
  rotateSigningKey,
  withinChange,
} from '../signing-keys/change-keys.ts'
import type { KeyRing } from '../signing-keys/key-ring.ts'
import { type SigningKey, signingKeyState, UnreadableSigningKey } from '../signing-keys/signing-key.ts'
import type { Stores } from '../storage/index.ts'
import { identified, notThere } from './identified.ts'
import { changeOperation, type Operation, readOperation } from './operation.ts'
import { conflict } from './refusal.ts'

export interface SigningKeyDependencies {
  readonly stores: Pick<Stores, 'signingKeys'>
  readonly keyChanging: KeyChanging
  readonly keyRing: Pick<KeyRing, 'invalidate'>
}

const tag = 'Signing keys'
const path = '/latchkey/v1/signing_keys'

export const signingKeyOperations = ({
  stores,
  keyChanging,
  keyRing,
}: SigningKeyDependencies): readonly Operation[] => [
  readOperation({
    id: 'listSigningKeys',
    method: 'GET',
    path,
    tag,
    summary: 'List all signing keys with their states, the oldest first.',
    permission: 'environment:read',
    answer: listOf(signingKeySchema),
    errors: [],
    handle: async ({ now }) => ({
      object: 'list' as const,
      data: (await stores.signingKeys.all()).map((key) => objectAt(now, key)),
      list_metadata: { before: null, after: null },
    }),
  }),

  changeOperation({
    id: 'rotateSigningKey',
    method: 'POST',
    path: `${path}/rotate`,
    tag,
    summary: 'Publish a successor of the key that signs with an algorithm.',
    description:
      'It takes over once every verifier that honours Cache-Control has it; the former key is published until the last ' +
      'token it has signed has expired. `pending`: a successor was on its way already. `first`: there was no key.',
    permission: 'environment:write',
    body: z.strictObject({ algorithm: z.enum(signingAlgorithms) }),
    answer: z.object({
      object: z.literal('signing_key_rotation'),
      outcome: z.enum(['successor', 'first', 'pending']),
      signing_key: signingKeySchema,
      predecessor: signingKeySchema.nullable(),
    }),
    status: 200,
    errors: [409],
    handle: ({ body, change }) =>
      change(async (acting) => {
        const { now } = acting
        const rotated = await readableKeys(() =>
          rotateSigningKey(withinChange(keyChanging, acting), body.algorithm, now),
        )
        acting.afterCommit(keyRing.invalidate)
        return {
          object: 'signing_key_rotation' as const,
          outcome: rotated.outcome,
          signing_key: objectAt(now, rotated.key),
          predecessor: rotated.outcome === 'successor' ? objectAt(now, rotated.predecessor) : null,
        }
      }),
  }),

  changeOperation({
    id: 'retireSigningKey',
    method: 'POST',
    path: `${path}/:kid/retire`,
    tag,
    summary: 'Emergency: withdraw a key now, with all it has signed.',
    description:
      'Its tokens are refused here at once, and elsewhere by verifiers as soon as they read the key set again. If ' +
      'nothing else signs with its algorithm, another key does at once.',
    permission: 'environment:write',
    answer: z.object({
      object: z.literal('signing_key_retirement'),
      signing_key: signingKeySchema,
      signer: signingKeySchema
        .nullable()
        .describe('What signs with that algorithm now; null if nothing needs to.'),
    }),
    status: 200,
    errors: [404],
    handle: ({ params, change }) =>
      change(async (acting) => {
        const { now } = acting
        const kid = identified('signingKey', params.kid)
        const retired = await retireSigningKey(withinChange(keyChanging, acting), kid, now)
        if (retired.outcome === 'unknown') throw notThere('signingKey', kid)
        acting.afterCommit(keyRing.invalidate)
        return {
          object: 'signing_key_retirement' as const,
          signing_key: objectAt(now, retired.key),
          signer: retired.outcome === 'retired' && retired.signer ? objectAt(now, retired.signer) : null,
        }
      }),
  }),
]

const objectAt = (now: Date, key: SigningKey) => signingKeyObject(key, signingKeyState(key, now))

/** A key beside one that does not open would be of no use to the other nodes. @throws Refusal 409 */
const readableKeys = async <T>(work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof UnreadableSigningKey) throw conflict('signing_key_unreadable', error.message)
    throw error
  }
}

import type { Stores } from '../storage/index.ts'
import { addSeconds } from '../system/clock.ts'
import { createSealer, type Sealer } from '../system/encryption.ts'
import { hmacSha256, sha256 } from '../system/hash.ts'
import type { Random } from '../system/random.ts'
import { badRequest, invalidField, Refusal } from './refusal.ts'

/*
 * `Idempotency-Key` (draft-ietf-httpapi-idempotency-key-header): a change that was made is answered again, not made
 * again. A request that was refused has changed nothing and leaves no trace, so the same key may try once more.
 *
 * An answer may hold a secret that is shown once, so it is kept sealed, under a key made from the operator's secret
 * and the idempotency key: whoever has only the database, or only the idempotency key, cannot read it.
 */

const KEPT_SECONDS = 24 * 3600

/** Visible ASCII: what any header can carry. */
const SYNTAX = /^[\x21-\x7e]{1,255}$/

/** What was answered: the status and the body, if there was one. */
export interface Answered {
  readonly status: number
  readonly body?: unknown
}

export interface IdempotentRequest {
  readonly keyHash: string
  readonly requestHash: string
  readonly sealer: Sealer
}

/**
 * @returns undefined if the request carries no key.
 * @throws Refusal 400
 */
export const idempotentRequest = (
  header: string | string[] | undefined,
  request: {
    readonly callerId: string
    readonly method: string
    readonly url: string
    readonly body: unknown
  },
  { secret, random }: { readonly secret: Uint8Array; readonly random: Random },
): IdempotentRequest | undefined => {
  if (header === undefined) return undefined
  if (typeof header !== 'string' || !SYNTAX.test(header)) {
    throw badRequest('invalid_idempotency_key', 'Idempotency-Key has 1 to 255 visible ASCII characters.')
  }
  const { callerId, method, url, body } = request
  const content = Buffer.isBuffer(body) ? sha256(body) : JSON.stringify(body ?? null)
  const of = `${callerId} ${header}`
  return {
    keyHash: sha256(of),
    // Keyed: what was sent may hold a password, which a plain hash would let be guessed.
    requestHash: hmacSha256(Buffer.concat([secret, Buffer.from(of)]), `${method} ${url}\n${content}`),
    sealer: createSealer(Buffer.concat([secret, Buffer.from(of)]), 'idempotent-answer', random),
  }
}

/** @throws Refusal 422 if the key was used for another request, 409 if its answer cannot be read any more. */
export const answerBefore = async (
  stores: Pick<Stores, 'idempotentAnswers'>,
  { keyHash, requestHash, sealer }: IdempotentRequest,
  now: Date,
): Promise<Answered | undefined> => {
  const kept = await stores.idempotentAnswers.find(keyHash, now)
  if (!kept) return undefined
  if (kept.requestHash !== requestHash) {
    throw invalidField('Idempotency-Key', 'idempotency_key_reused', 'was used for another request.')
  }
  const answer = kept.answerSealed === null ? undefined : sealer.open(kept.answerSealed, keyHash)
  if (answer === undefined) {
    throw new Refusal(409, { message: 'The answer to this key is not kept.', code: 'idempotency_key_used' })
  }
  return JSON.parse(answer) as Answered
}

/** In the transaction of the change. False if another request with the key has been quicker. */
export const claimKey = (
  stores: Pick<Stores, 'idempotentAnswers'>,
  { keyHash, requestHash }: IdempotentRequest,
  now: Date,
): Promise<boolean> =>
  stores.idempotentAnswers.claim({ keyHash, requestHash, expiresAt: addSeconds(now, KEPT_SECONDS) }, now)

/** In the transaction of the change. */
export const keepAnswer = (
  stores: Pick<Stores, 'idempotentAnswers'>,
  { keyHash, sealer }: IdempotentRequest,
  answer: Answered,
): Promise<void> => stores.idempotentAnswers.keep(keyHash, sealer.seal(JSON.stringify(answer), keyHash))

import { z } from 'zod'
import { actingAs } from '../events/record.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import type { Random } from '../system/random.ts'
import type { Caller } from './caller.ts'
import {
  type Answered,
  answerBefore,
  claimKey,
  type IdempotentRequest,
  idempotentRequest,
  keepAnswer,
} from './idempotency.ts'
import type { Change, Changed, Operation } from './operation.ts'
import { requireRecentSignIn, requireStillOperator } from './operator-caller.ts'
import { conflict, Refusal } from './refusal.ts'
import { readPart } from './request-parts.ts'

export interface Performing {
  readonly stores: Stores
  readonly transaction: Transaction
  readonly random: Random
  /** Of the operator; answers that are kept are sealed with it. */
  readonly idempotencySecret: Uint8Array
}

export interface AskedOperation {
  readonly operation: Operation
  /** Undefined for a public one. */
  readonly caller: Caller | undefined
  readonly params: Readonly<Record<string, string>>
  readonly query: unknown
  readonly body: unknown
  /** Path and query as they were sent. */
  readonly url: string
  readonly idempotencyKey: string | string[] | undefined
  /** What must still be so for the change to be made; runs first within its transaction, and throws if it is not. */
  readonly provided?: ((stores: Stores, now: Date) => Promise<void>) | undefined
  readonly now: Date
}

export interface Performed extends Answered {
  /** From an earlier request with the same Idempotency-Key. */
  readonly isReplayed: boolean
}

/**
 * From a request to its answer: reads its parts, and makes the change, if it is one, in a transaction with its events
 * and what is kept of its answer.
 *
 * @throws Refusal
 */
export const perform = async (performing: Performing, asked: AskedOperation): Promise<Performed> => {
  const { operation, caller, now } = asked
  if (!operation.isChange || caller === undefined) {
    const held = caller?.permissions ?? []
    const body = await operation.handle({ ...readParts(asked), ...changesNothing, now, held })
    return { status: operation.status, body, isReplayed: false }
  }
  const signedInJustNow = () => requireRecentSignIn(caller, now)
  // Before anything is said of what they sent, which they will have to send again.
  if (operation.recentSignIn === 'always') signedInJustNow()
  const parts = readParts(asked)

  const idempotent = idempotentRequest(
    asked.idempotencyKey,
    { callerId: caller.actor.id, method: operation.method, url: asked.url, body: asked.body },
    { secret: performing.idempotencySecret, random: performing.random },
  )
  const before = idempotent && (await answerBefore(performing.stores, idempotent, now))
  if (before) return { ...before, isReplayed: true }
  try {
    const body = await operation.handle({
      ...parts,
      now,
      held: caller.permissions,
      change: changeOnce(performing, asked, caller, idempotent),
      requireRecentSignIn: signedInJustNow,
    })
    return { status: operation.status, body, isReplayed: false }
  } catch (error) {
    if (!(error instanceof QuickerRequest) || !idempotent) throw error
    const quicker = await answerBefore(performing.stores, idempotent, now)
    // It has expired while this request waited for it.
    if (!quicker)
      throw conflict('idempotency_key_in_use', 'Another request with this key was being made; send it again.')
    return { ...quicker, isReplayed: true }
  }
}

/** Another request with the same Idempotency-Key has made the change meanwhile. */
class QuickerRequest extends Error {
  override readonly name = 'QuickerRequest'
}

const changeOnce = (
  { transaction, random }: Performing,
  { operation, provided, now }: AskedOperation,
  caller: Caller,
  idempotent: IdempotentRequest | undefined,
): Change => {
  let isCalled = false
  return async (work) => {
    if (isCalled) throw new Error(`${operation.id} makes two changes.`)
    isCalled = true
    const afterwards: (() => void)[] = []
    const body = await transaction(async (stores) => {
      if (idempotent && !(await claimKey(stores, idempotent, now))) throw new QuickerRequest()
      await provided?.(stores, now)
      const result = await work({
        ...actingAs(caller.actor, { stores, now, random }),
        afterCommit: (done) => afterwards.push(done),
      })
      await requireStillOperator(stores, caller)
      if (idempotent) await keepAnswer(stores, idempotent, { status: operation.status, body: result })
      return result
    })
    for (const done of afterwards) done()
    return body as Changed<typeof body>
  }
}

/** Of an operation that takes no query. */
const nothing = z.strictObject({})

const changesNothing = {
  change: () => Promise.reject(new Error('This operation changes nothing.')),
  requireRecentSignIn: () => undefined,
}

const readParts = ({ operation, params, query, body }: AskedOperation) => {
  for (const value of Object.values(params)) {
    // Nothing that we keep has such a name.
    if (value.includes('\0') || !value.isWellFormed()) throw new Refusal(404, { message: 'Not found.' })
  }
  return {
    params: params as never,
    query: (operation.query ? readPart(operation.query, query) : readPart(nothing, query)) as never,
    body: (operation.rawBody
      ? (body ?? Buffer.alloc(0))
      : operation.body
        ? readPart(operation.body, body ?? {})
        : undefined) as never,
  }
}

import type { z } from 'zod'
import type { Caller } from '../management/caller.ts'
import type { Operation } from '../management/operation.ts'
import { MissingRight } from '../management/operator-caller.ts'
import { type Performing, perform } from '../management/perform.ts'
import { Refusal } from '../management/refusal.ts'
import { recordRefusedChange } from '../management/refused-change.ts'
import type { Logger } from '../observability/logger.ts'
import type { Stores } from '../storage/index.ts'
import { requireMay } from './require-may.ts'

/*
 * The dashboard is a client of the management API without HTTP: what operators do goes through the same descriptions,
 * checks, transactions and events, with the operator as the actor. So nothing can be done here that the API cannot do, and
 * nothing of it without a right.
 */

export interface Question {
  readonly params?: Readonly<Record<string, string>>
  readonly query?: Readonly<Record<string, string>>
  readonly body?: unknown
  /** What must still be so for the change to be made; throws a Refusal if it is not. */
  readonly provided?: ((stores: Stores, now: Date) => Promise<void>) | undefined
}

export interface Asking {
  readonly caller: Caller
  readonly now: Date
}

/** @throws Refusal */
export type Ask = <Answer extends z.ZodType | undefined = undefined>(
  asking: Asking,
  /** The operationId. */
  id: string,
  /** What it answers; undefined: nothing. */
  answer: Answer,
  question?: Question,
) => Promise<Answer extends z.ZodType ? z.output<Answer> : undefined>

export const createAsk = (
  performing: Performing & { readonly logger: Pick<Logger, 'error'> },
  operations: readonly Operation[],
): Ask => {
  const byId = new Map(operations.map((operation) => [operation.id, operation]))
  return async ({ caller, now }, id, answer, { params = {}, query = {}, body, provided } = {}) => {
    const operation = byId.get(id)
    if (!operation) throw new Error(`There is no operation ${id}.`)
    try {
      if (operation.permission !== 'public') requireMay({ caller }, operation.permission)
      const performed = await perform(performing, {
        ...{ operation, caller, params, query, body, now, provided },
        url: operation.path,
        idempotencyKey: undefined,
      })
      return (answer === undefined ? undefined : answer.parse(performed.body)) as never
    } catch (error) {
      if (operation.isChange && error instanceof Refusal) {
        const refused = { operation, actor: caller.actor, params, refusal: error }
        await recordRefusedChange(performing, refused, now, (failure) =>
          performing.logger.error({ err: failure }, 'a refused change could not be written down'),
        )
      }
      throw error
    }
  }
}

/** What became of something that may be refused. */
export type Attempted<Answer> =
  | { readonly answer: Answer; readonly refusal?: undefined }
  | { readonly refusal: Refusal }

/** A refusal as a value: forms show it beside their fields, but for whoever has none to be shown. */
export const attempt = async <Answer>(work: () => Promise<Answer>): Promise<Attempted<Answer>> => {
  try {
    return { answer: await work() }
  } catch (error) {
    if (error instanceof Refusal && !(error instanceof MissingRight)) return { refusal: error }
    throw error
  }
}

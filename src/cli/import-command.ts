import type { Transaction } from '../storage/transaction.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'

/** What `latchkey import` works with, whatever it imports. */
export interface ImportCommand {
  readonly print: (line: string) => void
  readonly transaction: Transaction
  readonly clock: Clock
  readonly random: Random
}

/** Whoever typed it. */
export const OPERATOR = { type: 'operator' } as const

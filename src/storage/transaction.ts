import type { Executor } from './executor.ts'
import { type Stores, storesOn } from './index.ts'

/** Runs `work` with stores of one transaction; it never sees the database, whose queries would run outside of it. */
export type Transaction = <T>(work: (stores: Stores) => Promise<T>) => Promise<T>

export const transactionOn =
  (db: Executor): Transaction =>
  (work) =>
    db.transaction().execute((trx) => work(storesOn(trx)))

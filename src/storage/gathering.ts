import { isUnavailable } from '../system/failure-code.ts'
import type { Executor } from './executor.ts'

/*
 * Requests that ask the database the same question at the same time ask it together. A statement costs the node more in
 * sending it than in what it asks, and the database more in beginning it than in finding one more row by its key; so under
 * load what comes while a few statements of a kind are under way waits for one of them to end, and goes with the next, all
 * at once. With nothing under way nobody waits.
 *
 * Within a transaction everybody is alone.
 */

/** Statements of one kind under way at once. More of them would each be asked about less. */
const LANES = 2

/** Asked about in one statement; what is beyond waits for the next. */
const MOST = 100

interface Asker<Values, Answer> {
  readonly values: Values
  readonly answer: (answer: Answer) => void
  readonly fail: (error: unknown) => void
}

interface Waiting<Values, Answer> extends Asker<Values, Answer> {
  /** It is to ask for all who wait. */
  readonly lead: () => void
}

interface Queue<Values, Answer> {
  underWay: number
  waiting: Waiting<Values, Answer>[]
}

/**
 * @param alone asks for one.
 * @param together asks for several: the answers in their order. One that fails all fails them only if the database is
 *   away; else each asks by itself, so that nobody is refused for what another asked.
 */
export const gathering = <Values, Answer>(
  alone: (db: Executor, values: Values) => Promise<Answer>,
  together: (db: Executor, values: readonly Values[]) => Promise<readonly Answer[]>,
): ((db: Executor, values: Values) => Promise<Answer>) => {
  const queues = new WeakMap<Executor, Queue<Values, Answer>>()

  const queueOf = (db: Executor): Queue<Values, Answer> => {
    const existing = queues.get(db)
    if (existing) return existing
    const queue = { underWay: 0, waiting: [] }
    queues.set(db, queue)
    return queue
  }

  const askAlone = async (db: Executor, { values, answer, fail }: Asker<Values, Answer>): Promise<void> => {
    try {
      answer(await alone(db, values))
    } catch (error) {
      fail(error)
    }
  }

  const askFor = async (db: Executor, askers: readonly Asker<Values, Answer>[]): Promise<void> => {
    const [first, second] = askers
    if (first && second === undefined) return askAlone(db, first)
    try {
      const answers = await together(
        db,
        askers.map(({ values }) => values),
      )
      for (const [place, asker] of askers.entries()) asker.answer(answers[place] as Answer)
    } catch (error) {
      if (isUnavailable(error)) for (const { fail } of askers) fail(error)
      else await Promise.all(askers.map((asker) => askAlone(db, asker)))
    }
  }

  /** Asks, and hands its lane on to whoever has waited longest. */
  const take = async (
    db: Executor,
    queue: Queue<Values, Answer>,
    askers: readonly Asker<Values, Answer>[],
  ): Promise<void> => {
    await askFor(db, askers)
    const next = queue.waiting.shift()
    if (next) next.lead()
    else queue.underWay -= 1
  }

  return (db, values) => {
    if (db.isTransaction) return alone(db, values)
    const queue = queueOf(db)
    return new Promise((answer, fail) => {
      const asker = { values, answer, fail }
      if (queue.underWay < LANES) {
        queue.underWay += 1
        void take(db, queue, [asker])
        return
      }
      // Resumed by a promise of its own, so that what is traced of the statement is part of this request, not of the one
      // that ended.
      const { promise: turn, resolve: lead } = Promise.withResolvers<void>()
      const waiting: Waiting<Values, Answer> = { ...asker, lead }
      queue.waiting.push(waiting)
      void turn.then(() => take(db, queue, [waiting, ...queue.waiting.splice(0, MOST - 1)]))
    })
  }
}

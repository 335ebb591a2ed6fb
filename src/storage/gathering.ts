import { soonOr } from '../system/timer.ts'
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

/** A statement that takes longer waits for a lock, or the database is away: others need not wait for it. */
const PATIENCE_MILLISECONDS = 100

interface Asker<Values, Answer> {
  readonly values: Values
  readonly answer: (answer: Answer) => void
  readonly fail: (error: unknown) => void
  /** It is to ask by itself after all. */
  readonly leave: () => void
}

interface Waiting<Values, Answer> extends Asker<Values, Answer> {
  /** It is to ask for all who wait. */
  readonly lead: () => void
}

interface Queue<Values, Answer> {
  underWay: number
  waiting: Waiting<Values, Answer>[]
}

export interface Gathering<Values, Answer> {
  /** Asks for one. */
  readonly alone: (db: Executor, values: Values) => Promise<Answer>
  /** Asks for several: the answers in their order. */
  readonly together: (db: Executor, values: readonly Values[]) => Promise<readonly Answer[]>
  /** Whether an answer of `together` is one; who gets none asks alone. */
  readonly isFinal: (answer: Answer) => boolean
  /** Whether all fail with what `together` failed with; else each asks alone, and is refused for nothing another asked. */
  readonly isFailureOfAll: (error: unknown) => boolean
}

export const gathering = <Values, Answer>({
  alone,
  together,
  isFinal,
  isFailureOfAll,
}: Gathering<Values, Answer>): ((db: Executor, values: Values) => Promise<Answer>) => {
  const queues = new WeakMap<Executor, Queue<Values, Answer>>()

  const queueOf = (db: Executor): Queue<Values, Answer> => {
    const existing = queues.get(db)
    if (existing) return existing
    const queue = { underWay: 0, waiting: [] }
    queues.set(db, queue)
    return queue
  }

  const askFor = async (db: Executor, askers: readonly Asker<Values, Answer>[]): Promise<void> => {
    const [first, second] = askers
    try {
      if (first && second === undefined) {
        first.answer(await alone(db, first.values))
        return
      }
      const answers = await together(
        db,
        askers.map(({ values }) => values),
      )
      for (const [place, asker] of askers.entries()) {
        const answer = answers[place] as Answer
        if (isFinal(answer)) asker.answer(answer)
        else asker.leave()
      }
    } catch (error) {
      for (const asker of askers) {
        if (second === undefined || isFailureOfAll(error)) asker.fail(error)
        else asker.leave()
      }
    }
  }

  /** Asks, and hands its lane on to whoever has waited longest. */
  const take = async (
    db: Executor,
    queue: Queue<Values, Answer>,
    askers: readonly Asker<Values, Answer>[],
  ): Promise<void> => {
    await soonOr(PATIENCE_MILLISECONDS, askFor(db, askers), undefined)
    const next = queue.waiting.shift()
    if (next) next.lead()
    else queue.underWay -= 1
  }

  const ask = (db: Executor, queue: Queue<Values, Answer>, values: Values) =>
    new Promise<{ readonly answer: Answer } | 'alone'>((resolve, reject) => {
      const asker: Asker<Values, Answer> = {
        values,
        answer: (answer) => resolve({ answer }),
        fail: reject,
        leave: () => resolve('alone'),
      }
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

  return async (db, values) => {
    if (db.isTransaction) return alone(db, values)
    const outcome = await ask(db, queueOf(db), values)
    return outcome === 'alone' ? alone(db, values) : outcome.answer
  }
}

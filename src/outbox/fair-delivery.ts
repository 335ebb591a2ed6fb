import type { SendingRoom } from '../storage/fair-taking.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import { after, type Timer } from '../system/timer.ts'

/*
 * Empties an outbox: rows that are written beside a change, and sent to other people's servers afterwards. Webhooks and
 * logouts have one each; what is sent, and how it is taken from the database, is theirs.
 *
 * A receiver is sent one thing at a time until it has taken one, a few at once from then on, and one at a time again as
 * soon as it fails. So those that keep everybody waiting neither hold up the others nor use up all places.
 */

/** At once to one receiver that takes what it is sent, on each node: it is somebody else's server. */
const PER_RECEIVER = 5

/** How often to look for what has become due while attempts are under way, in milliseconds. */
const LOOK_AGAIN = 1_000

/** What a node has taken is another's after this, should it die. */
const LEASE_SECONDS = 60

export interface Outbox<Due, Receiver extends string> {
  /** At once to all receivers, on each node. */
  readonly places: number
  /** Takes what is due, so that no other node does until its lease is over. */
  take(room: SendingRoom<Receiver>, until: Date, now: Date): Promise<readonly Due[]>
  receiverOf(due: Due): Receiver
  /** Whether it was delivered. */
  attempt(due: Due): Promise<boolean>
  readonly clock: Clock
  /** Hears of attempts that threw: what they were about comes back when its lease is over. */
  readonly onError: (error: unknown) => void
}

/** Until nothing is due, or the signal is aborted; what is under way then is waited for. */
export const deliverFairly = async <Due, Receiver extends string>(
  { places, take, receiverOf, attempt, clock, onError }: Outbox<Due, Receiver>,
  signal: AbortSignal,
): Promise<void> => {
  const underWay = new Map<Receiver, number>()
  /** Those that took what they were last sent, in this run. */
  const taking = new Set<Receiver>()

  const room = (): ReadonlyMap<Receiver, number> =>
    new Map(
      [...new Set([...underWay.keys(), ...taking])].map((receiver) => {
        const most = taking.has(receiver) ? PER_RECEIVER : 1
        return [receiver, Math.max(0, most - (underWay.get(receiver) ?? 0))]
      }),
    )

  const takeUpTo = (limit: number): Promise<readonly Due[]> => {
    const now = clock.now()
    return take({ limit, perReceiver: 1, room: room() }, addSeconds(now, LEASE_SECONDS), now)
  }

  const start = async (due: Due): Promise<void> => {
    const receiver = receiverOf(due)
    underWay.set(receiver, (underWay.get(receiver) ?? 0) + 1)
    try {
      if (await attempt(due)) taking.add(receiver)
      else taking.delete(receiver)
    } catch (error) {
      onError(error)
    } finally {
      const others = (underWay.get(receiver) ?? 1) - 1
      if (others === 0) underWay.delete(receiver)
      else underWay.set(receiver, others)
    }
  }

  const attempts = new Set<Promise<void>>()
  try {
    while (!signal.aborted) {
      const others = attempts.size
      const due = others < places ? await takeUpTo(places - others) : []
      for (const each of due) {
        const started = start(each).finally(() => attempts.delete(started))
        attempts.add(started)
      }
      // Places that were taken when it was asked may be free by now, and there may be more for them.
      if (others === 0 && due.length === 0) return
      if (attempts.size > 0) await firstOf(attempts)
    }
  } finally {
    await Promise.all(attempts)
  }
}

/** When one is done, or it is time to look again. */
const firstOf = async (attempts: ReadonlySet<Promise<void>>): Promise<void> => {
  let timer: Timer | undefined
  const pause = new Promise<void>((resolve) => {
    timer = after(LOOK_AGAIN, resolve)
  })
  await Promise.race([...attempts, pause])
  timer?.cancel()
}

import { Overloaded } from '../browser.ts'
import { openUsers, runArrivals, runLoad } from '../load.ts'
import { operations } from '../operations/index.ts'
import type { Operation } from '../operations/operation.ts'
import type { Target } from '../servers/target.ts'

/*
 * A process that signs people in with their passwords: apart from the one that measures, which must not wait for it.
 */

/** What it is asked for. */
export type Load =
  /** As many as there are when a few always wait. */
  | { readonly kind: 'sustainable'; readonly seconds: number }
  | { readonly kind: 'arriving'; readonly perSecond: number; readonly seconds: number }

export interface Outcome {
  readonly perSecond: number
  readonly signedIn: number
  /** Answered with 503 and Retry-After. */
  readonly refused: number
}

/** What of a server it needs. */
export type Reached = Omit<Target, 'process' | 'signIn'>

/** As many who always wait as keep both hashing threads busy. */
const FEW = 4

const passwordFlow = (): Operation => {
  const found = operations.find(({ name }) => name === 'code-flow-password')
  if (!found) throw new Error('There is no operation with a password.')
  return found
}

/** Counts whom the server sends away, and goes on. */
const counting = (operation: Operation, refused: { count: number }): Operation => ({
  ...operation,
  prepare: async (user) => {
    const step = await operation.prepare(user)
    return () =>
      step().catch((error: unknown) => {
        if (!(error instanceof Overloaded)) throw error
        refused.count += 1
        return false
      })
  },
})

const run = async (target: Target, users: number, load: Load): Promise<Outcome> => {
  const refused = { count: 0 }
  const operation = counting(passwordFlow(), refused)
  const people = await openUsers(target, [], load.kind === 'sustainable' ? FEW : users)
  const { count, elapsedMs } =
    load.kind === 'sustainable'
      ? await runLoad(operation, people, load.seconds)
      : await runArrivals(operation, people, load)
  for (const { connection } of people) connection.close()
  return { perSecond: (count * 1000) / elapsedMs, signedIn: count, refused: refused.count }
}

process.on('message', ({ target, users, load }: { target: Target; users: number; load: Load }) => {
  run(target, users, load).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})

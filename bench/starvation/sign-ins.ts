import { fillForm } from '../browser.ts'
import { redirectUri, userEmail, userPassword } from '../fixtures.ts'
import { formRequest, headerOf } from '../http-connection.ts'
import { openUsers, runArrivals, runLoad } from '../load.ts'
import { authorizationUrl, expectStatus, type Operation } from '../operations/operation.ts'
import type { Target } from '../servers/target.ts'

/*
 * A process that tries passwords: apart from the one that measures, which must not wait for it.
 */

/** What it is asked for. */
export type Load =
  /** As many as there are when a few always wait. */
  | { readonly kind: 'sustainable'; readonly seconds: number }
  | { readonly kind: 'arriving'; readonly perSecond: number; readonly seconds: number }

export interface Outcome {
  readonly perSecond: number
  readonly answered: number
  /** Answered with 503 and Retry-After. */
  readonly refused: number
}

/** What of a server it needs. */
export type Reached = Omit<Target, 'process' | 'signIn'>

/** As many who always wait as keep both hashing threads busy. */
const FEW = 4

/** Passwords at the page that asks for one, which is reached beforehand: of a sign-in, the part that hashes. */
const passwords = (refused: { count: number }): Operation => ({
  name: 'password',
  title: 'a password',
  share: 1,
  signedIn: false,
  servers: ['latchkey'],
  algorithms: ['RS256'],
  prepare: async ({ target, connection, index }) => {
    const { issuer, port, paths, webClient } = target
    const start = issuer + authorizationUrl(paths.authorization, webClient.id)
    const answers = { email: userEmail(index), password: userPassword }
    const form = await fillForm({ start, redirectUri, answers }, 'password')
    const request = formRequest(port, form.url.pathname + form.url.search, form.body, undefined, {
      cookie: form.cookies,
      origin: issuer,
    })
    return async () => {
      const answer = await connection.send(request)
      if (answer.status === 503 && headerOf(answer, 'retry-after') !== undefined) {
        refused.count += 1
        return false
      }
      expectStatus(answer, 303)
      return true
    }
  },
})

const run = async (target: Target, users: number, load: Load): Promise<Outcome> => {
  const refused = { count: 0 }
  const operation = passwords(refused)
  const people = await openUsers(target, [], load.kind === 'sustainable' ? FEW : users)
  const { count, elapsedMs } =
    load.kind === 'sustainable'
      ? await runLoad(operation, people, load.seconds)
      : await runArrivals(operation, people, load)
  for (const { connection } of people) connection.close()
  return { perSecond: (count * 1000) / elapsedMs, answered: count, refused: refused.count }
}

process.on('message', ({ target, users, load }: { target: Target; users: number; load: Load }) => {
  run(target, users, load).then(
    (outcome) => process.send?.({ outcome }),
    (error: unknown) => process.send?.({ error: String(error) }),
  )
})

import { z } from 'zod'
import type { ClientId, UserId } from '../protocol/identifiers.ts'
import { addSeconds } from '../system/clock.ts'
import { openJson, type Sealer } from '../system/encryption.ts'

/*
 * An authorization request that an operator makes at the dashboard, to see how an application's flow goes. Its answer
 * comes to a page of ours, which no application has registered: for this request alone, and for nobody but the operator
 * (decision 0046). It travels as the state of the request, sealed, so only we make one.
 */

export interface TrialRequest {
  readonly clientId: ClientId
  /** The operator, who alone can answer it, and their browser, which alone is shown the answer. */
  readonly userId: UserId
  readonly browser: string
  /** RFC 7636 §4.1 */
  readonly codeVerifier: string
  readonly nonce: string
  readonly scope: string
  readonly prompt: 'consent' | undefined
  readonly startedAt: Date
}

export interface TrialRequests {
  /** Where the answers come to. */
  readonly redirectUri: string
  /** @returns the state of the request. */
  seal(trial: TrialRequest): string
  /** Undefined if it was never ours. */
  open(state: string | undefined): TrialRequest | undefined
  /** It began too long ago to be answered. */
  isOver(trial: TrialRequest, now: Date): boolean
}

const shape = z.object({
  clientId: z.string(),
  userId: z.string(),
  browser: z.string(),
  codeVerifier: z.string(),
  nonce: z.string(),
  scope: z.string(),
  prompt: z.literal('consent').optional(),
  startedAt: z.number(),
})

const CONTEXT = 'state'

export const createTrialRequests = (
  sealer: Sealer,
  { redirectUri, seconds }: { readonly redirectUri: string; readonly seconds: number },
): TrialRequests => ({
  redirectUri,
  seal: ({ startedAt, ...trial }) => {
    const content: z.input<typeof shape> = { ...trial, startedAt: startedAt.getTime() }
    return sealer.seal(JSON.stringify(content), CONTEXT)
  },
  open: (state) => {
    const content = state === undefined ? undefined : openJson(sealer, shape, state, CONTEXT)
    return (
      content && {
        ...content,
        // Sealed by ourselves, so they are what they were.
        clientId: content.clientId as ClientId,
        userId: content.userId as UserId,
        prompt: content.prompt,
        startedAt: new Date(content.startedAt),
      }
    )
  },
  isOver: ({ startedAt }, now) => now >= addSeconds(startedAt, seconds),
})

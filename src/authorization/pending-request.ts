import { z } from 'zod'
import type { OrganizationId, SessionId } from '../protocol/identifiers.ts'
import { parametersRecord, readParameters } from '../protocol/parameters.ts'
import { addSeconds } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import type { ArrivedRequest } from './arrival.ts'
import { ShownError } from './error.ts'

/**
 * An authorization request while its user is busy. It travels with the browser, sealed, and never touches the
 * database: whoever sends requests without ever signing in costs us nothing to keep.
 */
export interface PendingRequest extends ArrivedRequest {
  readonly startedAt: Date
  /** The handle hash of the sign-in made for this very request, so that whoever had to sign in anew has done so. */
  readonly authentication: string | undefined
  /** What a user decided on the consent page of this request, and in which session: nobody else is bound by it. */
  readonly decision: { readonly answer: 'allowed' | 'denied'; readonly sessionId: SessionId } | undefined
  /** The organization chosen for this request; null is the choice of none, undefined none yet. */
  readonly organizationId: OrganizationId | null | undefined
}

export interface PendingRequests {
  /** `browser` is what only the same browser will show again. */
  seal(pending: PendingRequest, browser: string): string
  /** Whether it is short enough to travel in a URL. */
  fits(sealed: string): boolean
  /** @throws ShownError if it has expired, is of another browser, or was never ours. */
  open(sealed: string, browser: string, now: Date): PendingRequest
}

const shape = z.object({
  parameters: z.record(z.string(), z.union([z.string(), z.array(z.string())])),
  // Absent from what a version sealed before that knew of no other way.
  provenance: z.object({ pushedAs: z.string().optional(), isSigned: z.boolean() }).optional(),
  startedAt: z.number(),
  authentication: z.string().optional(),
  decision: z.object({ answer: z.enum(['allowed', 'denied']), sessionId: z.string() }).optional(),
  organizationId: z.string().nullish(),
})

/** Longer than any sensible request; a sealed one has to fit into a URL (Node takes 16 KiB of headers). */
const MAXIMUM_SEALED_LENGTH = 12_000

/** Parameters that fit into one, as JSON: it is a third longer once sealed, and what the user decides comes along. */
export const MAXIMUM_PARAMETERS_BYTES = 8_000

export const createPendingRequests = (sealer: Sealer, lifetimeSeconds: number): PendingRequests => ({
  seal: ({ parameters, provenance, startedAt, authentication, decision, organizationId }, browser) => {
    const content: z.input<typeof shape> = {
      parameters: parametersRecord(parameters),
      provenance,
      startedAt: startedAt.getTime(),
      authentication,
      decision,
      organizationId,
    }
    return sealer.seal(JSON.stringify(content), browser)
  },

  fits: (sealed) => sealed.length <= MAXIMUM_SEALED_LENGTH,

  open: (sealed, browser, now) => {
    const text = sealer.open(sealed, browser)
    if (text === undefined)
      throw new ShownError('requestExpired', 'the sealed request does not open in this browser')
    const content = shape.parse(JSON.parse(text))
    const startedAt = new Date(content.startedAt)
    if (addSeconds(startedAt, lifetimeSeconds) <= now) {
      throw new ShownError('requestExpired', 'the sealed request has expired')
    }
    return {
      parameters: readParameters(content.parameters),
      provenance: {
        pushedAs: content.provenance?.pushedAs,
        isSigned: content.provenance?.isSigned ?? false,
      },
      startedAt,
      authentication: content.authentication,
      decision: content.decision && {
        answer: content.decision.answer,
        // Sealed by ourselves, so it is what it was.
        sessionId: content.decision.sessionId as SessionId,
      },
      organizationId: content.organizationId as OrganizationId | null | undefined,
    }
  },
})

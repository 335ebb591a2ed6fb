import { z } from 'zod'
import type { UserCode } from '../device-authorization/user-code.ts'
import { type Fact, found } from '../protocol/fact.ts'
import type { OrganizationId, SessionId } from '../protocol/identifiers.ts'
import { parametersRecord, readParameters } from '../protocol/parameters.ts'
import { addSeconds } from '../system/clock.ts'
import { openJson, type Sealer } from '../system/encryption.ts'
import { sha256 } from '../system/hash.ts'
import type { ArrivedRequest } from './arrival.ts'
import { ShownError } from './error.ts'

/**
 * An authorization request while its user is busy. It travels with the browser, sealed, and never touches the
 * database: whoever sends requests without ever signing in costs us nothing to keep.
 */
export interface PendingRequest {
  readonly asked: Asked
  readonly startedAt: Date
  /** The handle hash of the sign-in made for this very request, so that whoever had to sign in anew has done so. */
  readonly authentication: string | undefined
  /** What a user decided on the consent page of this request, and in which session: nobody else is bound by it. */
  readonly decision: Decision | undefined
  /** A random handle for each time the consent page is shown. It is in the form of that page and nowhere else. */
  readonly consentPageId: string | undefined
  /** What that page let its user leave out. */
  readonly offeredScopes?: readonly string[] | undefined
  /** A hash of what that page showed: an answer is to that. */
  readonly shown: string | undefined
  /** Somebody who has not signed in wants to go back to the application. */
  readonly isCancelled: boolean
  /** The organization chosen for this request; null is the choice of none, undefined none yet. */
  readonly organizationId: OrganizationId | null | undefined
}

export interface Decision {
  readonly answer: 'allowed' | 'denied'
  readonly sessionId: SessionId
  /**
   * That of the page: what is agreed to each time anew is agreed to once by it, however often its form is sent, or the
   * address that the form leads to. Undefined if a version before showed the page: then it agrees to nothing of the kind.
   */
  readonly id: string | undefined
}

/** What was asked for, and from where. */
export type Asked =
  | ({ readonly from: 'browser' } & ArrivedRequest)
  | ({ readonly from: 'device' } & WaitingDevice)

/** One whose code somebody entered. The code is shown to them once more, and not kept in the table. */
export interface WaitingDevice {
  readonly deviceCodeHash: string
  readonly userCode: UserCode
}

/** One that was good in this very browser, but took too long. */
export class ExpiredRequest extends ShownError {
  readonly asked: Asked

  constructor(asked: Asked, facts: readonly Fact[]) {
    super('requestExpired', 'the sealed request has expired', facts)
    this.asked = asked
  }
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
  parameters: z.record(z.string(), z.union([z.string(), z.array(z.string())])).optional(),
  // Absent from what a version sealed before that knew of no other way.
  provenance: z.object({ pushedAs: z.string().optional(), isSigned: z.boolean() }).optional(),
  device: z.object({ deviceCodeHash: z.string(), userCode: z.string() }).optional(),
  startedAt: z.number(),
  authentication: z.string().optional(),
  decision: z
    .object({ answer: z.enum(['allowed', 'denied']), sessionId: z.string(), id: z.string().optional() })
    .optional(),
  consentPageId: z.string().optional(),
  offeredScopes: z.array(z.string()).optional(),
  shown: z.string().optional(),
  organizationId: z.string().nullish(),
  isCancelled: z.boolean().optional(),
})

/** What tells a request from every other, however far it has come and however often it was sealed. */
export const markOf = ({ asked, startedAt }: Pick<PendingRequest, 'asked' | 'startedAt'>): string =>
  sha256(JSON.stringify([startedAt.getTime(), sealedOf(asked)]))

/** Longer than any sensible request; a sealed one has to fit into a URL (Node takes 16 KiB of headers). */
const MAXIMUM_SEALED_LENGTH = 12_000

export const createPendingRequests = (sealer: Sealer, lifetimeSeconds: number): PendingRequests => ({
  seal: (pending, browser) => {
    const { asked, startedAt, authentication, decision, consentPageId, organizationId, isCancelled } = pending
    const content: z.input<typeof shape> = {
      ...sealedOf(asked),
      startedAt: startedAt.getTime(),
      authentication,
      decision,
      consentPageId,
      offeredScopes: pending.offeredScopes && [...pending.offeredScopes],
      shown: pending.shown,
      organizationId,
      ...(isCancelled && { isCancelled }),
    }
    return sealer.seal(JSON.stringify(content), browser)
  },

  fits: (sealed) => sealed.length <= MAXIMUM_SEALED_LENGTH,

  open: (sealed, browser, now) => {
    const content = openJson(sealer, shape, sealed, browser)
    if (!content)
      throw new ShownError('requestExpired', 'the sealed request does not open in this browser', [
        found(
          'opens in',
          'the browser that began, with the cookies of then',
          'a server with the secret (LATCHKEY_SECRET) of then',
        ),
      ])
    const startedAt = new Date(content.startedAt)
    if (addSeconds(startedAt, lifetimeSeconds) <= now) {
      throw new ExpiredRequest(askedOf(content), [
        found('began', startedAt.toISOString()),
        found('seconds it holds', String(lifetimeSeconds)),
      ])
    }
    return {
      asked: askedOf(content),
      startedAt,
      authentication: content.authentication,
      decision: decisionOf(content),
      consentPageId: content.consentPageId,
      offeredScopes: content.offeredScopes,
      shown: content.shown,
      organizationId: content.organizationId as OrganizationId | null | undefined,
      isCancelled: content.isCancelled ?? false,
    }
  },
})

const decisionOf = ({ decision }: z.output<typeof shape>): Decision | undefined =>
  decision && {
    answer: decision.answer,
    // Sealed by ourselves, so it is what it was.
    sessionId: decision.sessionId as SessionId,
    id: decision.id,
  }

const sealedOf = (asked: Asked): Pick<z.input<typeof shape>, 'parameters' | 'provenance' | 'device'> =>
  asked.from === 'device'
    ? { device: { deviceCodeHash: asked.deviceCodeHash, userCode: asked.userCode } }
    : { parameters: parametersRecord(asked.parameters), provenance: asked.provenance }

const askedOf = ({ device, parameters, provenance }: z.output<typeof shape>): Asked =>
  device
    ? // Sealed by ourselves, so it is what it was.
      { from: 'device', deviceCodeHash: device.deviceCodeHash, userCode: device.userCode as UserCode }
    : {
        from: 'browser',
        parameters: readParameters(parameters),
        provenance: { pushedAs: provenance?.pushedAs, isSigned: provenance?.isSigned ?? false },
      }

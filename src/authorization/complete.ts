import type { KeepClient } from '../clients/self-described.ts'
import type { GrantConsent } from '../consents/consent.ts'
import { isSettled } from '../consents/coverage.ts'
import type { DecideDevice } from '../device-authorization/decide.ts'
import { OAuthError } from '../protocol/error.ts'
import { found, sent } from '../protocol/fact.ts'
import { meaningfulTerms } from '../protocol/grant-terms.ts'
import { type ConsentId, newIdentifier, type OrganizationId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { GivenConsent } from '../storage/stores/consents.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'
import { chosenTerms } from './consent-options.ts'
import { PushedRequestGone, ShownError } from './error.ts'
import { grantedPart } from './optional-scopes.ts'
import type { AuthorizationRequest, BrowserRequest, DeviceRequest } from './request.ts'

export interface Completion {
  readonly stores: Pick<Stores, 'authorizationCodes' | 'implicitGrants'>
  readonly transaction: Transaction
  readonly grantConsent: GrantConsent
  readonly keepClient: KeepClient
  readonly decideDevice: DecideDevice
  readonly random: Random
  readonly authorizationCodeSeconds: number
  readonly pendingRequestSeconds: number
}

/** Who it is that nothing stands in the way of any more. */
export interface CompletingFacts {
  readonly session: LiveSession
  readonly organizationId: OrganizationId | null
  readonly consent: GivenConsent | undefined
}

/** With what the user answered to this request, if they were asked. */
export type DecidedFacts = CompletingFacts & { readonly decisionId: string | undefined }

/**
 * The code that is the answer to a browser's request: one row written, two at an application's first time with a user.
 *
 * @returns undefined if what the user answered was used before, and each time needs its own.
 * @throws OAuthError invalid_request_uri if another authorization was completed with the same pushed request.
 */
export const issueCode = async (
  completion: Completion,
  request: BrowserRequest,
  facts: DecidedFacts,
  now: Date,
): Promise<string | undefined> => {
  const { random, authorizationCodeSeconds } = completion
  const code = newHandle(random)
  const record = {
    ...(await grantOf(completion, request, facts, now)),
    codeHash: sha256(code),
    redirectUri: request.target.redirectUri,
    redirectUriGiven: request.redirectUriGiven,
    nonce: request.nonce ?? null,
    codeChallenge: request.codeChallenge ?? null,
    expiresAt: addSeconds(now, authorizationCodeSeconds),
  }
  return answeringOnce(completion, request, facts, now, async ({ authorizationCodes }) => {
    await authorizationCodes.insert(record)
    return code
  })
}

/**
 * Writes down what is issued, and with it that the request was answered: one that was pushed is answered once, and so is
 * what users agree to each time anew.
 *
 * @returns undefined if what the user answered was used before.
 * @throws OAuthError invalid_request_uri
 */
export const answeringOnce = async <T>(
  { stores, transaction, pendingRequestSeconds }: Completion,
  { provenance: { pushedAs }, asksEveryTime }: BrowserRequest,
  { decisionId }: Pick<DecidedFacts, 'decisionId'>,
  now: Date,
  write: (stores: Completion['stores']) => Promise<T>,
): Promise<T | undefined> => {
  if (pushedAs === undefined && !asksEveryTime) return write(stores)
  return transaction(async ({ pushedRequests, seenOnce, ...inside }) => {
    if (pushedAs !== undefined && !(await pushedRequests.use(pushedAs, now))) {
      throw new PushedRequestGone('already completed')
    }
    if (asksEveryTime) {
      // The answer is a form and then a part of an address, and a browser sends either as often as it likes.
      const isFirst =
        decisionId !== undefined &&
        (await seenOnce.mark(sha256(`decision:${decisionId}`), addSeconds(now, pendingRequestSeconds)))
      if (!isFirst) return undefined
    }
    return write(inside)
  })
}

/**
 * What a device waits for.
 *
 * @throws ShownError if somebody has decided before, or the code has expired.
 */
export const approveDevice = async (
  completion: Completion,
  request: DeviceRequest,
  facts: CompletingFacts,
  now: Date,
): Promise<void> => {
  const { id: sessionId, userId, authenticatedAt, amr } = facts.session
  const consentId = await consentOf(completion, request, facts, now)
  const { chosenClaims } = chosenTerms(request.client, facts)
  const approval = { consentId, sessionId, authenticatedAt, amr, chosenClaims }
  const by = { userId, organizationId: facts.organizationId }
  if (!(await completion.decideDevice(request.device, { answer: 'approved', approval }, by, now))) {
    throw decidedMeanwhile(request)
  }
}

/** @throws ShownError like the other. */
export const denyDevice = async (
  { decideDevice }: Pick<Completion, 'decideDevice'>,
  { client, device }: DeviceRequest,
  { session: { userId }, organizationId }: CompletingFacts,
  now: Date,
): Promise<void> => {
  if (!(await decideDevice(device, { answer: 'denied' }, { userId, organizationId }, now))) {
    throw decidedMeanwhile({ client, device })
  }
}

const decidedMeanwhile = ({ client, device }: Pick<DeviceRequest, 'client' | 'device'>): ShownError =>
  new ShownError(
    'deviceCodeUsed',
    'decided in the meantime, or expired',
    [sent('client_id', client.clientId), found('asked', device.createdAt.toISOString())],
    { about: client },
  )

/** The grant that a browser's request ends in: what it stands on, and what it is for. */
export const grantOf = async (
  completion: Completion,
  request: BrowserRequest,
  facts: CompletingFacts,
  now: Date,
) => {
  // RFC 6749 §3.3: less than was asked for, where the user left something out; the token response says so.
  const { scopes, terms } = grantedPart(request, facts.consent)
  return {
    grantId: newIdentifier('grant', now, completion.random),
    consentId: await consentOf(completion, request, facts, now),
    sessionId: facts.session.id,
    scopes,
    authenticatedAt: facts.session.authenticatedAt,
    amr: facts.session.amr,
    terms: meaningfulTerms({ ...terms, ...chosenTerms(request.client, facts) }),
  }
}

/** The consent that tokens stand on. @throws OAuthError access_denied */
const consentOf = async (
  { grantConsent, keepClient }: Pick<Completion, 'grantConsent' | 'keepClient'>,
  request: AuthorizationRequest,
  { session, organizationId, consent }: CompletingFacts,
  now: Date,
): Promise<ConsentId> => {
  const { client, agreement, optionalScopes } = request
  if (isSettled(agreement, optionalScopes, consent)) {
    // What it says of itself by now: by these keys it comes for its tokens.
    await keepClient(client, now)
    return consent.id
  }
  // The policy sees to it that others come here with a consent; this is so that no change of it can go unnoticed.
  if (!client.isFirstParty) throw new Error('A third-party application has no consent.')
  // First-party: nobody is asked, and the record is what its tokens stand on all the same.
  const granted = await grantConsent({ userId: session.userId, client, organizationId }, agreement, now)
  if (granted === undefined) {
    throw new OAuthError('access_denied', 'The user or the organization is no more.')
  }
  return granted
}

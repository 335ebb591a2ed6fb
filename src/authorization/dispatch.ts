import type { Client } from '../clients/client.ts'
import { OAuthError } from '../protocol/error.ts'
import { isImplicit, type ResponseType } from '../protocol/response-type.ts'
import type { Stores } from '../storage/index.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { SubjectOf } from '../tokens/subject.ts'
import { type TokenVerification, verifyIdTokenHint } from '../tokens/verify.ts'
import { approveDevice, type CompletingFacts, type DecidedFacts, denyDevice, issueCode } from './complete.ts'
import { type DeviceReading, deviceRequestOf } from './device-request.ts'
import { RedirectedError } from './error.ts'
import { type ClientIdentification, identifyClient } from './identify-client.ts'
import { type ImplicitIssuing, implicitParameters, issueWithoutCode } from './implicit.ts'
import {
  authenticationStep,
  consentStep,
  organizationStep,
  type Page,
  type SignInBeginning,
} from './interaction-policy.ts'
import type { Asked, PendingRequest } from './pending-request.ts'
import {
  type AuthorizationRequest,
  type BrowserRequest,
  type DeviceRequest,
  parseAuthorizationRequest,
} from './request.ts'
import {
  type Answering,
  type AuthorizationResponse,
  type ResponseTarget,
  successResponse,
} from './response.ts'
import type { TrialRequests } from './trial-request.ts'
import { isMeant } from './whom.ts'

/*
 * The dispatcher. Every authorization request starts here and every page comes back here; it asks the policy what is
 * next and is the only one that answers the client. What a request may do is checked afresh each time, so that an
 * application that changes while its user types a password is seen as it is by then.
 */

/** What reading an authorization request takes. */
export interface RequestReading extends ClientIdentification, DeviceReading {}

export interface Authorization extends ImplicitIssuing, RequestReading, Answering {
  readonly verification: Pick<TokenVerification, 'issuer' | 'keyOf'>
  readonly trialRequests: Pick<TrialRequests, 'redirectUri' | 'open' | 'isOver'>
  readonly subjectOf: SubjectOf
  readonly stores: ImplicitIssuing['stores'] & DeviceReading['stores'] & Pick<Stores, 'consents'>
}

/** Where to, and for signing in from where on. */
type NextPage =
  | { readonly page: 'sign_in'; readonly beginning: SignInBeginning }
  | { readonly page: Exclude<Page, 'sign_in'> }

export type Dispatched = { readonly client: Client } & (
  | (NextPage & { readonly outcome: 'page'; readonly request: AuthorizationRequest })
  | {
      readonly outcome: 'response'
      readonly response: AuthorizationResponse
      readonly responseType: ResponseType
    }
  /** The device will be told when it asks; the user is told now. */
  | { readonly outcome: 'approved' | 'denied' }
)

/**
 * @throws ShownError, RedirectedError
 */
export const dispatch = async (
  authorization: Authorization,
  pending: PendingRequest,
  session: LiveSession | undefined,
  now: Date,
): Promise<Dispatched> => {
  const request = await authorizationRequestOf(authorization, pending.asked, now)
  return request.from === 'browser'
    ? redirecting(
        request.target,
        () => answerBrowser(authorization, request, pending, session, now),
        isAnswered(pending, session),
      )
    : answerDevice(authorization, request, pending, session, now)
}

/** @throws OAuthError */
const answerBrowser = async (
  authorization: Authorization,
  request: BrowserRequest,
  pending: PendingRequest,
  session: LiveSession | undefined,
  now: Date,
): Promise<Dispatched> => {
  const { client, target, responseType } = request
  const next = await nextStep(authorization, request, pending, session, now)
  switch (next.step) {
    case 'page':
      return { outcome: 'page', ...next.next, client, request }
    case 'denied':
      throw next.error
    case 'complete': {
      const facts = { ...next.facts, decisionId: pending.decision?.id }
      const issued = await issue(authorization, request, facts, now)
      if (issued === undefined) return { outcome: 'page', page: 'consent', client, request }
      const response = await successResponse(authorization, target, issued, now)
      return { outcome: 'response', response, responseType, client }
    }
  }
}

/** RFC 6749 §3.1.1: a code, or tokens. @returns undefined if the user has to be asked once more. @throws OAuthError */
const issue = async (
  authorization: Authorization,
  request: BrowserRequest,
  facts: DecidedFacts,
  now: Date,
): Promise<Readonly<Record<string, string>> | undefined> => {
  if (isImplicit(request.responseType)) {
    const issued = await issueWithoutCode(authorization, request, facts, now)
    return issued && implicitParameters(issued)
  }
  const code = await issueCode(authorization, request, facts, now)
  return code === undefined ? undefined : { code }
}

/** @throws ShownError */
const answerDevice = async (
  authorization: Authorization,
  request: DeviceRequest,
  pending: PendingRequest,
  session: LiveSession | undefined,
  now: Date,
): Promise<Dispatched> => {
  const { client } = request
  const next = await nextStep(authorization, request, pending, session, now)
  switch (next.step) {
    case 'page':
      return { outcome: 'page', ...next.next, client, request }
    case 'denied':
      await denyDevice(authorization, request, next.facts, now)
      return { outcome: 'denied', client }
    case 'complete':
      await approveDevice(authorization, request, next.facts, now)
      return { outcome: 'approved', client }
  }
}

/** What the policy says. @throws OAuthError */
const nextStep = async (
  authorization: Authorization,
  request: AuthorizationRequest,
  pending: PendingRequest,
  session: LiveSession | undefined,
  now: Date,
): Promise<
  | { readonly step: 'page'; readonly next: NextPage }
  | { readonly step: 'denied'; readonly error: OAuthError; readonly facts: CompletingFacts }
  | { readonly step: 'complete'; readonly facts: CompletingFacts }
> => {
  const hinted =
    request.idTokenHint === undefined
      ? undefined
      : await verifyIdTokenHint(authorization.verification, request.idTokenHint, request.client)
  const trial = request.from === 'browser' ? request.trial : undefined
  if (trial && authorization.trialRequests.isOver(trial, now)) {
    throw new OAuthError('invalid_request', 'The operator began this too long ago.')
  }
  const isWanted =
    session !== undefined &&
    (trial === undefined || trial.userId === session.userId) &&
    isMeant(request, hinted, session.userId, authorization.subjectOf)
  const authentication = authenticationStep(request, pending, session, isWanted, now)
  if (authentication.step === 'refuse') throw authentication.error
  if (authentication.step === 'sign_in') {
    return { step: 'page', next: { page: 'sign_in', beginning: authentication.beginning } }
  }

  const facts = await gatherFacts(authorization, request, pending, authentication.session)
  if ('page' in facts) return { step: 'page', next: { page: facts.page } }

  const consent = consentStep(request, pending, facts.session, facts.consent)
  if (consent.step === 'refuse') return { step: 'denied', error: consent.error, facts }
  return consent.step === 'consent'
    ? { step: 'page', next: { page: 'consent' } }
    : { step: 'complete', facts }
}

/** The request as it stands now, from what it arrived with. */
export const authorizationRequestOf = async (
  reading: RequestReading,
  asked: Asked,
  now: Date,
): Promise<AuthorizationRequest> => {
  if (asked.from === 'device') return deviceRequestOf(reading, asked, now)
  const identified = await identifyClient(reading, asked.parameters)
  return redirecting(identified.target, async () =>
    parseAuthorizationRequest(identified, asked, await reading.environment.current()),
  )
}

/** What the consent page and the completion both need: for which organization, and what was agreed to before. */
export const gatherFacts = async (
  { stores }: { readonly stores: Pick<Stores, 'consents'> },
  request: AuthorizationRequest,
  pending: PendingRequest,
  session: LiveSession,
) => {
  const { memberships, consents } = await stores.consents.standing(session.userId, request.client.id)
  const organization = organizationStep(request, pending, session, memberships)
  if (organization.step === 'refuse') throw organization.error
  if (organization.step === 'select_organization')
    return { page: 'select_organization' as const, memberships }
  const { organizationId } = organization
  const consent = consents.find((given) => given.organizationId === organizationId)
  return { session, memberships, organizationId, consent }
}

/**
 * Having signed in is no such answer: that page does not say where one is sent, and whoever has just typed their password
 * is the one to show a copy of it to (RFC 9700 §4.11.2).
 */
const isAnswered = ({ decision }: PendingRequest, session: LiveSession | undefined): boolean =>
  decision !== undefined && decision.sessionId === session?.id

/** RFC 6749 §4.1.2.1: below the redirect check, refusals go to the client. */
const redirecting = async <T>(
  target: ResponseTarget,
  work: () => Promise<T>,
  isAnswerOfUser = false,
): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof OAuthError) throw new RedirectedError(target, error, isAnswerOfUser)
    throw error
  }
}

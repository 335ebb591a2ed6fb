import type { Client } from '../clients/client.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { OAuthError } from '../protocol/error.ts'
import type { Stores } from '../storage/index.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { SubjectOf } from '../tokens/subject.ts'
import { type TokenVerification, verifyIdTokenHint } from '../tokens/verify.ts'
import type { ArrivedRequest } from './arrival.ts'
import { type Completion, completeAuthorization } from './complete.ts'
import { RedirectedError } from './error.ts'
import { type ClientIdentification, identifyClient } from './identify-client.ts'
import { authenticationStep, consentStep, organizationStep, type Page } from './interaction-policy.ts'
import type { PendingRequest } from './pending-request.ts'
import { type AuthorizationRequest, parseAuthorizationRequest } from './request.ts'
import { type Answering, type AuthorizationResponse, codeResponse, type ResponseTarget } from './response.ts'
import { isMeant } from './whom.ts'

/*
 * The dispatcher. Every authorization request starts here and every page comes back here; it asks the policy what is
 * next and is the only one that answers the client. What a request may do is checked afresh each time, so that an
 * application that changes while its user types a password is seen as it is by then.
 */

/** What reading an authorization request takes. */
export interface RequestReading extends ClientIdentification {
  readonly environment: Pick<EnvironmentRegistry, 'current'>
}

export interface Authorization extends Completion, RequestReading, Answering {
  readonly verification: Pick<TokenVerification, 'issuer' | 'keyOf'>
  readonly subjectOf: SubjectOf
  readonly stores: Completion['stores'] & Pick<Stores, 'consents'>
}

export type Dispatched =
  | {
      readonly outcome: 'page'
      readonly page: Page
      readonly client: Client
      readonly target: ResponseTarget
    }
  | { readonly outcome: 'response'; readonly response: AuthorizationResponse; readonly client: Client }

/**
 * @throws ShownError, RedirectedError
 */
export const dispatch = async (
  authorization: Authorization,
  pending: PendingRequest,
  session: LiveSession | undefined,
  now: Date,
): Promise<Dispatched> => {
  const request = await authorizationRequestOf(authorization, pending)
  const { client, target } = request
  return redirecting(target, async () => {
    const hinted =
      request.idTokenHint === undefined
        ? undefined
        : await verifyIdTokenHint(authorization.verification, request.idTokenHint, client)
    const isWanted =
      session !== undefined && isMeant(request, hinted, session.userId, authorization.subjectOf)
    const authentication = authenticationStep(request, pending, session, isWanted, now)
    if (authentication.step === 'refuse') throw authentication.error
    if (authentication.step === 'sign_in') return { outcome: 'page', page: 'sign_in', client, target }

    const facts = await gatherFacts(authorization, request, pending, authentication.session)
    if ('page' in facts) return { outcome: 'page', page: facts.page, client, target }

    const consent = consentStep(request, pending, facts.session, facts.consent)
    if (consent.step === 'refuse') throw consent.error
    if (consent.step === 'consent') return { outcome: 'page', page: 'consent', client, target }

    const code = await completeAuthorization(authorization, request, facts, now)
    return { outcome: 'response', response: await codeResponse(authorization, target, code, now), client }
  })
}

/** The request as it stands now, from the parameters it arrived with. */
export const authorizationRequestOf = async (
  reading: RequestReading,
  arrived: ArrivedRequest,
): Promise<AuthorizationRequest> => {
  const identified = await identifyClient(reading, arrived.parameters)
  return redirecting(identified.target, async () =>
    parseAuthorizationRequest(identified, arrived, await reading.environment.current()),
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

/** RFC 6749 §4.1.2.1: below the redirect check, refusals go to the client. */
const redirecting = async <T>(target: ResponseTarget, work: () => Promise<T>): Promise<T> => {
  try {
    return await work()
  } catch (error) {
    if (error instanceof OAuthError) throw new RedirectedError(target, error)
    throw error
  }
}

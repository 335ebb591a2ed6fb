import { isSettled } from '../consents/coverage.ts'
import { meets } from '../protocol/authentication-methods.ts'
import { isChosenOf } from '../protocol/consent-option.ts'
import { OAuthError } from '../protocol/error.ts'
import type { OrganizationId } from '../protocol/identifiers.ts'
import type { GivenConsent } from '../storage/stores/consents.ts'
import type { ActiveMembership } from '../storage/stores/memberships.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import { addSeconds } from '../system/clock.ts'
import { parseEmail } from '../users/user.ts'
import { lacksOptions, optionsOf } from './consent-options.ts'
import { AnotherUserSignedIn } from './error.ts'
import type { PendingRequest } from './pending-request.ts'
import type { AuthorizationRequest } from './request.ts'

/** The page a request needs next. */
export type Page = 'sign_in' | 'select_organization' | 'consent'

type Refusal = { readonly step: 'refuse'; readonly error: OAuthError }

const refuse = (...args: ConstructorParameters<typeof OAuthError>): Refusal => ({
  step: 'refuse',
  error: new OAuthError(...args),
})

/*
 * Pure: what the user sees next, from facts alone. Three questions in the order in which their facts can be known:
 * who is it, for which organization, and have they agreed? Pages never decide where to go on.
 */

/** Whether the session of this browser is good enough for the request. */
export const authenticationStep = (
  request: AuthorizationRequest,
  pending: PendingRequest,
  session: LiveSession | undefined,
  /** Whether its user is the one that the request is about, if it names anybody (whom.ts). */
  isMeant: boolean,
  now: Date,
):
  | { readonly step: 'authenticated'; readonly session: LiveSession }
  | { readonly step: 'sign_in'; readonly beginning: SignInBeginning }
  | Refusal => {
  // RFC 6749 §4.1.2.1: denied by somebody, if not by a user that is known.
  if (pending.isCancelled) return refuse('access_denied', 'The user cancelled the sign-in.')
  const isOfThisRequest = session !== undefined && session.tokenHash === pending.authentication
  const isFresh = session !== undefined && isFreshEnough(request, pending, session, now)
  if (isFresh && isMeant) {
    const { contextDemand } = request
    const isSilent = request.prompts.includes('none')
    // What its user would be asked on the consent page only the login page knows; once it has been asked, it was.
    if (lacksOptions(request, session) && !isOfThisRequest) {
      return isSilent
        ? refuse('interaction_required', 'The user has to come by the login page of the operator.')
        : { step: 'sign_in', beginning: { at: 'email' } }
    }
    if (meets(session.amr, contextDemand)) return { step: 'authenticated', session }
    if (contextDemand?.isEssential !== true) {
      // OIDC Core §5.5.1.1: a wish; the user was asked for more, or may not be asked.
      if (isOfThisRequest || isSilent) return { step: 'authenticated', session }
    } else if (isOfThisRequest) {
      return refuse(
        'unmet_authentication_requirements',
        'The user has not signed in in the way that acr demands.',
      )
    }
    if (!isSilent) return { step: 'sign_in', beginning: { at: 'second_factor', session } }
  } else if (isFresh && isOfThisRequest) {
    return { step: 'refuse', error: new AnotherUserSignedIn() }
  }
  // OIDC Core §3.1.2.6
  if (request.prompts.includes('none')) return refuse('login_required', 'The user has to sign in.')
  return { step: 'sign_in', beginning: beginningOf(request, isMeant ? session : undefined) }
}

/** Where signing in begins: who somebody is may be known before they come to its first page. */
export type SignInBeginning =
  | { readonly at: 'email' | 'sign_up' }
  | { readonly at: 'first_factor'; readonly email: string }
  /** Of the session is wanted more than it has. */
  | { readonly at: 'second_factor'; readonly session: LiveSession }

/** @param session of whom it is about, who has to sign in once more. */
const beginningOf = (
  { prompts, loginHint }: AuthorizationRequest,
  session: LiveSession | undefined,
): SignInBeginning => {
  if (prompts.includes('create')) return { at: 'sign_up' }
  // OIDC Core §3.1.2.1: the user is to choose.
  if (prompts.includes('select_account')) return { at: 'email' }
  const hinted = loginHint === undefined ? undefined : parseEmail(loginHint)?.email
  const email = hinted ?? session?.email
  return email === undefined ? { at: 'email' } : { at: 'first_factor', email }
}

const isFreshEnough = (
  { prompts, maxAgeSeconds }: AuthorizationRequest,
  { authentication }: PendingRequest,
  { tokenHash, authenticatedAt }: LiveSession,
  now: Date,
): boolean => {
  // Signed in for this very request: what it asked for has been done.
  if (tokenHash === authentication) return true
  // OIDC Core §3.1.2.1: login must reauthenticate, select_account must let the user choose.
  if (prompts.includes('login') || prompts.includes('select_account')) return false
  // Prompt Create §4: the user is to be shown how an account is created.
  if (prompts.includes('create')) return false
  // OIDC Core §3.1.2.1: reauthenticate if more time than max_age has passed.
  return maxAgeSeconds === undefined || now <= addSeconds(authenticatedAt, maxAgeSeconds)
}

/** Which organization the user acts for: none, the only one, the one asked for or the one chosen. */
export const organizationStep = (
  request: AuthorizationRequest,
  pending: PendingRequest,
  session: LiveSession,
  memberships: readonly ActiveMembership[],
):
  | { readonly step: 'organization'; readonly organizationId: OrganizationId | null }
  | { readonly step: 'select_organization' }
  | Refusal => {
  const isMember = (id: OrganizationId | null | undefined): id is OrganizationId =>
    memberships.some(({ organizationId }) => organizationId === id)
  if (request.organizationId !== undefined) {
    return isMember(request.organizationId)
      ? { step: 'organization', organizationId: request.organizationId }
      : refuse('access_denied', 'The user is not a member of the organization.')
  }
  // Chosen or shown for this request: never swapped for another, however few are left.
  if (isMember(pending.organizationId)) {
    return { step: 'organization', organizationId: pending.organizationId }
  }
  const [first, second] = memberships
  if (first === undefined) return { step: 'organization', organizationId: null }
  if (second === undefined) return { step: 'organization', organizationId: first.organizationId }
  if (isMember(session.organizationId))
    return { step: 'organization', organizationId: session.organizationId }
  return request.prompts.includes('none')
    ? refuse('interaction_required', 'The user has to choose an organization.')
    : { step: 'select_organization' }
}

/** Whether the user has agreed to what the application asks for. */
export const consentStep = (
  request: AuthorizationRequest,
  pending: PendingRequest,
  session: LiveSession,
  consent: GivenConsent | undefined,
): { readonly step: 'consented' } | { readonly step: 'consent' } | Refusal => {
  // What somebody else answered in this browser before is not this user's answer.
  const answer = pending.decision?.sessionId === session.id ? pending.decision.answer : undefined
  if (answer === 'denied') return refuse('access_denied', 'The user denied the request.')
  // RFC 8628 §5.4: whoever comes with the code of a device may have been sent by somebody else's, and is always asked.
  const isOfDevice = request.from === 'device'
  // What is asked about each time, such as a payment, is the user's to agree to, whosever application it is.
  if (request.client.isFirstParty && !isOfDevice && !request.asksEveryTime) return { step: 'consented' }
  const agreed =
    isSettled(request.agreement, request.optionalScopes, consent) &&
    isChosenOf(optionsOf(request.client, session), consent.chosenClaims)
  // OIDC Core §3.1.2.1: consent must ask before anything is returned, agreed before or not.
  const asksAnew =
    isOfDevice ||
    request.prompts.includes('consent') ||
    request.asksEveryTime ||
    // It was agreed with somebody of another name, or who would send the user elsewhere.
    request.client.isSomebodyElse === true
  const mustAsk = asksAnew && answer !== 'allowed'
  if (agreed && !mustAsk) return { step: 'consented' }
  return request.prompts.includes('none')
    ? refuse('consent_required', 'The user has to consent.')
    : { step: 'consent' }
}

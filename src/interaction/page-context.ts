import type { FastifyRequest } from 'fastify'
import { authorizationRequestOf, type RequestReading } from '../authorization/dispatch.ts'
import { ShownError } from '../authorization/error.ts'
import { noteLanguagesOf } from '../authorization/noted-languages.ts'
import type { PendingRequest, PendingRequests } from '../authorization/pending-request.ts'
import type { AuthorizationRequest } from '../authorization/request.ts'
import { note } from '../observability/request-line.ts'
import { collectParameters, type Parameters, readParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { BrowserContext, BrowserContexts } from '../sessions/browser-context.ts'
import type { SessionRecord } from '../storage/stores/sessions.ts'
import type { Clock } from '../system/clock.ts'
import { ForeignForm, holdsOwnToken } from './csrf.ts'
import { locationOf, type OwnPage, ownPageOf } from './own-page.ts'
import type { Site } from './site.ts'

/** What every page is made with. */
export interface Pages {
  readonly issuer: string
  /** Where the dashboard is: the issuer, unless it has a listener of its own. */
  readonly managementOrigin: string
  readonly clock: Clock
  readonly site: Site
  readonly browserContexts: BrowserContexts
  readonly pendingRequests: PendingRequests
  readonly authorization: RequestReading
}

/** The request a page is in the middle of. */
export interface PageContext {
  readonly now: Date
  readonly context: BrowserContext
  /** Undefined for a page that was opened by itself; for one on the way to another of ours that one's name. */
  readonly sealed: string | undefined
  /** What somebody signs in for, where it is no application. */
  readonly ownPage: OwnPage | undefined
  readonly pending: PendingRequest | undefined
  /** The pending request as it stands now. */
  readonly authorizationRequest: AuthorizationRequest | undefined
}

export interface FormContext extends PageContext {
  readonly form: Parameters
}

/** @throws ShownError, RedirectedError */
export const contextOf = async (
  pages: Pages,
  request: FastifyRequest,
  sealed: string | undefined,
  context: BrowserContext,
  now: Date,
): Promise<PageContext> => {
  const { ownPage, pending } = openedRequest(pages, sealed, context.browser, now)
  if (pending) noteLanguagesOf(request, pending.asked)
  const authorizationRequest =
    pending && (await authorizationRequestOf(pages.authorization, pending.asked, now))
  note(request, {
    ...(authorizationRequest && { clientId: authorizationRequest.client.clientId }),
    ...(context.session && { userId: context.session.userId }),
  })
  return { now, context, sealed, ownPage, pending, authorizationRequest }
}

/** What `request` holds. @throws ShownError if it is a sealed request that does not open. */
export const openedRequest = (
  { pendingRequests }: Pick<Pages, 'pendingRequests'>,
  sealed: string | undefined,
  browser: string,
  now: Date,
): Pick<PageContext, 'ownPage' | 'pending'> => {
  const ownPage = ownPageOf(sealed)
  return sealed === undefined || ownPage !== undefined
    ? { ownPage, pending: undefined }
    : { ownPage, pending: pendingRequests.open(sealed, browser, now) }
}

/** For showing a page. @throws ShownError, RedirectedError */
export const openPage = async (pages: Pages, request: FastifyRequest): Promise<PageContext> => {
  const now = pages.clock.now()
  const context = await pages.browserContexts.current(request.headers.cookie, now)
  return contextOf(pages, request, collectParameters(request.query).parameters.get('request'), context, now)
}

/**
 * A form of a page that somebody else's sign-in or sign-out in another tab has overtaken, in the middle of a request
 * that goes on: nothing it says is done, and the user is asked again.
 */
export class OvertakenForm extends Error {
  override readonly name = 'OvertakenForm'
  /** The dispatcher, with the request as it was. */
  readonly location: string
  readonly opened: PageContext

  constructor(location: string, opened: PageContext) {
    super('the CSRF token is not of this browser and session')
    this.location = location
    this.opened = opened
  }
}

/** For deciding what a form says. @throws ForeignForm, OvertakenForm, ShownError, RedirectedError */
export const openForm = async (pages: Pages, request: FastifyRequest): Promise<FormContext> => {
  const now = pages.clock.now()
  const form = readParameters(request.body)
  const context = await pages.browserContexts.current(request.headers.cookie, now)
  if (holdsOwnToken(request, form, context, pages)) {
    return { ...(await contextOf(pages, request, form.get('request'), context, now)), form }
  }
  const opened = await contextOf(pages, request, form.get('request'), context, now).catch(
    (error: unknown) => {
      if (error instanceof ShownError) return undefined
      throw error
    },
  )
  // Only the browser it was sealed for can show a pending request: that one did have the page. To a page of ours whoever is
  // signed in may be sent.
  if (!opened?.pending && !(opened?.ownPage && context.session)) {
    throw new ForeignForm('the CSRF token is not of this browser and session')
  }
  throw new OvertakenForm(continuation(pages, opened, {}), opened)
}

/** What a sign-in decides: whoever it was before, their choices are not this user's. */
export const signedInWith = ({ tokenHash }: Pick<SessionRecord, 'tokenHash'>) => ({
  authentication: tokenHash,
  decision: undefined,
  organizationId: undefined,
})

/** Back to the dispatcher, with what was decided; where there is no request to go on with, to the page of ours, or home. */
export const continuation = (
  { pendingRequests, issuer, managementOrigin }: Pages,
  { pending, ownPage, context }: Pick<PageContext, 'pending' | 'ownPage' | 'context'>,
  decided: Partial<Pick<PendingRequest, 'decision' | 'organizationId' | 'authentication' | 'isCancelled'>>,
): string =>
  pending === undefined
    ? ownPage === undefined
      ? paths.home
      : locationOf(ownPage, managementOrigin === issuer ? '' : managementOrigin)
    : `${paths.continueAuthorization}?${new URLSearchParams({
        request: pendingRequests.seal(
          {
            ...pending,
            consentPageId: undefined,
            offeredScopes: undefined,
            shown: undefined,
            ...decided,
          },
          context.browser,
        ),
      })}`

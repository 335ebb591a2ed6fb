import type { FastifyRequest } from 'fastify'
import { type Authorization, authorizationRequestOf } from '../authorization/dispatch.ts'
import type { PendingRequest, PendingRequests } from '../authorization/pending-request.ts'
import type { AuthorizationRequest } from '../authorization/request.ts'
import { note } from '../observability/request-line.ts'
import { collectParameters, type Parameters, readParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { BrowserContext, BrowserContexts } from '../sessions/browser-context.ts'
import type { Clock } from '../system/clock.ts'
import { requireOwnForm } from './csrf.ts'
import type { Site } from './site.ts'

/** What every page is made with. */
export interface Pages {
  readonly issuer: string
  readonly clock: Clock
  readonly site: Site
  readonly browserContexts: BrowserContexts
  readonly pendingRequests: PendingRequests
  readonly authorization: Pick<Authorization, 'findClient'>
}

/** The request a page is in the middle of. */
export interface PageContext {
  readonly now: Date
  readonly context: BrowserContext
  /** Undefined for a page that was opened by itself. */
  readonly sealed: string | undefined
  readonly pending: PendingRequest | undefined
  /** The pending request as it stands now. */
  readonly authorizationRequest: AuthorizationRequest | undefined
}

export interface FormContext extends PageContext {
  readonly form: Parameters
}

const contextOf = async (
  pages: Pages,
  request: FastifyRequest,
  parameters: Parameters,
  context: BrowserContext,
  now: Date,
): Promise<PageContext> => {
  const sealed = parameters.get('request')
  const pending = sealed === undefined ? undefined : pages.pendingRequests.open(sealed, context.browser, now)
  const authorizationRequest = pending && (await authorizationRequestOf(pages.authorization, pending))
  note(request, {
    ...(authorizationRequest && { clientId: authorizationRequest.client.clientId }),
    ...(context.session && { userId: context.session.userId }),
  })
  return { now, context, sealed, pending, authorizationRequest }
}

/** For showing a page. @throws ShownError, RedirectedError */
export const openPage = async (pages: Pages, request: FastifyRequest): Promise<PageContext> => {
  const now = pages.clock.now()
  const context = await pages.browserContexts.current(request.headers.cookie, now)
  return contextOf(pages, request, collectParameters(request.query).parameters, context, now)
}

/** For deciding what a form says. @throws ForeignForm, ShownError, RedirectedError */
export const openForm = async (pages: Pages, request: FastifyRequest): Promise<FormContext> => {
  const now = pages.clock.now()
  const form = readParameters(request.body)
  const context = await pages.browserContexts.current(request.headers.cookie, now)
  requireOwnForm(request, form, context, pages.issuer)
  return { ...(await contextOf(pages, request, form, context, now)), form }
}

/** Back to the dispatcher, with what was decided; home, where there is no request to go on with. */
export const continuation = (
  { pendingRequests }: Pages,
  { pending, context }: PageContext,
  decided: Partial<Pick<PendingRequest, 'decision' | 'organizationId' | 'authentication'>>,
): string =>
  pending === undefined
    ? paths.home
    : `${paths.continueAuthorization}?${new URLSearchParams({
        request: pendingRequests.seal({ ...pending, ...decided }, context.browser),
      })}`

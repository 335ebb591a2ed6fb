import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type Arriving, arrivedRequest, unreadable } from '../authorization/arrival.ts'
import { type Authorization, type Dispatched, dispatch } from '../authorization/dispatch.ts'
import { RedirectedError, ShownError } from '../authorization/error.ts'
import type { Page, SignInBeginning } from '../authorization/interaction-policy.ts'
import { noteLanguages, noteLanguagesOf } from '../authorization/noted-languages.ts'
import { markOf, type PendingRequest, type PendingRequests } from '../authorization/pending-request.ts'
import type { AuthorizationResponse } from '../authorization/response.ts'
import { note } from '../observability/request-line.ts'
import { invalidRequest } from '../protocol/error.ts'
import { collectParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { BrowserContexts } from '../sessions/browser-context.ts'
import {
  newProgress,
  newProof,
  type SignInProgress,
  type SignInProgresses,
} from '../sessions/sign-in-progress.ts'
import type { Clock } from '../system/clock.ts'
import type { Random } from '../system/random.ts'

export interface AuthorizationEndpoint {
  readonly clock: Clock
  readonly authorization: Authorization
  readonly arriving: Arriving
  readonly pendingRequests: PendingRequests
  readonly signInProgresses: Pick<SignInProgresses, 'seal'>
  readonly random: Random
  readonly browserContexts: BrowserContexts
  /** By a redirect, or by a page with a form. */
  readonly sendResponse: (
    request: FastifyRequest,
    reply: FastifyReply,
    response: AuthorizationResponse,
  ) => FastifyReply
}

/** Node takes 16 KiB of headers, and a browser sends more of them than the URL. */
const MAXIMUM_LOCATION_LENGTH = 12_000

const pagePaths: Readonly<Record<Page, string>> = {
  sign_in: paths.signIn,
  select_organization: paths.selectOrganization,
  consent: paths.consent,
}

/**
 * RFC 6749 §3.1. Registered in the scope of pages: its refusals are shown to a person, or redirected.
 *
 * | path | comes from | goes to |
 * |---|---|---|
 * | `/oauth2/authorize` | the application | a page, or back to the application |
 * | `/oauth2/authorize/continue` | a page that has done its part | the next page, or back to the application |
 */
export const authorizeEndpoint =
  ({
    clock,
    authorization,
    arriving,
    pendingRequests,
    signInProgresses,
    random,
    browserContexts,
    sendResponse,
  }: AuthorizationEndpoint): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.authorize, async (request, reply) => {
      const now = clock.now()
      const collected = collectParameters(request.query)
      noteLanguages(request, collected.parameters)
      const arrived = await arrivedRequest(arriving, collected, now)
      return answer(request, reply, now, () => ({
        asked: { from: 'browser', ...arrived },
        startedAt: now,
        authentication: undefined,
        decision: undefined,
        consentPageId: undefined,
        shown: undefined,
        isCancelled: false,
        organizationId: undefined,
      }))
    })

    // OIDC Core §3.1.2.1: GET and POST. The cookies of a person who comes by a form of another site stay behind, so the
    // browser is sent round once more.
    app.post(paths.authorize, async (request, reply) => {
      const query = new URLSearchParams()
      for (const [name, value] of Object.entries(request.body ?? {})) {
        for (const each of Array.isArray(value) ? value : [value]) query.append(name, String(each))
      }
      const location = `${paths.authorize}?${query}`
      if (location.length <= MAXIMUM_LOCATION_LENGTH) return reply.redirect(location, 303)
      const collected = collectParameters(request.body)
      noteLanguages(request, collected.parameters)
      throw await unreadable(arriving, collected, invalidRequest('The parameters are too long; push them.'))
    })

    app.get(paths.continueAuthorization, async (request, reply) => {
      const now = clock.now()
      const sealed = collectParameters(request.query).parameters.get('request')
      if (sealed === undefined) throw new ShownError('requestExpired', 'no pending request')
      return answer(request, reply, now, (browser) => pendingRequests.open(sealed, browser, now))
    })

    const answer = async (
      request: FastifyRequest,
      reply: FastifyReply,
      now: Date,
      pendingIn: (browser: string) => PendingRequest,
    ): Promise<FastifyReply> => {
      const { browser, session, setCookies } = await browserContexts.current(request.headers.cookie, now)
      const pending = pendingIn(browser)
      noteLanguagesOf(request, pending.asked)
      const dispatched = await dispatch(authorization, pending, session, now)
      note(request, {
        clientId: dispatched.client.clientId,
        ...(session && { userId: session.userId }),
        outcome: outcomeOf(dispatched),
      })
      if (dispatched.outcome === 'response') return sendResponse(request, reply, dispatched.response)
      reply.header('set-cookie', setCookies)
      const sealed = pendingRequests.seal(pending, browser)
      const query = new URLSearchParams({ request: sealed })
      if (dispatched.outcome === 'page' && dispatched.page === 'sign_in') {
        const progress = progressOf(dispatched.beginning, now, random)
        if (progress)
          query.set('progress', signInProgresses.seal(progress, { browser, request: markOf(pending) }))
      }
      if (dispatched.outcome !== 'page') return reply.redirect(`${paths.deviceDone}?${query}`, 302)
      const { page, request: asked } = dispatched
      if (asked.from === 'browser' && !pendingRequests.fits(sealed)) {
        throw new RedirectedError(asked.target, invalidRequest('The parameters are too long to carry.'))
      }
      return reply.redirect(`${pagePaths[page]}?${query}`, 302)
    }
  }

/** As far as signing in has come before its first page. */
const progressOf = (beginning: SignInBeginning, now: Date, random: Random): SignInProgress | undefined => {
  switch (beginning.at) {
    case 'email':
      return undefined
    case 'sign_up':
      return { ...newProgress(now), isSigningUp: true }
    case 'first_factor':
      return newProgress(now, beginning.email)
    case 'second_factor': {
      const { id, email, userId, amr, authenticatedAt } = beginning.session
      return {
        ...newProgress(now, email),
        proved: newProof({ userId, amr, authenticatedAt, sessionId: id }, random),
      }
    }
  }
}

/** For the log. */
const outcomeOf = (dispatched: Dispatched): string => {
  switch (dispatched.outcome) {
    case 'page':
      return dispatched.page
    case 'response':
      return dispatched.responseType
    default:
      return `device ${dispatched.outcome}`
  }
}

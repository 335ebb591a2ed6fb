import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { type Authorization, dispatch } from '../authorization/dispatch.ts'
import { RedirectedError, ShownError } from '../authorization/error.ts'
import { identifyClient } from '../authorization/identify-client.ts'
import type { Page } from '../authorization/interaction-policy.ts'
import type { PendingRequest, PendingRequests } from '../authorization/pending-request.ts'
import { note } from '../observability/request-line.ts'
import { invalidRequest } from '../protocol/error.ts'
import { collectParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { BrowserContexts } from '../sessions/browser-context.ts'
import type { Clock } from '../system/clock.ts'

export interface AuthorizationEndpoint {
  readonly clock: Clock
  readonly authorization: Authorization
  readonly pendingRequests: PendingRequests
  readonly browserContexts: BrowserContexts
}

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
  ({ clock, authorization, pendingRequests, browserContexts }: AuthorizationEndpoint): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.authorize, async (request, reply) => {
      const now = clock.now()
      const { parameters, problem, malformed } = collectParameters(request.query)
      if (problem) {
        // What says where to answer cannot be read: then there is nowhere to answer to.
        if (malformed.has('client_id')) throw new ShownError('unknownApplication', problem.reason)
        if (malformed.has('redirect_uri')) throw new ShownError('untrustedReturnAddress', problem.reason)
        const { client, target } = await identifyClient(authorization, parameters)
        note(request, { clientId: client.clientId })
        throw new RedirectedError(target, problem)
      }
      return answer(request, reply, now, () => ({
        parameters,
        startedAt: now,
        authentication: undefined,
        decision: undefined,
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
      return reply.redirect(`${paths.authorize}?${query}`, 303)
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
      const dispatched = await dispatch(authorization, pending, session, now)
      note(request, {
        clientId: dispatched.client.clientId,
        ...(session && { userId: session.userId }),
        outcome: dispatched.outcome === 'page' ? dispatched.page : 'code',
      })
      if (dispatched.outcome === 'response') return reply.redirect(dispatched.location, 302)
      reply.header('set-cookie', setCookies)
      const sealed = pendingRequests.seal(pending, browser)
      if (!pendingRequests.fits(sealed)) {
        throw new RedirectedError(dispatched.target, invalidRequest('The parameters are too long to carry.'))
      }
      const query = new URLSearchParams({ request: sealed })
      return reply.redirect(`${pagePaths[dispatched.page]}?${query}`, 302)
    }
  }

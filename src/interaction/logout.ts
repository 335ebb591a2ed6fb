import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { ShownError } from '../authorization/error.ts'
import { type Leaving, leavesAtOnce } from '../authorization/leaving.ts'
import type { TellingFrames } from '../logout/front-channel.ts'
import {
  isSessionMeant,
  type LogoutRequest,
  type LogoutRequestReading,
  type Naming,
  parseLogoutRequest,
  postLogoutLocation,
} from '../logout/request.ts'
import type { SealedLogoutRequests } from '../logout/sealed-request.ts'
import { note } from '../observability/request-line.ts'
import { type Parameters, readParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { BrowserContext } from '../sessions/browser-context.ts'
import type { EndSession, SignOutReason } from '../sessions/browser-session.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import { accountOf } from './account.ts'
import { ForeignForm, holdsOwnToken } from './csrf.ts'
import { hostOf } from './destination.ts'
import { sendHtml } from './document.ts'
import { logoOf } from './logo.ts'
import type { Pages } from './page-context.ts'
import { ConfirmSignOut } from './pages/confirm-sign-out.tsx'
import { sendSignedOut } from './signed-out.ts'
import { page } from './site.ts'

export interface Logout extends Pages, Leaving, TellingFrames {
  readonly endSession: EndSession
  readonly logout: LogoutRequestReading & {
    readonly naming: Naming
    readonly sealedRequests: SealedLogoutRequests
  }
}

/**
 * OIDC RP-Initiated Logout §2: the end session endpoint.
 *
 * | path | comes from | does |
 * |---|---|---|
 * | GET `/oauth2/logout` | the application | signs out whom it named, or asks |
 * | POST `/oauth2/logout` | the application | goes on at the next one |
 * | GET `/oauth2/logout/confirm` | the one before | the same as the first |
 * | POST `/oauth2/logout/confirm` | the page that asks | signs out, or does not |
 */
export const logoutEndpoint =
  (pages: Logout): FastifyPluginAsync =>
  async (app) => {
    const { sealedRequests, naming } = pages.logout

    /** @throws ShownError: with anything in doubt nobody is sent anywhere. */
    const parse = async (request: FastifyRequest, parameters: Parameters): Promise<LogoutRequest> => {
      const parsed = await parseLogoutRequest(pages.logout, parameters)
      if (parsed.outcome === 'refused') {
        throw new ShownError(parsed.kind, parsed.reason, parsed.facts, { about: parsed.about })
      }
      const { client } = parsed.request
      if (client) note(request, { clientId: client.clientId })
      return parsed.request
    }

    app.get(paths.endSession, async (request, reply) =>
      answer(request, reply, await parse(request, readParameters(request.query))),
    )

    // OIDC RP-Initiated Logout §2: GET and POST. The cookies of a person who comes by a form of another site stay behind,
    // so the browser is sent round once more; without the ID token, for which a URL may be too short.
    app.post(paths.endSession, async (request, reply) => {
      const logoutRequest = await parse(request, readParameters(request.body))
      const sealed = sealedRequests.seal(logoutRequest, pages.clock.now())
      return reply.redirect(`${paths.confirmLogout}?${new URLSearchParams({ request: sealed })}`, 303)
    })

    app.get(paths.confirmLogout, async (request, reply) =>
      answer(request, reply, await opened(readParameters(request.query))),
    )

    app.post(paths.confirmLogout, async (request, reply) => {
      const form = readParameters(request.body)
      const context = await pages.browserContexts.current(request.headers.cookie, pages.clock.now())
      const isOurs = holdsOwnToken(request, form, context, pages)
      const logoutRequest = await opened(form)
      // Signed out meanwhile: in another tab, or by this very form, sent twice.
      if (!context.session) return leave(request, reply, logoutRequest)
      // Whoever has signed in since was not asked.
      if (!isOurs) throw new ForeignForm('the CSRF token is not of this browser and session')
      switch (form.get('decision')) {
        case 'sign_out':
          return end(request, reply, logoutRequest, context.session, 'signed_out')
        case 'stay':
          note(request, { outcome: 'stayed' })
          return reply.redirect(paths.home, 303)
        default:
          throw new ShownError('malformedRequest', 'the form says neither to sign out nor to stay')
      }
    })

    const opened = async (parameters: Parameters): Promise<LogoutRequest> => {
      const sealed = parameters.get('request')
      const request = sealed === undefined ? undefined : await sealedRequests.open(sealed, pages.clock.now())
      if (request === undefined) throw new ShownError('requestExpired', 'no logout request that opens')
      return request
    }

    const answer = async (
      request: FastifyRequest,
      reply: FastifyReply,
      logoutRequest: LogoutRequest,
    ): Promise<FastifyReply> => {
      const context = await pages.browserContexts.current(request.headers.cookie, pages.clock.now())
      const { session } = context
      if (session === undefined) return leave(request, reply, logoutRequest)
      // OIDC RP-Initiated Logout §2, §6: without proof of whom the application means the user is asked, since anybody can
      // send them here.
      return isSessionMeant(logoutRequest, session, naming)
        ? end(request, reply, logoutRequest, session, 'signed_out_by_application')
        : ask(request, reply, logoutRequest, { ...context, session })
    }

    const ask = (
      request: FastifyRequest,
      reply: FastifyReply,
      logoutRequest: LogoutRequest,
      { session, csrfToken, setCookies }: BrowserContext & { readonly session: LiveSession },
    ): FastifyReply => {
      const { client, uiLocales } = logoutRequest
      note(request, { userId: session.userId, outcome: 'asked' })
      reply.header('set-cookie', setCookies)
      return sendHtml(
        reply,
        page(ConfirmSignOut, {
          ...pages.site.frame(request, uiLocales, session),
          action: paths.confirmLogout,
          csrfToken,
          sealedRequest: sealedRequests.seal(logoutRequest, pages.clock.now()),
          application: client ? { name: client.name, ...logoOf(client) } : null,
          account: accountOf(session),
        }),
      )
    }

    const end = async (
      request: FastifyRequest,
      reply: FastifyReply,
      logoutRequest: LogoutRequest,
      session: LiveSession,
      reason: SignOutReason,
    ): Promise<FastifyReply> => {
      // Before it ends: a read that fails here leaves the session as it is, for another attempt.
      const onward = await onwardOf(logoutRequest, session)
      const ended = await pages.endSession(session, reason, pages.clock.now())
      note(request, { userId: session.userId, outcome: 'signed out' })
      return sendSignedOut(pages, request, reply, { ended, onward, uiLocales: logoutRequest.uiLocales })
    }

    /** There was no session to end. */
    const leave = async (
      request: FastifyRequest,
      reply: FastifyReply,
      logoutRequest: LogoutRequest,
    ): Promise<FastifyReply> => {
      const onward = await onwardOf(logoutRequest, undefined)
      note(request, { outcome: 'signed out' })
      return sendSignedOut(pages, request, reply, {
        ended: undefined,
        onward,
        uiLocales: logoutRequest.uiLocales,
      })
    }

    const onwardOf = async ({ client, target }: LogoutRequest, session: LiveSession | undefined) =>
      target &&
      client && {
        location: postLogoutLocation(target),
        application: { name: client.name },
        ...(!(await leavesAtOnce(pages, client, target.redirectUri, async () => session)) && {
          uncheckedHost: hostOf(target.redirectUri),
        }),
      }
  }

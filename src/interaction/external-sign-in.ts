import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { ShownError } from '../authorization/error.ts'
import type { EnvironmentRegistry } from '../environment/environment-registry.ts'
import { loginUriOf } from '../environment/login-uri-of.ts'
import { note } from '../observability/request-line.ts'
import { collectParameters } from '../protocol/parameters.ts'
import { paths } from '../protocol/paths.ts'
import type { BrowserContext } from '../sessions/browser-context.ts'
import type { BeginExternalSignIn, ContinueExternalSignIn } from '../sessions/external-authentication.ts'
import { maxAgeForOwnPage } from './account/open-account.ts'
import { sendHtml } from './document.ts'
import { continuation, openedRequest, type PageContext, type Pages, signedInWith } from './page-context.ts'
import { ExternalSignIn } from './pages/external-sign-in.tsx'
import { page } from './site.ts'

export interface ExternalSignInPages extends Pages {
  readonly environment: Pick<EnvironmentRegistry, 'current' | 'latest'>
  readonly beginExternalSignIn: BeginExternalSignIn
}

/** Where the browser is to sign in, at a page of the operator's own; null: here. */
export const loginPageOf = async (
  { environment }: Pick<ExternalSignInPages, 'environment'>,
  { authorizationRequest, context }: Pick<PageContext, 'authorizationRequest' | 'context'>,
): Promise<string | null> => loginUriOf(await environment.current(), authorizationRequest, context.session)

/**
 * Standalone: where the operator has people sign in at a page of their own, the browser is sent there in the place of ours.
 *
 * @returns undefined where people sign in here.
 */
export const sendToOwnLogin = async (
  pages: ExternalSignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: PageContext,
): Promise<FastifyReply | undefined> => {
  const loginUri = await loginPageOf(pages, opened)
  if (loginUri === null) return undefined
  const { now, context, sealed, pending, authorizationRequest } = opened
  const { settings } = await pages.environment.current()
  const begun = await pages.beginExternalSignIn(
    loginUri,
    {
      browser: context.browser,
      request: sealed,
      takesConsentOptions: authorizationRequest?.client.isFirstParty === false,
      address: request.ip,
      asked: authorizationRequest,
      maxAgeSeconds: maxAgeForOwnPage(opened),
      startedAt: pending?.startedAt ?? now,
      algorithm: settings.standaloneSignedRequest ? settings.accessToken.algorithm : undefined,
    },
    now,
  )
  note(request, { outcome: `external sign-in ${begun.outcome}` })
  // RFC 9700 §4.12: what was posted here is not to be posted there.
  if (begun.outcome === 'begun') {
    return reply.redirect(begun.location, request.method === 'POST' ? 303 : 302)
  }
  reply.code(429).header('retry-after', begun.retryAfterSeconds)
  return sendHtml(
    reply,
    pages.site.errorPage(request, (errors) => errors.tooManyRequests),
  )
}

export interface ExternalSignInPage extends Pages {
  readonly continueExternalSignIn: ContinueExternalSignIn
}

/** Where the operator's login page sends the browser on to; then back to the dispatcher. */
export const externalSignInPage =
  (pages: ExternalSignInPage): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.continueExternalSignIn, async (request, reply) => {
      const now = pages.clock.now()
      const presented = collectParameters(request.query).parameters.get('continuation')
      if (presented === undefined) throw new ShownError('requestExpired', 'no continuation')
      const context = await pages.browserContexts.current(request.headers.cookie, now)
      const continued = await pages.continueExternalSignIn(
        presented,
        {
          browser: context.browser,
          address: request.ip,
          userAgent: request.headers['user-agent'],
          replaces: context.session?.id,
        },
        now,
      )
      note(request, { outcome: `external sign-in ${continued.outcome}` })
      switch (continued.outcome) {
        case 'signed_in': {
          const { session, token } = continued
          note(request, { userId: session.userId })
          reply.header('set-cookie', pages.browserContexts.sessionCookie(token, session.expiresAt))
          const opened = openedAgain(continued.request, context, now)
          return reply.redirect(continuation(pages, opened, signedInWith(session)), 303)
        }
        case 'over': {
          const opened = openedAgain(continued.request, context, now)
          return show(request, reply, true, continuation(pages, opened, {}))
        }
        case 'elsewhere':
          return show(request, reply, false, undefined)
        case 'unknown':
          throw new ShownError('requestExpired', 'the external sign-in is unknown, or long over')
      }
    })

    /** @throws ShownError if it has expired meanwhile. */
    const openedAgain = (sealed: string | null, context: BrowserContext, now: Date) => ({
      ...openedRequest(pages, sealed ?? undefined, context.browser, now),
      context,
    })

    const show = (
      request: FastifyRequest,
      reply: FastifyReply,
      isOver: boolean,
      startOver: string | undefined,
    ) =>
      sendHtml(
        reply.code(400),
        page(ExternalSignIn, {
          ...pages.site.frame(request),
          isOver,
          ...(startOver !== undefined && { startOver }),
        }),
      )
  }

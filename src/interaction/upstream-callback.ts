import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { fill } from '../html/sentence.tsx'
import type { IdentityProvider } from '../identity-providers/identity-provider.ts'
import type { SaidClaims } from '../identity-providers/provider-client.ts'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import { fingerprintOf, newProgress, newProof } from '../sessions/sign-in-progress.ts'
import { fromEpochSeconds } from '../system/clock.ts'
import type { Random } from '../system/random.ts'
import { sendHtml } from './document.ts'
import { contextOf } from './page-context.ts'
import { ExternalSignIn } from './pages/external-sign-in.tsx'
import { advance } from './sign-in/advance.ts'
import type { SignInContext, SignInPages } from './sign-in/context.ts'
import { showEmail, showStartOver } from './sign-in/email-page.ts'
import { page } from './site.ts'
import type { IdentityProvidersText } from './text/shape/identity-providers.ts'

export interface UpstreamCallbackPages extends SignInPages {
  readonly random: Random
}

type Errors = IdentityProvidersText['identityProviders']['errors']

/** Where identity providers send the browser back to; then the sign-in goes on as any other does. */
export const upstreamCallback =
  (pages: UpstreamCallbackPages): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.upstreamCallback, async (request, reply) => {
      const now = pages.clock.now()
      const context = await pages.browserContexts.current(request.headers.cookie, now)
      const finished = await pages.upstream.finishUpstream(
        new URL(request.raw.url ?? '', pages.issuer),
        context.browser,
        now,
      )
      note(request, { outcome: `upstream sign-in ${finished.outcome}` })
      if (finished.outcome === 'unknown') {
        return sendHtml(
          reply.code(400),
          page(ExternalSignIn, { ...pages.site.frame(request), isOver: false }),
        )
      }
      const opening = await contextOf(pages, request, finished.request, context, now)
      const opened: SignInContext = { ...opening, progress: undefined, isOver: false }
      switch (finished.outcome) {
        case 'over':
          return showStartOver(pages, request, reply.code(422), opened)
        case 'answered':
          return recognized(request, reply, opened, finished.provider, finished.claims)
        case 'refused_by_provider':
          return failed(request, reply.code(422), opened, finished.provider, 'turnedBack', finished.reason)
        case 'invalid_answer':
          return failed(request, reply.code(422), opened, finished.provider, 'invalidAnswer', finished.reason)
        case 'unavailable':
          return failed(request, reply.code(503), opened, finished.provider, 'unavailable', finished.reason)
      }
    })

    const recognized = async (
      request: FastifyRequest,
      reply: FastifyReply,
      opened: SignInContext,
      provider: IdentityProvider,
      claims: SaidClaims,
    ): Promise<FastifyReply> => {
      const { now } = opened
      const found = await pages.upstream.recognize(provider, claims, now)
      note(request, { outcome: found.outcome })
      switch (found.outcome) {
        case 'known': {
          const { userId } = found
          note(request, { userId })
          const user = await pages.upstream.reportSignIn.succeeded(provider, userId, from(request), now)
          if (!user) return showStartOver(pages, request, reply.code(422), { ...opened, isOver: true })
          const proved = newProof(
            {
              userId,
              amr: provider.trustsAmr ? methodsOf(claims) : [],
              authenticatedAt: authenticatedAt(claims, now),
              passwordFingerprint: fingerprintOf(user.passwordHash),
              ...{ providerId: provider.id, subject: claims.sub },
            },
            pages.random,
          )
          return advance(pages, request, reply, opened, { ...newProgress(now, user.email), proved })
        }
        case 'to_be_linked': {
          const { identity } = found
          return advance(pages, request, reply, opened, {
            ...newProgress(now, identity.email),
            linking: identity,
          })
        }
        case 'email_not_trusted':
          return failed(request, reply.code(422), opened, provider, 'emailNotTrusted', found.outcome)
        case 'unknown_user':
          return failed(request, reply.code(422), opened, provider, 'unknownUser', found.outcome)
      }
    }

    /** Nothing is lost: the request goes on, by this way or another. */
    const failed = async (
      request: FastifyRequest,
      reply: FastifyReply,
      opened: SignInContext,
      provider: IdentityProvider,
      error: keyof Errors,
      reason: string,
    ): Promise<FastifyReply> => {
      note(request, { reason })
      if (error !== 'unavailable') {
        await pages.upstream.reportSignIn.failed(provider, codes[error], from(request), opened.now)
      }
      const { errors } = pages.site.frame(request, opened.authorizationRequest?.uiLocales).text
        .identityProviders
      return showEmail(pages, request, reply, opened, {
        form: fill(errors[error], { provider: provider.name }),
      })
    }
  }

const codes = {
  turnedBack: 'refused_by_provider',
  invalidAnswer: 'invalid_answer',
  emailNotTrusted: 'email_not_trusted',
  unknownUser: 'unknown_user',
} as const

const from = (request: FastifyRequest) => ({
  address: request.ip,
  userAgent: request.headers['user-agent'],
})

/** RFC 8176. */
const methodsOf = ({ amr }: SaidClaims): readonly string[] =>
  Array.isArray(amr)
    ? amr.filter((method): method is string => /^[a-z0-9]{2,16}$/.test(String(method))).slice(0, 10)
    : []

/** Not later than now, whatever the provider's clock says. */
const authenticatedAt = ({ auth_time }: SaidClaims, now: Date): Date => {
  const said = typeof auth_time === 'number' ? fromEpochSeconds(auth_time) : now
  return said < now ? said : now
}

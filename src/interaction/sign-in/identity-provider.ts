import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { fill } from '../../html/sentence.tsx'
import type { IdentityProvider } from '../../identity-providers/identity-provider.ts'
import { note } from '../../observability/request-line.ts'
import { parseIdentifier } from '../../protocol/identifiers.ts'
import { paths } from '../../protocol/paths.ts'
import { RECENT_SECONDS } from '../../sessions/recent-sign-in.ts'
import { maxAgeForOwnPage } from '../account/open-account.ts'
import { sendHtml } from '../document.ts'
import { SignInAtProvider } from '../pages/sign-in-at-provider.tsx'
import { page } from '../site.ts'
import { addressOf, type SignInContext, type SignInPages, signInFrame, signInLocation } from './context.ts'
import { showEmail, showStartOver } from './email-page.ts'
import { signInForm } from './form.ts'
import { providersFor, requiredProvidersFor } from './providers.ts'

/** Sends the browser to a provider; where that cannot be reached, says so where another way can be chosen. */
export const sendUpstream = async (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  provider: IdentityProvider,
): Promise<FastifyReply> => {
  const { context, sealed, authorizationRequest, progress, now } = opened
  const { prompts = [], maxAgeSeconds, uiLocales = [], loginHint } = authorizationRequest ?? {}
  // Who is signed in and signs in all the same is to be there, and not only their browser.
  const isOnceMore = context.session !== undefined && context.session.email === progress?.email
  const begun = await pages.upstream.beginUpstream(
    provider,
    {
      browser: context.browser,
      address: request.ip,
      request: sealed,
      loginHint: (await addressOf(pages, progress)) ?? loginHint,
      // OIDC Core §3.1.2.1: what the application wants of the sign-in is for whoever does it.
      prompt:
        prompts.filter((prompt) => prompt === 'login' || prompt === 'select_account').join(' ') || undefined,
      maxAgeSeconds,
      wishedMaxAgeSeconds: isOnceMore ? RECENT_SECONDS / 2 : maxAgeForOwnPage(opened),
      uiLocales,
    },
    now,
  )
  note(request, { outcome: `upstream sign-in ${begun.outcome}` })
  switch (begun.outcome) {
    case 'begun':
      return reply.redirect(begun.location, 303)
    case 'throttled': {
      reply.code(429).header('retry-after', begun.retryAfterSeconds)
      const { tooManyAttempts } = pages.site.frame(request, uiLocales).text.signIn.errors
      return showEmail(pages, request, reply, opened, { form: tooManyAttempts })
    }
    case 'unavailable': {
      note(request, { reason: begun.reason })
      const { unavailable } = pages.site.frame(request, uiLocales).text.identityProviders.errors
      const form = fill(unavailable, { provider: provider.name })
      return showEmail(pages, request, reply.code(503), opened, { form })
    }
  }
}

/** Where an organization demands that its people sign in there. Shown to whoever comes back to this step. */
export const showProvider = async (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
): Promise<FastifyReply> => {
  const email = await addressOf(pages, opened.progress)
  const providers = await requiredProvidersFor(pages, email)
  if (providers.length === 0 || email === undefined) return showStartOver(pages, request, reply, opened)
  return sendHtml(
    reply,
    page(SignInAtProvider, {
      ...signInFrame(pages, request, opened),
      action: paths.signInUpstream,
      account: { email },
      useAnotherAccount: signInLocation(pages, opened, undefined),
      providers,
    }),
  )
}

/** A button with a provider's name. */
export const providerForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.signInUpstream,
      signInForm(pages, showEmail, async (request, reply, opened) => {
        const provider = await chosen(pages, opened, opened.form.get('provider'))
        return provider
          ? sendUpstream(pages, request, reply, opened, provider)
          : // It was switched off while the page was open.
            showStartOver(pages, request, reply.code(422), opened)
      }),
    )
  }

/** One that is offered to everybody, or to whoever has the address that it is about. */
const chosen = async (
  pages: SignInPages,
  { progress }: SignInContext,
  text: string | undefined,
): Promise<IdentityProvider | undefined> => {
  const id = parseIdentifier('identityProvider', text ?? '')
  const provider = id && (await pages.stores.identityProviders.byId(id))
  if (!provider?.isEnabled) return undefined
  if (provider.organizationId === null) return provider
  return (await providersFor(pages, await addressOf(pages, progress))).find((one) => one.id === provider.id)
}

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import type { SignInWithPassword } from '../sessions/sign-in.ts'
import { MAXIMUM_EMAIL_LENGTH } from '../users/user.ts'
import { type ExternalSignInPages, sendToOwnLogin } from './external-sign-in.ts'
import { sendHtml } from './index.ts'
import { logoOf } from './logo.ts'
import {
  continuation,
  OvertakenForm,
  openForm,
  openPage,
  type PageContext,
  signedInWith,
} from './page-context.ts'
import { SignIn, type SignInProps } from './pages/sign-in.tsx'
import { page } from './site.ts'

export interface SignInPage extends ExternalSignInPages {
  readonly signInWithPassword: SignInWithPassword
}

/** Sign in by e-mail and password, or at the operator's own page, then back to the dispatcher. */
export const signInPage =
  (pages: SignInPage): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.signIn, async (request, reply) => {
      const opened = await openPage(pages, request)
      reply.header('set-cookie', opened.context.setCookies)
      return (
        (await sendToOwnLogin(pages, request, reply, opened)) ??
        show(request, reply, opened, { email: opened.authorizationRequest?.loginHint })
      )
    })

    app.post(paths.signIn, async (request, reply) => {
      const opened = await openForm(pages, request).catch((error: unknown) => {
        if (error instanceof OvertakenForm) return error
        throw error
      })
      if (opened instanceof OvertakenForm) {
        const elsewhere = await sendToOwnLogin(pages, request, reply, opened.opened)
        if (elsewhere) return elsewhere
        // Whoever typed a password means that account, not the one another tab signed in meanwhile: asked again.
        const { expired } = frameOf(request, opened.opened).text.signIn.errors
        return show(request, reply.code(422), opened.opened, { errors: { form: expired } })
      }
      if (opened.form.get('decision') === 'cancel' && mayCancel(opened)) {
        note(request, { outcome: 'cancelled' })
        return reply.redirect(continuation(pages, opened, { isCancelled: true }), 303)
      }
      // A page from before the operator had a login page of their own: no password opens what that one guards.
      if ((await pages.environment.current()).settings.standaloneLoginUri !== null) {
        return reply.redirect(continuation(pages, opened, {}), 303)
      }
      const email = opened.form.get('email')?.trim() ?? ''
      const password = opened.form.get('password') ?? ''
      const { errors: text } = frameOf(request, opened).text.signIn
      const errors = {
        ...(email === '' && { email: text.emailMissing }),
        ...(email.length > MAXIMUM_EMAIL_LENGTH && { email: text.emailMalformed }),
        ...(password === '' && { password: text.passwordMissing }),
      }
      if (Object.keys(errors).length > 0) return show(request, reply.code(422), opened, { email, errors })

      const result = await pages.signInWithPassword({
        email,
        password,
        address: request.ip,
        userAgent: request.headers['user-agent'],
        browser: opened.context.browser,
        replaces: opened.context.session?.id,
      })
      note(request, { outcome: result.outcome })
      switch (result.outcome) {
        case 'throttled':
          reply.code(429).header('retry-after', result.retryAfterSeconds)
          return show(request, reply, opened, { email, errors: { form: text.tooManyAttempts } })
        case 'wrong_credentials':
          return show(request, reply.code(422), opened, { email, errors: { form: text.wrongCredentials } })
        case 'signed_in': {
          const { session, token } = result
          note(request, { userId: session.userId })
          reply.header('set-cookie', pages.browserContexts.sessionCookie(token, session.expiresAt))
          return reply.redirect(continuation(pages, opened, signedInWith(session)), 303)
        }
      }
    })

    const frameOf = (request: FastifyRequest, opened: Pick<PageContext, 'authorizationRequest'>) =>
      pages.site.frame(request, opened.authorizationRequest?.uiLocales)

    const show = (
      request: FastifyRequest,
      reply: FastifyReply,
      { context, sealed, authorizationRequest }: PageContext,
      filled: { readonly email?: string | undefined; readonly errors?: SignInProps['errors'] },
    ) =>
      sendHtml(
        reply,
        page(SignIn, {
          ...frameOf(request, { authorizationRequest }),
          action: paths.signIn,
          csrfToken: context.csrfToken,
          sealedRequest: sealed,
          mayCancel: mayCancel({ authorizationRequest }),
          application: authorizationRequest
            ? { name: authorizationRequest.client.name, ...logoOf(authorizationRequest.client) }
            : null,
          ...(filled.email !== undefined && { email: filled.email }),
          ...(filled.errors && { errors: filled.errors }),
        }),
      )
  }

/** A device hears nothing from somebody who is not known, or whoever guesses its code could turn its user away. */
const mayCancel = ({ authorizationRequest }: Pick<PageContext, 'authorizationRequest'>): boolean =>
  authorizationRequest?.from === 'browser'

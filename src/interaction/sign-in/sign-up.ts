import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import { newProgress } from '../../sessions/sign-in-progress.ts'
import { parseEmail } from '../../users/user.ts'
import { sendHtml } from '../document.ts'
import { SignUp, type SignUpProps } from '../pages/sign-up.tsx'
import { page } from '../site.ts'
import { advance } from './advance.ts'
import { askForCode } from './ask-for-code.ts'
import { type SignInContext, type SignInPages, signInFrame, signInLocation, signInText } from './context.ts'
import { hintOf, showEmail } from './email-page.ts'
import { signInForm } from './form.ts'
import { codesOffered } from './mail-offers.ts'
import { requiredProvidersFor } from './providers.ts'

export const showSignUp = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: SignUpProps['errors'],
  email = hintOf(opened),
): FastifyReply =>
  codesOffered(pages).has('sign_up')
    ? sendHtml(
        reply,
        page(SignUp, {
          ...signInFrame(pages, request, { ...opened, progress: undefined }),
          action: paths.signUp,
          signInInstead: signInLocation(pages, opened, undefined),
          ...(email !== undefined && { email }),
          ...(errors && { errors }),
        }),
      )
    : showEmail(pages, request, reply, opened)

/** Takes the address of an account that is to be. Whether it has one already is for the mail to tell. */
export const signUpForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.signUp,
      signInForm(pages, showSignUp, async (request, reply, opened) => {
        if (!codesOffered(pages).has('sign_up')) {
          return reply.redirect(signInLocation(pages, opened, undefined), 303)
        }
        const typed = opened.form.get('email')?.trim() ?? ''
        const email = parseEmail(typed)
        if (!email) {
          const { emailMissing, emailMalformed } = signInText(pages, request, opened).errors
          const errors = { email: typed === '' ? emailMissing : emailMalformed }
          return showSignUp(pages, request, reply.code(422), opened, errors, typed)
        }
        const progress = newProgress(opened.now, email.email)
        // They sign in there and nowhere else: no page would ask for a code.
        if ((await requiredProvidersFor(pages, email.email)).length > 0) {
          return advance(pages, request, reply, opened, progress)
        }
        const asked = await askForCode(pages, request, opened, progress, { purpose: 'sign_up', email })
        if ('progress' in asked) return advance(pages, request, reply, opened, asked.progress)
        note(request, { outcome: asked.outcome })
        reply.code(429).header('retry-after', asked.retryAfterSeconds)
        const { text } = pages.site.frame(request, opened.authorizationRequest?.uiLocales)
        const errors = { form: text.emailCodes.errors.tooManyCodes }
        return showSignUp(pages, request, reply, opened, errors, typed)
      }),
    )
  }

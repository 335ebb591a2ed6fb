import type { FastifyPluginAsync } from 'fastify'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import type { EmailCodePurpose, SignInProgress } from '../../sessions/sign-in-progress.ts'
import { parseEmail } from '../../users/user.ts'
import { advance } from './advance.ts'
import { askForCode } from './ask-for-code.ts'
import { showCode, showVerifyEmail } from './code-page.ts'
import { addressOf, type ShowStep, type SignInPages, signInLocation } from './context.ts'
import { showStartOver } from './email-page.ts'
import { laterForm } from './form.ts'
import { codesOffered } from './mail-offers.ts'
import { showPassword } from './password.ts'

/** "Email me a code", "Forgot your password?", and another one. */
export const sendCodeForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.sendCode,
      laterForm(
        pages,
        ['password', 'email_code', 'verify_email'],
        showStartOver,
        async (request, reply, opened) => {
          const { progress } = opened
          const purpose = purposeOf(opened.form.get('purpose'), progress)
          const email = parseEmail((await addressOf(pages, progress)) ?? '')
          if (purpose === undefined || !email || !codesOffered(pages).has(purpose)) {
            // What the page offered is offered no more.
            return reply.redirect(signInLocation(pages, opened, { ...progress, emailCode: undefined }), 303)
          }
          const asked = await askForCode(pages, request, opened, progress, { purpose, email })
          if ('progress' in asked) return advance(pages, request, reply, opened, asked.progress)
          note(request, { outcome: asked.outcome })
          reply.code(429).header('retry-after', asked.retryAfterSeconds)
          const form = pages.site.frame(request, opened.authorizationRequest?.uiLocales).text.emailCodes
            .errors.tooManyCodes
          return pageOf(progress)(pages, request, reply, opened, { form })
        },
      ),
    )
  }

const pageOf = ({ proved, emailCode }: SignInProgress): ShowStep => {
  if (proved) return showVerifyEmail
  return emailCode ? showCode : showPassword
}

/** Undefined if that is none which can be asked for where they are. */
const purposeOf = (
  asked: string | undefined,
  { proved, emailCode }: SignInProgress,
): EmailCodePurpose | undefined => {
  // Somebody is known already: all that a code is for is their address.
  if (proved) return 'verify_email'
  if (asked === 'again') return emailCode?.purpose
  return asked === 'sign_in' || asked === 'reset_password' ? asked : undefined
}

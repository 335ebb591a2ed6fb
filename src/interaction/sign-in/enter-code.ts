import type { FastifyPluginAsync } from 'fastify'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import { normalizeEmail } from '../../users/user.ts'
import { advance } from './advance.ts'
import { showCode, showVerifyEmail } from './code-page.ts'
import { addressOf, type SignInPages, signInText } from './context.ts'
import { showStartOver } from './email-page.ts'
import { laterForm } from './form.ts'
import { codesOffered } from './mail-offers.ts'

/** The code that came by mail, whatever it was asked for. */
export const enterCodeForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.enterCode,
      laterForm(pages, ['email_code', 'verify_email'], showStartOver, async (request, reply, opened) => {
        const { progress, context, now } = opened
        const { emailCode, proved } = progress
        const email = await addressOf(pages, progress)
        if (!emailCode || email === undefined || !codesOffered(pages).has(emailCode.purpose)) {
          return showStartOver(pages, request, reply.code(422), opened)
        }
        const { text } = pages.site.frame(request, opened.authorizationRequest?.uiLocales)
        const { errors } = text.emailCodes
        const show = proved ? showVerifyEmail : showCode
        const code = opened.form.get('code') ?? ''
        if (code.trim() === '') {
          return show(pages, request, reply.code(422), opened, { code: errors.codeMissing })
        }
        const result = await pages.proveMailbox(
          {
            ...emailCode,
            ...{ code, proved },
            normalizedEmail: normalizeEmail(email),
            browser: context.browser,
            address: request.ip,
            userAgent: request.headers['user-agent'],
          },
          now,
        )
        note(request, { outcome: result.outcome })
        switch (result.outcome) {
          case 'throttled':
            reply.code(429).header('retry-after', result.retryAfterSeconds)
            return show(pages, request, reply, opened, {
              form: signInText(pages, request, opened).errors.tooManyAttempts,
            })
          case 'wrong':
            return show(pages, request, reply.code(422), opened, { code: errors.codeWrong })
          case 'over':
            return show(pages, request, reply.code(422), opened, { code: errors.codeOver })
          case 'mailbox':
            return advance(pages, request, reply, opened, { ...progress, provedEmail: email })
          case 'proved': {
            const further = { ...progress, proved: result.proof, emailCode: undefined }
            return advance(pages, request, reply, opened, further)
          }
        }
      }),
    )
  }

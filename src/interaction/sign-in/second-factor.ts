import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { FEW_RECOVERY_CODES } from '../../authenticators/recovery-codes.ts'
import { note } from '../../observability/request-line.ts'
import { collectParameters } from '../../protocol/parameters.ts'
import { paths } from '../../protocol/paths.ts'
import { keptUserAgent } from '../../sessions/browser-session.ts'
import { withSecondFactor } from '../../sessions/sign-in-progress.ts'
import { askForSecondFactor, sendWithPasskey } from '../ask-passkey.ts'
import { SignInSecondFactor, type SignInSecondFactorProps } from '../pages/sign-in-second-factor.tsx'
import { page } from '../site.ts'
import { advance } from './advance.ts'
import { type SignInContext, type SignInPages, signInFrame, signInLocation, signInTexts } from './context.ts'
import { showStartOver } from './email-page.ts'
import { factorStepOf } from './factor-facts.ts'
import { laterForm } from './form.ts'
import { showRecoveryCodes } from './recovery-codes.ts'

/** Asks for a second factor: of those that somebody has, the one they chose to show. */
export const showSecondFactor = async (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: SignInSecondFactorProps['errors'],
  isRecovery = collectParameters(request.query).parameters.get('factor') === 'recovery',
): Promise<FastifyReply> => {
  const step = await factorStepOf(pages, opened)
  if (!step) return showStartOver(pages, request, reply, opened)
  const { proved, facts, wanted } = step
  const takesRecovery = facts.recoveryCodes > 0 && wanted.takesCodes
  const passkey = wanted.kinds.includes('passkey')
    ? await askForSecondFactor(pages, opened, proved.userId)
    : undefined
  const asks = isRecovery && takesRecovery ? 'recovery' : wanted.kinds.includes('totp') ? 'totp' : 'passkey'
  const here = signInLocation(pages, opened, opened.progress)
  return sendWithPasskey(
    reply,
    passkey,
    page(SignInSecondFactor, {
      ...signInFrame(pages, request, opened),
      action: paths.signInSecondFactor,
      asks,
      passkey,
      passkeyAction: paths.signInPasskey,
      scriptPath: passkey && pages.site.passkeyScript.path,
      recoveryLocation: takesRecovery && asks !== 'recovery' ? `${here}&factor=recovery` : undefined,
      otherWayLocation: asks === 'recovery' ? here : undefined,
      mayDecline: wanted.mayDecline,
      ...(errors && { errors }),
    }),
  )
}

export const secondFactorForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.signInSecondFactor,
      laterForm(pages, ['second_factor'], showSecondFactor, async (request, reply, opened) => {
        const { progress, form, context, now } = opened
        const step = await factorStepOf(pages, opened)
        const user = step && (await pages.stores.users.byId(step.proved.userId))
        if (!step || !user) return showStartOver(pages, request, reply.code(422), opened)
        if (form.get('decision') === 'not_now' && step.wanted.mayDecline) {
          note(request, { outcome: 'second factor declined' })
          return advance(pages, request, reply, opened, { ...progress, hasDeclinedFactor: true })
        }
        const text = signInTexts(pages, request, opened).secondFactor.errors
        const recoveryCode = form.get('recovery_code')
        const isRecovery = recoveryCode !== undefined
        const code = (recoveryCode ?? form.get('code') ?? '').trim()
        const again = (errors: SignInSecondFactorProps['errors'], status: number) =>
          showSecondFactor(pages, request, reply.code(status), opened, errors, isRecovery)
        if (code === '') return again({ code: text.codeMissing }, 422)
        if (!step.wanted.takesCodes) return again({ code: text.wrongCode }, 422)

        const proved = await pages.authenticators.proveCode(
          {
            ...{ userId: user.id, email: user.email, kind: isRecovery ? 'recovery' : 'totp', code },
            ...{ address: request.ip, browser: context.browser, proofId: step.proved.id },
            userAgent: keptUserAgent(request.headers['user-agent']),
          },
          now,
        )
        note(request, { outcome: `second factor ${proved.outcome}` })
        switch (proved.outcome) {
          case 'throttled':
            reply.header('retry-after', proved.retryAfterSeconds)
            return again({ form: text.tooManyAttempts }, 429)
          case 'over':
            return showStartOver(pages, request, reply.code(422), opened)
          case 'wrong':
            return again({ code: isRecovery ? text.wrongRecoveryCode : text.wrongCode }, 422)
          case 'proved': {
            const further = { ...progress, proved: withSecondFactor(step.proved, ['otp']) }
            const { remaining } = proved
            return remaining !== undefined && remaining <= FEW_RECOVERY_CODES
              ? showRecoveryCodes(pages, request, reply, { ...opened, progress: further }, remaining)
              : advance(pages, request, reply, opened, further)
          }
        }
      }),
    )
  }

import type { FastifyPluginAsync } from 'fastify'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import { keptUserAgent } from '../../sessions/browser-session.ts'
import { fingerprintOf, newProgress, newProof, withSecondFactor } from '../../sessions/sign-in-progress.ts'
import { advance } from './advance.ts'
import { type ShowStep, type SignInContext, type SignInPages, signInTexts } from './context.ts'
import { showEmail, showStartOver } from './email-page.ts'
import { factorStepOf } from './factor-facts.ts'
import { signInForm } from './form.ts'
import { showPassword } from './password.ts'
import { showSecondFactor } from './second-factor.ts'

/** The page that the passkey was shown on. */
const showAgain: ShowStep = (pages, request, reply, opened, errors) => {
  const { progress } = opened
  if (progress?.proved) return showSecondFactor(pages, request, reply, opened, errors, false)
  return (progress?.email === undefined ? showEmail : showPassword)(pages, request, reply, opened, errors)
}

/** A passkey: of whoever it is, or, once somebody has proved one factor, theirs as a second one. */
export const passkeyForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.signInPasskey,
      signInForm(pages, showAgain, async (request, reply, opened) => {
        const { progress, form, context, now } = opened
        if (opened.isOver) return showStartOver(pages, request, reply.code(422), opened)
        const asked = await askedOf(pages, opened)
        if (!asked) return advance(pages, request, reply, opened, progress ?? newProgress(now))
        const proved = await pages.authenticators.provePasskey(
          {
            ...asked,
            sealedChallenge: form.get('challenge') ?? '',
            answer: form.get('passkey') ?? '',
            ...{ address: request.ip, browser: context.browser },
            userAgent: keptUserAgent(request.headers['user-agent']),
          },
          now,
        )
        note(request, {
          outcome: `passkey ${proved.outcome}`,
          ...('reason' in proved && { reason: proved.reason }),
        })
        const { passkeys: text } = signInTexts(pages, request, opened)
        switch (proved.outcome) {
          case 'throttled':
            reply.code(429).header('retry-after', proved.retryAfterSeconds)
            return showAgain(pages, request, reply, opened, { form: text.tooManyAttempts })
          case 'unknown':
            return showAgain(pages, request, reply.code(422), opened, { form: text.unknown })
          case 'expired':
          case 'refused':
            return showAgain(pages, request, reply.code(422), opened, { form: text.refused })
          case 'proved': {
            const { user, passkeyId, amr } = proved
            const first = asked.purpose === 'sign_in' || !progress?.proved
            return advance(pages, request, reply, opened, {
              ...(progress ?? newProgress(now)),
              proved: first
                ? newProof(
                    {
                      ...{ userId: user.id, amr, authenticatedAt: now, passkeyIds: [passkeyId] },
                      passwordFingerprint: fingerprintOf(user.passwordHash),
                    },
                    pages.random,
                  )
                : withSecondFactor(progress.proved, amr, passkeyId),
            })
          }
        }
      }),
    )
  }

/** Undefined where none is asked for any more. */
const askedOf = async (pages: SignInPages, opened: SignInContext) => {
  if (!opened.progress?.proved) {
    const { passkeys } = pages.environment.latest().settings
    return passkeys ? ({ purpose: 'sign_in', userId: null } as const) : undefined
  }
  const step = await factorStepOf(pages, opened)
  return step?.wanted.step === 'second_factor' && step.wanted.kinds.includes('passkey')
    ? ({ purpose: 'second_factor', userId: step.proved.userId } as const)
    : undefined
}

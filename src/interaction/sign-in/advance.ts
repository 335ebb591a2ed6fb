import type { FastifyReply, FastifyRequest } from 'fastify'
import { note } from '../../observability/request-line.ts'
import type { SignInProgress } from '../../sessions/sign-in-progress.ts'
import { type SignInStep, signInStep } from '../../sessions/sign-in-step.ts'
import { isStillTheirs } from '../../sessions/still-theirs.ts'
import type { User } from '../../users/user.ts'
import { loginPageOf } from '../external-sign-in.ts'
import { continuation, type PageContext, signedInWith } from '../page-context.ts'
import { askForCode } from './ask-for-code.ts'
import { type SignInPages, signInLocation } from './context.ts'
import { showStartOver } from './email-page.ts'
import { secondFactorFacts } from './factor-facts.ts'
import { requiredProvidersFor } from './providers.ts'

/** What is next, from facts of now. */
export const nextStep = async (
  pages: Pick<SignInPages, 'stores' | 'environment' | 'authenticators'>,
  { context: { session }, authorizationRequest }: PageContext,
  progress: SignInProgress,
): Promise<{ readonly step: SignInStep; readonly user: User | undefined }> => {
  const { proved } = progress
  const user = proved && (await pages.stores.users.byId(proved.userId))
  const { requireVerifiedEmail: requiresVerifiedEmail, passkeys } = pages.environment.latest().settings
  const step = signInStep(progress, {
    ...{ user, session, demand: authorizationRequest?.contextDemand, requiresVerifiedEmail },
    // A passkey is worth nothing any more where they have been switched off meanwhile.
    isStillTheirs:
      proved !== undefined &&
      (passkeys || proved.passkeyIds.length === 0) &&
      (await isStillTheirs(pages.stores, proved)),
    secondFactors: user && (await secondFactorFacts(pages, user.id)),
    requiredProviders: await requiredProvidersFor(pages, user?.email ?? progress.email),
  })
  return { step, user }
}

/**
 * What every form of signing in ends in: goes on to the page that is next; or, with nothing left to do, starts the session
 * and goes back to the dispatcher of authorization. No session starts here anywhere else.
 */
export const advance = async (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: PageContext,
  progress: SignInProgress,
): Promise<FastifyReply> => {
  const { step, user } = await nextStep(pages, opened, progress)
  note(request, { outcome: step })
  const { proved } = progress
  if (step !== 'done' || !user || !proved) {
    const further =
      step === 'verify_email' ? await withCode(pages, request, opened, progress, user) : progress
    return reply.redirect(signInLocation(pages, opened, further), 303)
  }
  // Begun before the operator had a login page of their own: nothing here opens what that one guards.
  if ((await loginPageOf(pages, opened)) !== null) {
    return reply.redirect(continuation(pages, opened, {}), 303)
  }
  const started = await pages.concludeSignIn(
    {
      ...{ proved, linking: progress.linking },
      address: request.ip,
      userAgent: request.headers['user-agent'],
      former: opened.context.session,
    },
    opened.now,
  )
  if (!started) {
    note(request, { outcome: 'overtaken sign-in' })
    return showStartOver(pages, request, reply.code(422), { ...opened, progress: undefined, isOver: true })
  }
  const { session, token } = started
  note(request, { outcome: 'signed_in', userId: session.userId, methods: session.amr.join(' ') })
  reply.header('set-cookie', pages.browserContexts.sessionCookie(token, session.expiresAt))
  return reply.redirect(continuation(pages, opened, signedInWith(session)), 303)
}

/** Their address is to be verified: a code is on its way as the page that asks for it comes, unless one is, or too many are. */
const withCode = async (
  pages: SignInPages,
  request: FastifyRequest,
  opened: PageContext,
  progress: SignInProgress,
  user: User | undefined,
): Promise<SignInProgress> => {
  const isThere = progress.emailCode?.purpose === 'verify_email'
  if (isThere || !user || !pages.mail.canSend) return progress
  const asked = await askForCode(pages, request, opened, progress, { purpose: 'verify_email', email: user })
  return 'progress' in asked ? asked.progress : progress
}

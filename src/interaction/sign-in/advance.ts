import type { FastifyReply, FastifyRequest } from 'fastify'
import { note } from '../../observability/request-line.ts'
import type { SignInProgress } from '../../sessions/sign-in-progress.ts'
import { type SignInStep, signInStep } from '../../sessions/sign-in-step.ts'
import type { User } from '../../users/user.ts'
import { continuation, type PageContext, signedInWith } from '../page-context.ts'
import { type SignInPages, signInLocation } from './context.ts'
import { showStartOver } from './email-page.ts'

/** What is next, from facts of now. */
export const nextStep = async (
  pages: Pick<SignInPages, 'stores'>,
  { context: { session }, authorizationRequest }: PageContext,
  progress: SignInProgress,
): Promise<{ readonly step: SignInStep; readonly user: User | undefined }> => {
  const user = progress.proved && (await pages.stores.users.byId(progress.proved.userId))
  const step = signInStep(progress, { user, session, demand: authorizationRequest?.contextDemand })
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
    return reply.redirect(signInLocation(pages, opened, progress), 303)
  }
  const started = await pages.concludeSignIn(
    {
      ...{ proved, user },
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
  note(request, { outcome: 'signed_in', userId: session.userId })
  reply.header('set-cookie', pages.browserContexts.sessionCookie(token, session.expiresAt))
  return reply.redirect(continuation(pages, opened, signedInWith(session)), 303)
}

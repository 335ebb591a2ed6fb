import type { FastifyReply, FastifyRequest } from 'fastify'
import { note } from '../../observability/request-line.ts'
import { type Parameters, readParameters } from '../../protocol/parameters.ts'
import type { SignInProgress } from '../../sessions/sign-in-progress.ts'
import type { SignInStep } from '../../sessions/sign-in-step.ts'
import { normalizeEmail } from '../../users/user.ts'
import { loginPageOf, sendToOwnLogin } from '../external-sign-in.ts'
import { continuation, OvertakenForm, openForm } from '../page-context.ts'
import { nextStep } from './advance.ts'
import {
  addressOf,
  mayCancel,
  type ShowStep,
  type SignInContext,
  type SignInPages,
  signInLocation,
  signInText,
  withProgress,
} from './context.ts'
import { showStartOver } from './email-page.ts'

export interface SignInForm extends SignInContext {
  readonly form: Parameters
}

type Handler = (request: FastifyRequest, reply: FastifyReply) => Promise<FastifyReply>

/**
 * A form of a page of signing in: what they have in common comes first, then `decide` what its own fields say.
 *
 * @param show its page, for a form that another tab has overtaken.
 */
export const signInForm =
  (
    pages: SignInPages,
    show: ShowStep,
    decide: (request: FastifyRequest, reply: FastifyReply, opened: SignInForm) => Promise<FastifyReply>,
  ): Handler =>
  async (request, reply) => {
    const opened = await openForm(pages, request).catch((error: unknown) => {
      if (error instanceof OvertakenForm) return error
      throw error
    })
    const sent = readParameters(request.body)
    const sealed = sent.get('progress')
    if (opened instanceof OvertakenForm) {
      const elsewhere = await sendToOwnLogin(pages, request, reply, opened.opened)
      if (elsewhere) return elsewhere
      const overtaken = withProgress(pages, opened.opened, sealed)
      if (await isOfSession(pages, overtaken, sent.get('email'))) {
        note(request, { outcome: 'signed in in another tab' })
        return reply.redirect(opened.location, 303)
      }
      // Whoever typed a password means that account, not the one another tab signed in meanwhile: asked again.
      const { overtaken: form } = signInText(pages, request, overtaken).errors
      return show(pages, request, reply.code(422), overtaken, { form })
    }
    if (opened.form.get('decision') === 'cancel' && mayCancel(opened)) {
      note(request, { outcome: 'cancelled' })
      return reply.redirect(continuation(pages, opened, { isCancelled: true }), 303)
    }
    // A page from before the operator had a login page of their own: nothing here opens what that one guards.
    if ((await loginPageOf(pages, opened)) !== null) {
      return reply.redirect(continuation(pages, opened, {}), 303)
    }
    return decide(request, reply, { ...withProgress(pages, opened, sealed), form: opened.form })
  }

/** Whether who is signed in is whom a form is about: there is nothing left to do. */
const isOfSession = async (
  pages: SignInPages,
  { context: { session }, progress }: SignInContext,
  typed: string | undefined,
): Promise<boolean> => {
  const meant = typed ?? (await addressOf(pages, progress))
  const user = session && (await pages.stores.users.byId(session.userId))
  return user !== undefined && meant !== undefined && normalizeEmail(meant) === normalizeEmail(user.email)
}

/** The same, for a page that only comes after others: it decides nothing unless one of its steps is what is next. */
export const laterForm = (
  pages: SignInPages,
  steps: readonly SignInStep[],
  show: ShowStep,
  decide: (
    request: FastifyRequest,
    reply: FastifyReply,
    opened: SignInForm & { readonly progress: SignInProgress },
  ) => Promise<FastifyReply>,
): Handler =>
  signInForm(pages, show, async (request, reply, opened) => {
    const { progress } = opened
    if (!progress) return showStartOver(pages, request, reply.code(422), opened)
    const { step } = await nextStep(pages, opened, progress)
    return steps.includes(step)
      ? decide(request, reply, { ...opened, progress })
      : reply.redirect(signInLocation(pages, opened, progress), 303)
  })

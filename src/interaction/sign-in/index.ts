import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { newProgress } from '../../sessions/sign-in-progress.ts'
import type { SignInStep } from '../../sessions/sign-in-step.ts'
import { sendToOwnLogin } from '../external-sign-in.ts'
import { advance, nextStep } from './advance.ts'
import { openSignIn, type ShowStep, type SignInPages } from './context.ts'
import { emailForm } from './email.ts'
import { showEmail, showStartOver } from './email-page.ts'
import { passwordForm, showPassword } from './password.ts'

/*
 * Signing in, a page a step. The policy (sessions/sign-in-step.ts) says which is next; the dispatcher shows it; each form
 * has a path and a file, and ends in `advance`, which goes back to the dispatcher or starts the session.
 *
 * | path | |
 * |---|---|
 * | `GET /sign-in` | the page that is next, or the operator's own login page |
 * | `POST /sign-in` | who somebody says they are |
 * | `POST /sign-in/password` | their password |
 */

const pageOf: Readonly<Record<Exclude<SignInStep, 'done'>, ShowStep>> = {
  email: showEmail,
  password: showPassword,
  over: showStartOver,
}

export const signInPages =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.signIn, async (request, reply) => {
      const opened = await openSignIn(pages, request)
      reply.header('set-cookie', opened.context.setCookies)
      const elsewhere = await sendToOwnLogin(pages, request, reply, opened)
      if (elsewhere) return elsewhere
      if (opened.isOver) return showStartOver(pages, request, reply, opened)
      const progress = opened.progress ?? newProgress(opened.now)
      const { step } = await nextStep(pages, opened, progress)
      // What was left to do is wanted no more.
      return step === 'done'
        ? advance(pages, request, reply, opened, progress)
        : pageOf[step](pages, request, reply, opened)
    })

    // What a form answered has its address, which somebody may come back to: there is nothing there to see.
    app.get(`${paths.signIn}/*`, async (_request, reply) => reply.redirect(paths.signIn, 303))

    await app.register(emailForm(pages))
    await app.register(passwordForm(pages))
  }

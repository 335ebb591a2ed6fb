import type { FastifyPluginAsync } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { newProgress } from '../../sessions/sign-in-progress.ts'
import type { SignInStep } from '../../sessions/sign-in-step.ts'
import { sendToOwnLogin } from '../external-sign-in.ts'
import { advance, nextStep } from './advance.ts'
import { choosePasswordForms, showCreateAccount, showNewPassword } from './choose-password.ts'
import { showCode, showVerifyEmail } from './code-page.ts'
import { openSignIn, type ShowStep, type SignInPages } from './context.ts'
import { emailForm } from './email.ts'
import { showEmail, showStartOver } from './email-page.ts'
import { enterCodeForm } from './enter-code.ts'
import { providerForm, showProvider } from './identity-provider.ts'
import { passkeyForm } from './passkey.ts'
import { passwordForm, showPassword } from './password.ts'
import { recoveryCodesForm } from './recovery-codes.ts'
import { secondFactorForm, showSecondFactor } from './second-factor.ts'
import { sendCodeForm } from './send-code.ts'
import { setUpFactorForms, showSetUpFactor } from './set-up-factor.ts'
import { showSignUp, signUpForm } from './sign-up.ts'

/*
 * Signing in, a page a step. The policy (sessions/sign-in-step.ts) says which is next; the dispatcher shows it; each form
 * has a path and a file, and ends in `advance`, which goes back to the dispatcher or starts the session.
 *
 * | path | |
 * |---|---|
 * | `GET /sign-in` | the page that is next, or the operator's own login page |
 * | `POST /sign-in` | who somebody says they are |
 * | `POST /sign-in/password` | their password |
 * | `POST /sign-in/sign-up` | the address of an account that is to be |
 * | `POST /sign-in/send-code` | that a code be sent by mail, for one purpose or another |
 * | `POST /sign-in/code` | that code |
 * | `POST /sign-in/create-account` | name and password of a new account |
 * | `POST /sign-in/new-password` | a password in the place of one that was forgotten |
 * | `POST /sign-in/passkey` | a passkey, in place of both or as a second factor |
 * | `POST /sign-in/second-factor` | a code of an authenticator app, or a recovery code |
 * | `POST /sign-in/set-up-second-factor`, `…/set-up-passkey` | a second factor, or not now |
 * | `POST /sign-in/recovery-codes` | that they were seen |
 * | `POST /sign-in/upstream` | that they sign in at an identity provider |
 */

const pageOf: Readonly<Record<Exclude<SignInStep, 'done'>, ShowStep>> = {
  email: showEmail,
  password: showPassword,
  sign_up: showSignUp,
  email_code: showCode,
  create_account: showCreateAccount,
  new_password: showNewPassword,
  verify_email: showVerifyEmail,
  second_factor: showSecondFactor,
  set_up_second_factor: showSetUpFactor,
  identity_provider: showProvider,
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
    await app.register(signUpForm(pages))
    await app.register(sendCodeForm(pages))
    await app.register(enterCodeForm(pages))
    await app.register(choosePasswordForms(pages))
    await app.register(passkeyForm(pages))
    await app.register(secondFactorForm(pages))
    await app.register(setUpFactorForms(pages))
    await app.register(recoveryCodesForm(pages))
    await app.register(providerForm(pages))
  }

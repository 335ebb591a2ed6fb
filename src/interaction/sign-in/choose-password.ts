import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import type { Proof } from '../../sessions/sign-in-progress.ts'
import type { SignInStep } from '../../sessions/sign-in-step.ts'
import { normalizeEmail } from '../../users/user.ts'
import { sendHtml } from '../document.ts'
import { ChoosePassword, type ChoosePasswordProps } from '../pages/choose-password.tsx'
import { page } from '../site.ts'
import { advance } from './advance.ts'
import { type ShowStep, type SignInContext, type SignInPages, signInFrame } from './context.ts'
import { showStartOver } from './email-page.ts'
import { laterForm } from './form.ts'
import { codesOffered } from './mail-offers.ts'

type Errors = ChoosePasswordProps['errors']

const show = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  {
    action,
    newAccount,
    errors,
  }: { action: string; errors: Errors } & Pick<ChoosePasswordProps, 'newAccount'>,
): FastifyReply => {
  const email = opened.progress?.provedEmail
  if (email === undefined) return showStartOver(pages, request, reply, opened)
  return sendHtml(
    reply,
    page(ChoosePassword, {
      ...signInFrame(pages, request, opened),
      ...{ action, email, newAccount },
      ...(errors && { errors }),
    }),
  )
}

/** After a code for it: a new password in the place of one that was forgotten. */
export const showNewPassword = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: Errors,
): FastifyReply =>
  show(pages, request, reply, opened, { action: paths.newPassword, newAccount: null, errors })

/** After a code for it: name and password of a new account. */
export const showCreateAccount = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: Errors,
  name?: string,
): FastifyReply => {
  const newAccount = name === undefined ? {} : { name }
  return show(pages, request, reply, opened, { action: paths.createAccount, newAccount, errors })
}

/** That somebody is the user whose account was made before, as at the page for their password, where there is one. */
const proofOfMade = async (
  { stores, provePassword }: SignInPages,
  request: FastifyRequest,
  { context }: SignInContext,
  typed: { readonly email: string; readonly password: string },
): Promise<Proof | undefined> => {
  if (!(await stores.users.byNormalizedEmail(normalizeEmail(typed.email)))) return undefined
  const result = await provePassword({
    ...typed,
    address: request.ip,
    userAgent: request.headers['user-agent'],
    browser: context.browser,
  })
  return result.outcome === 'proved' ? result.proof : undefined
}

export const choosePasswordForms =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    const form = (step: SignInStep, showStep: ShowStep) =>
      laterForm(pages, [step], showStep, async (request, reply, opened) => {
        const { progress, form: fields, now, context } = opened
        const { emailCode, provedEmail: email } = progress
        if (!emailCode || email === undefined || !codesOffered(pages).has(emailCode.purpose)) {
          return showStartOver(pages, request, reply.code(422), opened)
        }
        const { text } = pages.site.frame(request, opened.authorizationRequest?.uiLocales)
        const words = text.emailCodes.errors
        const passwords = text.accountPages.password.errors
        const password = fields.get('password') ?? ''
        const name = fields.get('name')?.trim() ?? ''
        const isNew = step === 'create_account'
        const refuse = (errors: NonNullable<Errors>, status = 422): FastifyReply =>
          isNew
            ? showCreateAccount(pages, request, reply.code(status), opened, errors, name)
            : showNewPassword(pages, request, reply.code(status), opened, errors)
        const goOn = (proved: Proof) =>
          advance(pages, request, reply, opened, {
            ...progress,
            proved,
            emailCode: undefined,
            provedEmail: undefined,
          })
        const missing = {
          ...(isNew && name === '' && { name: words.nameMissing }),
          ...(password === '' && { password: passwords.missing }),
        }
        if (Object.keys(missing).length > 0) return refuse(missing)
        const chosen = {
          ...{ email, password, name },
          language: text.language.tag,
          handle: emailCode.handle,
          browser: context.browser,
          address: request.ip,
        }
        const result = await (isNew ? pages.signUp(chosen, now) : pages.resetPassword(chosen, now))
        note(request, { outcome: result.outcome })
        switch (result.outcome) {
          case 'password_refused':
            return refuse({ password: passwords[result.problem] })
          case 'name_refused':
            return refuse({ name: words.nameRefused })
          case 'throttled':
            reply.header('retry-after', result.retryAfterSeconds)
            return refuse({ form: text.signIn.errors.tooManyAttempts }, 429)
          case 'over': {
            // Whoever clicks twice is shown the answer to the second: the account is there by the first, with that password.
            const proof = isNew ? await proofOfMade(pages, request, opened, { email, password }) : undefined
            return proof ? goOn(proof) : showStartOver(pages, request, reply.code(422), opened)
          }
          case 'proved':
            return goOn(result.proof)
        }
      })

    app.post(paths.newPassword, form('new_password', showNewPassword))
    app.post(paths.createAccount, form('create_account', showCreateAccount))
  }

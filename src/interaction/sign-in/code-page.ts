import type { FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { sendHtml } from '../document.ts'
import { SignInCode, type SignInCodeProps } from '../pages/sign-in-code.tsx'
import { page } from '../site.ts'
import { type SignInContext, type SignInPages, signInFrame, signInLocation } from './context.ts'
import { showStartOver } from './email-page.ts'

/** Asks for the code that was sent; the same whether the address is somebody's or not (OWASP ASVS 5 §6.3.8). */
export const showCode = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: SignInCodeProps['errors'],
): FastifyReply => {
  const { progress } = opened
  const { email, emailCode } = progress ?? {}
  if (email === undefined || !emailCode) return showStartOver(pages, request, reply, opened)
  const { purpose, isAnother = false } = emailCode
  const isForAccount = purpose === 'sign_in' || purpose === 'reset_password'
  const code = { email, isSent: true, isForAccount, isAnother, verifies: false }
  return show(pages, request, reply, opened, code, errors)
}

/** The same of somebody who is known: the address is the account's. */
export const showVerifyEmail = async (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: SignInCodeProps['errors'],
): Promise<FastifyReply> => {
  const { progress } = opened
  const user = progress?.proved && (await pages.stores.users.byId(progress.proved.userId))
  if (!user) return showStartOver(pages, request, reply, opened)
  if (!pages.mail.canSend) {
    request.log.error({ requestId: request.id }, 'require_verified_email is set, and mail cannot be sent')
    const body = pages.site.errorPage(request, (texts) => texts.unavailable)
    return sendHtml(reply.code(503), body)
  }
  const { emailCode } = progress
  const isSent = emailCode?.purpose === 'verify_email'
  const isAnother = emailCode?.isAnother ?? false
  const code = { email: user.email, isSent, isForAccount: false, isAnother, verifies: true }
  return show(pages, request, reply, opened, code, errors)
}

const show = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  code: Pick<SignInCodeProps, 'email' | 'isSent' | 'isForAccount' | 'isAnother' | 'verifies'>,
  errors: SignInCodeProps['errors'],
): FastifyReply =>
  sendHtml(
    reply,
    page(SignInCode, {
      ...signInFrame(pages, request, opened),
      ...code,
      action: paths.enterCode,
      sendAction: paths.sendCode,
      useAnotherAccount: signInLocation(pages, opened, undefined),
      ...(errors && { errors }),
    }),
  )

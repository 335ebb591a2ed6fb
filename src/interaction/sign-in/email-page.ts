import type { FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { sendHtml } from '../document.ts'
import { SignInEmail, type SignInEmailProps } from '../pages/sign-in-email.tsx'
import { page } from '../site.ts'
import { type SignInContext, type SignInPages, signInFrame, signInText } from './context.ts'

/** Where signing in begins, and begins anew: who is it? */
export const showEmail = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: SignInEmailProps['errors'],
  email = opened.authorizationRequest?.loginHint,
): FastifyReply =>
  sendHtml(
    reply,
    page(SignInEmail, {
      // What was done before counts no more for whoever begins anew.
      ...signInFrame(pages, request, { ...opened, progress: undefined }),
      action: paths.signIn,
      ...(email !== undefined && { email }),
      ...(errors && { errors }),
    }),
  )

/** Says that it has to begin anew, and why. The request goes on. */
export const showStartOver = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
): FastifyReply =>
  showEmail(pages, request, reply, opened, { form: signInText(pages, request, opened).errors.expired })

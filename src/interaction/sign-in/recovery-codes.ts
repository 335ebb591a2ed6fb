import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { sendHtml } from '../document.ts'
import { SignInRecoveryCodes } from '../pages/sign-in-recovery-codes.tsx'
import { page } from '../site.ts'
import { advance } from './advance.ts'
import { type SignInContext, type SignInPages, signInFrame } from './context.ts'
import { showStartOver } from './email-page.ts'
import { signInForm } from './form.ts'

/**
 * New codes, to be saved, or how few are left. The only page of signing in that is the answer to a form: what it shows is
 * shown once, and in no address.
 */
export const showRecoveryCodes = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  codes: readonly string[] | number,
): FastifyReply =>
  sendHtml(
    reply,
    page(SignInRecoveryCodes, {
      ...signInFrame(pages, request, opened),
      // Nobody turns back from here: what was set up is set up.
      mayCancel: false,
      action: paths.signInRecoveryCodes,
      codes,
    }),
  )

/** They were seen, and it goes on. */
export const recoveryCodesForm =
  (pages: SignInPages): FastifyPluginAsync =>
  async (app) => {
    app.post(
      paths.signInRecoveryCodes,
      signInForm(pages, showStartOver, async (request, reply, opened) => {
        const { progress } = opened
        return progress
          ? advance(pages, request, reply, opened, progress)
          : showStartOver(pages, request, reply.code(422), opened)
      }),
    )
  }

import type { FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import { newProgress } from '../../sessions/sign-in-progress.ts'
import { parseEmail } from '../../users/user.ts'
import { passkeyToSignIn, sendWithPasskey } from '../ask-passkey.ts'
import { SignInEmail, type SignInEmailProps } from '../pages/sign-in-email.tsx'
import { page } from '../site.ts'
import { type SignInContext, type SignInPages, signInFrame, signInLocation, signInText } from './context.ts'
import { codesOffered } from './mail-offers.ts'

/** Where signing in begins, and begins anew: who is it? */
export const showEmail = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
  errors?: SignInEmailProps['errors'],
  email = hintOf(opened),
): FastifyReply => {
  const passkey = passkeyToSignIn(pages, opened)
  return sendWithPasskey(
    reply,
    passkey,
    page(SignInEmail, {
      // What was done before counts no more for whoever begins anew.
      ...signInFrame(pages, request, { ...opened, progress: undefined }),
      action: paths.signIn,
      ...(codesOffered(pages).has('sign_up') && {
        createAccount: signInLocation(pages, opened, { ...newProgress(opened.now), isSigningUp: true }),
      }),
      passkey,
      providers: pages.environment.latest().identityProviders,
      providerAction: paths.signInUpstream,
      ...(email !== undefined && { email }),
      ...(errors && { errors }),
    }),
  )
}

/** What `login_hint` says, where that is not how somebody got past this page, and came back to be somebody else. */
export const hintOf = ({ authorizationRequest }: SignInContext): string | undefined => {
  const { loginHint, prompts = [] } = authorizationRequest ?? {}
  if (prompts.includes('select_account') || prompts.includes('create')) return loginHint
  return loginHint !== undefined && parseEmail(loginHint) ? undefined : loginHint
}

/** Says that it has to begin anew, and why. The request goes on. */
export const showStartOver = (
  pages: SignInPages,
  request: FastifyRequest,
  reply: FastifyReply,
  opened: SignInContext,
): FastifyReply =>
  showEmail(pages, request, reply, opened, { form: signInText(pages, request, opened).errors.expired })

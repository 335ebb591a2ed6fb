import type { FastifyRequest } from 'fastify'
import type { SentCode } from '../../sessions/email-code.ts'
import type { EmailCodePurpose, SignInProgress } from '../../sessions/sign-in-progress.ts'
import type { EmailAddress } from '../../users/user.ts'
import type { PageContext } from '../page-context.ts'
import type { SignInPages } from './context.ts'

/**
 * Has a code sent.
 *
 * @returns how far the sign-in has come with it; or that they have to wait.
 */
export const askForCode = async (
  pages: Pick<SignInPages, 'emailCodes' | 'site'>,
  request: FastifyRequest,
  { now, context, authorizationRequest }: PageContext,
  progress: SignInProgress,
  { purpose, email }: { readonly purpose: EmailCodePurpose; readonly email: EmailAddress },
): Promise<{ readonly progress: SignInProgress } | Extract<SentCode, { outcome: 'throttled' }>> => {
  const { text } = pages.site.frame(request, authorizationRequest?.uiLocales)
  const sent = await pages.emailCodes.send(
    { purpose, email, browser: context.browser, address: request.ip, language: text.language.tag },
    now,
  )
  if (sent.outcome === 'throttled') return sent
  const isAnother = progress.emailCode?.purpose === purpose
  const emailCode = { purpose, handle: sent.handle, ...(isAnother && { isAnother }) }
  return { progress: { ...progress, emailCode, provedEmail: undefined } }
}

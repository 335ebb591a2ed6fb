import type { FastifyReply, FastifyRequest } from 'fastify'
import { frontChannelLogout, type TellingFrames } from '../logout/front-channel.ts'
import type { BrowserContexts } from '../sessions/browser-context.ts'
import type { EndedSession } from '../storage/stores/sessions.ts'
import { contentSecurityPolicyWithFrames, sendHtml } from './document.ts'
import { SignedOut, type SignedOutProps } from './pages/signed-out.tsx'
import { page, type Site } from './site.ts'

export interface SigningOut extends TellingFrames {
  readonly site: Site
  readonly browserContexts: Pick<BrowserContexts, 'clearedSessionCookie'>
}

/**
 * What comes after the end of a session: the way on; by the page that tells the applications of it that are in this
 * browser (OIDC Front-Channel Logout §2), where there are any.
 */
export const sendSignedOut = (
  signingOut: SigningOut,
  request: FastifyRequest,
  reply: FastifyReply,
  {
    ended,
    onward,
    uiLocales = [],
  }: {
    /** Undefined if there was none. */
    readonly ended: EndedSession | undefined
    readonly onward: SignedOutProps['onward'] | undefined
    readonly uiLocales?: readonly string[]
  },
): FastifyReply => {
  const { site, browserContexts } = signingOut
  reply.header('set-cookie', browserContexts.clearedSessionCookie())
  const { frames, origins } = ended ? frontChannelLogout(signingOut, ended) : { frames: [], origins: [] }
  if (onward && onward.uncheckedHost === undefined && frames.length === 0)
    return reply.redirect(onward.location, 303)
  if (frames.length > 0) reply.header('content-security-policy', contentSecurityPolicyWithFrames(origins))
  return sendHtml(
    reply,
    page(SignedOut, {
      ...site.frame(request, uiLocales),
      ...(onward && { onward }),
      frames,
      scriptPath: site.signedOutScript.path,
    }),
  )
}

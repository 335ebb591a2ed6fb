import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'

/*
 * What was done, for the page that a form leads to. It is one of these sentences, in a cookie that page takes away: an
 * address that says "the key has been rotated" could be anybody's.
 */

const notices = {
  created: 'Created.',
  saved: 'Saved.',
  deleted: 'Deleted.',
  revoked: 'Revoked.',
  resent: 'It is sent again within seconds.',
  rotated: 'A successor is published, and takes over by itself.',
  withdrawn: 'The key is withdrawn.',
  onceMore: 'Thank you for signing in again. Nothing has been saved yet: fill in the form once more.',
  nothing: 'Nothing was changed: what you meant is not there any more.',
} as const

export type Notice = keyof typeof notices

const NAME = 'latchkey_dashboard_notice'

/** The next page follows at once, or after a sign-in. */
const SECONDS = 600

const cookieOf = (value: string, maxAge: number, path: string): string =>
  stringifySetCookie({ name: NAME, value, path, httpOnly: true, sameSite: 'lax', maxAge })

/** @param path of the workspace that both pages are in */
export const leaveNotice = (reply: FastifyReply, notice: Notice, path: string): void =>
  void reply.header('set-cookie', cookieOf(notice, SECONDS, path))

/** For a form of which nothing was done, as whoever sent it has to sign in first. */
export const tellToFillInAgain = (request: FastifyRequest, reply: FastifyReply, path: string): void => {
  if (request.method === 'POST') leaveNotice(reply, 'onceMore', path)
}

/** @param isRecent whether they have signed in just now. Whoever was to, and went back, is not thanked for it. */
export const takeNotice = (
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
  isRecent: boolean,
): string | undefined => {
  const value = parseCookie(request.headers.cookie ?? '')[NAME]
  if (value === undefined || (value === 'onceMore' && !isRecent)) return undefined
  reply.header('set-cookie', cookieOf('', 0, path))
  return Object.hasOwn(notices, value) ? notices[value as Notice] : undefined
}

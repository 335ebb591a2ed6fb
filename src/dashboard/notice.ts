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
  nothing: 'Nothing was changed: what you meant is not there any more.',
} as const

export type Notice = keyof typeof notices

const NAME = 'latchkey_dashboard_notice'

/** The next page follows at once. */
const SECONDS = 60

const cookieOf = (value: string, maxAge: number, path: string): string =>
  stringifySetCookie({ name: NAME, value, path, httpOnly: true, sameSite: 'lax', maxAge })

/** @param path of the workspace that both pages are in. */
export const leaveNotice = (reply: FastifyReply, notice: Notice, path: string): void =>
  void reply.header('set-cookie', cookieOf(notice, SECONDS, path))

export const takeNotice = (
  request: FastifyRequest,
  reply: FastifyReply,
  path: string,
): string | undefined => {
  const value = parseCookie(request.headers.cookie ?? '')[NAME]
  if (value === undefined) return undefined
  reply.header('set-cookie', cookieOf('', 0, path))
  return Object.hasOwn(notices, value) ? notices[value as Notice] : undefined
}

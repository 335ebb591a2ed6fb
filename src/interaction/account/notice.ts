import { parseCookie, stringifySetCookie } from 'cookie'
import type { FastifyReply, FastifyRequest } from 'fastify'
import { paths } from '../../protocol/paths.ts'
import type { Text } from '../text/index.ts'

/*
 * What was done, for the page that a form leads to. It is one of our sentences, in a cookie that page takes away: an address
 * that says "your password has been changed" could be anybody's.
 */

export type Notice = keyof Text['accountPages']['notices']

const NAME = 'latchkey_notice'

/** The next page follows at once, or after a sign-in. */
const SECONDS = 600

const cookieOf = (value: string, maxAge: number): string =>
  stringifySetCookie({ name: NAME, value, path: paths.account, httpOnly: true, sameSite: 'lax', maxAge })

export const leaveNotice = (reply: FastifyReply, notice: Notice): void =>
  void reply.header('set-cookie', cookieOf(notice, SECONDS))

/** @param isRecent whether they have signed in just now. Whoever was to, and went back, is not thanked for it. */
export const takeNotice = (
  request: FastifyRequest,
  reply: FastifyReply,
  isRecent: boolean,
): Notice | undefined => {
  const value = parseCookie(request.headers.cookie ?? '')[NAME]
  if (value === undefined || (value === 'onceMore' && !isRecent)) return undefined
  reply.header('set-cookie', cookieOf('', 0))
  return isNotice(value) ? value : undefined
}

const notices: Readonly<Record<Notice, true>> = {
  profileSaved: true,
  passwordChanged: true,
  passwordSet: true,
  emailChanged: true,
  signedOutThere: true,
  signedOutElsewhere: true,
  accessRemoved: true,
  nothingToEnd: true,
  nothingToRemove: true,
  totpOff: true,
  passkeyAdded: true,
  passkeyRenamed: true,
  passkeyRemoved: true,
  identityUnlinked: true,
  onceMore: true,
}

const isNotice = (value: string): value is Notice => Object.hasOwn(notices, value)

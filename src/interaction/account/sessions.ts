import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import { ShownError } from '../../authorization/error.ts'
import { note } from '../../observability/request-line.ts'
import { parseIdentifier } from '../../protocol/identifiers.ts'
import { paths } from '../../protocol/paths.ts'
import type { SessionRecord } from '../../storage/stores/sessions.ts'
import { networkOf } from '../../system/network.ts'
import { sendHtml } from '../document.ts'
import { AccountSessions, type ShownSession } from '../pages/account-sessions.tsx'
import { sendSignedOut } from '../signed-out.ts'
import { page } from '../site.ts'
import type { Text } from '../text/index.ts'
import { browserIn } from './browser-words.ts'
import { momentOf } from './moment.ts'
import { leaveNotice } from './notice.ts'
import { type AccountPages, accountFrame, openAccount, openAccountForm } from './open-account.ts'
import { pageAskedFor, pagingOf } from './paging.ts'

/** Where somebody is signed in, and where they want to be no more. */
export const accountSessionsPage =
  (pages: AccountPages): FastifyPluginAsync =>
  async (app) => {
    app.get(paths.accountSessions, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-sessions')
      const { session, now } = account
      const { rows, ...cursors } = await pages.stores.sessions.pageOfLive(
        session.userId,
        now,
        pageAskedFor(request, 'session'),
        session.id,
      )
      const frame = accountFrame(pages, request, reply, account)
      const shown = (one: SessionRecord) => shownSession(one, request, frame.text, now)
      return sendHtml(
        reply,
        page(AccountSessions, {
          ...frame,
          action: paths.accountSessions,
          current: shown(session),
          others: rows.sort((a, b) => lastSeen(b).getTime() - lastSeen(a).getTime()).map(shown),
          paging: pagingOf(paths.accountSessions, cursors),
        }),
      )
    })

    // OWASP ASVS 5 §7.5.2: whoever ends sessions has proved just now that they are who they are.
    app.post(paths.accountSessions, async (request, reply) => {
      const { form, session, now } = await openAccountForm(pages, request, reply, 'account-sessions', {
        recent: true,
      })
      const which = form.get('end')
      const { endSessions } = pages.accountChanges
      if (which === 'all') {
        const ended = await endSessions.all(session, now)
        note(request, { outcome: 'signed out everywhere' })
        return sendSignedOut(pages, request, reply, { ended, onward: undefined })
      }
      const id = which === 'others' ? undefined : parseIdentifier('session', which)
      if (which !== 'others' && id === undefined) {
        throw new ShownError('malformedRequest', 'the form does not say which session is to end')
      }
      const ended =
        id === undefined ? await endSessions.others(session, now) : await endSessions.one(session, id, now)
      note(request, { outcome: ended ? 'signed out elsewhere' : 'nothing to sign out of' })
      const done = id === undefined ? 'signedOutElsewhere' : 'signedOutThere'
      leaveNotice(reply, ended ? done : 'nothingToEnd')
      return reply.redirect(paths.accountSessions, 303)
    })
  }

/** To a few minutes (sessions/browser-context.ts). */
const lastSeen = ({ lastUsedAt, authenticatedAt }: SessionRecord): Date =>
  lastUsedAt !== null && lastUsedAt > authenticatedAt ? lastUsedAt : authenticatedAt

const shownSession = (
  session: SessionRecord,
  request: FastifyRequest,
  text: Text,
  now: Date,
): ShownSession => {
  const { id, userAgent, ipAddress, authenticatedAt } = session
  const seen = lastSeen(session)
  return {
    id,
    browser: browserIn(userAgent),
    address: ipAddress,
    isNearby: ipAddress !== null && networkOf(ipAddress) === networkOf(request.ip),
    signedIn: momentOf(authenticatedAt, now, text),
    ...(seen > authenticatedAt && { lastActive: momentOf(seen, now, text) }),
  }
}

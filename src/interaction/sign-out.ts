import type { FastifyPluginAsync } from 'fastify'
import type { TellingFrames } from '../logout/front-channel.ts'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import type { EndSession } from '../sessions/browser-session.ts'
import { continuation, openForm, type Pages } from './page-context.ts'
import { sendSignedOut } from './signed-out.ts'

export interface SignOut extends Pages, TellingFrames {
  readonly endSession: EndSession
}

/** Ends the session; in the middle of a request that is "use another account". */
export const signOut =
  (pages: SignOut): FastifyPluginAsync =>
  async (app) => {
    app.post(paths.signOut, async (request, reply) => {
      const opened = await openForm(pages, request)
      const { session } = opened.context
      const ended = session && (await pages.endSession(session, 'signed_out', opened.now))
      note(request, { outcome: 'signed out' })
      const location = continuation(pages, opened, {
        organizationId: undefined,
        authentication: undefined,
        decision: undefined,
      })
      return sendSignedOut(pages, request, reply, { ended, onward: { location, application: null } })
    })
  }

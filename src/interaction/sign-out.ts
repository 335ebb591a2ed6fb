import type { FastifyPluginAsync } from 'fastify'
import { note } from '../observability/request-line.ts'
import { paths } from '../protocol/paths.ts'
import type { EndSession } from '../sessions/browser-session.ts'
import { continuation, openForm, type Pages } from './page-context.ts'

export interface SignOut extends Pages {
  readonly endSession: EndSession
}

/** Ends the session; in the middle of a request that is "use another account". */
export const signOut =
  (pages: SignOut): FastifyPluginAsync =>
  async (app) => {
    app.post(paths.signOut, async (request, reply) => {
      const opened = await openForm(pages, request)
      if (opened.context.session) await pages.endSession(opened.context.session, 'signed_out', opened.now)
      note(request, { outcome: 'signed out' })
      reply.header('set-cookie', pages.browserContexts.clearedSessionCookie())
      return reply.redirect(
        continuation(pages, opened, {
          organizationId: undefined,
          authentication: undefined,
          decision: undefined,
        }),
        303,
      )
    })
  }

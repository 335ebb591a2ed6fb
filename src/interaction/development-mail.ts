import type { FastifyPluginAsync } from 'fastify'
import type { MailDelivery } from '../mail/create-mail.ts'
import { paths } from '../protocol/paths.ts'
import { sendHtml } from './document.ts'
import { DevelopmentMail } from './pages/development-mail.tsx'
import { page, type Site } from './site.ts'
import { isAtThisMachine } from './this-machine.ts'

export interface DevelopmentMailPage {
  readonly site: Site
  readonly mail: Pick<MailDelivery, 'developmentOutbox'>
}

/** Mail on the developer's own machine. Where mail is sent, and on any other machine, there is no such page. */
export const developmentMailPage =
  ({ site, mail: { developmentOutbox } }: DevelopmentMailPage): FastifyPluginAsync =>
  async (app) => {
    if (!developmentOutbox) return
    app.get(paths.developmentMail, async (request, reply) => {
      // Its codes open accounts.
      if (!isAtThisMachine(request)) return reply.callNotFound()
      const mails = developmentOutbox.mails()
      return sendHtml(
        reply,
        page(DevelopmentMail, {
          ...site.frame(request),
          mails: mails.map(({ date, ...mail }) => ({ ...mail, at: date.toISOString() })),
        }),
      )
    })
  }

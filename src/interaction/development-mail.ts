import type { FastifyPluginAsync, FastifyRequest } from 'fastify'
import type { MailDelivery } from '../mail/create-mail.ts'
import { isLoopbackHost } from '../protocol/issuer.ts'
import { paths } from '../protocol/paths.ts'
import { sendHtml } from './document.ts'
import { DevelopmentMail } from './pages/development-mail.tsx'
import { page, type Site } from './site.ts'

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
      if (!isOfThisMachine(request)) return reply.callNotFound()
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

/** Its codes open accounts. A page elsewhere whose name leads here (DNS rebinding) reads them no more than a neighbour. */
const isOfThisMachine = ({ socket, ip, hostname }: FastifyRequest): boolean =>
  isLoopbackAddress(socket.remoteAddress ?? '') && isLoopbackAddress(ip) && isLoopbackHost(hostname)

const isLoopbackAddress = (address: string): boolean =>
  address === '::1' || isLoopbackHost(address.replace(/^::ffff:/, ''))

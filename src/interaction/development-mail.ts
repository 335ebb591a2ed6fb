import type { FastifyPluginAsync } from 'fastify'
import type { MailDelivery } from '../mail/create-mail.ts'
import type { KeptMail } from '../mail/development-outbox.ts'
import { paths } from '../protocol/paths.ts'
import { contentSecurityPolicyWithOwnFrames, sendHtml } from './document.ts'
import { DevelopmentMail } from './pages/development-mail.tsx'
import { page, type Site } from './site.ts'
import { isAtThisMachine } from './this-machine.ts'

export interface DevelopmentMailPage {
  readonly site: Site
  readonly mail: Pick<MailDelivery, 'developmentOutbox'>
}

/** As mail programs show it: its own styles and the pictures that came with it, and nothing that runs or loads. */
const POLICY_OF_MAIL =
  "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; frame-ancestors 'self'; sandbox"

/** Mail on the developer's own machine. Where mail is sent, and on any other machine, there are no such pages. */
export const developmentMailPage =
  ({ site, mail: { developmentOutbox } }: DevelopmentMailPage): FastifyPluginAsync =>
  async (app) => {
    if (!developmentOutbox) return
    app.get(paths.developmentMail, async (request, reply) => {
      // Codes in it open accounts.
      if (!isAtThisMachine(request)) return reply.callNotFound()
      const mails = developmentOutbox.mails()
      return sendHtml(
        reply.header('content-security-policy', contentSecurityPolicyWithOwnFrames),
        page(DevelopmentMail, {
          ...site.frame(request),
          mails: mails.map(({ date, number, ...mail }) => ({
            ...mail,
            at: date.toISOString(),
            htmlPath: `${paths.developmentMail}/${number}`,
          })),
        }),
      )
    })
    app.get<{ Params: { number: string } }>(`${paths.developmentMail}/:number`, async (request, reply) => {
      const mail = developmentOutbox.mails().find(({ number }) => String(number) === request.params.number)
      if (!mail || !isAtThisMachine(request)) return reply.callNotFound()
      return reply
        .header('content-security-policy', POLICY_OF_MAIL)
        .header('x-frame-options', 'SAMEORIGIN')
        .header('content-type', 'text/html; charset=utf-8')
        .send(withPictures(mail))
    })
  }

/** A browser knows no pictures that came with something (RFC 2392), as mail programs do. */
const withPictures = ({ html, pictures }: KeptMail): string =>
  pictures.reduce(
    (shown, { contentId, type, content }) =>
      shown.replaceAll(
        `"cid:${contentId}"`,
        `"data:${type};base64,${Buffer.from(content).toString('base64')}"`,
      ),
    html,
  )

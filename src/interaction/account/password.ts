import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { isKeptElsewhere } from '../../environment/login-uri-of.ts'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import type { User } from '../../users/user.ts'
import { sendHtml } from '../document.ts'
import { AccountPassword, type AccountPasswordProps } from '../pages/account-password.tsx'
import { page } from '../site.ts'
import { leaveNotice } from './notice.ts'
import {
  type Account,
  type AccountPages,
  accountFrame,
  openAccount,
  openAccountForm,
} from './open-account.ts'
import { userOf } from './user-of.ts'

/** Another password, or a first one. */
export const accountPasswordPage =
  (pages: AccountPages): FastifyPluginAsync =>
  async (app) => {
    const demand = { recent: true }

    app.get(paths.accountPassword, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-password', demand)
      if (isKeptElsewhere(await pages.environment.current(), account.session))
        return reply.redirect(paths.accountSecurity, 303)
      const user = await userOf(pages, account, 'account-password')
      return show(request, reply, account, user, true, undefined)
    })

    app.post(paths.accountPassword, async (request, reply) => {
      const account = await openAccountForm(pages, request, reply, 'account-password', demand)
      if (isKeptElsewhere(await pages.environment.current(), account.session))
        return reply.redirect(paths.accountSecurity, 303)
      const user = await userOf(pages, account, 'account-password')
      const { form, session, context, now } = account
      const current = form.get('current_password') ?? ''
      const next = form.get('new_password') ?? ''
      const endsOthers = form.get('end_others') === 'yes'
      const { errors: text } = pages.site.frame(request, [], session).text.accountPages.password
      const again = (errors: NonNullable<AccountPasswordProps['errors']>) =>
        show(request, reply, account, user, endsOthers, errors)
      const missing = {
        ...(user.passwordHash !== null && current === '' && { current_password: text.currentMissing }),
        ...(next === '' && { new_password: text.missing }),
      }
      if (Object.keys(missing).length > 0) {
        reply.code(422)
        return again(missing)
      }
      const changed = await pages.accountChanges.changePassword(
        {
          ...{ session, current, next, endsOthers },
          address: request.ip,
          userAgent: request.headers['user-agent'],
          browser: context.browser,
          language: pages.site.frame(request, [], session).text.language.tag,
        },
        now,
      )
      note(request, { outcome: changed.outcome })
      switch (changed.outcome) {
        case 'throttled':
          reply.code(429).header('retry-after', changed.retryAfterSeconds)
          return again({ form: text.tooManyAttempts })
        case 'wrong_password':
          reply.code(422)
          return again({ current_password: text.currentWrong })
        case 'refused':
          reply.code(422)
          return again({ new_password: text[changed.problem] })
        case 'overtaken':
          reply.code(422)
          return again({ form: text.changedMeanwhile })
        case 'set':
        case 'changed':
          leaveNotice(reply, changed.outcome === 'set' ? 'passwordSet' : 'passwordChanged')
          return reply.redirect(paths.accountSecurity, 303)
      }
    })

    const show = (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      user: User,
      endsOthers: boolean,
      errors: AccountPasswordProps['errors'],
    ) =>
      sendHtml(
        reply,
        page(AccountPassword, {
          ...accountFrame(pages, request, reply, account),
          action: paths.accountPassword,
          backHref: paths.accountSecurity,
          email: user.email,
          isSet: user.passwordHash !== null,
          endsOthers,
          ...(errors && { errors }),
        }),
      )
  }

import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { isKeptElsewhere } from '../../environment/login-uri-of.ts'
import { note } from '../../observability/request-line.ts'
import { collectParameters } from '../../protocol/parameters.ts'
import { paths } from '../../protocol/paths.ts'
import { parseEmail, type User } from '../../users/user.ts'
import { sendHtml } from '../document.ts'
import { AccountEmail, type AccountEmailProps } from '../pages/account-email.tsx'
import { requiredProvidersFor } from '../sign-in/providers.ts'
import { page } from '../site.ts'
import { leaveNotice } from './notice.ts'
import {
  type Account,
  type AccountForm,
  type AccountPages,
  accountFrame,
  openAccount,
  openAccountForm,
} from './open-account.ts'
import { userOf } from './user-of.ts'

/**
 * Whether an address can be changed here, or confirmed: by mail, and not where the operator's own page says which it is. One that
 * is confirmed stays where it says that its owner signs in at their organization.
 */
export const canChangeEmail = async (
  pages: Pick<AccountPages, 'mail' | 'environment' | 'stores'>,
  user: User,
): Promise<boolean> =>
  pages.mail.canSend &&
  !isKeptElsewhere(await pages.environment.current(), user) &&
  !(user.emailVerified && (await requiredProvidersFor(pages, user.email)).length > 0)

/** Another e-mail address, or the proof that it is one's own: by a code that comes to it. */
export const accountEmailPage =
  (pages: AccountPages): FastifyPluginAsync =>
  async (app) => {
    const demand = { recent: true }
    const { emailChanges } = pages.accountChanges

    app.get(paths.accountEmail, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-email', demand)
      const user = await userOf(pages, account, 'account-email')
      if (!(await canChangeEmail(pages, user))) return reply.redirect(paths.account, 303)
      const sealedChange = collectParameters(request.query).parameters.get('change')
      const email = sealedChange && emailChanges.addressIn(sealedChange, changing(request, account))
      return email
        ? showCode(request, reply, account, { email, sealedChange })
        : show(request, reply, account, user.emailVerified ? '' : user.email)
    })

    app.post(paths.accountEmail, async (request, reply) => {
      const account = await openAccountForm(pages, request, reply, 'account-email', demand)
      const user = await userOf(pages, account, 'account-email')
      if (!(await canChangeEmail(pages, user))) return reply.redirect(paths.account, 303)
      const sealedChange = account.form.get('change')
      return sealedChange === undefined
        ? send(request, reply, account, user)
        : confirm(request, reply, account, sealedChange)
    })

    const send = async (request: FastifyRequest, reply: FastifyReply, account: AccountForm, user: User) => {
      const { errors } = textOf(request, account)
      const typed = account.form.get('email')?.trim() ?? ''
      const email = parseEmail(typed)
      if (!email) {
        reply.code(422)
        const problem = typed === '' ? errors.missing : errors.malformed
        return show(request, reply, account, typed, { email: problem })
      }
      if (email.normalizedEmail === user.normalizedEmail && user.emailVerified) {
        return show(request, reply.code(422), account, typed, { email: errors.same })
      }
      const asked = await emailChanges.ask(changing(request, account), email, account.now)
      note(request, { outcome: asked.outcome })
      if (asked.outcome === 'held') {
        return show(request, reply.code(422), account, typed, { email: errors.held })
      }
      if (asked.outcome === 'throttled') {
        reply.code(429).header('retry-after', asked.retryAfterSeconds)
        return show(request, reply, account, typed, { form: errors.tooManyAttempts })
      }
      const query = new URLSearchParams({ change: asked.sealedChange })
      return reply.redirect(`${paths.accountEmail}?${query}`, 303)
    }

    const confirm = async (
      request: FastifyRequest,
      reply: FastifyReply,
      account: AccountForm,
      sealedChange: string,
    ) => {
      const { errors } = textOf(request, account)
      const email = emailChanges.addressIn(sealedChange, changing(request, account))
      if (email === undefined) return reply.redirect(paths.accountEmail, 303)
      const again = (wrong: AccountEmailProps['errors']) =>
        showCode(request, reply, account, { email, sealedChange }, wrong)
      const code = account.form.get('code')?.trim() ?? ''
      if (code === '') {
        reply.code(422)
        return again({ code: errors.codeMissing })
      }
      const entered = { sealedChange, code, userAgent: request.headers['user-agent'] }
      const changed = await emailChanges.confirm(changing(request, account), entered, account.now)
      note(request, { outcome: changed.outcome })
      switch (changed.outcome) {
        case 'throttled':
          reply.code(429).header('retry-after', changed.retryAfterSeconds)
          return again({ form: errors.tooManyAttempts })
        case 'wrong':
          reply.code(422)
          return again({ code: errors.codeWrong })
        case 'over':
          reply.code(422)
          return again({ code: errors.codeOver })
        case 'taken':
          return show(request, reply.code(422), account, email, { email: errors.taken })
        case 'held':
          return show(request, reply.code(422), account, email, { email: errors.held })
        case 'changed':
          leaveNotice(reply, 'emailChanged')
          return reply.redirect(paths.account, 303)
      }
    }

    const changing = (request: FastifyRequest, { session, context }: Account) => ({
      session,
      browser: context.browser,
      address: request.ip,
      language: pages.site.frame(request, [], session).text.language.tag,
    })

    const textOf = (request: FastifyRequest, { session }: Account) =>
      pages.site.frame(request, [], session).text.accountPages.email

    const show = (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      email: string,
      errors?: AccountEmailProps['errors'],
      sent?: AccountEmailProps['sent'],
    ) =>
      sendHtml(
        reply,
        page(AccountEmail, {
          ...accountFrame(pages, request, reply, account),
          action: paths.accountEmail,
          backHref: paths.account,
          email,
          ...(sent && { sent }),
          ...(errors && { errors }),
        }),
      )

    const showCode = (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      { email, sealedChange }: { readonly email: string; readonly sealedChange: string },
      errors?: AccountEmailProps['errors'],
    ) => show(request, reply, account, email, errors, { sealedChange, startOverHref: paths.accountEmail })
  }

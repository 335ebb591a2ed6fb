import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { FEW_RECOVERY_CODES, replaceRecoveryCodes } from '../../authenticators/recovery-codes.ts'
import { totpUri } from '../../authenticators/totp.ts'
import { addTotp, removeTotp, type TotpSetUp } from '../../authenticators/totp-factor.ts'
import { actingAs } from '../../events/record.ts'
import { note } from '../../observability/request-line.ts'
import { paths } from '../../protocol/paths.ts'
import { newHandle } from '../../system/random.ts'
import { sendHtml } from '../document.ts'
import { AccountRecoveryCodes } from '../pages/account-recovery-codes.tsx'
import { AccountTwoFactor, type AccountTwoFactorProps } from '../pages/account-two-factor.tsx'
import { sentOnce } from '../sent-once.ts'
import { page } from '../site.ts'
import { type FactorPages, offersPasskeys, offersTwoFactor } from './factor-parts.ts'
import { momentOf } from './moment.ts'
import { leaveNotice } from './notice.ts'
import { type Account, accountFrame, openAccount, openAccountForm } from './open-account.ts'
import { userOf } from './user-of.ts'

/** The authenticator app and the recovery codes of an account, for whoever has signed in just now. */
export const accountTwoFactorPage =
  (pages: FactorPages): FastifyPluginAsync =>
  async (app) => {
    const demand = { recent: true }
    const { authenticators, stores, transaction, random } = pages

    app.get(paths.accountTwoFactor, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-two-factor', demand)
      return offersTwoFactor(pages, account)
        ? show(request, reply, account)
        : reply.redirect(paths.accountSecurity, 303)
    })

    app.post(paths.accountTwoFactor, async (request, reply) => {
      const account = await openAccountForm(pages, request, reply, 'account-two-factor', demand)
      if (!offersTwoFactor(pages, account)) return reply.redirect(paths.accountSecurity, 303)
      const { form, now, session } = account
      const userId = session.userId
      const change = <T>(work: (acting: ReturnType<typeof actingOf>) => Promise<T>) =>
        transaction((inside) => work(actingOf(inside)))
      const actingOf = (inside: Parameters<Parameters<typeof transaction>[0]>[0]) =>
        actingAs({ type: 'user', id: userId }, { stores: inside, now, random })
      switch (form.get('do')) {
        case 'set_up':
          return setUp(request, reply, account, form.get('set_up') ?? '', form.get('code') ?? '')
        case 'turn_off': {
          const factor = await stores.totpFactors.ofUser(userId)
          if (factor) await change((acting) => removeTotp(acting, factor.id))
          note(request, { outcome: 'two-step sign-in turned off' })
          leaveNotice(reply, 'totpOff')
          return reply.redirect(paths.accountSecurity, 303)
        }
        case 'new_codes': {
          const made = await change(async (acting) => {
            const sent = await sentOnce(acting.stores, form.get('once') ?? '', userId, now)
            if (sent !== 'first') return sent
            await acting.stores.users.lock(userId)
            const { hasTotp, passkeys } = await acting.stores.passkeys.secondFactorsOf(userId)
            // There is nothing that they would stand in for.
            if (!hasTotp && passkeys === 0) return undefined
            return replaceRecoveryCodes(acting, authenticators.totpKeys.recoveryKey, userId)
          })
          if (made === 'again') {
            const { errors } = pages.site.frame(request, [], session).text.twoFactor
            return show(request, reply.code(409), account, { form: errors.codesMadeAlready })
          }
          return Array.isArray(made)
            ? showCodes(request, reply, account, made)
            : reply.redirect(paths.accountTwoFactor, 303)
        }
        default:
          return reply.redirect(paths.accountTwoFactor, 303)
      }
    })

    const setUp = async (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      sealed: string,
      code: string,
    ) => {
      const { now, session, context } = account
      const { userId } = session
      const { errors: text } = pages.site.frame(request, [], session).text.setUpFactor
      const begun = authenticators.totpSetUps.open(sealed, userId, context.browser, now)
      if (!begun) return show(request, reply.code(422), account, { form: text.expired })
      const added = await transaction((inside) =>
        addTotp(
          actingAs({ type: 'user', id: userId }, { stores: inside, now, random }),
          authenticators.totpKeys,
          { userId, setUp: begun, code },
        ),
      )
      note(request, { outcome: `authenticator app ${added.outcome}` })
      switch (added.outcome) {
        case 'added':
          return showCodes(request, reply, account, added.recoveryCodes)
        case 'wrong_code':
          return show(request, reply.code(422), account, { code: text.wrongCode }, { ...begun, sealed })
        case 'has_one':
          return show(request, reply.code(409), account, { form: text.elsewhere })
        default:
          return reply.redirect(paths.accountTwoFactor, 303)
      }
    }

    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      errors?: AccountTwoFactorProps['errors'],
      begun?: TotpSetUp & { readonly sealed: string },
    ) => {
      const { now, context } = account
      const user = await userOf(pages, account, 'account-two-factor')
      const [factor, owned] = await Promise.all([
        stores.totpFactors.ofUser(user.id),
        stores.passkeys.secondFactorsOf(user.id),
      ])
      const { brandName, secondFactor } = pages.environment.latest().settings
      const labels = { issuer: brandName, label: user.email }
      const setUpOf = () => begun ?? authenticators.totpSetUps.begin(user.id, labels, context.browser, now)
      const shown = factor ? null : setUpOf()
      const frame = accountFrame(pages, request, reply, account)
      const count = owned.recoveryCodes
      return sendHtml(
        reply,
        page(AccountTwoFactor, {
          ...frame,
          action: paths.accountTwoFactor,
          factor: factor
            ? {
                added: momentOf(factor.createdAt, now, frame.text),
                lastUsed: momentOf(factor.lastUsedAt, now, frame.text),
              }
            : null,
          setUp: shown && { ...shown, uri: totpUri(shown.secret, shown) },
          recoveryCodes:
            owned.hasTotp || owned.passkeys > 0
              ? { count, areFew: count <= FEW_RECOVERY_CODES, once: newHandle(random) }
              : null,
          // A passkey will do in its place, and is asked for then.
          isRequired: secondFactor === 'required' && !(offersPasskeys(pages, account) && owned.passkeys > 0),
          ...(errors && { errors }),
        }),
      )
    }

    const showCodes = (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      codes: readonly string[],
    ) =>
      sendHtml(
        reply,
        page(AccountRecoveryCodes, {
          ...accountFrame(pages, request, reply, account),
          codes,
          onwardHref: paths.accountTwoFactor,
        }),
      )
  }

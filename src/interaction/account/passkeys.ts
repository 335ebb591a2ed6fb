import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import {
  addPasskey,
  MAXIMUM_PASSKEY_NAME_LENGTH,
  parsePasskeyName,
  renamePasskey,
  verifyNewPasskey,
} from '../../authenticators/passkey.ts'
import { actingAs } from '../../events/record.ts'
import { note } from '../../observability/request-line.ts'
import { parseIdentifier } from '../../protocol/identifiers.ts'
import { paths } from '../../protocol/paths.ts'
import { removeOwnPasskey } from '../../sessions/remove-own-passkey.ts'
import { remainsWayIn, waysInOf } from '../../sessions/ways-in.ts'
import type { PasskeyRecord } from '../../storage/stores/passkeys.ts'
import { askToCreate, sendWithPasskey } from '../ask-passkey.ts'
import { sendHtml } from '../document.ts'
import { AccountPasskey } from '../pages/account-passkey.tsx'
import { AccountPasskeys, type AccountPasskeysProps, type ShownPasskey } from '../pages/account-passkeys.tsx'
import { page } from '../site.ts'
import type { Text } from '../text/index.ts'
import { browserIn } from './browser-words.ts'
import { type FactorPages, offersPasskeys } from './factor-parts.ts'
import { momentOf } from './moment.ts'
import { leaveNotice, type Notice } from './notice.ts'
import { type Account, accountFrame, openAccount, openAccountForm } from './open-account.ts'
import { userOf } from './user-of.ts'

const shownPasskey = (passkey: PasskeyRecord, now: Date, text: Text): ShownPasskey => ({
  id: passkey.id,
  name: passkey.name,
  isSynced: passkey.isSynced,
  added: momentOf(passkey.createdAt, now, text),
  lastUsed: passkey.lastUsedAt && momentOf(passkey.lastUsedAt, now, text),
})

/** The passkeys of an account, for whoever has signed in just now. */
export const accountPasskeysPages =
  (pages: FactorPages): FastifyPluginAsync =>
  async (app) => {
    const demand = { recent: true }
    const { authenticators, stores, transaction, random } = pages
    const elsewhere = (reply: FastifyReply) => reply.redirect(paths.accountSecurity, 303)
    const done = (reply: FastifyReply, notice: Notice) => {
      leaveNotice(reply, notice)
      return reply.redirect(paths.accountPasskeys, 303)
    }

    app.get(paths.accountPasskeys, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-passkeys', demand)
      return offersPasskeys(pages, account) ? show(request, reply, account) : elsewhere(reply)
    })

    app.post(paths.accountPasskeys, async (request, reply) => {
      const account = await openAccountForm(pages, request, reply, 'account-passkeys', demand)
      const { relyingParty, passkeyChallenges } = authenticators
      if (!relyingParty || !offersPasskeys(pages, account)) return elsewhere(reply)
      const { form, now, session, context } = account
      const { userId } = session
      const { passkeys: text, accountPasskeys } = pages.site.frame(request, [], session).text
      const again = (errors: AccountPasskeysProps['errors']) =>
        show(request, reply.code(422), account, errors)
      const name = parsePasskeyName(form.get('name') ?? '')
      if (name === undefined) return again({ name: accountPasskeys.errors.name })
      const challenge = passkeyChallenges.open(
        form.get('challenge') ?? '',
        'register',
        userId,
        context.browser,
        now,
      )
      if (!challenge) return again({ form: text.refused })
      const made = await verifyNewPasskey(relyingParty, challenge, form.get('passkey') ?? '')
      if ('problem' in made) {
        note(request, { outcome: 'passkey refused', reason: made.problem })
        return again({ form: text.refused })
      }
      const added = await transaction((inside) =>
        addPasskey(actingAs({ type: 'user', id: userId }, { stores: inside, now, random }), made, {
          ...{ userId, name, challenge },
        }),
      )
      note(request, { outcome: `passkey ${added.outcome}` })
      if (added.outcome === 'added') return done(reply, 'passkeyAdded')
      return again({ form: added.outcome === 'too_many' ? text.tooMany : text.refused })
    })

    app.get<OfPasskey>(`${paths.accountPasskeys}/:id`, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-passkeys', demand)
      const passkey = await ownPasskey(account, request.params.id)
      return passkey ? showOne(request, reply, account, passkey) : reply.redirect(paths.accountPasskeys, 303)
    })

    app.post<OfPasskey>(`${paths.accountPasskeys}/:id`, async (request, reply) => {
      const account = await openAccountForm(pages, request, reply, 'account-passkeys', demand)
      const passkey = await ownPasskey(account, request.params.id)
      if (!passkey) return reply.redirect(paths.accountPasskeys, 303)
      const { form, now } = account
      const { userId } = account.session
      const acting = (inside: Parameters<Parameters<typeof transaction>[0]>[0]) =>
        actingAs({ type: 'user', id: userId }, { stores: inside, now, random })
      if (form.get('do') === 'remove') {
        const outcome = await transaction((inside) =>
          removeOwnPasskey(acting(inside), { id: passkey.id, userId }),
        )
        note(request, { outcome: `passkey ${outcome}` })
        if (outcome === 'only_way_in') return showOne(request, reply.code(422), account, passkey)
        return done(reply, 'passkeyRemoved')
      }
      const typed = form.get('name') ?? ''
      const name = parsePasskeyName(typed)
      if (name === undefined) return showOne(request, reply.code(422), account, passkey, typed)
      await transaction((inside) => renamePasskey(acting(inside), { id: passkey.id, userId }, name))
      return done(reply, 'passkeyRenamed')
    })

    const ownPasskey = async ({ session }: Account, text: string): Promise<PasskeyRecord | undefined> => {
      const id = parseIdentifier('passkey', text)
      return id && (await stores.passkeys.ofUser(session.userId)).find((passkey) => passkey.id === id)
    }

    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      errors?: AccountPasskeysProps['errors'],
    ) => {
      const user = await userOf(pages, account, 'account-passkeys')
      const asking = await askToCreate(pages, account, user)
      if (!asking) return elsewhere(reply)
      const frame = accountFrame(pages, request, reply, account)
      const passkeys = await stores.passkeys.ofUser(user.id)
      return sendWithPasskey(
        reply,
        asking,
        page(AccountPasskeys, {
          ...frame,
          action: paths.accountPasskeys,
          passkeys: passkeys.map((passkey) => ({
            ...shownPasskey(passkey, account.now, frame.text),
            href: `${paths.accountPasskeys}/${passkey.id}`,
          })),
          asking,
          scriptPath: pages.site.passkeyScript.path,
          suggestedName: nameFor(request, frame.text),
          ...(errors && { errors }),
        }),
      )
    }

    const showOne = async (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      passkey: PasskeyRecord,
      typedName?: string,
    ) => {
      const user = await userOf(pages, account, 'account-passkeys')
      const frame = accountFrame(pages, request, reply, account)
      return sendHtml(
        reply,
        page(AccountPasskey, {
          ...frame,
          action: `${paths.accountPasskeys}/${passkey.id}`,
          passkey: shownPasskey(passkey, account.now, frame.text),
          canRemove: remainsWayIn(await waysInOf(stores, user, true), 'passkey'),
          typedName,
          ...(typedName !== undefined && { errors: { name: frame.text.accountPasskeys.errors.name } }),
        }),
      )
    }
  }

interface OfPasskey {
  readonly Params: { readonly id: string }
}

/** After what it is made on, which is how its user knows it again. */
const nameFor = (request: FastifyRequest, text: Text): string => {
  const browser = browserIn(request.headers['user-agent'] ?? null)
  return (browser?.system ?? browser?.name ?? text.passkeys.defaultName).slice(0, MAXIMUM_PASSKEY_NAME_LENGTH)
}

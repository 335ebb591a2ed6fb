import type { FastifyPluginAsync, FastifyReply, FastifyRequest } from 'fastify'
import { actingAs } from '../../events/record.ts'
import { note } from '../../observability/request-line.ts'
import { parseIdentifier } from '../../protocol/identifiers.ts'
import { paths } from '../../protocol/paths.ts'
import { unlinkIdentities } from '../../sessions/unlink-identity.ts'
import { remainsWayIn, type WaysIn, waysInOf } from '../../sessions/ways-in.ts'
import type { Stores } from '../../storage/index.ts'
import { sendHtml } from '../document.ts'
import { AccountIdentities, type ShownIdentities } from '../pages/account-identities.tsx'
import { page } from '../site.ts'
import type { Text } from '../text/index.ts'
import { type FactorPages, offersPasskeys, signsInHere } from './factor-parts.ts'
import { momentOf } from './moment.ts'
import { leaveNotice } from './notice.ts'
import { type Account, accountFrame, openAccount, openAccountForm } from './open-account.ts'
import { userOf } from './user-of.ts'

export interface IdentityPages extends FactorPages {
  readonly stores: FactorPages['stores'] & Pick<Stores, 'identities'>
}

/** The accounts elsewhere that somebody signs in with, for whoever has signed in just now. */
export const accountIdentitiesPage =
  (pages: IdentityPages): FastifyPluginAsync =>
  async (app) => {
    const demand = { recent: true }
    const { stores, transaction, random } = pages

    app.get(paths.accountIdentities, async (request, reply) => {
      const account = await openAccount(pages, request, 'account-identities', demand)
      return signsInHere(pages, account)
        ? show(request, reply, account)
        : reply.redirect(paths.accountSecurity, 303)
    })

    app.post(paths.accountIdentities, async (request, reply) => {
      const account = await openAccountForm(pages, request, reply, 'account-identities', demand)
      if (!signsInHere(pages, account)) return reply.redirect(paths.accountSecurity, 303)
      const { form, now, session } = account
      const { userId } = session
      const providerId = parseIdentifier('identityProvider', form.get('disconnect'))
      const outcome =
        providerId === undefined
          ? 'not_linked'
          : await transaction((inside) =>
              unlinkIdentities(
                actingAs({ type: 'user', id: userId }, { stores: inside, now, random }),
                userId,
                providerId,
                offersPasskeys(pages, account),
              ),
            )
      note(request, { outcome: `identity ${outcome}` })
      if (outcome === 'only_way_in') return show(request, reply.code(422), account, true)
      // True of what another tab has disconnected, too.
      leaveNotice(reply, 'identityUnlinked')
      return reply.redirect(paths.accountIdentities, 303)
    })

    const show = async (
      request: FastifyRequest,
      reply: FastifyReply,
      account: Account,
      isRefused = false,
    ) => {
      const user = await userOf(pages, account, 'account-identities')
      const frame = accountFrame(pages, request, reply, account)
      const ways = await waysInOf(stores, user, offersPasskeys(pages, account))
      return sendHtml(
        reply,
        page(AccountIdentities, {
          ...frame,
          action: paths.accountIdentities,
          providers: byProvider(ways, account.now, frame.text),
          isRefused,
        }),
      )
    }
  }

/** A provider is disconnected as a whole, so it is one entry whatever number of accounts somebody has there. */
const byProvider = (ways: WaysIn, now: Date, text: Text): readonly ShownIdentities[] => {
  const { identities } = ways
  const providers = new Map(identities.map(({ providerId, providerName }) => [providerId, providerName]))
  return [...providers].map(([id, name]) => ({
    ...{ id, name },
    accounts: identities
      .filter(({ providerId }) => providerId === id)
      .map(({ email, lastUsedAt }) => ({ email, lastUsed: momentOf(lastUsedAt, now, text) })),
    canDisconnect: remainsWayIn(ways, id),
  }))
}

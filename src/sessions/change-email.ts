import { z } from 'zod'
import { type Acting, actingAs } from '../events/record.ts'
import { requiredOfAddress } from '../identity-providers/of-address.ts'
import { NOTICE_SECONDS, type QueueMail } from '../mail/queue.ts'
import type { IdentityProviderId, UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import { openJson, type Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { updateUser } from '../users/update-user.ts'
import { type EmailAddress, normalizeEmail, parseEmail } from '../users/user.ts'
import { verifyEmail } from '../users/verify-email.ts'
import { type EmailCodes, emailCodeKey } from './email-code.ts'
import { forgetStrangers, shownOf } from './forget-strangers.ts'

/*
 * A user who is signed in takes another e-mail address, or shows that the one they have is theirs: by a code that is sent
 * there. What is asked for travels sealed, and is that user's in that browser alone. The address before is told.
 */

/** Where somebody changes their address. */
interface Changing {
  readonly session: Pick<LiveSession, 'id' | 'userId' | 'email' | 'amr'>
  readonly browser: string
  /** IP address of the browser. */
  readonly address: string
  /** Tag of the page's. */
  readonly language: string
}

/** Their organization has whoever has the address sign in at its provider, and with another address they would not have to. */
interface HeldAddress {
  readonly outcome: 'held'
}

export type AskedEmailChange =
  | { readonly outcome: 'sent'; readonly sealedChange: string }
  | HeldAddress
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

export type ChangedEmail =
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'wrong' | 'over' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  /** By another account: whoever knows this reads the mail of that address. */
  | { readonly outcome: 'taken' }
  | HeldAddress

export interface EmailChanges {
  ask(changing: Changing, email: EmailAddress, now: Date): Promise<AskedEmailChange>
  /** Which address it is about; undefined if it is somebody else's, of another browser, or was never ours. */
  addressIn(sealedChange: string, changing: Pick<Changing, 'session' | 'browser'>): string | undefined
  confirm(
    changing: Changing,
    entered: { readonly sealedChange: string; readonly code: string; readonly userAgent: string | undefined },
    now: Date,
  ): Promise<ChangedEmail>
}

/** The address that somebody has is verified; another one must not be somebody else's by the time a code is sent there. */
const purposes = ['verify_email', 'change_email'] as const

const shape = z.object({ email: z.string(), purpose: z.enum(purposes), handle: z.string() })

/** As where an address is proved while signing in (prove-mailbox.ts). */
const proveFirst = async (
  acting: Acting<Stores>,
  session: Changing['session'],
  normalizedEmail: string,
): Promise<void> => {
  const { id: sessionId, userId } = session
  const { knowsPassword, hasPasskey } = shownOf(session)
  await verifyEmail(acting, userId, { normalizedEmail, knowsPassword, sessionId })
  if (knowsPassword || hasPasskey) return
  const providerId = await onlyProviderOf(acting.stores, userId)
  await forgetStrangers(acting, userId, { sessionId, providerId })
}

/** The one that a session by a provider must be by; undefined where there are several, of which the session does not say. */
const onlyProviderOf = async (
  { identities }: Pick<Stores, 'identities'>,
  userId: UserId,
): Promise<IdentityProviderId | undefined> => {
  const providers = new Set((await identities.ofUser(userId)).map(({ providerId }) => providerId))
  return providers.size === 1 ? [...providers][0] : undefined
}

const isHeld = async (
  stores: Pick<Stores, 'identityProviders'>,
  before: string,
  after: string,
): Promise<boolean> => before !== after && (await requiredOfAddress(stores, before)).length > 0

/** Rolls back the use of the code with everything else. */
class Taken extends Error {}

export const createEmailChanges = ({
  stores,
  transaction,
  random,
  emailCodes,
  queueMail,
  sealer,
}: {
  readonly stores: Pick<Stores, 'identityProviders'>
  readonly transaction: Transaction
  readonly random: Random
  readonly emailCodes: EmailCodes
  readonly queueMail: QueueMail
  readonly sealer: Sealer
}): EmailChanges => {
  const contextOf = ({ session, browser }: Pick<Changing, 'session' | 'browser'>): string =>
    `${browser} ${session.userId}`

  const opened = (sealed: string, changing: Pick<Changing, 'session' | 'browser'>) => {
    const content = openJson(sealer, shape, sealed, contextOf(changing))
    if (!content) return undefined
    const { email, ...code } = content
    const address = parseEmail(email)
    return address && { address, ...code }
  }

  return {
    ask: async (changing, email, now) => {
      const { session, browser, address, language } = changing
      const { userId } = session
      const before = normalizeEmail(session.email)
      if (await isHeld(stores, before, email.normalizedEmail)) return { outcome: 'held' }
      const purpose = email.normalizedEmail === before ? 'verify_email' : 'change_email'
      const sent = await emailCodes.send({ purpose, email, browser, address, userId, language }, now)
      if (sent.outcome === 'throttled') return sent
      const content: z.input<typeof shape> = { email: email.email, purpose, handle: sent.handle }
      return { outcome: 'sent', sealedChange: sealer.seal(JSON.stringify(content), contextOf(changing)) }
    },

    addressIn: (sealed, changing) => opened(sealed, changing)?.address.email,

    confirm: async (changing, { sealedChange, code, userAgent }, now) => {
      const change = opened(sealedChange, changing)
      if (!change) return { outcome: 'over' }
      const { handle, purpose, address: email } = change
      const { browser, address, language, session } = changing
      const { userId } = session
      const { normalizedEmail } = email
      const checked = await emailCodes.check(
        { purpose, handle, code, normalizedEmail, browser, address, userId, userAgent },
        now,
      )
      if (checked.outcome !== 'right') return checked
      try {
        return await transaction(async (inside) => {
          const used = await inside.emailCodes.use(emailCodeKey({ handle, browser, purpose }), now)
          const before = await inside.users.lock(userId)
          if (used?.normalizedEmail !== normalizedEmail || !before) return { outcome: 'over' }
          if (await isHeld(inside, before.normalizedEmail, normalizedEmail)) return { outcome: 'held' }
          const acting = actingAs({ type: 'user', id: userId }, { stores: inside, now, random })
          const isFirst = !before.emailVerified
          const updated = await updateUser(acting, userId, {
            email: email.email,
            ...(!isFirst && { emailVerified: true }),
          })
          if (updated.outcome === 'refused') throw new Taken()
          if (isFirst) await proveFirst(acting, session, normalizedEmail)
          if (before.normalizedEmail !== normalizedEmail) {
            const mail = { kind: 'email_changed', email: email.email, language } as const
            await queueMail(inside, { recipient: before.email, mail, seconds: NOTICE_SECONDS }, now)
          }
          return { outcome: 'changed' }
        })
      } catch (error) {
        if (error instanceof Taken) return { outcome: 'taken' }
        throw error
      }
    },
  }
}

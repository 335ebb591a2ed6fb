import { z } from 'zod'
import { actingAs } from '../events/record.ts'
import type { QueueMail } from '../mail/queue.ts'
import type { LiveSession } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import { openJson, type Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { updateUser } from '../users/update-user.ts'
import { type EmailAddress, normalizeEmail, parseEmail } from '../users/user.ts'
import { type EmailCodes, emailCodeKey } from './email-code.ts'

/*
 * A user who is signed in takes another e-mail address, or shows that the one they have is theirs: by a code that is sent
 * there. What is asked for travels sealed, and is that user's in that browser alone. The address before is told.
 */

/** Where somebody changes their address. */
interface Changing {
  readonly session: Pick<LiveSession, 'userId' | 'email'>
  readonly browser: string
  /** IP address of the browser. */
  readonly address: string
  /** Tag of the page's. */
  readonly language: string
}

export type AskedEmailChange =
  | { readonly outcome: 'sent'; readonly sealedChange: string }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

export type ChangedEmail =
  | { readonly outcome: 'changed' }
  | { readonly outcome: 'wrong' | 'over' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }
  /** By another account: whoever knows this reads the mail of that address. */
  | { readonly outcome: 'taken' }

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

/** What is told of a change is worth telling for so long. */
const NOTICE_SECONDS = 24 * 3600

/** The address that somebody has is verified; another one must not be somebody else's by the time a code is sent there. */
const purposes = ['verify_email', 'change_email'] as const

const shape = z.object({ email: z.string(), purpose: z.enum(purposes), handle: z.string() })

/** Rolls back the use of the code with everything else. */
class Taken extends Error {}

export const createEmailChanges = ({
  transaction,
  random,
  emailCodes,
  queueMail,
  sealer,
}: {
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
      const isTheirs = email.normalizedEmail === normalizeEmail(session.email)
      const purpose = isTheirs ? 'verify_email' : 'change_email'
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
          const acting = actingAs({ type: 'user', id: userId }, { stores: inside, now, random })
          const updated = await updateUser(acting, userId, { email: email.email, emailVerified: true })
          if (updated.outcome === 'refused') throw new Taken()
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

import type { NewEvent } from '../events/catalogue.ts'
import { recordEvent } from '../events/record.ts'
import { emailVerificationObject, magicAuthObject, passwordResetObject } from '../objects/email-code.ts'
import { deliverFairly } from '../outbox/fair-delivery.ts'
import { nextAttempt } from '../outbox/next-attempt.ts'
import type { Stores } from '../storage/index.ts'
import type { EmailCodeRecord } from '../storage/stores/email-codes.ts'
import type { MailRecord, SmtpServerName } from '../storage/stores/mails.ts'
import type { UserRecord } from '../storage/stores/users.ts'
import type { Clock } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { MailFailure, type SendMail } from '../system/smtp.ts'
import { type CodeMail, type Mail, mailSchema } from './mail.ts'
import type { MailBranding } from './mail-branding.ts'
import { composeMessage } from './message.tsx'

/*
 * Sends what is due. Whether an address is somebody's is looked up here and not where a code is asked for: what is not
 * known there cannot be told by the time its answer takes (OWASP ASVS 5 §6.3.8). Every mail is sent at least once, or
 * given up when it has become worthless: a node that died before it had written down the success makes it come again.
 */

/** At once, on each node. */
const PLACES = 5

/** How long after each failure the next attempt comes. As long as a code is good, which is minutes; a notice for hours. */
const DELAYS_SECONDS = [5, 15, 30, 60, 120, 300, 600, 1800, 3600, 3600, 3600] as const

export interface DeliveringMail {
  readonly stores: Pick<Stores, 'mails' | 'emailCodes' | 'users' | 'events'>
  readonly sealer: Pick<Sealer, 'open'>
  readonly send: SendMail
  readonly from: { readonly name: string | undefined; readonly address: string }
  readonly branding: () => Promise<MailBranding>
  readonly clock: Clock
  readonly random: Random
  /** The server did not take it, in a word. */
  readonly onFailure: (failure: { readonly code: string; readonly attempts: number }) => void
  /** Hears of what is our fault. */
  readonly onError: (error: unknown) => void
}

/** Until nothing is due, or the signal is aborted; what is under way then is waited for. */
export const deliverMail = (delivering: DeliveringMail, signal: AbortSignal): Promise<void> => {
  const { stores, clock, onError } = delivering
  return deliverFairly<MailRecord, SmtpServerName>(
    {
      places: PLACES,
      take: stores.mails.take,
      receiverOf: () => 'smtp',
      attempt: (mail) => attempt(delivering, mail),
      clock,
      onError,
    },
    signal,
  )
}

/** `retry`: the server does not take mail. `refused`: not this one. `dropped`: it is not to be sent. */
type Outcome =
  | { readonly outcome: 'sent' }
  | { readonly outcome: 'retry' | 'refused' | 'dropped'; readonly error: string }

/** Whether the server takes mail. */
const attempt = async (delivering: DeliveringMail, queued: MailRecord): Promise<boolean> => {
  const { stores, clock, random, onFailure } = delivering
  const result = await send(delivering, queued)
  const now = clock.now()
  const next = result.outcome === 'retry' ? nextAttempt(queued.attempts, DELAYS_SECONDS, now, random) : null
  await stores.mails.attempted(queued, {
    nextAttemptAt: next !== null && next < queued.expiresAt ? next : null,
    sentAt: result.outcome === 'sent' ? now : null,
    lastError: result.outcome === 'sent' ? null : result.error,
  })
  if (result.outcome === 'retry' || result.outcome === 'refused') {
    onFailure({ code: result.error, attempts: queued.attempts })
  }
  return result.outcome !== 'retry'
}

const send = async (delivering: DeliveringMail, queued: MailRecord): Promise<Outcome> => {
  const { send: sendMail, from, branding, clock, onError } = delivering
  const now = clock.now()
  if (queued.expiresAt <= now) return { outcome: 'dropped', error: 'expired' }
  const mail = opened(delivering, queued)
  if (mail === 'unreadable') {
    onError(new Error(`The mail ${queued.id} was encrypted with another LATCHKEY_SECRET.`))
    return { outcome: 'dropped', error: mail }
  }
  // While nodes are updated one after the other, one that can read it comes by.
  if (mail === 'of_another_version') {
    if (queued.attempts === 1) onError(new Error(`The mail ${queued.id} was queued by another version.`))
    return { outcome: 'retry', error: mail }
  }
  try {
    const addressed = mail.kind === 'code' ? await addressOf(delivering, mail, now) : { to: queued.recipient }
    if ('error' in addressed) return { outcome: 'dropped', error: addressed.error }
    const { user, code } = addressed
    if (user && code && queued.attempts === 1) await recordCreated(delivering, code, user, now)
    const brand = await branding()
    const message = composeMessage(mail, {
      branding: brand,
      hasAccount: user !== undefined,
      codeMinutes: code ? minutesOf(code) : 0,
    })
    const sender = { name: from.name ?? brand.name, address: from.address }
    await sendMail({ ...message, from: sender, to: addressed.to, date: now })
    return { outcome: 'sent' }
  } catch (error) {
    if (error instanceof MailFailure) {
      return { outcome: error.isRefusedRecipient ? 'refused' : 'retry', error: error.code }
    }
    onError(error)
    return { outcome: 'retry', error: 'internal_error' }
  }
}

const opened = (
  { sealer }: Pick<DeliveringMail, 'sealer'>,
  queued: MailRecord,
): Mail | 'unreadable' | 'of_another_version' => {
  const text = queued.contentSealed === null ? undefined : sealer.open(queued.contentSealed, queued.id)
  if (text === undefined) return 'unreadable'
  return mailSchema.safeParse(JSON.parse(text)).data ?? 'of_another_version'
}

interface Addressed {
  readonly to: string
  readonly user?: UserRecord | undefined
  readonly code?: EmailCodeRecord
}

/** Where a code goes: to nobody if it is void by now, or if it is for the account of an address that has none. */
const addressOf = async (
  { stores }: Pick<DeliveringMail, 'stores'>,
  { purpose, codeId, email }: CodeMail,
  now: Date,
): Promise<Addressed | { readonly error: string }> => {
  const code = await stores.emailCodes.waiting(codeId, now)
  if (!code) return { error: 'void' }
  const user = await stores.users.byNormalizedEmail(code.normalizedEmail)
  if (user) {
    // Somebody has taken the address in the meantime; and needs no code for it.
    if (purpose === 'change_email') return { error: 'taken' }
    // As its owner writes it.
    return { to: user.email, user, code }
  }
  if (purpose === 'sign_up' || purpose === 'change_email') return { to: email, code }
  return { error: 'no_account' }
}

const recordCreated = async (
  { stores, random }: Pick<DeliveringMail, 'stores' | 'random'>,
  { id, purpose, createdAt, expiresAt }: EmailCodeRecord,
  { id: userId, email }: UserRecord,
  now: Date,
): Promise<void> => {
  const code = { id, userId, email, createdAt, expiresAt }
  const event = ((): NewEvent => {
    switch (purpose) {
      case 'sign_in':
      case 'sign_up':
        return { name: 'magic_auth.created', targetId: userId, data: magicAuthObject(code) }
      case 'reset_password':
        return { name: 'password_reset.created', targetId: userId, data: passwordResetObject(code) }
      case 'verify_email':
      case 'change_email':
        return { name: 'email_verification.created', targetId: userId, data: emailVerificationObject(code) }
    }
  })()
  // Of somebody who has not proved who they are.
  await recordEvent(stores, { ...event, actor: { type: 'user' } }, now, random)
}

const minutesOf = ({ createdAt, expiresAt }: EmailCodeRecord): number =>
  Math.round((expiresAt.getTime() - createdAt.getTime()) / 60_000)

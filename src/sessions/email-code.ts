import { KNOWN_BROWSER_SECONDS } from '../authenticators/known-browser.ts'
import { recordEvent } from '../events/record.ts'
import { isPowerOfTwo, isToldOf } from '../events/told.ts'
import type { QueueMail } from '../mail/queue.ts'
import type { CodePurpose } from '../protocol/code-purpose.ts'
import { newUlid, type UserId } from '../protocol/identifiers.ts'
import type { Stores } from '../storage/index.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import { hmacSha256, sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import { newHandle, type Random } from '../system/random.ts'
import { mailboxOf } from '../users/mailbox.ts'
import type { EmailAddress } from '../users/user.ts'
import { keptUserAgent } from './browser-session.ts'
import { countAttempt, type SignInLimits, tellOfThrottled, whoCounts } from './sign-in-throttle.ts'

/*
 * Six digits that come by mail, for whoever asks: what they are good for is decided by who enters them where. A code is
 * worth something in the browser that asked for it, for the purpose it was asked for, with its handle, which travels
 * sealed; so one that is read aloud to a stranger, or typed into a page that is not ours, opens nothing.
 *
 * The same is done for every address. Whether it is somebody's is not looked up before the mail is sent (mail/deliver.ts).
 */

/** OWASP ASVS 5 §6.5.5: no longer than ten minutes. */
export const CODE_SECONDS = 10 * 60

/** Five of a million. */
const ATTEMPTS = 5

/** What a code has proved can be made use of for so long: as long as a sign-in may take. */
const USABLE_SECONDS = 30 * 60

export interface EmailCodeLimits {
  /** Before another may be sent. */
  readonly pauseSeconds: number
  readonly windowSeconds: number
  /** Mails that strangers may have us send to one mailbox, */
  readonly perEmail: number
  /** and from one. */
  readonly perAddress: number
}

export const emailCodeLimits: EmailCodeLimits = {
  pauseSeconds: 30,
  windowSeconds: 900,
  perEmail: 6,
  perAddress: 60,
}

/** For test environments. */
export const relaxedEmailCodeLimits: EmailCodeLimits = {
  pauseSeconds: 0,
  windowSeconds: 60,
  perEmail: 1000,
  perAddress: 10_000,
}

export interface EmailCodeDependencies {
  readonly stores: Pick<Stores, 'users' | 'events' | 'rateLimits' | 'knownBrowsers' | 'emailCodes'>
  readonly transaction: Transaction
  readonly queueMail: QueueMail
  readonly codeKey: Uint8Array
  readonly random: Random
  readonly limits: EmailCodeLimits
  readonly attemptLimits: SignInLimits
}

interface Asking {
  readonly purpose: CodePurpose
  /** As browser-context.ts knows it. */
  readonly browser: string
  /** IP address of the browser. */
  readonly address: string
  /** Who is signed in, where that matters: nobody else can use the code. */
  readonly userId?: UserId
}

export interface AskedCode extends Asking {
  readonly email: EmailAddress
  /** Tag of the page's. */
  readonly language: string
}

export type SentCode =
  | { readonly outcome: 'sent'; readonly handle: string }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

export interface EnteredCode extends Asking {
  readonly handle: string
  readonly code: string
  /** Whose attempts are counted. */
  readonly normalizedEmail: string
  readonly userAgent: string | undefined
}

export type CheckedCode =
  /** Whose mailbox it came to. */
  | { readonly outcome: 'right'; readonly normalizedEmail: string }
  | { readonly outcome: 'wrong' | 'over' }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

export interface EmailCodes {
  /** Sends a code; those that this browser had for the purpose are void. */
  readonly send: (asked: AskedCode, now: Date) => Promise<SentCode>
  /** Whether it is the code. Right once, of all who try at once. */
  readonly check: (entered: EnteredCode, now: Date) => Promise<CheckedCode>
}

export type EmailCodeUse = Pick<EnteredCode, 'handle' | 'browser' | 'purpose'>

/** What a right code proved, to be used within the transaction of what it is used for. */
export const emailCodeKey = ({ handle, browser, purpose }: EmailCodeUse) => ({
  handleHash: sha256(handle),
  browserHash: browser,
  purpose,
})

export const createEmailCodes = ({
  stores,
  transaction,
  queueMail,
  codeKey,
  random,
  limits,
  attemptLimits,
}: EmailCodeDependencies): EmailCodes => {
  const codeHash = (handle: string, code: string, userId: UserId | undefined): string =>
    hmacSha256(codeKey, `${handle} ${userId ?? ''} ${code}`)

  return {
    send: async ({ purpose, email, browser, address, userId, language }, now) => {
      const retryAfterSeconds = await countAsking(
        stores,
        limits,
        { normalizedEmail: email.normalizedEmail, browser, address, purpose },
        now,
      )
      if (retryAfterSeconds !== undefined) return { outcome: 'throttled', retryAfterSeconds }
      const id = newUlid(now, random)
      const handle = newHandle(random)
      const code = newCode(random)
      await transaction(async (inside) => {
        await inside.emailCodes.issue({
          id,
          ...emailCodeKey({ handle, browser, purpose }),
          normalizedEmail: email.normalizedEmail,
          codeHash: codeHash(handle, code, userId),
          createdAt: now,
          expiresAt: addSeconds(now, CODE_SECONDS),
        })
        const mail = { kind: 'code', purpose, codeId: id, email: email.email, code, language } as const
        await queueMail(inside, { recipient: email.normalizedEmail, mail, seconds: CODE_SECONDS }, now)
      })
      return { outcome: 'sent', handle }
    },

    check: async (entered, now) => {
      const { purpose, handle, code, normalizedEmail, browser, address, userId, userAgent } = entered
      // Counted with those of the password: whoever guesses one way has no more attempts than by both.
      const attempt = await countAttempt(stores, attemptLimits, { normalizedEmail, address, browser }, now)
      if (attempt.outcome === 'throttled') {
        await tellOfThrottled(stores, attempt, address, now, random)
        const { outcome, retryAfterSeconds } = attempt
        return { outcome, retryAfterSeconds }
      }
      const tried = await stores.emailCodes.attempt(
        emailCodeKey(entered),
        {
          codeHash: codeHash(handle, digitsOf(code), userId),
          most: ATTEMPTS,
          usableUntil: addSeconds(now, USABLE_SECONDS),
        },
        now,
      )
      if (tried?.provedAt) {
        await stores.rateLimits.reset(attempt.failuresKey)
        if (attempt.pairHash !== undefined) {
          await stores.knownBrowsers.remember(attempt.pairHash, addSeconds(now, KNOWN_BROWSER_SECONDS))
        }
        return { outcome: 'right', normalizedEmail: tried.normalizedEmail }
      }
      if (isPowerOfTwo(attempt.failures) && (await isToldOf(stores, address, now))) {
        const user = await stores.users.byNormalizedEmail(normalizedEmail)
        const type = purpose === 'sign_in' || purpose === 'sign_up' ? 'magic_auth' : 'email_verification'
        const data = {
          status: 'failed',
          ip_address: address,
          user_agent: keptUserAgent(userAgent),
          user_id: user?.id ?? null,
          email: user?.email ?? null,
          error: tried
            ? ({ code: 'wrong_code', message: 'The code is wrong.' } as const)
            : ({ code: 'code_expired', message: 'The code has expired, or was entered too often.' } as const),
          consecutive_failures: attempt.failures,
        } as const
        const actor = { type: 'user' } as const
        const targetId = user?.id ?? null
        await recordEvent(
          stores,
          type === 'magic_auth'
            ? { name: 'authentication.magic_auth_failed', targetId, data: { type, ...data }, actor }
            : { name: 'authentication.email_verification_failed', targetId, data: { type, ...data }, actor },
          now,
          random,
        )
      }
      return { outcome: tried && tried.attempts < ATTEMPTS ? 'wrong' : 'over' }
    },
  }
}

/** @returns in how many seconds another code may be asked for; undefined if one may now. */
const countAsking = async (
  stores: Pick<Stores, 'rateLimits' | 'knownBrowsers'>,
  { pauseSeconds, windowSeconds, perEmail, perAddress }: EmailCodeLimits,
  from: { readonly normalizedEmail: string } & Pick<Asking, 'browser' | 'address' | 'purpose'>,
  now: Date,
): Promise<number | undefined> => {
  const { browser, address, normalizedEmail, purpose } = from
  // Whoever has mails sent to somebody else does not keep them from having one sent in the browser they always use.
  const { who } = await whoCounts(stores, { normalizedEmail, browser }, now)
  const counter = (what: string, most: number, seconds = windowSeconds) => ({
    keyHash: sha256(`email code ${what}`),
    windowSeconds: seconds,
    most,
  })
  const { exceeded } = await stores.rateLimits.countInTurn(
    [
      counter(`pause ${browser} ${purpose} ${normalizedEmail}`, 1, pauseSeconds),
      counter(`address ${networkOf(address)}`, perAddress),
      // Whoever reads a+1@ reads a+2@: the mails come to one mailbox, whatever the address is written like.
      counter(`email ${who === normalizedEmail ? mailboxOf(who) : who}`, perEmail),
    ],
    now,
  )
  return exceeded?.retryAfterSeconds
}

const CODES = 1_000_000
/** The largest multiple of it that three bytes hold: what is beyond would make some codes likelier than others. */
const FAIR = 16 * CODES

/** Six digits, all equally likely. */
const newCode = (random: Random): string => {
  for (;;) {
    const [high = 0, middle = 0, low = 0] = random.bytes(3)
    const number = (high << 16) | (middle << 8) | low
    if (number < FAIR) return String(number % CODES).padStart(6, '0')
  }
}

/** As people copy it, with spaces and all; digits of other scripts are what their keyboards have. */
const digitsOf = (text: string): string =>
  text
    .slice(0, 64)
    .normalize('NFKC')
    .replace(/[\u0660-\u0669\u06F0-\u06F9]/g, (digit) => String(digit.charCodeAt(0) & 0xf))
    .replace(/\D/g, '')

import type { Acting } from '../events/record.ts'
import type { MembershipChange } from '../organizations/membership.ts'
import {
  type SaidOrganization,
  type SavedMemberships,
  saveSaidMemberships,
} from '../organizations/said-memberships.ts'
import type { ConsentOption } from '../protocol/consent-option.ts'
import type { SessionId } from '../protocol/identifiers.ts'
import { paths } from '../protocol/paths.ts'
import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { Stores } from '../storage/index.ts'
import type { SessionRecord } from '../storage/stores/sessions.ts'
import type { Transaction } from '../storage/transaction.ts'
import { addSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { networkOf } from '../system/network.ts'
import { newHandle, type Random } from '../system/random.ts'
import { type SaidUser, saveExternalUser } from '../users/external-user.ts'
import type { User } from '../users/user.ts'
import type { RefusedUser } from '../users/user-fields.ts'
import { startSession } from './browser-session.ts'
import {
  type AskedOfSignIn,
  authenticatedSince,
  LOGIN_REQUEST_TYPE,
  loginRequestClaims,
  type SignLoginRequest,
} from './login-request.ts'

/*
 * Standalone: sign-in at a page of the operator's own. It begins with a row for the browser that is sent there, under an ID
 * which that page learns; whoever has an API key says once who signed in, and learns where to send the browser; and the
 * browser that began, it alone, gets the session. The ID and the address each do nothing without the other side: one needs
 * the key, the other the browser's cookie. So nobody is signed in as somebody else by a link (login CSRF), nor gets into a
 * sign-in that they only saw begin.
 */

/** Many people may share an address; each time one is sent to sign in is a row. */
export const EXTERNAL_SIGN_INS_A_MINUTE = 120

const ID_PREFIX = 'ext_auth_'

export interface ExternalSignInBegun {
  /** The browser, as browser-context.ts knows it. */
  readonly browser: string
  /** The pending request, sealed for that browser; undefined for whoever came by themselves. */
  readonly request: string | undefined
  /** There is a page on which the user can be asked to choose. */
  readonly takesConsentOptions: boolean
  readonly address: string
  /** What the login page is told is asked for; undefined for a page of ours. */
  readonly asked: AskedOfSignIn | undefined
  /** For a page of ours: how long ago they may have signed in there; undefined: at any time. */
  readonly maxAgeSeconds: number | undefined
  /** When the request came. */
  readonly startedAt: Date
  /** What tells it is signed with this; undefined: it is not told. */
  readonly algorithm: SigningAlgorithm | undefined
}

export type BegunExternalSignIn =
  | { readonly outcome: 'begun'; readonly location: string }
  | { readonly outcome: 'throttled'; readonly retryAfterSeconds: number }

/** @param loginUri where the operator has people sign in. */
export type BeginExternalSignIn = (
  loginUri: string,
  begun: ExternalSignInBegun,
  now: Date,
) => Promise<BegunExternalSignIn>

export const createBeginExternalSignIn =
  ({
    stores,
    random,
    issuer,
    signJwt,
    seconds,
    perMinute,
  }: {
    readonly stores: Pick<Stores, 'externalAuthentications' | 'rateLimits'>
    readonly random: Random
    readonly issuer: string
    readonly signJwt: SignLoginRequest
    readonly seconds: number
    /** From one network. */
    readonly perMinute: number
  }): BeginExternalSignIn =>
  async (loginUri, begun, now) => {
    const { browser, request, takesConsentOptions, address, asked, maxAgeSeconds, startedAt, algorithm } =
      begun
    // A page anywhere can have browsers open the place where one signs in, without anything to go on with: that must not
    // use up what those have who come from an application.
    const kind = request === undefined ? 'by itself' : 'for an application'
    const keyHash = sha256(`external sign-in ${kind} address ${networkOf(address)}`)
    const counter = { keyHash, windowSeconds: 60, most: perMinute }
    const { exceeded } = await stores.rateLimits.countInTurn([counter], now)
    if (exceeded) return { outcome: 'throttled', retryAfterSeconds: exceeded.retryAfterSeconds }
    const id = `${ID_PREFIX}${newHandle(random)}`
    const since = authenticatedSince(asked ?? { prompts: [], maxAgeSeconds }, startedAt)
    const expiresAt = addSeconds(now, seconds)
    await stores.externalAuthentications.insert({
      idHash: sha256(id),
      browserHash: browser,
      request: request ?? null,
      takesConsentOptions,
      authenticatedSince: since ?? null,
      createdAt: now,
      expiresAt,
    })
    const claims = loginRequestClaims({
      ...{ issuer, loginUri, asked, expiresAt },
      externalAuthId: id,
      id: newHandle(random),
      authenticatedSince: since,
      issuedAt: now,
    })
    const told = algorithm && (await signJwt({ algorithm, type: LOGIN_REQUEST_TYPE, claims }))
    return { outcome: 'begun', location: loginLocation(loginUri, id, told) }
  }

/** What is said comes last; the operator's own query stays as it is, byte by byte. */
const loginLocation = (loginUri: string, id: string, told: string | undefined): string => {
  const url = new URL(loginUri)
  const said = `external_auth_id=${id}${told === undefined ? '' : `&request=${told}`}`
  url.search = `${url.search === '' ? '?' : `${url.search}&`}${said}`
  return url.href
}

export interface CompletedSignIn {
  readonly externalAuthId: string
  readonly user: SaidUser
  /** What the user is to choose on consent pages of the session. */
  readonly consentOptions: readonly ConsentOption[]
  /** When they signed in; undefined: now. */
  readonly authenticatedAt: Date | undefined
  /** RFC 8176: how; empty where it is not said. */
  readonly amr: readonly string[]
  /** Where they belong. */
  readonly organizations: readonly SaidOrganization[]
  /** And nowhere else. */
  readonly organizationsAreComplete: boolean
}

/** What the clocks of two machines may differ by. */
const SKEW_SECONDS = 60

export type CompletedExternalSignIn =
  | { readonly outcome: 'completed'; readonly redirectUri: string; readonly user: User }
  | {
      readonly outcome: 'refused'
      readonly code:
        | 'unknown'
        | 'external_auth_session_already_completed'
        | 'user_consent_options_not_supported'
        | 'auth_time_in_future'
    }
  /** OIDC Core §3.1.2.1: the user has signed in, but before what `prompt` or `max_age` ask for. */
  | {
      readonly outcome: 'refused'
      readonly code: 'reauthentication_required'
      readonly authenticatedSince: Date
    }
  | RefusedUser
  | { readonly outcome: 'refused'; readonly memberships: RefusedMembership }

/** Which of the organizations that were said, and why not. */
export type RefusedMembership = Pick<
  Extract<SavedMemberships, { readonly outcome: 'refused' }>,
  'code' | 'index'
>

/**
 * Says who signed in, and makes or updates that user. The caller rolls back what was refused.
 *
 * @returns where the browser is to be sent.
 */
export const completeExternalSignIn = async (
  acting: Acting<
    MembershipChange['stores'] & Pick<Stores, 'externalAuthentications' | 'sessions' | 'emailCodes'>
  >,
  {
    issuer,
    seconds,
    adoptsByEmail,
  }: {
    readonly issuer: string
    readonly seconds: number
    /** Users without external ID, by an address that is verified on both sides. */
    readonly adoptsByEmail: boolean
  },
  {
    externalAuthId,
    user: said,
    consentOptions,
    authenticatedAt: saidAt = acting.now,
    amr,
    organizations,
    organizationsAreComplete,
  }: CompletedSignIn,
): Promise<CompletedExternalSignIn> => {
  const { stores, now, random } = acting
  const idHash = sha256(externalAuthId)
  const found = await stores.externalAuthentications.find(idHash)
  if (found?.completedAt) return { outcome: 'refused', code: 'external_auth_session_already_completed' }
  if (!found || found.expiresAt <= now) return { outcome: 'refused', code: 'unknown' }
  // An application of the operator's own asks its users nothing.
  if (consentOptions.length > 0 && !found.takesConsentOptions) {
    return { outcome: 'refused', code: 'user_consent_options_not_supported' }
  }
  if (saidAt > addSeconds(now, SKEW_SECONDS)) return { outcome: 'refused', code: 'auth_time_in_future' }
  const authenticatedAt = saidAt < now ? saidAt : now
  // Nothing is used up: once they have signed in again, the same sign-in can be completed.
  if (found.authenticatedSince && authenticatedAt < found.authenticatedSince) {
    const { authenticatedSince: since } = found
    return { outcome: 'refused', code: 'reauthentication_required', authenticatedSince: since }
  }
  const saved = await saveExternalUser(acting, said, adoptsByEmail)
  if (saved.outcome === 'refused') return saved
  const members = await saveSaidMemberships(acting, saved.user.id, organizations, organizationsAreComplete)
  if (members.outcome === 'refused') return { outcome: 'refused', memberships: members }
  const continuation = newHandle(random)
  const isCompleted = await stores.externalAuthentications.complete(
    idHash,
    {
      userId: saved.user.id,
      continuationHash: sha256(continuation),
      // That there are none is an answer as well, of a page that was asked.
      consentOptions: found.takesConsentOptions ? consentOptions : null,
      authenticatedAt,
      amr: [...amr],
      expiresAt: addSeconds(now, seconds),
    },
    now,
  )
  // In the meantime, by somebody else.
  if (!isCompleted) return { outcome: 'refused', code: 'external_auth_session_already_completed' }
  const redirectUri = `${issuer}${paths.continueExternalSignIn}?${new URLSearchParams({ continuation })}`
  return { outcome: 'completed', redirectUri, user: saved.user }
}

export interface ReturnedBrowser {
  readonly browser: string
  readonly address: string
  readonly userAgent: string | undefined
  /** The session this browser had; the same user's goes on, somebody else's ends. */
  readonly replaces: SessionId | undefined
}

export type ContinuedExternalSignIn =
  | {
      readonly outcome: 'signed_in'
      readonly session: SessionRecord
      readonly token: string
      /** Sealed. */
      readonly request: string | null
    }
  /** It was this browser that began, and it may begin again. */
  | { readonly outcome: 'over'; readonly request: string | null }
  | { readonly outcome: 'elsewhere' | 'unknown' }

export type ContinueExternalSignIn = (
  continuation: string,
  returned: ReturnedBrowser,
  now: Date,
) => Promise<ContinuedExternalSignIn>

export const createContinueExternalSignIn =
  ({
    stores,
    transaction,
    random,
    sessionSeconds,
  }: {
    readonly stores: Pick<Stores, 'externalAuthentications'>
    readonly transaction: Transaction
    readonly random: Random
    /** Asked before the transaction begins. */
    readonly sessionSeconds: () => Promise<number>
  }): ContinueExternalSignIn =>
  async (continuation, { browser, address, userAgent, replaces }, now) => {
    const continuationHash = sha256(continuation)
    const seconds = await sessionSeconds()
    const signedIn = await transaction(async (inside) => {
      // The user first, as whoever deletes one does: that takes this sign-in along, and of two that hold what the other
      // waits for neither would go on.
      const completed = await inside.externalAuthentications.byContinuation(continuationHash)
      if (!completed?.userId || !(await inside.users.hold(completed.userId))) return undefined
      const used = await inside.externalAuthentications.use(continuationHash, browser, now)
      if (!used || !(await inside.users.signedIn(used.userId, now))) return undefined
      const change = { stores: inside, now, random }
      const started = await startSession(change, {
        userId: used.userId,
        authenticatedAt: used.authenticatedAt,
        // How, the operator's page knows, if it says so.
        amr: used.amr,
        consentOptions: used.consentOptions,
        seconds,
        address,
        userAgent,
        former: replaces,
      })
      return { outcome: 'signed_in' as const, ...started, request: used.request }
    })
    if (signedIn) return signedIn
    const found = await stores.externalAuthentications.byContinuation(continuationHash)
    if (!found) return { outcome: 'unknown' }
    return found.browserHash === browser
      ? { outcome: 'over', request: found.request }
      : { outcome: 'elsewhere' }
  }

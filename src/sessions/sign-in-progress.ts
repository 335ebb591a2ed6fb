import { z } from 'zod'
import type { IdentityProviderId, PasskeyId, SessionId, UserId } from '../protocol/identifiers.ts'
import { addSeconds } from '../system/clock.ts'
import { openJson, type Sealer } from '../system/encryption.ts'
import { sha256 } from '../system/hash.ts'
import { newHandle, type Random } from '../system/random.ts'
import type { Identity } from './link-identity.ts'

/*
 * How far a sign-in has come. Between its pages it travels with the browser, sealed and bound to it and to the request it
 * belongs to: nothing is written for strangers, and nobody goes on with what somebody else has begun, or with what one
 * request was content with in another that wants it proved anew (OIDC Core §3.1.2.1: prompt, max_age).
 */

export interface SignInProgress {
  readonly startedAt: Date
  /** As it was typed; says who somebody wants to be, and proves nothing. */
  readonly email: string | undefined
  readonly proved: Proof | undefined
  /** The code that was sent by mail and is being asked for. */
  readonly emailCode: SentEmailCode | undefined
  /** A mailbox that was shown to be theirs, of somebody who has no account yet, or chooses a new password. */
  readonly provedEmail: string | undefined
  /** They want an account, and have not said for which address. */
  readonly isSigningUp?: boolean | undefined
  /** They were offered to set up a second factor, and would rather not now. */
  readonly hasDeclinedFactor?: boolean | undefined
  /** What an identity provider calls whoever proves to be the user with that address. */
  readonly linking?: Identity | undefined
}

const emailCodePurposes = ['sign_in', 'sign_up', 'reset_password', 'verify_email'] as const
export type EmailCodePurpose = (typeof emailCodePurposes)[number]

export interface SentEmailCode {
  readonly purpose: EmailCodePurpose
  readonly handle: string
  /** There was one before it. */
  readonly isAnother?: boolean | undefined
}

/** That somebody is a user, by one factor or more. */
export interface Proof {
  /** A session starts of a proof once, however often its page is sent. */
  readonly id: string
  readonly userId: UserId
  /** RFC 8176 */
  readonly amr: readonly string[]
  /** When the first of them was shown. */
  readonly authenticatedAt: Date
  /**
   * Of the password they had then, be it none. Whoever sets, changes or takes away a password ends what was begun before,
   * however it was proved. Undefined where a session proved it, which such a change ends or leaves.
   */
  readonly passwordFingerprint: string | undefined
  /** The session that proved it before, of which only more is wanted: it goes on, or the proof is worth nothing. */
  readonly sessionId: SessionId | undefined
  /** Those that were shown. */
  readonly passkeyIds: readonly PasskeyId[]
  /** The identity provider that vouches for them, */
  readonly providerId: IdentityProviderId | undefined
  /** and what it calls them. */
  readonly subject: string | undefined
  /** Whose mail they have shown to read: that of the account, or it proves nothing. */
  readonly normalizedEmail: string | undefined
}

/** Somebody begins, and may have said who they are. */
export const newProgress = (startedAt: Date, email?: string): SignInProgress => ({
  startedAt,
  email,
  proved: undefined,
  emailCode: undefined,
  provedEmail: undefined,
})

/** What a first factor proves: by a password, or besides the one they have; or by a session. */
export const newProof = (
  {
    userId,
    amr,
    authenticatedAt,
    passwordFingerprint,
    sessionId,
    passkeyIds = [],
    providerId,
    subject,
    normalizedEmail,
  }: Pick<Proof, 'userId' | 'amr' | 'authenticatedAt'> &
    (
      | { readonly passwordFingerprint: string; readonly sessionId?: undefined }
      | { readonly passwordFingerprint?: undefined; readonly sessionId: SessionId }
    ) &
    Partial<Pick<Proof, 'passkeyIds' | 'providerId' | 'subject' | 'normalizedEmail'>>,
  random: Random,
): Proof => ({
  id: newHandle(random),
  ...{ userId, amr, authenticatedAt, passwordFingerprint, sessionId, passkeyIds, providerId, subject },
  normalizedEmail,
})

/** The same with one factor more. @param passkeyId of one that is a passkey. */
export const withSecondFactor = (proof: Proof, amr: readonly string[], passkeyId?: PasskeyId): Proof => ({
  ...proof,
  amr: [...new Set([...proof.amr, ...amr, 'mfa'])],
  passkeyIds: passkeyId === undefined ? proof.passkeyIds : [...proof.passkeyIds, passkeyId],
})

/** Of a password hash as it is stored; null: of there being none. */
export const fingerprintOf = (passwordHash: string | null): string =>
  sha256(passwordHash === null ? 'no password' : `password hash ${passwordHash}`)

/** Where a sign-in began, and goes on. */
export interface SignInPlace {
  /** What only the same browser will show again. */
  readonly browser: string
  /** What tells its authorization request from every other; undefined if there is none. */
  readonly request: string | undefined
}

export interface SignInProgresses {
  seal(progress: SignInProgress, place: SignInPlace): string
  /** Undefined if it has expired, is of another place, or was never ours. */
  open(sealed: string, place: SignInPlace, now: Date): SignInProgress | undefined
}

const shape = z.object({
  startedAt: z.number(),
  email: z.string().optional(),
  proved: z
    .object({
      id: z.string(),
      userId: z.string(),
      amr: z.array(z.string()),
      authenticatedAt: z.number(),
      passwordFingerprint: z.string().optional(),
      sessionId: z.string().optional(),
      passkeyIds: z.array(z.string()).default([]),
      providerId: z.string().optional(),
      subject: z.string().optional(),
      normalizedEmail: z.string().optional(),
    })
    .optional(),
  emailCode: z
    .object({
      purpose: z.enum(emailCodePurposes),
      handle: z.string(),
      isAnother: z.boolean().optional(),
    })
    .optional(),
  provedEmail: z.string().optional(),
  isSigningUp: z.boolean().optional(),
  hasDeclinedFactor: z.boolean().optional(),
  linking: z
    .object({
      providerId: z.string(),
      subject: z.string(),
      email: z.string(),
      organizationId: z.string().nullable(),
    })
    .optional(),
})

const boundTo = ({ browser, request = '' }: SignInPlace): string => `${browser} ${request}`

export const createSignInProgresses = (sealer: Sealer, lifetimeSeconds: number): SignInProgresses => ({
  seal: (progress, place) => {
    const { startedAt, email, proved, emailCode, provedEmail, isSigningUp, hasDeclinedFactor, linking } =
      progress
    const content: z.input<typeof shape> = {
      startedAt: startedAt.getTime(),
      email,
      proved: proved && {
        ...proved,
        amr: [...proved.amr],
        passkeyIds: [...proved.passkeyIds],
        authenticatedAt: proved.authenticatedAt.getTime(),
      },
      emailCode,
      provedEmail,
      isSigningUp,
      hasDeclinedFactor,
      linking,
    }
    return sealer.seal(JSON.stringify(content), boundTo(place))
  },

  open: (sealed, place, now) => {
    const content = openJson(sealer, shape, sealed, boundTo(place))
    if (!content) return undefined
    const startedAt = new Date(content.startedAt)
    if (addSeconds(startedAt, lifetimeSeconds) <= now) return undefined
    return {
      startedAt,
      email: content.email,
      proved: content.proved && proofOf(content.proved),
      emailCode: content.emailCode,
      provedEmail: content.provedEmail,
      isSigningUp: content.isSigningUp,
      hasDeclinedFactor: content.hasDeclinedFactor,
      linking: content.linking as Identity | undefined,
    }
  },
})

/** Sealed by ourselves, so the identifiers are what they were. */
const proofOf = (proved: NonNullable<z.output<typeof shape>['proved']>): Proof => ({
  id: proved.id,
  userId: proved.userId as UserId,
  amr: proved.amr,
  authenticatedAt: new Date(proved.authenticatedAt),
  passwordFingerprint: proved.passwordFingerprint,
  sessionId: proved.sessionId as SessionId | undefined,
  passkeyIds: proved.passkeyIds as PasskeyId[],
  providerId: proved.providerId as IdentityProviderId | undefined,
  subject: proved.subject,
  normalizedEmail: proved.normalizedEmail,
})

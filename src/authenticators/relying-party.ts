import { isIP } from 'node:net'
import type {
  AuthenticatorTransport,
  PublicKeyCredentialCreationOptionsJSON,
  PublicKeyCredentialRequestOptionsJSON,
} from '@simplewebauthn/server'
import { z } from 'zod'
import type { UserId } from '../protocol/identifiers.ts'
import type { PasskeyRecord } from '../storage/stores/passkeys.ts'

/*
 * Who asks for passkeys, what for, and how what browsers answer is read. The options are those of WebAuthn's JSON
 * (WebAuthn §5.1.8): the page's script hands them to the browser as they are.
 */

/** WebAuthn §4: where passkeys are asked for, and whose they are. */
export interface RelyingParty {
  readonly origin: string
  /** The host of the issuer: passkeys are lost with it. */
  readonly id: string
}

/** WebAuthn §5.1.3: undefined at an IP address, which is no domain that a passkey could belong to. */
export const relyingPartyOf = (issuer: string): RelyingParty | undefined => {
  const { origin, hostname } = new URL(issuer)
  return isIP(hostname.replace(/^\[|\]$/g, '')) === 0 ? { origin, id: hostname } : undefined
}

/** For somebody who looks for their telephone. */
const PATIENCE_MILLISECONDS = 5 * 60 * 1000

/** RFC 9053 §2, RFC 8812 §2: what nearly all authenticators can do, the best first. */
const ALGORITHMS = { EdDSA: -8, ES256: -7, RS256: -257 } as const
export const passkeyAlgorithms: readonly number[] = Object.values(ALGORITHMS)

const descriptorOf = ({ credentialId, transports }: PasskeyRecord) => ({
  id: credentialId,
  type: 'public-key' as const,
  // What an authenticator said, and tomorrow's may say what nobody knows today.
  transports: transports as AuthenticatorTransport[],
})

/** Tells nothing about the person (WebAuthn §14.6.1), and outlives every change of what people call them. */
const userHandleOf = (userId: UserId): string => Buffer.from(userId).toString('base64url')

export const isUserHandleOf = (userId: UserId, handle: string): boolean => handle === userHandleOf(userId)

export const creationOptions = ({
  relyingParty,
  operator,
  user,
  challenge,
  passkeys,
}: {
  readonly relyingParty: RelyingParty
  readonly operator: string
  readonly user: { readonly id: UserId; readonly email: string; readonly name: string }
  readonly challenge: string
  readonly passkeys: readonly PasskeyRecord[]
}): PublicKeyCredentialCreationOptionsJSON => ({
  challenge,
  rp: { id: relyingParty.id, name: operator },
  user: { id: userHandleOf(user.id), name: user.email, displayName: user.name },
  pubKeyCredParams: passkeyAlgorithms.map((alg) => ({ type: 'public-key', alg })),
  timeout: PATIENCE_MILLISECONDS,
  // One of each authenticator is enough.
  excludeCredentials: passkeys.map(descriptorOf),
  // Found without knowing who it is; who that is is verified where the authenticator can.
  authenticatorSelection: {
    residentKey: 'required',
    requireResidentKey: true,
    userVerification: 'preferred',
  },
  // Whose make it is is not our business (WebAuthn §14.4.1).
  attestation: 'none',
})

export const requestOptions = ({
  relyingParty,
  challenge,
  passkeys,
}: {
  readonly relyingParty: RelyingParty
  readonly challenge: string
  /** Of the user, where that is known. */
  readonly passkeys?: readonly PasskeyRecord[]
}): PublicKeyCredentialRequestOptionsJSON => ({
  challenge,
  rpId: relyingParty.id,
  timeout: PATIENCE_MILLISECONDS,
  // By itself it is two factors only if the authenticator has made sure who holds it.
  userVerification: passkeys ? 'preferred' : 'required',
  ...(passkeys && { allowCredentials: passkeys.map(descriptorOf) }),
})

const MAXIMUM_LENGTH = 16 * 1024

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)

const credential = {
  id: base64url.max(1400),
  rawId: base64url,
  type: z.literal('public-key'),
  clientExtensionResults: z.looseObject({}).default({}),
}

const registrationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(8).default([]),
  }),
})

const authenticationSchema = z.object({
  ...credential,
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
    userHandle: base64url.nullish(),
  }),
})

export type RegistrationAnswer = z.output<typeof registrationSchema>
export type AuthenticationAnswer = z.output<typeof authenticationSchema>

const read =
  <Schema extends z.ZodType>(schema: Schema) =>
  (text: string): z.output<Schema> | undefined => {
    if (text.length > MAXIMUM_LENGTH) return undefined
    try {
      return schema.safeParse(JSON.parse(text)).data
    } catch {
      // JSON.parse alone throws here: it is none.
      return undefined
    }
  }

/** WebAuthn §5.1: RegistrationResponseJSON, as far as it is looked at; undefined if it is none. */
export const readRegistration = read(registrationSchema)

/** AuthenticationResponseJSON likewise. */
export const readAuthentication = read(authenticationSchema)

/** Why an answer does not verify, for the log: what the library quotes of it is whatever somebody sent. */
export const problemOf = (error: unknown): string =>
  error instanceof Error ? error.message.replaceAll(/"[^"]*"?/g, '…') : 'the answer cannot be verified'

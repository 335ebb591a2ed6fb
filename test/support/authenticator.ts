import { createHash, generateKeyPairSync, type KeyObject, randomBytes, sign } from 'node:crypto'
import { isoCBOR } from '@simplewebauthn/server/helpers'

/*
 * A passkey in software (WebAuthn Level 3), which signs whatever it is told to: with another origin, challenge, counter or
 * owner than a browser would let it.
 */

const base64url = (bytes: Uint8Array | string): string => Buffer.from(bytes).toString('base64url')
const sha256 = (bytes: Uint8Array | string): Buffer => createHash('sha256').update(bytes).digest()

/** What is to be otherwise than it ought to be. */
export interface Tampering {
  readonly origin?: string
  readonly challenge?: string
  readonly type?: string
  readonly rpId?: string
  readonly userHandle?: string | undefined
  readonly signCount?: number
  readonly isUserVerified?: boolean
  readonly isUserPresent?: boolean
  readonly signature?: Uint8Array
  /** Another attestation than none. */
  readonly attestation?: Map<string, unknown>
}

export interface SoftAuthenticator {
  readonly credentialId: string
  signCount: number
  /** The JSON of the answer to `navigator.credentials.create`. */
  register(options: CreationOptions, tampering?: Tampering): string
  /** The JSON of the answer to `navigator.credentials.get`. */
  authenticate(options: { readonly challenge: string; readonly rpId?: string }, tampering?: Tampering): string
}

export interface CreationOptions {
  readonly challenge: string
  readonly rp: { readonly id?: string }
  readonly user: { readonly id: string }
}

export const softAuthenticator = (
  origin: string,
  { isSynced = true }: { readonly isSynced?: boolean } = {},
): SoftAuthenticator => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const id = randomBytes(32)
  let owner = base64url('nobody')
  const clientDataOf = (type: string, challenge: string, tampering: Tampering) =>
    Buffer.from(
      JSON.stringify({
        type: tampering.type ?? type,
        challenge: tampering.challenge ?? challenge,
        origin: tampering.origin ?? origin,
        crossOrigin: false,
      }),
    )
  const authenticatorDataOf = (rpId: string, tampering: Tampering, made: Uint8Array = new Uint8Array()) => {
    const flags =
      (tampering.isUserPresent === false ? 0 : 0x01) |
      (tampering.isUserVerified === false ? 0 : 0x04) |
      (isSynced ? 0x18 : 0) |
      (made.length > 0 ? 0x40 : 0)
    const counter = Buffer.alloc(4)
    counter.writeUInt32BE(tampering.signCount ?? authenticator.signCount)
    return Buffer.concat([sha256(tampering.rpId ?? rpId), Buffer.from([flags]), counter, made])
  }
  const answer = (response: object) =>
    JSON.stringify({
      id: base64url(id),
      rawId: base64url(id),
      type: 'public-key',
      clientExtensionResults: {},
      response,
    })

  const authenticator: SoftAuthenticator = {
    credentialId: base64url(id),
    signCount: 0,
    register: ({ challenge, rp, user }, tampering = {}) => {
      owner = user.id
      const length = Buffer.alloc(2)
      length.writeUInt16BE(id.length)
      const made = Buffer.concat([Buffer.alloc(16), length, id, coseKeyOf(publicKey)])
      const authData = authenticatorDataOf(rp.id ?? new URL(origin).hostname, tampering, made)
      const attestation =
        tampering.attestation ??
        new Map<string, unknown>([
          ['fmt', 'none'],
          ['attStmt', new Map()],
        ])
      const attestationObject = isoCBOR.encode(
        new Map<string, unknown>([...attestation, ['authData', new Uint8Array(authData)]]) as never,
      )
      return answer({
        clientDataJSON: base64url(clientDataOf('webauthn.create', challenge, tampering)),
        attestationObject: base64url(attestationObject),
        transports: ['internal'],
      })
    },
    authenticate: ({ challenge, rpId = new URL(origin).hostname }, tampering = {}) => {
      const clientData = clientDataOf('webauthn.get', challenge, tampering)
      const authData = authenticatorDataOf(rpId, tampering)
      const signature =
        tampering.signature ?? sign('sha256', Buffer.concat([authData, sha256(clientData)]), privateKey)
      return answer({
        clientDataJSON: base64url(clientData),
        authenticatorData: base64url(authData),
        signature: base64url(signature),
        userHandle: 'userHandle' in tampering ? tampering.userHandle : owner,
      })
    },
  }
  return authenticator
}

/** RFC 9053 §7.1.1: kty EC2, alg ES256, crv P-256. */
const coseKeyOf = (key: KeyObject): Uint8Array => {
  const { x = '', y = '' } = key.export({ format: 'jwk' })
  return isoCBOR.encode(
    new Map<number, unknown>([
      [1, 2],
      [3, -7],
      [-1, 1],
      [-2, new Uint8Array(Buffer.from(x, 'base64url'))],
      [-3, new Uint8Array(Buffer.from(y, 'base64url'))],
    ]) as never,
  )
}

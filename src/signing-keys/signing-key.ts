import { exportJWK, generateKeyPair, importJWK, type JWK } from 'jose'
import { newIdentifier } from '../protocol/identifiers.ts'
import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import type { SigningKeyRecord } from '../storage/stores/signing-keys.ts'
import type { Sealer } from '../system/encryption.ts'
import type { Random } from '../system/random.ts'
import { createSign, type Sign } from '../system/signature.ts'

/*
 * This room owns the keys that tokens are signed with: how they are made, when they sign (rotation.ts), and the set
 * of them a node works with (key-ring.ts). A private key leaves the database sealed and is opened here alone; no
 * function of this room returns its parameters.
 *
 *   upcoming → active → retiring → retired
 *   published  signs    published  forgotten
 */

/**
 * A signing key is its record. `algorithm` is whatever the database says: a node of the version before must not
 * stumble over the key of an algorithm it does not know yet.
 */
export type SigningKey = SigningKeyRecord

export type SigningKeyState = 'upcoming' | 'active' | 'retiring' | 'retired'

/** Read from the instants alone, so that all nodes change their minds together and nobody has to write. */
export const signingKeyState = (
  { activatesAt, retiresAt, withdrawnAt }: Pick<SigningKey, 'activatesAt' | 'retiresAt' | 'withdrawnAt'>,
  now: Date,
): SigningKeyState => {
  // In this order: a key that leaked may be withdrawn before it was ever active.
  if (withdrawnAt !== null && withdrawnAt <= now) return 'retired'
  if (retiresAt !== null && retiresAt <= now) return 'retiring'
  return activatesAt <= now ? 'active' : 'upcoming'
}

/** Whether verifiers are told of the key: before it signs, and for as long as something signed with it is valid. */
export const isPublished = (key: SigningKey, now: Date): boolean => signingKeyState(key, now) !== 'retired'

/** The keys of one algorithm in one state, the one that begins first in front. */
export const keysInState = (
  keys: readonly SigningKey[],
  algorithm: string,
  state: SigningKeyState,
  now: Date,
): SigningKey[] =>
  keys
    .filter((key) => key.algorithm === algorithm && signingKeyState(key, now) === state)
    .sort((a, b) => a.activatesAt.getTime() - b.activatesAt.getTime() || (a.kid < b.kid ? -1 : 1))

/**
 * The key to sign with now: the active one, the newest if there are several. With none, the next upcoming one: a
 * key made to be active at once on a node whose clock is a second ahead must not make the others refuse to sign.
 */
export const signingKeyAt = (
  keys: readonly SigningKey[],
  algorithm: string,
  now: Date,
): SigningKey | undefined =>
  activeKey(keys, algorithm, now) ?? keysInState(keys, algorithm, 'upcoming', now).at(0)

const activeKey = (keys: readonly SigningKey[], algorithm: string, now: Date): SigningKey | undefined =>
  keysInState(keys, algorithm, 'active', now).at(-1)

/** The same where another algorithm will do as long as no key of this one is active. */
export const signingKeyOrSubstitute = (
  keys: readonly SigningKey[],
  algorithm: string,
  substitute: string | undefined,
  now: Date,
): SigningKey | undefined =>
  activeKey(keys, algorithm, now) ??
  (substitute === undefined ? undefined : activeKey(keys, substitute, now)) ??
  signingKeyAt(keys, algorithm, now)

/** A private key in the database was sealed with another secret. */
export class UnreadableSigningKey extends Error {
  override readonly name = 'UnreadableSigningKey'
  readonly kid: string

  constructor(kid: string) {
    super(
      `The signing key ${kid} was encrypted with another LATCHKEY_SECRET than this one. ` +
        'Set LATCHKEY_SECRET to the value it had when the key was made, the same on every node. ' +
        `If that value is lost, replace the key with: latchkey keys retire ${kid} ` +
        '(tokens signed with it stop being accepted).',
    )
    this.kid = kid
  }
}

/** RFC 7518 §3.3: RSA keys of 2048 bits or more. Larger ones sign several times slower for no present gain. */
const RSA_MODULUS_BITS = 2048

/**
 * A new key whose private part is sealed under its kid, so that the text of one row does not open in another.
 *
 * The kid is an ID like all others, not the RFC 7638 thumbprint (RFC 7517 §4.5 leaves the choice): it is known for
 * what it is in a log, tells when the key was made, and never begins with "-", which a command line takes for an
 * option. What a thumbprint would add, that it follows from the key, nobody checks.
 */
export const generateSigningKey = async (
  algorithm: SigningAlgorithm,
  activatesAt: Date,
  { sealer, random, now }: { readonly sealer: Sealer; readonly random: Random; readonly now: Date },
): Promise<SigningKey> => {
  const pair = await generateKeyPair(algorithm, { extractable: true, modulusLength: RSA_MODULUS_BITS })
  const kid = newIdentifier('signingKey', now, random)
  const privateJwk = await exportJWK(pair.privateKey)
  return {
    kid,
    algorithm,
    publicJwk: publicMembers({ ...(await exportJWK(pair.publicKey)), use: 'sig', alg: algorithm, kid }),
    privateJwkSealed: sealer.seal(JSON.stringify(privateJwk), kid),
    createdAt: now,
    activatesAt,
    retiresAt: null,
    withdrawnAt: null,
  }
}

/** RFC 7517 §4 and the public parameters of RFC 7518 §6.2.1, §6.3.1 and RFC 8037 §2, in the order we write them. */
const PUBLIC_MEMBERS = ['kty', 'use', 'alg', 'kid', 'crv', 'x', 'y', 'n', 'e'] as const

/** RFC 7517 §9.2: a list of what may be told, so that nothing else ever is. */
export const publicMembers = (jwk: Readonly<Record<string, unknown>>): Record<string, unknown> =>
  Object.fromEntries(PUBLIC_MEMBERS.filter((name) => name in jwk).map((name) => [name, jwk[name]]))

/** Whether its private part was sealed with this secret. */
export const isReadable = (key: SigningKey, sealer: Sealer): boolean =>
  sealer.open(key.privateJwkSealed, key.kid) !== undefined

/** What signs with it. @throws UnreadableSigningKey if it was sealed with another secret. */
export const openPrivateKey = (
  { kid, privateJwkSealed }: SigningKey,
  algorithm: SigningAlgorithm,
  sealer: Sealer,
): Sign => {
  const plaintext = sealer.open(privateJwkSealed, kid)
  if (plaintext === undefined) throw new UnreadableSigningKey(kid)
  return createSign(JSON.parse(plaintext) as Record<string, unknown>, algorithm)
}

export const importPublicKey = async ({ kid, algorithm, publicJwk }: SigningKey): Promise<CryptoKey> => {
  const imported = await importJWK(publicMembers(publicJwk) as JWK, algorithm, { extractable: false })
  // RFC 8725 §2.1: a symmetric key would let everybody who may verify also sign.
  if (imported instanceof Uint8Array) throw new Error(`The signing key ${kid} is not an asymmetric one.`)
  return imported
}

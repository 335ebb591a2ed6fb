import { calculateJwkThumbprint, compactVerify, decodeProtectedHeader, errors, importJWK } from 'jose'
import { algorithmsOf, checkedKeySet, type PublicJwk } from '../clients/key-set.ts'
import { OAuthError } from '../protocol/error.ts'
import type { Stores } from '../storage/index.ts'
import { addSeconds, toEpochSeconds } from '../system/clock.ts'
import { constantTimeEqual, sha256 } from '../system/hash.ts'
import { type DpopNonces, NONCE_SECONDS } from './dpop-nonce.ts'

/** What checking proofs takes. */
export interface DpopChecking {
  readonly nonces: DpopNonces
  /** The issuer, and where else the endpoints answer, as origins. */
  readonly origins: readonly string[]
}

/** The request that a proof has to be made for. */
export interface ProvedRequest {
  /** The values of its DPoP headers, one for each. */
  readonly proofs: readonly string[]
  readonly method: string
  readonly path: string
  /** Where the proof comes with a token: that one. */
  readonly accessToken: string | undefined
  readonly algorithms: readonly string[]
  /** RFC 9449 §8: a proof without a nonce of ours is not enough. */
  readonly needsNonce: boolean
}

export interface CheckedProof {
  /** RFC 9449 §6.1: the thumbprint of the key. */
  readonly jkt: string
  /** Whether its maker uses nonces, and wants the next. */
  readonly hasNonce: boolean
  /** By which it is known when it comes again, and until when that has to be remembered. */
  readonly mark: { readonly hash: string; readonly expiresAt: Date }
}

/** Seconds that a proof without a nonce is taken after it was made, and before: clocks differ. */
const WINDOW = { late: 60, early: 10 }
const MAXIMUM_LENGTH = 8192
const MAXIMUM_JTI_LENGTH = 256

/**
 * RFC 9449 §4.3: the checks of the proof in itself. Writes nothing: whoever may cause that is for the caller to know, who
 * then has to see that the proof is used once.
 *
 * @throws OAuthError invalid_dpop_proof, use_dpop_nonce
 */
export const checkDpopProof = async (
  { nonces, origins }: DpopChecking,
  request: ProvedRequest,
  now: Date,
): Promise<CheckedProof> => {
  const [proof, second] = request.proofs
  if (proof === undefined) throw invalidProof('the DPoP header is missing')
  // §4.3 (1): not more than one.
  if (second !== undefined) throw invalidProof('two DPoP headers')
  const { claims, key } = await verified(proof, request.algorithms)
  const { jti, htm, htu, iat, nonce, ath } = claims
  // §4.3 (3): all required claims.
  if (typeof jti !== 'string' || jti === '' || jti.length > MAXIMUM_JTI_LENGTH) {
    throw invalidProof('jti is missing')
  }
  if (typeof iat !== 'number' || !Number.isFinite(iat)) throw invalidProof('iat is missing')
  // §4.3 (8), (9)
  if (htm !== request.method) throw invalidProof('htm is not the method')
  const uri = typeof htu === 'string' ? comparableUri(htu) : undefined
  if (uri === undefined || !origins.some((origin) => comparableUri(origin + request.path) === uri)) {
    throw invalidProof('htu is not the URI of the request')
  }
  // §4.3 (12): the token it came with. Here a refusal is final, so before what can be mended.
  if (request.accessToken !== undefined) {
    if (typeof ath !== 'string' || !constantTimeEqual(ath, sha256(request.accessToken))) {
      throw invalidProof('ath is not the hash of the access token')
    }
  }
  // §4.3 (10), (11): a nonce of ours says when it was made better than any clock of theirs.
  const expiresAt = freshUntil({ nonce, iat }, nonces, request.needsNonce, now)
  const jkt = await calculateJwkThumbprint({ ...key })
  // By the key, so that nobody can use up the jti of somebody else.
  const mark = { hash: sha256(JSON.stringify(['dpop_proof', jkt, jti])), expiresAt }
  return { jkt, hasNonce: nonce !== undefined, mark }
}

/** RFC 9449 §11.1: a proof is taken once, on all nodes together. @throws OAuthError invalid_dpop_proof */
export const useProof = async (
  { seenOnce }: Pick<Stores, 'seenOnce'>,
  { mark }: Pick<CheckedProof, 'mark'>,
): Promise<void> => {
  if (!(await seenOnce.mark(mark.hash, mark.expiresAt))) {
    throw invalidProof('the jti of the proof was used before')
  }
}

/** Until when it must be remembered. @throws OAuthError use_dpop_nonce, invalid_dpop_proof */
const freshUntil = (
  { nonce, iat }: { readonly nonce: unknown; readonly iat: number },
  nonces: DpopNonces,
  needsNonce: boolean,
  now: Date,
): Date => {
  if (nonce !== undefined) {
    if (typeof nonce !== 'string') throw invalidProof('nonce is not a text')
    if (!nonces.isTaken(nonce, now)) throw useNonce('the nonce is not one of ours, or too old')
    return addSeconds(now, NONCE_SECONDS)
  }
  if (needsNonce) throw useNonce('the proof has no nonce')
  const seconds = toEpochSeconds(now)
  // Recoverable: with a nonce the clock of the client does not matter (§8, §11.1).
  if (iat < seconds - WINDOW.late || iat > seconds + WINDOW.early) throw useNonce('iat is not now')
  return addSeconds(now, WINDOW.late + 2 * WINDOW.early)
}

/** §4.3 (2), (4) to (7). */
const verified = async (
  proof: string,
  algorithms: readonly string[],
): Promise<{ readonly claims: Readonly<Record<string, unknown>>; readonly key: PublicJwk }> => {
  if (proof.length > MAXIMUM_LENGTH) throw invalidProof('the proof is too long')
  try {
    const { typ, alg, jwk, crit } = decodeProtectedHeader(proof)
    if (typ !== 'dpop+jwt') throw invalidProof('typ is not dpop+jwt')
    if (typeof alg !== 'string' || !algorithms.includes(alg)) throw invalidProof('alg is not allowed')
    if (crit !== undefined) throw invalidProof('crit is not understood')
    // RFC 9449 §4.2: a public key, no part of a private one; RFC 8725 §3.2, §3.5: of a kind and size to rely on.
    const checked = typeof jwk === 'object' && jwk !== null ? checkedKeySet([{ ...jwk }]) : undefined
    const key = checked && 'keySet' in checked ? checked.keySet.keys[0] : undefined
    if (!key || !algorithmsOf(key).includes(alg)) throw invalidProof('jwk is not a public key of that alg')
    const { payload } = await compactVerify(proof, await importJWK({ ...key }, alg), { algorithms: [alg] })
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    if (typeof claims !== 'object' || claims === null) throw invalidProof('the claims are no object')
    return { claims: { ...claims }, key }
  } catch (error) {
    // What the library and its key import throw at what is no JWS: all of it is what was sent.
    if (error instanceof OAuthError) throw error
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
      throw invalidProof('the proof is not a JWT, or its signature is wrong')
    }
    throw error
  }
}

/** RFC 9449 §4.3 (9), RFC 3986 §6.2.2, §6.2.3: without query and fragment, in the form that all spellings share. */
const comparableUri = (text: string): string | undefined => {
  const url = URL.parse(text)
  if (url === null || !/^https?:\/\//i.test(text) || url.username + url.password !== '') return undefined
  // The parser has lowered scheme and host, taken out default ports and dots; the rest is what need not be escaped.
  const path = url.pathname.replace(/%[0-9a-f]{2}/gi, (escaped) => {
    const character = String.fromCharCode(Number.parseInt(escaped.slice(1), 16))
    return /[A-Za-z0-9._~-]/.test(character) ? character : escaped.toUpperCase()
  })
  return url.origin + path
}

const invalidProof = (reason: string): OAuthError =>
  new OAuthError('invalid_dpop_proof', 'The DPoP proof is missing or invalid.', `DPoP: ${reason}`)

const useNonce = (reason: string): OAuthError =>
  new OAuthError(
    'use_dpop_nonce',
    'The DPoP proof must have the nonce of the DPoP-Nonce header.',
    `DPoP: ${reason}`,
  )

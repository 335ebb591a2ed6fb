import { errors, type JWTVerifyGetKey, jwtVerify } from 'jose'
import { LRUCache } from 'lru-cache'
import { toEpochSeconds } from '../system/clock.ts'
import { sha256 } from '../system/hash.ts'
import { type AccessTokenClaims, readAccessTokenClaims } from './access-token.ts'

/*
 * The same token comes again and again, and a signature that was right stays so: it is not verified anew while its key is
 * published. All that may have changed is: the key, the time, and whatever the token stands on (verify.ts).
 */

/** Signature, issuer, times and shape of an access token. Says nothing of what has happened since it was issued. */
export type VerifySignature = (token: string, now: Date) => Promise<AccessTokenClaims | undefined>

/** Tokens that are in use at a node at one time; some kilobytes each. */
const MOST = 5_000

/** Header types an access token of ours may carry: an ID token says JWT too, but names no client_id. */
const accessTokenTypes = new Set(['at+jwt', 'jwt'])

/** RFC 7515 §2, §7.1: base64url has no padding and no white space, which decoders put up with. */
const COMPACT = /^[\w-]+\.[\w-]+\.[\w-]+$/

type Key = Awaited<ReturnType<JWTVerifyGetKey>>

interface Verified {
  readonly claims: AccessTokenClaims
  readonly header: Parameters<JWTVerifyGetKey>[0]
  readonly key: Key
}

export const createVerifySignature = ({
  issuer,
  keyOf,
}: {
  readonly issuer: string
  /** Published keys by kid; pins the algorithm of each (RFC 8725 §3.1). */
  readonly keyOf: JWTVerifyGetKey
}): VerifySignature => {
  const known = new LRUCache<string, Verified>({ max: MOST })

  const verify = async (token: string, now: Date): Promise<Verified | undefined> => {
    let key: Key | undefined
    const { payload, protectedHeader } = await jwtVerify(
      token,
      async (header, input) => {
        key = await keyOf(header, input)
        return key
      },
      { issuer, currentDate: now, requiredClaims: ['exp', 'iat', 'jti'] },
    )
    // RFC 9068 §4: reject what is typed as something else.
    if (!accessTokenTypes.has((protectedHeader.typ ?? '').toLowerCase())) return undefined
    const claims = readAccessTokenClaims(payload)
    return claims && key && { claims, header: protectedHeader, key }
  }

  return async (token, now) => {
    if (!COMPACT.test(token)) return undefined
    const hash = sha256(token)
    try {
      const remembered = known.get(hash)
      if (remembered) {
        // It may be published no more.
        const isSameKey = (await keyOf(remembered.header, { payload: '', signature: '' })) === remembered.key
        if (isSameKey) return isPast(remembered.claims.exp, now) ? undefined : remembered.claims
        known.delete(hash)
      }
      const verified = await verify(token, now)
      if (verified) known.set(hash, verified)
      return verified?.claims
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }
}

/** RFC 7519 §4.1.4: on or after which it must not be accepted. */
const isPast = (exp: number, now: Date): boolean => exp <= toEpochSeconds(now)

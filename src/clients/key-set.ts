import { isPlainText } from '../protocol/plain-text.ts'
import { isWebUri } from '../protocol/web-uri.ts'
import { readPublicKey } from '../system/public-key.ts'

/*
 * Public keys by which an application proves who it is (RFC 7591 §2: jwks). Kept are the members that are understood,
 * and no key that is a secret, or too weak, or not a key at all.
 */

export type PublicJwk = Readonly<Record<string, string>>

export interface KeySet {
  readonly keys: readonly PublicJwk[]
}

export interface KeyProblem {
  readonly field: string
  readonly code:
    | 'private_key'
    | 'symmetric_key'
    | 'unsupported_key'
    | 'weak_key'
    | 'invalid_key'
    | 'keys_required'
    | 'kid_required'
    | 'kid_repeated'
    | 'not_for_signatures'
    | 'unsupported_algorithm'
    | 'jwks_uri_invalid'
  readonly message: string
}

const MAXIMUM_KID_LENGTH = 255

/** RFC 7518 §6.2.2, §6.3.2, §6.4.1: what only the owner of a key may know. */
export const PRIVATE_MEMBERS = ['d', 'p', 'q', 'dp', 'dq', 'qi', 'oth', 'k']

/** NIST SP 800-131A; and a bound on the work that one signature can make us do. */
const RSA_BITS = { least: 2048, most: 8192 }

const RSA_ALGORITHMS = ['RS256', 'RS384', 'RS512', 'PS256', 'PS384', 'PS512']

/** By kty and curve: the members that make the key, and the algorithms it can sign with (RFC 7518 §3.1, RFC 8037 §3.1). */
const kinds: Readonly<
  Record<string, { readonly members: readonly string[]; readonly algorithms: readonly string[] }>
> = {
  RSA: { members: ['n', 'e'], algorithms: RSA_ALGORITHMS },
  'EC P-256': { members: ['crv', 'x', 'y'], algorithms: ['ES256'] },
  'EC P-384': { members: ['crv', 'x', 'y'], algorithms: ['ES384'] },
  'EC P-521': { members: ['crv', 'x', 'y'], algorithms: ['ES512'] },
  'OKP Ed25519': { members: ['crv', 'x'], algorithms: ['EdDSA', 'Ed25519'] },
}

/** What a key that was checked can sign with: what it says itself, or all that its kind can. */
export const algorithmsOf = ({ kty, crv, alg }: PublicJwk): readonly string[] =>
  alg !== undefined ? [alg] : (kinds[kty === 'RSA' ? 'RSA' : `${kty} ${crv}`]?.algorithms ?? [])

/** Whether anything it signs could be verified: with keys, or an address where it publishes some. */
export const hasKeys = ({
  jwks,
  jwksUri,
}: {
  readonly jwks: { readonly keys: readonly unknown[] } | null
  readonly jwksUri: string | null
}): boolean => jwksUri !== null || (jwks?.keys ?? []).length > 0

/** The keys as they are kept, or what is wrong with them. */
export const checkedKeySet = (
  given: readonly Readonly<Record<string, unknown>>[],
): { readonly keySet: KeySet } | { readonly problems: readonly KeyProblem[] } => {
  const kids = new Set<string>()
  const problems: KeyProblem[] = []
  const keys = given.map((jwk, index) => {
    const field = `jwks.keys.${index}`
    const checked = checkedKey(jwk, field)
    if ('problem' in checked) problems.push(checked.problem)
    else {
      const { kid } = checked.key
      if (kid === undefined && given.length > 1) {
        problems.push({
          field: `${field}.kid`,
          code: 'kid_required',
          message: 'Of several keys each needs one.',
        })
      }
      if (kid !== undefined && kids.has(kid)) {
        problems.push({ field: `${field}.kid`, code: 'kid_repeated', message: 'Another key has the same.' })
      }
      if (kid !== undefined) kids.add(kid)
    }
    return 'key' in checked ? checked.key : {}
  })
  return problems.length > 0 ? { problems } : { keySet: { keys } }
}

const checkedKey = (
  jwk: Readonly<Record<string, unknown>>,
  field: string,
): { readonly key: PublicJwk } | { readonly problem: KeyProblem } => {
  const problem = (member: string, code: KeyProblem['code'], message: string) => ({
    problem: { field: member === '' ? field : `${field}.${member}`, code, message },
  })
  const { kty, crv, kid, use, alg, key_ops: operations } = jwk
  // Said first: whoever sent one has to know that it is known now.
  const leaked = PRIVATE_MEMBERS.find((member) => member in jwk)
  if (kty === 'oct') return problem('kty', 'symmetric_key', 'is a shared secret, not a public key.')
  if (leaked !== undefined) {
    return problem(
      leaked,
      'private_key',
      'is part of a private key; make a new one, and send its public part.',
    )
  }
  const kind = kinds[kty === 'RSA' ? 'RSA' : `${kty} ${crv}`]
  if (!kind) return problem('kty', 'unsupported_key', `is not one of ${Object.keys(kinds).join(', ')}.`)
  if (kid !== undefined && !isKid(kid)) {
    return problem('kid', 'invalid_key', `is a text of 1 to ${MAXIMUM_KID_LENGTH} characters.`)
  }
  if (use !== undefined && use !== 'sig') return problem('use', 'not_for_signatures', 'is not sig.')
  if (operations !== undefined && !(Array.isArray(operations) && operations.includes('verify'))) {
    return problem('key_ops', 'not_for_signatures', 'does not hold verify.')
  }
  if (alg !== undefined && !(typeof alg === 'string' && kind.algorithms.includes(alg))) {
    return problem('alg', 'unsupported_algorithm', `is not one of ${kind.algorithms.join(', ')}.`)
  }
  const key: Record<string, string> = { kty: String(kty) }
  for (const member of kind.members) {
    const value = jwk[member]
    if (typeof value !== 'string' || !/^[A-Za-z0-9_-]{1,2048}$/.test(value)) {
      return problem(member, 'invalid_key', 'is not base64url.')
    }
    key[member] = value
  }
  const facts = readPublicKey(key)
  if (!facts) return problem('', 'invalid_key', 'is not a key of its kind.')
  const { modulusBits, publicExponent } = facts
  if (modulusBits !== undefined && (modulusBits < RSA_BITS.least || modulusBits > RSA_BITS.most)) {
    return problem(
      'n',
      'weak_key',
      `has ${modulusBits} bits; ${RSA_BITS.least} to ${RSA_BITS.most} are possible.`,
    )
  }
  // RFC 8017 §3.1: odd, and at least 3. A vast one makes verifying slow.
  if (
    publicExponent !== undefined &&
    (publicExponent < 3n || publicExponent % 2n === 0n || publicExponent >= 2n ** 33n)
  ) {
    return problem('e', 'weak_key', 'is no exponent to rely on; 65537 is usual.')
  }
  return {
    key: {
      ...key,
      ...(typeof kid === 'string' && { kid }),
      ...(use === 'sig' && { use }),
      ...(typeof alg === 'string' && { alg }),
    },
  }
}

const isKid = (kid: unknown): boolean =>
  typeof kid === 'string' && kid !== '' && kid.length <= MAXIMUM_KID_LENGTH && isPlainText(kid)

const MAXIMUM_URI_LENGTH = 2048

/** RFC 7591 §2: where the keys are published. Only https says whose they are. */
export const jwksUriProblem = (text: string): KeyProblem | undefined => {
  const isFine =
    text.length <= MAXIMUM_URI_LENGTH && /^https:/i.test(text) && isWebUri(text) && !text.includes('#')
  return isFine
    ? undefined
    : {
        field: 'jwks_uri',
        code: 'jwks_uri_invalid',
        message: 'is not an https URL without user and fragment.',
      }
}

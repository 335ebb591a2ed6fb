import { type CompactJWSHeaderParameters, errors } from 'jose'
import type { CacheUse } from '../observability/gauges.ts'
import { parseIdentifier } from '../protocol/identifiers.ts'
import type { SigningAlgorithm } from '../protocol/signing-algorithm.ts'
import { addSeconds, type Clock } from '../system/clock.ts'
import type { Sealer } from '../system/encryption.ts'
import { unansweredAfter } from '../system/failure-code.ts'
import { sha256 } from '../system/hash.ts'
import type { Sign } from '../system/signature.ts'
import { within } from '../system/timer.ts'
import { STALE_SECONDS } from './rotation.ts'
import {
  importPublicKey,
  isPublished,
  openPrivateKey,
  publicMembers,
  type SigningKey,
  signingKeyOrSubstitute,
} from './signing-key.ts'

/*
 * The keys as one node knows them: read at most once in `cacheSeconds`, opened and imported once. Between two reads
 * nothing is waited for but the signature.
 *
 * A ring reads outside any transaction: used inside one, on the embedded store with its one connection, the read
 * would wait for the transaction that waits for it. Sign before a transaction begins, or after it is committed.
 */

export interface Signer {
  readonly kid: string
  readonly sign: Sign
  /** The protected header of a JWT of a type (RFC 7515 §4), encoded. */
  readonly header: (type: string) => string
}

export interface JwtToSign {
  readonly algorithm: SigningAlgorithm
  /** Signs in its place as long as no key of it is active: verifiers may not know it yet. */
  readonly substitute?: SigningAlgorithm | undefined
  /** RFC 8725 §3.11: `typ`, which keeps one kind of token from passing for another. */
  readonly type: string
  readonly claims: Readonly<Record<string, unknown>>
}

export interface PublishedKeySet {
  /** RFC 7517 §5 */
  readonly body: string
  /** RFC 9110 §8.8.3: a strong entity tag, with its quotation marks. */
  readonly etag: string
}

export interface KeyRing {
  /**
   * The key to sign with now.
   *
   * @throws UnreadableSigningKey if LATCHKEY_SECRET is not the one it was sealed with; NoSigningKey if there is none.
   */
  signer(algorithm: SigningAlgorithm, substitute?: SigningAlgorithm): Promise<Signer>
  /** A JWT in compact serialization (RFC 7519 §7.1). */
  signJwt(jwt: JwtToSign): Promise<string>
  /**
   * Resolves the key of a token of ours: the second argument of jose's `jwtVerify`.
   *
   * @throws errors.JWKSNoMatchingKey if no published key has that kid and that algorithm.
   */
  verificationKey(header: Pick<CompactJWSHeaderParameters, 'kid' | 'alg'>): Promise<CryptoKey>
  /** All keys whose signatures are accepted now. */
  verificationKeys(): Promise<readonly SigningKey[]>
  publishedKeySet(): Promise<PublishedKeySet>
  /** The keys have changed, or may have: what is known is not used again without asking. */
  invalidate(): void
  use(): CacheUse
}

export interface KeyRingOptions {
  readonly stores: { readonly signingKeys: { all(): Promise<readonly SigningKey[]> } }
  readonly sealer: Sealer
  readonly clock: Clock
  readonly cacheSeconds: number
  /** Hears of a read that failed while the ring went on with what it had. */
  readonly onError?: (error: unknown) => void
  /** How long a request waits for the database before it makes do with the keys known. */
  readonly patienceMilliseconds?: number
}

export class NoSigningKey extends Error {
  override readonly name = 'NoSigningKey'

  constructor(algorithm: string) {
    super(
      `There is no signing key for ${algorithm}. Make one with: latchkey keys rotate --algorithm ${algorithm}`,
    )
  }
}

/** A key that is not known is asked for at once, but no more often than this, whoever invents kids. */
const UNKNOWN_KEY_SECONDS = 1

/** How long a request waits for keys when it can do nothing without. */
const LAST_PATIENCE_MILLISECONDS = 10_000

interface Reading {
  readonly keys: readonly SigningKey[]
  /** When the read began: what changed later is not in it. */
  readonly at: Date
  readonly number: number
}

export const createKeyRing = ({
  stores,
  sealer,
  clock,
  cacheSeconds,
  onError = () => {},
  patienceMilliseconds = 1_000,
}: KeyRingOptions): KeyRing => {
  let known: Reading | undefined
  let reading: { readonly number: number; readonly result: Promise<Reading> } | undefined
  let readings = 0
  /** Readings up to this number began before the last invalidation. */
  let doubted = 0
  /** Set while the database does not answer: until then nobody asks it again. */
  let askAgainAt: Date | undefined
  let hits = 0
  let misses = 0
  const signers = new Map<string, Promise<Signer>>()
  const publicKeys = new Map<string, Promise<CryptoKey>>()

  const isWithin = (seconds: number, { at, number }: Reading, now: Date): boolean =>
    // A reading from the future is one of a clock that was set back: of unknown age.
    number > doubted && at <= now && now < addSeconds(at, seconds)

  const read = (now: Date): Promise<Reading> => {
    // A read that began before the last invalidation may have missed what it was about.
    if (reading !== undefined && reading.number > doubted) return reading.result
    readings += 1
    const number = readings
    const result = stores.signingKeys.all().then(
      (keys) => {
        const fresh = { keys, at: now, number }
        if (known === undefined || known.number < number) remember(fresh)
        if (reading?.number === number) reading = undefined
        return fresh
      },
      (error: unknown) => {
        if (reading?.number === number) reading = undefined
        throw error
      },
    )
    reading = { number, result }
    return result
  }

  const remember = (fresh: Reading): void => {
    known = fresh
    askAgainAt = undefined
    const kids = new Set(fresh.keys.map(({ kid }) => kid))
    for (const imported of [signers, publicKeys]) {
      for (const kid of imported.keys()) if (!kids.has(kid)) imported.delete(kid)
    }
  }

  /** The keys as of at most `seconds` ago; of longer ago, within bounds, if the database does not answer. */
  const keysWithin = async (seconds: number, now: Date): Promise<readonly SigningKey[]> => {
    const last = known
    if (last !== undefined && isWithin(seconds, last, now)) {
      hits += 1
      return last.keys
    }
    misses += 1
    const isUsable = last !== undefined && last.at <= now && now < addSeconds(last.at, STALE_SECONDS)
    if (!isUsable) return ask(now, LAST_PATIENCE_MILLISECONDS)
    if (askAgainAt !== undefined && now < askAgainAt) return last.keys
    try {
      return await ask(now, patienceMilliseconds)
    } catch (error) {
      // Many requests wait for one read: the first to give up speaks for all.
      if (known === last && (askAgainAt === undefined || askAgainAt <= now)) {
        askAgainAt = addSeconds(now, cacheSeconds)
        onError(error)
      }
      return known?.keys ?? last.keys
    }
  }

  const ask = async (now: Date, milliseconds: number): Promise<readonly SigningKey[]> => {
    const attempt = read(now)
    try {
      return (await within(milliseconds, attempt, unansweredAfter(milliseconds))).keys
    } catch (error) {
      // Given up, so that the next attempt does not join one on a connection that may be dead.
      if (reading?.result === attempt) reading = undefined
      throw error
    }
  }

  const keysAt = (now: Date) => keysWithin(cacheSeconds, now)

  /** Looks again before it says no: another node may have made the key a moment ago. */
  const find = async (
    select: (keys: readonly SigningKey[]) => SigningKey | undefined,
    now: Date,
  ): Promise<SigningKey | undefined> =>
    select(await keysAt(now)) ?? select(await keysWithin(Math.min(UNKNOWN_KEY_SECONDS, cacheSeconds), now))

  const signer = async (algorithm: SigningAlgorithm, substitute?: SigningAlgorithm): Promise<Signer> => {
    const now = clock.now()
    const key = await find((keys) => signingKeyOrSubstitute(keys, algorithm, substitute, now), now)
    if (key === undefined) throw new NoSigningKey(algorithm)
    return once(signers, key.kid, async () => {
      const alg = key.algorithm === algorithm ? algorithm : (substitute ?? algorithm)
      return {
        kid: key.kid,
        sign: openPrivateKey(key, alg, sealer),
        header: keptByType((typ) => base64urlOf({ alg, typ, kid: key.kid })),
      }
    })
  }

  let published: { readonly kids: readonly string[]; readonly keySet: PublishedKeySet } | undefined

  return {
    signer,

    signJwt: async ({ algorithm, substitute, type, claims }) => {
      const { header, sign } = await signer(algorithm, substitute)
      // RFC 7515 §5.1, §7.1
      const signingInput = `${header(type)}.${base64urlOf(claims)}`
      return `${signingInput}.${await sign(signingInput)}`
    },

    verificationKey: async ({ kid, alg }) => {
      const now = clock.now()
      const key =
        // What cannot be a kid of ours is not worth a question.
        kid === undefined || parseIdentifier('signingKey', kid) === undefined
          ? undefined
          : await find((keys) => keys.find((other) => other.kid === kid && isPublished(other, now)), now)
      // RFC 8725 §3.1: the algorithm is that of the key, whatever the token says.
      if (key === undefined || key.algorithm !== alg) throw new errors.JWKSNoMatchingKey()
      return once(publicKeys, key.kid, () => importPublicKey(key))
    },

    verificationKeys: async () => {
      const now = clock.now()
      return (await keysAt(now)).filter((key) => isPublished(key, now))
    },

    publishedKeySet: async () => {
      const now = clock.now()
      const keys = (await keysAt(now)).filter((key) => isPublished(key, now))
      if (published === undefined || !haveKids(keys, published.kids)) {
        const body = JSON.stringify({ keys: keys.map(({ publicJwk }) => publicMembers(publicJwk)) })
        published = { kids: keys.map(({ kid }) => kid), keySet: { body, etag: `"${sha256(body)}"` } }
      }
      return published.keySet
    },

    invalidate: () => {
      doubted = readings
      askAgainAt = undefined
    },

    use: () => ({ hits, misses, size: known?.keys.length ?? 0 }),
  }
}

/** A key never changes what is published of it, so its kid tells. */
const haveKids = (keys: readonly SigningKey[], kids: readonly string[]): boolean =>
  keys.length === kids.length && keys.every(({ kid }, place) => kid === kids[place])

/** What was made for this kid; a failure is not kept. */
const once = <T>(made: Map<string, Promise<T>>, kid: string, make: () => Promise<T>): Promise<T> => {
  const existing = made.get(kid)
  if (existing !== undefined) return existing
  const result = make()
  made.set(kid, result)
  result.catch(() => made.delete(kid))
  return result
}

const base64urlOf = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url')

/** There are a handful of types, each with one header a key. */
const keptByType = (make: (type: string) => string): ((type: string) => string) => {
  const made = new Map<string, string>()
  return (type) => {
    const existing = made.get(type)
    if (existing !== undefined) return existing
    const header = make(type)
    made.set(type, header)
    return header
  }
}

import { type CryptoKey, compactVerify, decodeProtectedHeader, errors, importJWK } from 'jose'
import type { Clock } from '../system/clock.ts'
import type { OutboundFetch } from '../system/outbound-fetch.ts'
import type { Client } from './client.ts'
import { algorithmsOf, type PublicJwk } from './key-set.ts'
import { createRemoteKeySets } from './remote-key-sets.ts'

/*
 * What a client signed: verified by the keys it registered, or publishes where it said. The signature and nothing else;
 * what the claims have to say is for whoever asks.
 */

/** Whose keys: those registered, or those at the registered address. */
export type KeyOwner = Pick<Client, 'clientId' | 'jwks' | 'jwksUri' | 'wasDynamicallyRegistered'>

export interface VerifiedJwt {
  /** Claims that nobody has looked at yet. */
  readonly payload: Readonly<Record<string, unknown>>
  readonly protectedHeader: {
    readonly alg: string
    readonly kid?: string | undefined
    readonly typ?: string | undefined
  }
}

export interface ClientKeys {
  /**
   * Undefined for what is no JWT, is typed as another kind of JWT, has no key of the client, or an algorithm that is not
   * allowed. Nothing tells which.
   *
   * @param allowed asymmetric algorithms; one that does not belong to the key is never taken. And the media type, without
   *   application/, of what the caller is about to take it for.
   */
  verifyClientJwt(
    client: KeyOwner,
    jwt: string,
    allowed: { readonly algorithms: readonly string[]; readonly type: string },
  ): Promise<VerifiedJwt | undefined>
  /**
   * All its keys.
   *
   * @param suits whether a key is one that is looked for: published ones are read anew now and then if none is.
   */
  keysOf(client: KeyOwner, suits: (key: PublicJwk) => boolean): Promise<readonly PublicJwk[]>
}

export const createClientKeys = (dependencies: {
  readonly outboundFetch: OutboundFetch
  readonly clock: Clock
  readonly onError?: (error: unknown) => void
}): ClientKeys => {
  const remote = createRemoteKeySets(dependencies)

  const keysOf: ClientKeys['keysOf'] = async (
    { clientId, wasDynamicallyRegistered, jwks, jwksUri },
    suits,
  ) => {
    // checkedKeySet let them in.
    if (jwks !== null) return jwks.keys as readonly PublicJwk[]
    return jwksUri === null ? [] : remote.find({ clientId, wasDynamicallyRegistered, jwksUri }, suits)
  }

  return {
    keysOf,

    verifyClientJwt: async (client, jwt, { algorithms, type }) => {
      const header = protectedHeaderOf(jwt)
      // RFC 8725 §3.1: only what the caller allows. RFC 7515 §4.1.11: no extension is understood here.
      if (header === undefined || !algorithms.includes(header.alg) || header.crit !== undefined) {
        return undefined
      }
      const { alg, kid, typ } = header
      if (!isOfType(typ, type)) return undefined
      const suits = (key: PublicJwk): boolean =>
        // RFC 8725 §3.1, §3.2: an algorithm of that very key, which is never a shared secret.
        algorithmsOf(key).includes(alg) &&
        (kid === undefined || key['kid'] === undefined || key['kid'] === kid)
      const [key, ...others] = (await keysOf(client, suits)).filter(suits)
      // OIDC Core §10.1: with several keys the header says which.
      if (key === undefined || others.length > 0) return undefined
      const payload = await verifiedPayload(jwt, key, alg)
      return payload && { payload, protectedHeader: header }
    },
  }
}

/**
 * RFC 8725 §3.11, §3.12: of the kind that is asked for, or a JWT that does not say of which: one and the same key signs
 * all that a client says, and what it signed for one purpose must not serve for another.
 */
const isOfType = (typ: string | undefined, type: string): boolean => {
  // RFC 7515 §4.1.9: a media type, of which application/ may be left out.
  const name = typ?.toLowerCase().replace(/^application\//, '')
  return name === undefined || name === 'jwt' || name === type
}

const protectedHeaderOf = (jwt: string) => {
  try {
    const { alg, kid, typ, crit } = decodeProtectedHeader(jwt)
    const isText = (value: unknown) => value === undefined || typeof value === 'string'
    return typeof alg === 'string' && isText(kid) && isText(typ) ? { alg, kid, typ, crit } : undefined
  } catch {
    return undefined
  }
}

const verifiedPayload = async (
  jwt: string,
  key: PublicJwk,
  algorithm: string,
): Promise<Readonly<Record<string, unknown>> | undefined> => {
  const imported = await importedKey(key, algorithm)
  if (imported === undefined) return undefined
  try {
    const { payload } = await compactVerify(jwt, imported, { algorithms: [algorithm] })
    const claims: unknown = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(payload))
    return typeof claims === 'object' && claims !== null && !Array.isArray(claims) ? { ...claims } : undefined
  } catch (error) {
    // The last two: what was signed is no JSON, or no UTF-8.
    if (error instanceof errors.JOSEError || error instanceof SyntaxError || error instanceof TypeError) {
      return undefined
    }
    throw error
  }
}

type Imported = Promise<CryptoKey | Uint8Array | undefined>

/** By the object that a cache holds: with it the imported key goes. */
const importedKeys = new WeakMap<PublicJwk, Map<string, Imported>>()

/** Undefined for a key that the library does not take. */
const importedKey = (key: PublicJwk, algorithm: string): Imported => {
  const byAlgorithm = importedKeys.get(key) ?? new Map<string, Imported>()
  importedKeys.set(key, byAlgorithm)
  const imported = byAlgorithm.get(algorithm) ?? importJWK({ ...key }, algorithm).catch(() => undefined)
  byAlgorithm.set(algorithm, imported)
  return imported
}

import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { parseCount, parsePhc, type Scheme, sameBytes } from './scheme.ts'

const derive = promisify(pbkdf2)

const DIGESTS = ['sha256', 'sha512']
/** That of WorkOS: less than half a second, if the hash is no longer than the digest. */
const MAXIMUM_ITERATIONS = 1_000_000
/** RFC 8018 §5.2: what is longer than a digest is made block by block, each with all the iterations. */
const MAXIMUM_HASH_BYTES = 64

/** `$pbkdf2$i=600000,d=sha256$salt$hash`, or d=sha512 */
export const pbkdf2Scheme: Scheme = (text) => {
  const phc = parsePhc(text, ['i', 'd'])
  if (phc?.id !== 'pbkdf2' || phc.version !== undefined) return undefined
  const { salt, hash, parameters } = phc
  const iterations = parseCount(parameters.i)
  if (iterations === undefined || iterations > MAXIMUM_ITERATIONS) return undefined
  if (!DIGESTS.includes(parameters.d) || hash.length > MAXIMUM_HASH_BYTES) return undefined
  return async (password) =>
    sameBytes(await derive(password, salt, iterations, hash.length, parameters.d), hash)
}

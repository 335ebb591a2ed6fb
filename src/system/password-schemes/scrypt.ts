import { scrypt } from 'node:crypto'
import { promisify } from 'node:util'
import { MAXIMUM_MEMORY_BYTES, parseCount, parsePhc, type Scheme, sameBytes } from './scheme.ts'

export interface ScryptCost {
  /** CPU and memory, a power of two (N) */
  readonly cost: number
  /** r */
  readonly blockSize: number
  /** p */
  readonly parallelization: number
}

/** RFC 7914 §2: each unit of r is a block of 128 bytes. */
const BLOCK_BYTES = 128

/** p times r: the blocks are made, and read, by PBKDF2, which is much slower than the rest. This takes a core 10 ms. */
const MAXIMUM_BLOCKS = 2 ** 12

/** With p = 1 the whole memory is filled and read once, which for 256 MiB takes a core about a second. */
export const isBearable = ({ cost, blockSize, parallelization }: ScryptCost): boolean =>
  cost >= 2 &&
  Number.isInteger(Math.log2(cost)) &&
  // RFC 7914 §2: less than 2^(128 * r / 8).
  Math.log2(cost) < 16 * blockSize &&
  blockSize * parallelization <= MAXIMUM_BLOCKS &&
  BLOCK_BYTES * cost * blockSize * parallelization <= MAXIMUM_MEMORY_BYTES

const derive = promisify<string, Uint8Array, number, object, Buffer>(scrypt)

export const deriveByScrypt = (
  password: string,
  salt: Uint8Array,
  bytes: number,
  { cost, blockSize, parallelization }: ScryptCost,
): Promise<Buffer> =>
  // By default Node.js takes 32 MiB at most; the working memory needs a little more than the blocks.
  derive(password, salt, bytes, { cost, blockSize, parallelization, maxmem: 2 * MAXIMUM_MEMORY_BYTES })

/** `$scrypt$v=1$n=16384,r=8,p=1,kl=64$salt$hash` */
export const scryptScheme: Scheme = (text) => {
  const phc = parsePhc(text, ['n', 'r', 'p', 'kl'])
  if (phc?.id !== 'scrypt' || phc.version !== '1') return undefined
  const { n, r, p, kl } = phc.parameters
  const [cost, blockSize, parallelization] = [n, r, p].map(parseCount)
  if (cost === undefined || blockSize === undefined || parallelization === undefined) return undefined
  const work = { cost, blockSize, parallelization }
  if (!isBearable(work) || parseCount(kl) !== phc.hash.length) return undefined
  return async (password) =>
    sameBytes(await deriveByScrypt(password, phc.salt, phc.hash.length, work), phc.hash)
}

import { randomFillSync } from 'node:crypto'

/** The only door to chance. `bytes` must be cryptographically secure outside tests. */
export interface Random {
  bytes(length: number): Uint8Array
}

/*
 * Asking the operating system costs microseconds however little is wanted, and every request wants a little twice:
 * random bytes are drawn from a pool. Each is given out once, and forgotten here as it is. A machine that is resumed
 * twice from one snapshot of its memory would give out the same ones twice: restart the process after cloning it.
 */
const pool = new Uint8Array(4096)
let next = pool.length

export const systemRandom: Random = {
  bytes: (length) => {
    if (length > pool.length / 4) return randomFillSync(new Uint8Array(length))
    if (next + length > pool.length) {
      randomFillSync(pool)
      next = 0
    }
    const drawn = pool.slice(next, next + length)
    pool.fill(0, next, next + length)
    next += length
    return drawn
  },
}

/** Bytes of entropy in every handle we hand out: 256 bits (RFC 6749 §10.10 asks for at least 128). */
const HANDLE_BYTES = 32

/** A fresh handle of 256 random bits: 43 characters of `[A-Za-z0-9_-]`. */
export const newHandle = (random: Random): string =>
  Buffer.from(random.bytes(HANDLE_BYTES)).toString('base64url')

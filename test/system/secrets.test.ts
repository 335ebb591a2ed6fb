import { describe, expect, test } from 'vitest'
import { isCheckedHandle, newCheckedHandle } from '../../src/system/checked-handle.ts'
import { createSealer, deriveKey } from '../../src/system/encryption.ts'
import { constantTimeEqual, leftHalfOf, sha256 } from '../../src/system/hash.ts'
import { createPasswordHasher, PasswordHashingBusy } from '../../src/system/password-hash.ts'
import { newHandle, systemRandom } from '../../src/system/random.ts'

const SECRET = 'a secret for tests, long enough to be taken'

describe('handles', () => {
  test('RFC 6749 §10.10: have 256 random bits, in letters that need no encoding', () => {
    const handles = Array.from({ length: 1000 }, () => newHandle(systemRandom))
    expect(new Set(handles).size).toBe(1000)
    for (const handle of handles) {
      expect(handle).toMatch(/^[A-Za-z0-9_-]{43}$/)
      expect(Buffer.from(handle, 'base64url')).toHaveLength(32)
    }
  })

  test('with a checksum show every typo', () => {
    const handle = newCheckedHandle('lks_', systemRandom)
    expect(handle).toMatch(/^lks_[A-Za-z0-9_-]{43}[0-9a-z]{7}$/)
    expect(isCheckedHandle('lks_', handle)).toBe(true)
    expect(isCheckedHandle('sk_', handle)).toBe(false)
    for (let index = 0; index < handle.length; index++) {
      const typo = handle.slice(0, index) + (handle[index] === 'a' ? 'b' : 'a') + handle.slice(index + 1)
      expect(isCheckedHandle('lks_', typo)).toBe(false)
    }
    const half = handle.slice(0, 30)
    for (const text of ['', 'lks_', half, `${handle}x`, ` ${handle}`, `${handle}\n`]) {
      expect(isCheckedHandle('lks_', text)).toBe(false)
    }
  })
})

describe('sealing', () => {
  const sealer = createSealer(SECRET, 'purpose', systemRandom)

  test.each(['', 'x', '{"a":"ß 🔑"}', 'x'.repeat(100_000)])('what was sealed opens (%#)', (text) => {
    expect(sealer.open(sealer.seal(text, 'context'), 'context')).toBe(text)
  })

  test('the same text never looks the same', () => {
    expect(sealer.seal('x', 'context')).not.toBe(sealer.seal('x', 'context'))
  })

  test('another context, purpose or secret opens nothing', () => {
    const sealed = sealer.seal('text', 'context')
    expect(sealer.open(sealed, 'Context')).toBeUndefined()
    expect(createSealer(SECRET, 'purpose2', systemRandom).open(sealed, 'context')).toBeUndefined()
    expect(createSealer(`${SECRET}x`, 'purpose', systemRandom).open(sealed, 'context')).toBeUndefined()
  })

  test('no bit of it can be changed, and nonsense is no exception', () => {
    const sealed = sealer.seal('text', 'context')
    const body = Buffer.from(sealed.slice(3), 'base64url')
    for (let index = 0; index < body.length; index++) {
      const changed = Buffer.from(body)
      changed[index] = (changed[index] ?? 0) ^ 1
      expect(sealer.open(`v2.${changed.toString('base64url')}`, 'context')).toBeUndefined()
    }
    for (const text of [
      '',
      'v2.',
      'v2',
      'v3.AAAA',
      'v2.A',
      `v2.${'A'.repeat(53)}`,
      `v1.${'A'.repeat(37)}`,
      sealed.replace('v2', 'v1'),
      sealed.replace('v2', 'v3'),
      '😀',
      sealed.slice(0, -2),
    ]) {
      expect(sealer.open(text, 'context')).toBeUndefined()
    }
  })

  test('NIST SP 800-38D §8.3: two texts with one nonce do not share a key', () => {
    const sealWith = (first: number): Buffer => {
      const salt = Uint8Array.from({ length: 24 }, (_, index) => (index < 12 ? first : 7))
      const sealed = createSealer(SECRET, 'purpose', { bytes: () => salt }).seal('\0'.repeat(64), 'context')
      return Buffer.from(sealed.slice(3), 'base64url').subarray(24)
    }
    expect(sealWith(1)).toEqual(sealWith(1))
    expect(sealWith(1).subarray(0, 64)).not.toEqual(sealWith(2).subarray(0, 64))
  })

  test('what was sealed before texts had keys of their own opens', () => {
    const sealed = 'v1.tGOVD5J2iJpjhqh5G6o46QGcnJd8kI6yGpPYGoIqyVUL_K9u8whBjuOOTA'
    expect(sealer.open(sealed, 'context')).toBe('{"a":"ß 🔑"}')
    expect(sealer.open(sealed, 'Context')).toBeUndefined()
  })

  test('RFC 5869: keys of different purposes have nothing in common', () => {
    const keys = ['a', 'b', 'ab'].map((purpose) => Buffer.from(deriveKey(SECRET, purpose)).toString('hex'))
    expect(new Set(keys).size).toBe(3)
    for (const key of keys) expect(key).toHaveLength(64)
  })
})

describe('hashes', () => {
  test('OIDC Core §3.1.3.6: the left half, as in the example of Appendix A.3', () => {
    expect(leftHalfOf('sha256', 'jHkWEdUXMU1BwAsC4vtUsZwnNvTIxEl0z9K3vx5KF0Y')).toBe('77QmUPtjPfzWtF2AnpK9RQ')
  })

  test('sha256 is 43 characters, and equality is equality', () => {
    expect(sha256('')).toBe('47DEQpj8HBSa-_TImW-5JCeuQeRkm5NMpJWZG3hSuFU')
    expect(constantTimeEqual('abc', 'abc')).toBe(true)
    for (const other of ['abd', 'ab', 'abcd', '', 'ABC', 'é'])
      expect(constantTimeEqual('abc', other)).toBe(false)
  })
})

describe('password hashing', () => {
  test('verifies what it hashed, with parameters that need no renewal', async () => {
    const hasher = createPasswordHasher({ concurrent: 2, waiting: 10 })
    const hash = await hasher.hash('correct horse')
    expect(hash).toMatch(/^\$argon2id\$v=19\$m=19456,p=1,t=2\$/)
    expect(await hasher.verify(hash, 'correct horse')).toBe(true)
    expect(await hasher.verify(hash, 'Correct horse')).toBe(false)
    expect(hasher.needsRehash(hash)).toBe(false)
    expect(hasher.needsRehash(hash.replace('t=2', 't=1'))).toBe(true)
    await hasher.pretend('anything')
  })

  test('a flood is refused beyond the queue, and what was queued is done', async () => {
    const hasher = createPasswordHasher({ concurrent: 1, waiting: 2 })
    const results = await Promise.allSettled(Array.from({ length: 6 }, () => hasher.hash('x')))
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(3)
    for (const result of results) {
      if (result.status === 'rejected') expect(result.reason).toBeInstanceOf(PasswordHashingBusy)
    }
    expect(await hasher.hash('x')).toContain('$argon2id$')
  })
})

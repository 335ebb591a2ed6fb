import { createHash } from 'node:crypto'
import argon2 from 'argon2'
import { describe, expect, test } from 'vitest'
import { createPasswordHasher } from '../../src/system/password-hash.ts'
import { mostUsedPasswords } from '../../src/users/most-used-passwords.ts'
import {
  importedPasswordHash,
  newPasswordHash,
  type PasswordHash,
  passwordProblem,
  rehash,
  verifyPassword,
} from '../../src/users/password.ts'

const hasher = createPasswordHasher({ concurrent: 1, waiting: 100 })
const email = 'Ada.Lovelace@example.com'

const hashOf = async (password: string) => {
  const made = await newPasswordHash(hasher, password, email)
  if ('problem' in made) throw new RangeError(made.problem)
  return made.passwordHash
}

describe('a new password', () => {
  test('OWASP ASVS 5 §6.2.1: has at least 8 characters, each code point counting as one (SP 800-63B-4 §3.1.1.2)', () => {
    expect(passwordProblem('kT9$fq2', email)).toBe('too_short')
    expect(passwordProblem('kT9$fq2!', email)).toBeUndefined()
    expect(passwordProblem('🦊🐢🦉🐝🦋🐌🐞', email)).toBe('too_short')
    expect(passwordProblem('🦊🐢🦉🐝🦋🐌🐞🦂', email)).toBeUndefined()
  })

  test('SP 800-63B-4 §3.1.1.2: may be a long phrase of any characters, spaces included', () => {
    expect(passwordProblem(' correct horse battery staple ', email)).toBeUndefined()
    expect(passwordProblem('🦊'.repeat(256), email)).toBeUndefined()
    expect(passwordProblem('🦊'.repeat(257), email)).toBe('too_long')
    expect(passwordProblem('x'.repeat(10_000_000), email)).toBe('too_long')
  })

  test('SP 800-63B-4 §3.1.1.2: needs no mixture of kinds of characters', () => {
    expect(passwordProblem('vgqhjrzwtd', email)).toBeUndefined()
  })

  test('OWASP ASVS 5 §6.2.4: is none of the 3000 most used, in whatever case', () => {
    expect(mostUsedPasswords.size).toBe(3000)
    expect([...mostUsedPasswords].every((password) => password.length >= 8)).toBe(true)
    for (const password of ['password', 'PassWord', '12345678', 'qwertyuiop', 'ｐａｓｓｗｏｒｄ']) {
      expect(passwordProblem(password, email)).toBe('too_common')
    }
  })

  test('SP 800-63B-4 §3.1.1.2: is not the e-mail address or its local part', () => {
    expect(passwordProblem('ada.lovelace@example.com', email)).toBe('is_email')
    expect(passwordProblem('ADA.LOVELACE', email)).toBe('is_email')
  })

  test('that is refused is not hashed', async () => {
    expect(await newPasswordHash(hasher, 'password', email)).toEqual({ problem: 'too_common' })
  })
})

describe('verifying a password', () => {
  test('OWASP: is argon2id, and right for this password alone', async () => {
    const hash = await hashOf('kT9$fq2!x')
    expect(hash).toMatch(/^\$argon2id\$v=19\$/)
    expect(hash.split('$')[3]?.split(',').sort()).toEqual(['m=19456', 'p=1', 't=2'])
    expect(await verifyPassword(hasher, hash, 'kT9$fq2!x')).toBe(true)
    expect(await verifyPassword(hasher, hash, 'kT9$fq2!X')).toBe(false)
    expect(await verifyPassword(hasher, hash, ' kT9$fq2!x')).toBe(false)
    expect(await verifyPassword(hasher, hash, '')).toBe(false)
  })

  test('SP 800-63B-4 §3.1.1.2: is the same however the keyboard composes it', async () => {
    const hash = await hashOf('caf\u00E9 noir')
    expect(await verifyPassword(hasher, hash, 'cafe\u0301 noir')).toBe(true)
  })

  test('hashes as often for nobody, and for a text too long to be one', async () => {
    const done: string[] = []
    const counted = {
      ...hasher,
      verify: (hash: string, password: string) => {
        done.push('verify')
        return hasher.verify(hash, password)
      },
      pretend: (password: string) => {
        done.push('pretend')
        expect(password.length).toBeLessThan(1000)
        return hasher.pretend(password)
      },
    }
    const hash = await hashOf('kT9$fq2!x')
    expect(await verifyPassword(counted, hash, 'wrong')).toBe(false)
    expect(await verifyPassword(counted, null, 'wrong')).toBe(false)
    expect(await verifyPassword(counted, hash, 'x'.repeat(10_000_000))).toBe(false)
    expect(done).toEqual(['verify', 'pretend', 'pretend'])
  })

  test('makes a new hash when the parameters have become stricter, and only then', async () => {
    const password = 'kT9$fq2!x'
    const old = await argon2.hash(password, { type: argon2.argon2id, memoryCost: 8192, timeCost: 1 })
    expect(await verifyPassword(hasher, old, password)).toBe(true)
    const renewed = await rehash(hasher, old, password)
    if (renewed === undefined) throw new RangeError('no new hash')
    expect(await verifyPassword(hasher, renewed, password)).toBe(true)
    expect(await rehash(hasher, renewed, password)).toBeUndefined()
  })
})

describe('an imported hash', () => {
  const imported = (scheme: Parameters<typeof importedPasswordHash>[0], hash: string): PasswordHash => {
    const passwordHash = importedPasswordHash(scheme, hash)
    if (passwordHash === undefined) throw new RangeError(hash)
    return passwordHash
  }

  test('is of the password as it was typed, or in its normal form: systems differ', async () => {
    const decomposed = 'cafe\u0301 noir'
    for (const hashed of [decomposed, decomposed.normalize('NFKC')]) {
      const salt = Buffer.from('salt')
      const digest = createHash('sha1').update(hashed).update(salt).digest()
      const hash = imported('ssha', `{SSHA}${Buffer.concat([digest, salt]).toString('base64')}`)
      expect(await verifyPassword(hasher, hash, decomposed)).toBe(true)
      expect(await verifyPassword(hasher, hash, 'cafe noir')).toBe(false)
    }
  })

  test('is compared with both in one place of the queue', async () => {
    const forms: string[][] = []
    const counted = {
      ...hasher,
      verify: async (_hash: string, ...given: readonly [string, ...string[]]) => {
        forms.push([...given])
        return false
      },
    }
    const hash = imported('ssha', '{SSHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ')
    expect(await verifyPassword(counted, hash, 'cafe\u0301')).toBe(false)
    expect(await verifyPassword(counted, hash, 'cafe')).toBe(false)
    expect(forms).toEqual([['cafe\u0301', 'caf\u00E9'], ['cafe']])
  })

  test('is replaced by argon2id of the normal form', async () => {
    const hash = imported('bcrypt', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')
    expect(await verifyPassword(hasher, hash, 'U*U')).toBe(true)
    const renewed = await rehash(hasher, hash, 'U*U')
    expect(renewed).toMatch(/^\$argon2id\$/)
    expect(await verifyPassword(hasher, renewed ?? null, 'U*U')).toBe(true)
    expect(await rehash(hasher, renewed ?? '', 'U*U')).toBeUndefined()
  })

  test('of argon2id stays apart from our own, whose password was brought into its normal form', async () => {
    const raw = await argon2.hash('cafe\u0301 noir')
    expect(await verifyPassword(hasher, imported('argon2', raw), 'cafe\u0301 noir')).toBe(true)
    expect(await verifyPassword(hasher, raw, 'cafe\u0301 noir')).toBe(false)
  })
})

import argon2 from 'argon2'
import { describe, expect, test, vi } from 'vitest'
import {
  importedVerifier,
  markImported,
  type PasswordScheme,
} from '../../src/system/imported-password-hash.ts'
import { createPasswordHasher } from '../../src/system/password-hash.ts'

const hasher = createPasswordHasher({ concurrent: 2, waiting: 100 })

const base64Of = (hex: string): string => Buffer.from(hex, 'hex').toString('base64').replace(/=+$/, '')

interface Vector {
  readonly scheme: PasswordScheme
  readonly from: string
  readonly hash: string
  readonly password: string
}

const vectors: readonly Vector[] = [
  {
    scheme: 'bcrypt',
    from: 'crypt_blowfish, $2a$',
    hash: '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW',
    password: 'U*U',
  },
  {
    scheme: 'bcrypt',
    from: 'crypt_blowfish: bytes beyond the 72nd do not count',
    hash: '$2a$05$abcdefghijklmnopqrstuu5s2v8.iXieOjg/.AySBTTZIIVFJeBui',
    password:
      '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789chars after 72 are ignored',
  },
  {
    scheme: 'bcrypt',
    from: 'libxcrypt, $2y$',
    hash: '$2y$07$BCryptRequires22Chrcte/VlQH0piJtjXl.0t1XkA8pw9dMXTpOq',
    password: 'rasmuslerdorf',
  },
  {
    scheme: 'bcrypt',
    from: 'libxcrypt, $2b$, a password in UTF-8',
    hash: '$2b$06$abcdefghijklmnopqrstuucAvzVZyxm.jXt0xAt3LTP7vrnE0I5rG',
    password: 'pässword',
  },
  {
    scheme: 'argon2',
    from: 'its reference implementation, argon2i',
    hash: '$argon2i$v=19$m=65536,t=2,p=4$c29tZXNhbHQ$RdescudvJCsgt3ub+b+dWRWJTmaaJObG',
    password: 'password',
  },
  {
    scheme: 'argon2',
    from: 'its reference implementation, argon2id',
    hash: '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    password: 'password',
  },
  {
    scheme: 'argon2',
    from: 'its package, a salt that looks different in the alphabet of URLs',
    hash: '$argon2id$v=19$m=1024,p=2,t=2$/////////////////////w$QUNUedHxHs90SlH858uFhKM1TIKs9ekz17Y62WFGi5c',
    password: 'correct horse',
  },
  {
    scheme: 'scrypt',
    from: 'RFC 7914 §12, several blocks at once',
    hash: `$scrypt$v=1$n=1024,r=8,p=16,kl=64$TmFDbA$${base64Of(
      'fdbabe1c9d3472007856e7190d01e9fe7c6ad7cbc8237830e77376634b3731622eaf30d92e22a3886ff109279d9830dac727afb94a83ee6d8360cbdfa2cc0640',
    )}`,
    password: 'password',
  },
  {
    scheme: 'scrypt',
    from: 'RFC 7914 §12, parameters in another order',
    hash: `$scrypt$v=1$r=8,p=1,kl=64,n=16384$U29kaXVtQ2hsb3JpZGU$${base64Of(
      '7023bdcb3afd7348461c06cd81fd38ebfda8fbba904f8e3ea9b543f6545da1f2d5432955613f0fcf62d49705242a9af9e61e85dc0d651e40dfcf017b45575887',
    )}`,
    password: 'pleaseletmein',
  },
  {
    scheme: 'firebase-scrypt',
    from: 'the README of firebase/scrypt',
    hash: '$firebase-scrypt$hash=lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==$salt=42xEC+ixf3L2lw==$sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$ss=Bw==$r=8$m=14',
    password: 'user1password',
  },
  {
    scheme: 'pbkdf2',
    from: 'RFC 7914 §11, sha256',
    hash: `$pbkdf2$i=80000,d=sha256$TmFDbA$${base64Of(
      '4ddcd8f60b98be21830cee5ef22701f9641a4418d04c0414aeff08876b34ab56a1d425a1225833549adb841b51c9b3176a272bdebba1d078478f62b397f33c8d',
    )}`,
    password: 'Password',
  },
  {
    scheme: 'ssha',
    from: 'passlib',
    hash: '{SSHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ',
    password: 'password',
  },
  {
    scheme: 'ssha256',
    from: 'passlib',
    hash: '{SSHA256}x1tymSTVjozxQ2PtT46ysrzhZxbcskK0o2f8hEFx7fAQQmhtDSEkJA==',
    password: 'password',
  },
  {
    scheme: 'ssha256-prefix',
    from: 'sha256sum of salt and password',
    hash: '{SSHA256}2j16cfTY7yVNRF2dGDBrfv0KmgFCyI/WSMXKaRHyEq9zYWx0LWluLWZyb250',
    password: 'correct horse',
  },
]

/** Ways to write bytes. bcrypt has an alphabet of its own, and no padding. */
const alphabets: Readonly<Record<string, (bytes: Buffer) => string>> = {
  padded: (bytes) => bytes.toString('base64'),
  'not padded': (bytes) => bytes.toString('base64').replace(/=+$/, ''),
  'URL-safe': (bytes) => bytes.toString('base64url'),
  'URL-safe, padded': (bytes) => bytes.toString('base64').replaceAll('+', '-').replaceAll('/', '_'),
}

/** The parts of a hash that are bytes: the last two, those with certain names, or all behind the scheme. */
function bytesOf({ scheme, hash }: Vector): RegExp {
  if (hash.startsWith('{')) return /(?<=\}).+/g
  return scheme === 'firebase-scrypt'
    ? /(?<=\$(?:hash|salt|sk|ss)=)[^$]+/g
    : /(?<=\$)[^$=,]+=*(?=\$[^$]*$|$)/g
}

const spellings: readonly Vector[] = vectors
  .filter(({ scheme }) => scheme !== 'bcrypt')
  .flatMap((vector) =>
    Object.entries(alphabets).map(([alphabet, spell]) => ({
      ...vector,
      from: `${vector.from}, ${alphabet}`,
      hash: vector.hash.replaceAll(bytesOf(vector), (text) => spell(Buffer.from(text, 'base64'))),
    })),
  )

/** What may be kept: the test fails here if the text is refused. */
const imported = (scheme: PasswordScheme, hash: string): string => {
  const kept = markImported(scheme, hash)
  if (kept === undefined) throw new RangeError(`refused: ${hash}`)
  return kept
}

describe('an imported hash', () => {
  test.each(vectors)('$scheme verifies the vector of $from, and no other password', async (vector) => {
    const kept = imported(vector.scheme, vector.hash)
    expect(await hasher.verify(kept, vector.password)).toBe(true)
    for (const other of ['', `x${vector.password}`, vector.password.slice(0, -40)]) {
      expect(await hasher.verify(kept, other)).toBe(false)
    }
  })

  test.each(spellings)('$scheme verifies $from', async (vector) => {
    const kept = imported(vector.scheme, vector.hash)
    expect(await hasher.verify(kept, vector.password)).toBe(true)
    expect(await hasher.verify(kept, `x${vector.password}`)).toBe(false)
  })

  test('whose verification fails for whatever reason is of another password, which takes as long', async () => {
    const [vector] = vectors.filter(({ scheme }) => scheme === 'argon2')
    const kept = imported('argon2', vector?.hash ?? '')
    const verify = vi.spyOn(argon2, 'verify').mockRejectedValueOnce(new Error('no memory'))
    expect(await hasher.verify(kept, 'password')).toBe(false)
    expect(verify).toHaveBeenCalledTimes(2)
    expect(await hasher.verify(kept, 'password')).toBe(true)
  })

  test('is compared with all forms of a password in one place of the queue, and a stranger’s once', async () => {
    const alone = createPasswordHasher({ concurrent: 1, waiting: 1 })
    const [vector] = vectors.filter(({ scheme }) => scheme === 'ssha')
    const kept = imported('ssha', vector?.hash ?? '')
    const verify = vi.spyOn(argon2, 'verify')
    const order: string[] = []
    await Promise.all([
      alone.verify(kept, 'wrong', 'other').then(() => order.push('both forms')),
      alone.pretend('next').then(() => order.push('next')),
    ])
    expect(order).toEqual(['both forms', 'next'])
    expect(verify.mock.calls.map(([, password]) => password)).toEqual(['wrong', 'next'])
    expect(await alone.verify(kept, 'wrong', 'password')).toBe(true)
  })

  test.each(vectors)('$scheme is wanted anew by argon2id ($from)', ({ scheme, hash }) => {
    expect(hasher.needsRehash(imported(scheme, hash))).toBe(true)
  })

  test('is verified under the scheme it was imported as, and no other', () => {
    for (const { hash, scheme } of vectors) {
      for (const { scheme: other } of vectors) {
        const family = (name: string) => name.replace('-prefix', '')
        if (family(other) !== family(scheme)) expect(markImported(other, hash)).toBeUndefined()
      }
    }
  })

  test('of a scheme that is not known is nobody’s password, and no exception', async () => {
    for (const kept of [
      'imported:md5:x',
      'imported:',
      'imported:bcrypt',
      'imported:toString:x',
      'imported:bcrypt:x',
    ]) {
      expect(await hasher.verify(kept, 'x')).toBe(false)
      expect(hasher.needsRehash(kept)).toBe(true)
    }
  })

  test('our own is not taken for one', async () => {
    const own = await hasher.hash('correct horse')
    expect(importedVerifier(own)).toBeUndefined()
  })

  test('verifying bcrypt leaves the thread to others', async () => {
    const kept = imported('bcrypt', '$2a$10$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW')
    const order: string[] = []
    const verification = hasher.verify(kept, 'U*U').then(() => order.push('bcrypt'))
    await hasher.hash('something that takes a while').then(() => order.push('argon2id'))
    await verification
    expect(order).toEqual(['argon2id', 'bcrypt'])
  })
})

describe('a text is refused as a hash', () => {
  const salt = 'c29tZXNhbHQ'
  const hash = base64Of('00'.repeat(32))
  const signer = 'A'.repeat(43)

  const refused: readonly [PasswordScheme, string, string][] = [
    ['bcrypt', 'it would take longer than a second', `$2b$14$${'a'.repeat(53)}`],
    ['bcrypt', 'its cost is none of bcrypt', `$2b$32$${'a'.repeat(53)}`],
    ['bcrypt', 'its version is the broken one', `$2x$10$${'a'.repeat(53)}`],
    ['bcrypt', 'it is too short', `$2b$10$${'a'.repeat(52)}`],
    ['bcrypt', 'a line follows', `$2b$10$${'a'.repeat(53)}\n`],
    ['argon2', 'it wants more than 256 MiB', `$argon2id$v=19$m=262145,t=1,p=1$${salt}$${hash}`],
    ['argon2', 'it makes too many passes', `$argon2id$v=19$m=262144,t=5,p=1$${salt}$${hash}`],
    ['argon2', 'its passes have no end', `$argon2id$v=19$m=8,t=999999999,p=1$${salt}$${hash}`],
    ['argon2', 'it starts threads without end', `$argon2id$v=19$m=64,t=16384,p=8$${salt}$${hash}`],
    ['argon2', 'it starts threads, pass by pass', `$argon2id$v=19$m=16,t=65536,p=2$${salt}$${hash}`],
    ['argon2', 'it wants too many threads', `$argon2id$v=19$m=65536,t=1,p=9$${salt}$${hash}`],
    ['argon2', 'it has too little memory for its lanes', `$argon2id$v=19$m=8,t=1,p=2$${salt}$${hash}`],
    ['argon2', 'its version is the old one', `$argon2id$v=16$m=65536,t=1,p=1$${salt}$${hash}`],
    ['argon2', 'it has no version', `$argon2id$m=65536,t=1,p=1$${salt}$${hash}`],
    ['argon2', 'a parameter is missing', `$argon2id$v=19$m=65536,t=1$${salt}$${hash}`],
    ['argon2', 'a parameter is given twice', `$argon2id$v=19$m=65536,t=1,t=1$${salt}$${hash}`],
    ['argon2', 'a parameter is not known', `$argon2id$v=19$m=65536,t=1,p=1,data=YQ$${salt}$${hash}`],
    ['argon2', 'a number is none', `$argon2id$v=19$m=6e4,t=1,p=1$${salt}$${hash}`],
    ['argon2', 'a number is negative', `$argon2id$v=19$m=65536,t=-1,p=1$${salt}$${hash}`],
    ['argon2', 'its salt is too short', `$argon2id$v=19$m=65536,t=1,p=1$c2FsdA$${hash}`],
    ['argon2', 'it is too short', `$argon2id$v=19$m=65536,t=1,p=1$${salt}$AAAAAAAA`],
    ['scrypt', 'it wants more than 256 MiB', `$scrypt$v=1$n=524288,r=8,p=1,kl=32$${salt}$${hash}`],
    ['scrypt', 'its parallelization makes it slow', `$scrypt$v=1$n=16384,r=8,p=999,kl=32$${salt}$${hash}`],
    ['scrypt', 'its blocks are too many', `$scrypt$v=1$n=2,r=1,p=1000000,kl=32$${salt}$${hash}`],
    ['scrypt', 'its blocks are too large', `$scrypt$v=1$n=2,r=1000000,p=1,kl=32$${salt}$${hash}`],
    ['scrypt', 'RFC 7914 §2: n < 2^(16r)', `$scrypt$v=1$n=65536,r=1,p=1,kl=32$${salt}$${hash}`],
    ['scrypt', 'its cost is no power of two', `$scrypt$v=1$n=16383,r=8,p=1,kl=32$${salt}$${hash}`],
    ['scrypt', 'its cost is 1', `$scrypt$v=1$n=1,r=8,p=1,kl=32$${salt}$${hash}`],
    ['scrypt', 'its length is not what it says', `$scrypt$v=1$n=16384,r=8,p=1,kl=64$${salt}$${hash}`],
    ['scrypt', 'its version is not known', `$scrypt$v=2$n=16384,r=8,p=1,kl=32$${salt}$${hash}`],
    ['scrypt', 'it has no salt', `$scrypt$v=1$n=16384,r=8,p=1,kl=32$$${hash}`],
    ['scrypt', 'a part follows', `$scrypt$v=1$n=16384,r=8,p=1,kl=32$${salt}$${hash}$`],
    ['pbkdf2', 'it has too many iterations', `$pbkdf2$i=1000001,d=sha256$${salt}$${hash}`],
    ['pbkdf2', 'its digest is not known', `$pbkdf2$i=600000,d=md5$${salt}$${hash}`],
    ['pbkdf2', 'it has many blocks', `$pbkdf2$i=1000000,d=sha256$${salt}$${base64Of('00'.repeat(65))}`],
    ['pbkdf2', 'it has no iterations', `$pbkdf2$i=0,d=sha256$${salt}$${hash}`],
    [
      'firebase-scrypt',
      'it wants more than 256 MiB',
      `$firebase-scrypt$hash=${hash}$salt=${salt}$sk=${signer}$ss=Bw==$r=8$m=19`,
    ],
    [
      'firebase-scrypt',
      'RFC 7914 §2: its cost is too large for its blocks',
      `$firebase-scrypt$hash=${hash}$salt=${salt}$sk=${signer}$ss=Bw==$r=1$m=16`,
    ],
    [
      'firebase-scrypt',
      'its exponent is beyond all numbers',
      `$firebase-scrypt$hash=${hash}$salt=${salt}$sk=${signer}$ss=Bw==$r=8$m=999999999`,
    ],
    [
      'firebase-scrypt',
      'it is not as long as the signer key',
      `$firebase-scrypt$hash=${hash}$salt=${salt}$sk=${signer}AAAA$ss=Bw==$r=8$m=14`,
    ],
    [
      'firebase-scrypt',
      'the signer key is missing',
      `$firebase-scrypt$hash=${hash}$salt=${salt}$ss=Bw==$r=8$m=14`,
    ],
    ['ssha', 'it is no base64', '{SSHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5N!'],
    ['ssha', 'it has no salt', `{SSHA}${base64Of('00'.repeat(20))}`],
    ['ssha', 'it is of another family', '{SHA}W6ph5Mm5Pz8GgiULbPgzG37mj9g='],
    ['ssha256', 'it is longer than any', `{SSHA256}${'A'.repeat(2000)}`],
    ['bcrypt', 'it is empty', ''],
  ]
  test.each(refused)('%s: %s', (scheme, _, text) => {
    expect(markImported(scheme, text)).toBeUndefined()
  })
})

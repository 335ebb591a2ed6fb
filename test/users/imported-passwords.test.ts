import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { UserId } from '../../src/protocol/identifiers.ts'
import { createPasswordHasher } from '../../src/system/password-hash.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { Management } from '../support/management.ts'
import { signIn } from '../support/relying-party.ts'

/*
 * People whose accounts were moved here sign in with the password they have. From then on it is kept like everybody's.
 */

let app: TestApp
let management: Management

beforeAll(async () => {
  app = await startTestApp({
    overrides: { passwordHasher: createPasswordHasher({ concurrent: 2, waiting: 10 }) },
  })
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const canSignIn = async (email: string, password: string): Promise<boolean> => {
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get('/sign-in'), { email, password })
  return (await browser.get('/')).body.includes(email)
}

let count = 0

const imported: readonly [type: string, hash: string, password: string][] = [
  ['bcrypt', '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW', 'U*U'],
  [
    'argon2',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc',
    'password',
  ],
  // Padded, as some libraries write it.
  [
    'argon2',
    '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ=$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc=',
    'password',
  ],
  [
    'scrypt',
    '$scrypt$v=1$n=16384,r=8,p=1,kl=64$U29kaXVtQ2hsb3JpZGU$cCO9yzr9c0hGHAbNgf046/2o+7qQT44+qbVD9lRdofLVQylVYT8Pz2LUlwUkKpr55h6F3A1lHkDfzwF7RVdYhw',
    'pleaseletmein',
  ],
  [
    'firebase-scrypt',
    '$firebase-scrypt$hash=lSrfV15cpx95/sZS2W9c9Kp6i/LVgQNDNC/qzrCnh1SAyZvqmZqAjTdn3aoItz+VHjoZilo78198JAdRuid5lQ==$salt=42xEC+ixf3L2lw==$sk=jxspr8Ki0RYycVU8zykbdLGjFQ3McFUH0uiiTvC8pVMXAn210wjLNmdZJzxUECKbm0QsEmYUSDzZvpjeJ9WmXA==$ss=Bw==$r=8$m=14',
    'user1password',
  ],
  [
    'pbkdf2',
    '$pbkdf2$i=80000,d=sha256$TmFDbA$TdzY9guYviGDDO5e8icB+WQaRBjQTAQUrv8Ih2s0q1ah1CWhIlgzVJrbhBtRybMXaicr3ruh0HhHj2Kzl/M8jQ',
    'Password',
  ],
  ['ssha', '{SSHA}pKqkNr1tq3wtQqk+UcPyA3HnA2NsU5NJ', 'password'],
  ['ssha256', '{SSHA256}x1tymSTVjozxQ2PtT46ysrzhZxbcskK0o2f8hEFx7fAQQmhtDSEkJA==', 'password'],
]

describe('an imported password hash', () => {
  test.each(imported)(
    'of %s opens the account, and is argon2id from then on',
    async (type, hash, password) => {
      const email = `${type}-${++count}@example.com`
      const { status, body } = await management.post('/user_management/users', {
        email,
        password_hash: hash,
        password_hash_type: type,
      })
      expect(status).toBe(201)
      const { id } = body as { readonly id: UserId }
      const kept = async () => (await app.stores.users.byId(id))?.passwordHash

      const before = await kept()
      expect(before).toContain(hash)
      expect(await canSignIn(email, `${password}x`)).toBe(false)
      expect(await kept()).toBe(before)

      expect(await canSignIn(email, password)).toBe(true)
      const after = await kept()
      expect(after).toMatch(/^\$argon2id\$v=19\$m=19456,/)
      expect(await canSignIn(email, password)).toBe(true)
      expect(await canSignIn(email, `${password}x`)).toBe(false)
      expect(await kept()).toBe(after)
    },
  )
})

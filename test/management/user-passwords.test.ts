import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { signIn } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const USERS = '/user_management/users'
const BCRYPT = '$2a$05$CCCCCCCCCCCCCCCCCCCCC.E5YPO9kmyuRGyh0XouQYb4YMJKvyOeW'
const bcrypt = { password_hash: BCRYPT, password_hash_type: 'bcrypt' }

/** Tries to sign in; the browser, if that worked. */
const signInAs = async (email: string, password: string) => {
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get('/sign-in'), { email, password })
  return (await browser.get('/')).body.includes(email) ? browser : undefined
}

let count = 0
const newEmail = () => `password${++count}@example.com`

describe('a password given by the API', () => {
  test('is the one to sign in with', async () => {
    const email = newEmail()
    await workos.userManagement.createUser({ email, password: 'correct horse battery' })
    expect(await signInAs(email, 'correct horse battery')).toBeDefined()
    expect(await signInAs(email, 'correct horse')).toBeUndefined()
  })

  test('that takes the place of another ends all sessions', async () => {
    const email = newEmail()
    const { id } = await workos.userManagement.createUser({ email, password: 'correct horse battery' })
    const browsers = [
      await signInAs(email, 'correct horse battery'),
      await signInAs(email, 'correct horse battery'),
    ]
    expect((await workos.userManagement.listSessions(id)).data).toHaveLength(2)
    await workos.userManagement.updateUser({ userId: id, password: 'another horse battery' })
    for (const browser of browsers) expect((await browser?.get('/'))?.body).not.toContain(email)
    const revoked = await app.stores.events.byName('session.revoked', 100)
    expect(revoked.filter(({ data }) => data['user_id'] === id)).toMatchObject([
      { data: { reason: 'password_changed', status: 'revoked' } },
      { data: { reason: 'password_changed', status: 'revoked' } },
    ])
    expect(await signInAs(email, 'correct horse battery')).toBeUndefined()
    expect(await signInAs(email, 'another horse battery')).toBeDefined()
  })

  test('other changes end none', async () => {
    const email = newEmail()
    const { id } = await workos.userManagement.createUser({ email, password: 'correct horse battery' })
    const browser = await signInAs(email, 'correct horse battery')
    await workos.userManagement.updateUser({ userId: id, firstName: 'Ada' })
    expect((await browser?.get('/'))?.body).toContain(email)
  })

  const weak: readonly [string, string, string][] = [
    ['too short', 'kT9$fq2', 'password_too_short'],
    ['empty', '', 'password_too_short'],
    ['too long', 'x'.repeat(257), 'password_too_long'],
    ['most used', 'Password', 'password_too_common'],
    ['the address', 'weak-person@example.com', 'password_is_email'],
  ]
  test.each(weak)('that is %s is refused, for new users and old', async (_, password, code) => {
    const refusal = { status: 400, body: { code: 'password_strength_error', errors: [{ code }] } }
    const created = await management.post(USERS, { email: 'weak-person@example.com', password })
    expect(created).toMatchObject(refusal)
    expect((await workos.userManagement.listUsers({ email: 'weak-person@example.com' })).data).toEqual([])

    const email = newEmail()
    const user = await workos.userManagement.createUser({ email, password: 'correct horse battery' })
    const change = { email: 'weak-person@example.com', password }
    expect(await management.put(`${USERS}/${user.id}`, change)).toMatchObject(refusal)
    expect(await workos.userManagement.getUser(user.id)).toEqual(user)
    expect(await signInAs(email, 'correct horse battery')).toBeDefined()
  })
})

describe('a hash given by the API', () => {
  test('is taken at creation and later, with the official SDK', async () => {
    const hashed = { passwordHash: BCRYPT, passwordHashType: 'bcrypt' } as const
    const [first, second] = [newEmail(), newEmail()]
    await workos.userManagement.createUser({ email: first, ...hashed })
    const { id } = await workos.userManagement.createUser({ email: second })
    await workos.userManagement.updateUser({ userId: id, ...hashed })
    expect(await signInAs(first, 'U*U')).toBeDefined()
    expect(await signInAs(second, 'U*U')).toBeDefined()
  })

  test('of ssha256 may have its salt in front', async () => {
    const salt = Buffer.from('in front')
    const digest = createHash('sha256').update(salt).update('correct horse').digest()
    const email = newEmail()
    const { status } = await management.post(USERS, {
      email,
      password_hash: `{SSHA256}${Buffer.concat([digest, salt]).toString('base64')}`,
      password_hash_type: 'ssha256',
      password_salt_position: 'prefix',
    })
    expect(status).toBe(201)
    expect(await signInAs(email, 'correct horse')).toBeDefined()
  })

  const refused: readonly [string, object, number, object][] = [
    [
      'a password beside it',
      { password: 'correct horse', ...bcrypt },
      400,
      { code: 'password_and_password_hash_provided' },
    ],
    [
      'a password beside its type',
      { password: 'correct horse', password_hash_type: 'bcrypt' },
      400,
      { code: 'password_and_password_hash_type_provided' },
    ],
    [
      'a salt position alone',
      { password: 'correct horse', password_salt_position: 'prefix' },
      400,
      { code: 'password_salt_position_requires_password_hash' },
    ],
    [
      'a salt position of another type',
      { ...bcrypt, password_salt_position: 'prefix' },
      422,
      { errors: [{ field: 'password_salt_position' }] },
    ],
    [
      'no type',
      { password_hash: BCRYPT },
      422,
      { errors: [{ field: 'password_hash_type', code: 'required' }] },
    ],
    ['a type alone', { password_hash_type: 'bcrypt' }, 422, { errors: [{ field: 'password_hash' }] }],
    [
      'a type that is not known',
      { password_hash: BCRYPT, password_hash_type: 'md5' },
      422,
      { errors: [{ field: 'password_hash_type' }] },
    ],
    [
      'the form of another type',
      { password_hash: BCRYPT, password_hash_type: 'scrypt' },
      400,
      { code: 'invalid_password_hash' },
    ],
    [
      'parameters that scrypt does not have (RFC 7914 §2: n < 2^(16r))',
      {
        password_hash: `$scrypt$v=1$n=65536,r=1,p=1,kl=32$c29tZXNhbHQ$${'A'.repeat(43)}`,
        password_hash_type: 'scrypt',
      },
      400,
      { code: 'invalid_password_hash' },
    ],
    [
      'a cost that would hold up the server',
      { ...bcrypt, password_hash: BCRYPT.replace('$05$', '$31$') },
      400,
      { code: 'invalid_password_hash' },
    ],
  ]
  test.each(refused)('with %s is refused, for new users and old', async (_, given, status, body) => {
    const email = newEmail()
    expect(await management.post(USERS, { email, ...given })).toMatchObject({ status, body })
    expect((await workos.userManagement.listUsers({ email })).data).toEqual([])

    const user = await workos.userManagement.createUser({ email, password: 'correct horse battery' })
    expect(await management.put(`${USERS}/${user.id}`, given)).toMatchObject({ status, body })
    expect(await workos.userManagement.getUser(user.id)).toEqual(user)
    expect(await signInAs(email, 'correct horse battery')).toBeDefined()
  })
})

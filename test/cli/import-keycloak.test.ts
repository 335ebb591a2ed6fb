import { pbkdf2Sync, randomBytes } from 'node:crypto'
import { hash as argon2, argon2i } from 'argon2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type ImportRoom, linesOf, openImportRoom } from './import-room.ts'

let room: ImportRoom
beforeAll(async () => {
  room = await openImportRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const userBy = (email: string) => room.app.stores.users.byNormalizedEmail(email.toLowerCase())

/** As Keycloak 26 makes it: 64 bytes by SHA-512, in Base64. */
const keycloakPassword = (password: string) => {
  const salt = randomBytes(16)
  const value = pbkdf2Sync(password, salt, 210_000, 64, 'sha512')
  return {
    type: 'password',
    secretData: JSON.stringify({ value: value.toString('base64'), salt: salt.toString('base64') }),
    credentialData: JSON.stringify({ hashIterations: 210_000, algorithm: 'pbkdf2-sha512' }),
  }
}

/** As Keycloak 25 and later make it, unless told otherwise; every parameter is a list of one. */
const keycloakArgon2 = async (
  password: string,
  { type = 'id', version = '1.3' }: { readonly type?: 'id' | 'i'; readonly version?: string } = {},
) => {
  const salt = randomBytes(16)
  const [hashLength, memory, parallelism, hashIterations] = [32, 7168, 1, 5]
  const value = await argon2(password, {
    ...{ salt, hashLength, parallelism, raw: true, timeCost: hashIterations, memoryCost: memory },
    ...(type === 'i' && { type: argon2i }),
  })
  const parameters = { hashLength, memory, type, version, parallelism }
  return {
    type: 'password',
    secretData: JSON.stringify({
      ...{ value: value.toString('base64'), salt: salt.toString('base64'), additionalParameters: {} },
    }),
    credentialData: JSON.stringify({
      ...{ hashIterations, algorithm: 'argon2' },
      additionalParameters: Object.fromEntries(
        Object.entries(parameters).map(([name, one]) => [name, [String(one)]]),
      ),
    }),
  }
}

describe('latchkey import users --format keycloak', () => {
  test('takes over the users of a realm of Keycloak, who sign in with their password', async () => {
    const realm = {
      realm: 'acme',
      users: [
        {
          id: '6b1f0d4e-5f0b-4b6e-9a57-2f5d3a3d2c11',
          username: 'zoe',
          email: 'zoe@example.com',
          emailVerified: true,
          enabled: true,
          firstName: 'Zoe',
          lastName: 'Zimmer',
          credentials: [keycloakPassword('in the realm')],
        },
        { id: '2', username: 'robot', enabled: true, credentials: [] },
      ],
    }
    const path = await room.file('realm.json', JSON.stringify(realm))
    expect(await room.command('users', path, '--format', 'keycloak')).toBe(1)
    expect(room.printed[0]).toBe('Line 2 (robot): email is no e-mail address.')
    expect(await userBy('zoe@example.com')).toMatchObject({
      externalId: '6b1f0d4e-5f0b-4b6e-9a57-2f5d3a3d2c11',
      lastName: 'Zimmer',
      emailVerified: true,
    })
    expect(await room.signsIn('zoe@example.com', 'in the realm')).toBe(true)
  })

  /** Somebody of a realm, who may sign in there. */
  const realmUser = (name: string, more: object = {}) => ({
    ...{ id: `realm-${name}`, username: name, email: `${name}@example.com`, enabled: true },
    ...more,
  })
  const realmOf = (name: string, ...users: object[]) =>
    room.file(`${name}.json`, JSON.stringify({ realm: 'acme', users }))

  test('lets nobody in whom Keycloak had switched off', async () => {
    const path = await realmOf(
      'off',
      realmUser('gone', { enabled: false, credentials: [keycloakPassword('in the realm')] }),
      // Keycloak takes one of whom it is not said for switched off.
      realmUser('unsaid', { enabled: null }),
    )
    expect(await room.command('users', path, '--format', 'keycloak')).toBe(1)
    expect(room.printed).toEqual([
      'Line 1 (gone@example.com): is switched off there.',
      'Line 2 (unsaid@example.com): is switched off there.',
      'Created: 0. Here already: 0. Refused: 2.',
    ])
    expect(await userBy('gone@example.com')).toBeUndefined()
  })

  test('takes over what Keycloak hashes by argon2', async () => {
    const path = await realmOf(
      'argon',
      realmUser('ida', { credentials: [await keycloakArgon2('in the realm')] }),
      realmUser('ivo', { credentials: [await keycloakArgon2('in the realm', { type: 'i' })] }),
    )
    expect(await room.command('users', path, '--format', 'keycloak')).toBe(0)
    expect(room.printed).toEqual(['Created: 2. Here already: 0. Refused: 0.'])
    for (const email of ['ida@example.com', 'ivo@example.com']) {
      expect(await room.signsIn(email, 'another pass phrase')).toBe(false)
      expect(await room.signsIn(email, 'in the realm')).toBe(true)
    }
  })

  test('says whose password cannot be verified here, and makes them without it', async () => {
    const credentials = (algorithm: string) => [
      { ...keycloakPassword('x'), credentialData: JSON.stringify({ hashIterations: 20_000, algorithm }) },
    ]
    const people = [
      realmUser('sha1', { credentials: credentials('pbkdf2') }),
      realmUser('older', { credentials: [await keycloakArgon2('x', { version: '1.0' })] }),
      realmUser('torn', { credentials: [{ type: 'password', secretData: '{', credentialData: '{}' }] }),
      realmUser('none', { credentials: [{ type: 'otp' }] }),
    ]
    const path = await realmOf('unverified', ...people)
    const report = room.path('unverified.report')
    const asked = ['users', path, '--format', 'keycloak', '--report', report]
    expect(await room.command(...asked)).toBe(0)
    expect(room.printed).toEqual([
      'Line 1 (sha1@example.com): comes without a password: it is hashed by pbkdf2 in a way that is not verified here, or would take too long.',
      'Line 2 (older@example.com): comes without a password: it is hashed by argon2 in a way that is not verified here, or would take too long.',
      'Line 3 (torn@example.com): comes without a password: it is kept in a form that is not known here.',
      'Created: 4 (3 of them without their password). Here already: 0. Refused: 0.',
    ])
    expect(await linesOf(report)).toEqual([
      expect.objectContaining({ line: 1, outcome: 'created', email: 'sha1@example.com' }),
      expect.objectContaining({ line: 2, without_password: expect.stringContaining('argon2') }),
      expect.objectContaining({ line: 3 }),
    ])
    expect(await userBy('sha1@example.com')).toMatchObject({ passwordHash: null })
    // Those who are here have whatever password they set.
    expect(await room.command(...asked)).toBe(0)
    expect(room.printed.at(-1)).toBe('Created: 0. Here already: 4. Refused: 0.')
    expect(await linesOf(report)).toEqual([])
  })

  test('passes over accounts of services, which are no people', async () => {
    const path = await realmOf(
      'services',
      { username: 'service-account-batch', enabled: true },
      realmUser('robot', { serviceAccountClientId: 'robot' }),
      realmUser('una'),
    )
    const report = room.path('services.report')
    expect(await room.command('users', path, '--format', 'keycloak', '--report', report)).toBe(0)
    expect(room.printed).toEqual([
      'Created: 1. Here already: 0. Accounts of services passed over: 2. Refused: 0.',
    ])
    expect((await linesOf(report)).map(({ line, outcome }) => [line, outcome])).toEqual([
      [1, 'passed_over'],
      [2, 'passed_over'],
    ])
    expect(await userBy('robot@example.com')).toBeUndefined()
  })
})

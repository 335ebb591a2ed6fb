import { readFile, stat, symlink } from 'node:fs/promises'
import { hash as argon2 } from 'argon2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeFailure } from '../../src/cli/failure.ts'
import { type ImportRoom, linesOf, openImportRoom } from './import-room.ts'

let room: ImportRoom
beforeAll(async () => {
  room = await openImportRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const userBy = (email: string) => room.app.stores.users.byNormalizedEmail(email.toLowerCase())

describe('latchkey import users', () => {
  test('takes a table over, with passwords and memberships; who is refused is told by line, and keeps nobody back', async () => {
    const organization = await room.app.fixtures.organization('Acme')
    const hash = await argon2('the old pass phrase')
    const path = await room.file(
      'users.csv',
      [
        'email,email_verified,first_name,external_id,metadata,password_hash,password_hash_type,organization,role',
        `ada@example.com,true,Ada,crm-1,"{""plan"":""gold""}","${hash}",argon2,${organization},member`,
        'no address,true,,,,,,,',
        'bob@example.com,maybe,,,,,,,',
        `cem@example.com,,,,,,,org_01HZZZZZZZZZZZZZZZZZZZZZZZ,`,
        `dan@example.com,,,,,,,${organization},no-such-role`,
        'eve@example.com,,,,,$2b$nonsense,bcrypt,,',
        'fay@example.com,,"F\u0001ay",,,,,,',
        'gus@example.com,false,Gus,,,,,,',
        '',
      ].join('\n'),
    )
    const report = room.path('report.jsonl')
    expect(await room.command('users', path, '--report', report)).toBe(1)
    expect(room.printed.at(-1)).toBe('Created: 2. Here already: 0. Refused: 6.')
    const refused = await linesOf(report)
    expect(refused.map(({ line, field }) => [line, field])).toEqual([
      [3, 'email'],
      [4, 'email_verified'],
      [5, 'memberships.0.organization'],
      [6, 'memberships.0.role'],
      [7, 'password_hash'],
      [8, 'first_name'],
    ])
    expect(JSON.stringify(refused) + room.printed.join()).not.toContain('$2b$nonsense')
    expect((await stat(report)).mode & 0o077).toBe(0)
    const ada = await userBy('ada@example.com')
    expect(ada).toMatchObject({ emailVerified: true, externalId: 'crm-1', metadata: { plan: 'gold' } })
    for (const email of ['cem@example.com', 'dan@example.com', 'eve@example.com']) {
      expect(await userBy(email), email).toBeUndefined()
    }
    expect(await room.signsIn('ada@example.com', 'another pass phrase')).toBe(false)
    expect(await room.signsIn('ada@example.com', 'the old pass phrase')).toBe(true)
    const [event] = await room.app.stores.events.byName('user.created', 1)
    expect(event?.actor).toMatchObject({ type: 'operator' })
  })

  test('takes lines over, passes over those who are here, and goes on after an interruption', async () => {
    const lines = Array.from({ length: 450 }, (_, index) =>
      JSON.stringify({ email: `p${index}@example.com`, external_id: `p-${index}` }),
    )
    const half = await room.file('half.jsonl', lines.slice(0, 210).join('\r\n'))
    expect(await room.command('users', half)).toBe(0)
    const path = await room.file('people.jsonl', `${lines.join('\n')}\n\n`)
    expect(await room.command('users', path)).toBe(0)
    expect(room.printed.at(-1)).toBe('Created: 240. Here already: 210. Refused: 0.')
    expect(await room.command('users', path, '--format', 'jsonl')).toBe(0)
    expect(room.printed.at(-1)).toBe('Created: 0. Here already: 450. Refused: 0.')
  })

  test('refuses whoever has the external ID of somebody else, for they are not here', async () => {
    const path = await room.file(
      'twins.jsonl',
      ['one', 'two'].map((name) => `{"email":"${name}@twins.example","external_id":"twin"}`).join('\n'),
    )
    expect(await room.command('users', path)).toBe(1)
    expect(room.printed).toEqual([
      'Line 2 (two@twins.example): external_id is that of another user.',
      'Created: 1. Here already: 0. Refused: 1.',
    ])
    expect(await room.command('users', path)).toBe(1)
    expect(room.printed.at(-1)).toBe('Created: 0. Here already: 1. Refused: 1.')
  })

  test('writes nothing when it is dry, and no events if told so', async () => {
    const path = await room.file('dry.jsonl', `{"email":"dry@example.com"}\n{"email":"wet"}\nnot json`)
    const events = async () =>
      (await room.app.stores.events.page({}, { limit: 1, order: 'desc' })).rows[0]?.id
    const before = await events()
    expect(await room.command('users', path, '--dry-run')).toBe(1)
    expect(room.printed.at(-1)).toBe('Would be created: 1. Here already: 0. Refused: 2.')
    expect(await userBy('dry@example.com')).toBeUndefined()
    await room.command('users', path, '--no-events')
    expect(await userBy('dry@example.com')).toBeDefined()
    expect(await events()).toBe(before)
  })

  test.each([
    [['users']],
    [['users', 'x.csv', '--format', 'xml']],
    [['users', 'x.csv', '--unknown']],
    [['applications', 'x.json', '--from', 'hydra']],
    [['applications', 'x.json', '--from', 'hydra', '--dry-run', '--out', 'x.out']],
    [['applications', 'x.json', '--from', 'auth0', '--dry-run']],
    [['organizations', 'x.json']],
  ])('says how it is used (%j)', async (args) => {
    expect(await room.command(...args)).toBe(2)
    expect(room.printed[0]).toContain('Usage: latchkey import users FILE')
  })

  test('refuses a table whose columns it does not know, before anybody is made', async () => {
    const path = await room.file('odd.csv', 'email,shoe_size\nodd@example.com,44\n')
    await expect(room.command('users', path)).rejects.toThrow('a column shoe_size')
    expect(await userBy('odd@example.com')).toBeUndefined()
  })

  test('says which file cannot be what it is to be, and touches none', async () => {
    const path = await room.file('kept.jsonl', '{"email":"kept@example.com"}')
    const alias = room.path('alias.jsonl')
    await symlink(path, alias)
    const said = async (...args: string[]) =>
      describeFailure(await room.command(...args).catch((error: unknown) => error))
    const realm = ['--from', 'keycloak']
    expect(await said('users', path, '--report', alias)).toBe(
      `The file ${alias} is the one that is read; name another one for what comes of it.`,
    )
    const exported = await room.file('kept.json', '{"realm":"acme","clients":[{"clientId":"kept"}]}')
    expect(await said('applications', exported, ...realm, '--out', exported)).toMatch(
      /is the one that is read/,
    )
    expect(await readFile(exported, 'utf8')).toBe('{"realm":"acme","clients":[{"clientId":"kept"}]}')
    expect(await readFile(path, 'utf8')).toBe('{"email":"kept@example.com"}')
    const directory = room.path('')
    for (const format of ['csv', 'jsonl', 'keycloak']) {
      expect(await said('users', directory, '--format', format)).toMatch(
        /^The file \S+ cannot be read: EISDIR/,
      )
    }
    // What there is none of, and what cannot be a directory, is not the data directory.
    for (const asked of [
      ['users', room.path('none')],
      ['users', `${path}/none`],
      ['applications', room.path('none'), ...realm, '--dry-run'],
    ]) {
      expect(await said(...asked)).toMatch(/^The file \S+ cannot be read: EN/)
    }
    expect(await said('users', path, '--report', `${path}/none`)).toMatch(/cannot be written to: ENOTDIR/)
    expect(await said('users', path, '--format', 'keycloak')).toMatch(
      /is not the export of a realm of Keycloak/,
    )
    expect(await userBy('kept@example.com')).toBeUndefined()
  })
})

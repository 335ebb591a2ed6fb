import { readFile, stat, symlink } from 'node:fs/promises'
import { hash as argon2 } from 'argon2'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeFailure } from '../../src/cli/failure.ts'
import { readImport } from '../../src/cli/import.ts'
import type { Transaction } from '../../src/storage/transaction.ts'
import { DatabaseUnavailable } from '../../src/system/failure-code.ts'
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

  test('refuses a second line of the same address or external ID, also far below and in a dry run', async () => {
    const between = Array.from({ length: 250 }, (_, index) => `{"email":"b${index}@second.example"}`)
    const path = await room.file(
      'second.jsonl',
      [
        '{"email":"one@second.example","external_id":"second","password_hash":"x"}',
        '{"email":"one@second.example","external_id":"second"}',
        '{"email":"One@second.example","first_name":"Two"}',
        ...between,
        '{"email":"one@SECOND.example","first_name":"Three"}',
        '{"email":"other@second.example","external_id":"second"}',
      ].join('\n'),
    )
    const told = [
      'Line 1 (one@second.example): password_hash_type is missing: a hash was given.',
      'Line 3 (One@second.example): email is on line 2 as well.',
      'Line 254 (one@SECOND.example): email is on line 2 as well.',
      'Line 255 (other@second.example): external_id is that of another user.',
    ]
    const toldBy = async (...args: string[]) => {
      expect(await room.command('users', path, ...args)).toBe(1)
      return room.printed.filter((line) => !line.includes('%'))
    }
    expect(await toldBy('--dry-run')).toEqual([
      ...told,
      'Would be created: 251. Here already: 0. Refused: 4.',
    ])
    expect(await toldBy()).toEqual([...told, 'Created: 251. Here already: 0. Refused: 4.'])
    expect(await toldBy()).toEqual([...told, 'Created: 0. Here already: 251. Refused: 4.'])
    expect(await userBy('one@second.example')).toMatchObject({ firstName: null })
  })

  test('says how far it came when the database goes away, and what to do', async () => {
    const lines = Array.from({ length: 450 }, (_, index) => `{"email":"g${index}@gone.example"}`)
    const path = await room.file('gone.jsonl', ['{"email":"wrong"}', ...lines].join('\n'))
    const report = room.path('gone.report')
    let batches = 0
    const lost: Transaction = async (work) => {
      if (++batches === 2) throw new DatabaseUnavailable('The connection to the database was lost.')
      return room.transaction(work)
    }
    expect(await room.commandOn(lost, 'users', path, '--report', report)).toBe(1)
    expect(room.printed.slice(-2)).toEqual([
      'Created: 199. Here already: 0. Refused: 1.',
      'The connection to the database was lost. Once that is mended, run the command again: what is here already is passed over.',
    ])
    // What was read ahead is not done yet.
    expect(room.printed).toContain('40 % done.')
    expect(room.printed.join()).not.toMatch(/[5-9]0 %/)
    expect(await linesOf(report)).toHaveLength(1)
    expect(await room.command('users', path)).toBe(1)
    expect(room.printed.at(-1)).toBe('Created: 251. Here already: 199. Refused: 1.')

    const clients = ['one', 'two'].map((name) => ({
      ...{ client_id: `gone ${name}`, grant_types: ['authorization_code'], skip_consent: true },
      redirect_uris: [`https://${name}.gone.example/`],
    }))
    const exported = await room.file('gone.json', JSON.stringify(clients))
    const asked = ['applications', exported, '--from', 'hydra', '--out', room.path('gone.out')]
    batches = 0
    expect(await room.commandOn(lost, ...asked)).toBe(1)
    expect(room.printed.at(-2)).toBe('Created: 1. Done before: 0. Refused: 0.')
    expect(room.printed.at(-1)).toMatch(/^The connection to the database was lost\. Once that is mended/)
    expect(await room.command(...asked)).toBe(0)
    expect(room.printed.at(-1)).toBe('Created: 1. Done before: 1. Refused: 0.')
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
    [[], 'Say what to import: users or applications.'],
    [['organizations', 'x.json'], 'Say what to import: users or applications.'],
    [['users'], 'Name the file that they are in.'],
    [['users', 'x.csv', 'y.csv'], 'Name one file; there are 2.'],
    [['users', 'x.csv', '--format', 'xml'], '--format is one of csv, jsonl, keycloak.'],
    [['users', 'x.csv', '--unknown'], "Unknown option '--unknown'."],
    [['users', 'x.csv', '--report'], "Option '--report <value>' argument missing."],
    [['users', 'x.csv', '--out', 'x.out'], '--out is not for users.'],
    [
      ['applications', 'x.json', '--from', 'hydra'],
      'Say where new client IDs and secrets are to be written: --out FILE; or --dry-run.',
    ],
    [
      ['applications', 'x.json', '--from', 'hydra', '--dry-run', '--out', 'x.out'],
      'With --dry-run nothing is written, so there is no --out.',
    ],
    [['applications', 'x.json', '--from', 'auth0', '--dry-run'], '--from is one of hydra, keycloak.'],
    [['applications', 'x.json', '--dry-run'], 'Say what wrote the file: --from hydra or --from keycloak.'],
    [['applications', 'x.json', '--format', 'csv', '--dry-run'], '--format is not for applications.'],
  ])('says what is missing (%j)', (args, problem) => {
    expect(readImport(args)).toBe(problem)
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

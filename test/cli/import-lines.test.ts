import { writeFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { describeFailure } from '../../src/cli/failure.ts'
import { type ImportRoom, linesOf, openImportRoom } from './import-room.ts'

let room: ImportRoom
beforeAll(async () => {
  room = await openImportRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const userBy = (email: string) => room.app.stores.users.byNormalizedEmail(email)

/** What the command fails with, as whoever typed it reads it. */
const said = async (...args: string[]): Promise<string> =>
  describeFailure(await room.command(...args).catch((error: unknown) => error))

const bytesIn = async (name: string, bytes: string): Promise<string> => {
  const path = await room.file(name, '')
  await writeFile(path, Buffer.from(bytes, 'latin1'))
  return path
}

describe('a line that cannot be read', () => {
  test('of a table is refused by the line where it begins, and all others come to be', async () => {
    const path = await room.file(
      'broken.csv',
      [
        '\uFEFFemail,first_name,metadata',
        'a@rows.example,A,',
        'b@rows.example,B',
        'c@rows.example,C,,more',
        'd@rows.example,"D,',
        'e@rows.example,"E","{""plan"":\r\n""gold""}"',
        'f@rows.example,F"f,',
        'g@rows.example,"G" g,',
        '',
        'wrong,H,',
        'i@rows.example,"I,',
        'j@rows.example,J,',
        '',
      ].join('\r\n'),
    )
    const report = room.path('broken.report')
    expect(await room.command('users', path, '--report', report)).toBe(1)
    expect(room.printed).toEqual([
      'Line 3: has 2 cells, and the head 3 columns.',
      'Line 4: has 4 cells, and the head 3 columns.',
      'Line 5: has quotes that do not match.',
      'Line 8: has quotes that do not match.',
      'Line 9: has quotes that do not match.',
      'Line 11 (wrong): email is no e-mail address.',
      'Line 12: has quotes that do not match.',
      'Created: 3. Here already: 0. Refused: 7.',
    ])
    expect((await linesOf(report)).map(({ line }) => line)).toEqual([3, 4, 5, 8, 9, 11, 12])
    for (const name of ['a', 'e', 'j']) expect(await userBy(`${name}@rows.example`), name).toBeDefined()
    expect(await userBy('e@rows.example')).toMatchObject({ metadata: { plan: 'gold' } })
  })

  test('is one without a second quote even if the table goes on for long', async () => {
    const rows = Array.from({ length: 1100 }, (_, index) => `n${index}@long.example,N`)
    const path = await room.file('long.csv', ['email,first_name', 'x@long.example,"X', ...rows].join('\n'))
    expect(await room.command('users', path, '--dry-run')).toBe(1)
    expect(room.printed).toContain('Line 2: has quotes that do not match.')
    expect(room.printed.at(-1)).toBe('Would be created: 1100. Here already: 0. Refused: 1.')
  })

  test('of lines of JSON is refused, and all others come to be', async () => {
    const path = await bytesIn(
      'broken.jsonl',
      [
        '\u00EF\u00BB\u00BF{"email":"a@lines.example"}',
        'email',
        '{"email":"b@lines.example"',
        '["c@lines.example"]',
        '{"email":"d@lines.example","first_name":"D\u00FCrer"}',
        '{"email":"e@lines.example","first_name":"\u00C3\u00A9"}',
        '',
      ].join('\n'),
    )
    expect(await room.command('users', path)).toBe(1)
    expect(room.printed).toEqual([
      'Line 2: is not JSON.',
      'Line 3: is not JSON.',
      'Line 4: is no object.',
      'Line 5: is not UTF-8.',
      'Created: 2. Here already: 0. Refused: 4.',
    ])
    expect(await userBy('e@lines.example')).toMatchObject({ firstName: 'é' })
    expect(await userBy('d@lines.example')).toBeUndefined()
  })

  test('is one that is not UTF-8, also of a table', async () => {
    const path = await bytesIn(
      'latin.csv',
      'email,first_name\na@latin.example,D\u00FCrer\nb@latin.example,B\n',
    )
    expect(await room.command('users', path)).toBe(1)
    expect(room.printed[0]).toBe('Line 2: is not UTF-8.')
    expect(await userBy('a@latin.example')).toBeUndefined()
    expect(await userBy('b@latin.example')).toBeDefined()
  })

  test('is told in words of operators', async () => {
    const faults: readonly (readonly [entry: object, told: string])[] = [
      [{}, 'email is missing.'],
      [{ email: '' }, 'email is empty.'],
      [{ email: 1 }, 'email is no text.'],
      [{ email: 'a@b', email_verified: 'maybe' }, 'email_verified is neither true nor false.'],
      [{ email: 'a@b', shoe_size: 44 }, 'shoe_size is not known here.'],
      [{ email: 'a@b', metadata: { size: 44 } }, 'metadata.size is no text.'],
      [{ email: 'a@b', memberships: {} }, 'memberships is no list.'],
      [{ email: 'a@b', memberships: [{}] }, 'memberships.0.organization is missing.'],
      [{ email: 'a@b', memberships: [{ organization: 'o', x: 1 }] }, 'memberships.0.x is not known here.'],
      [
        { email: 'a@b', memberships: Array.from({ length: 101 }, () => ({ organization: 'o' })) },
        'memberships has more than 100 entries.',
      ],
      [
        { email: 'a@b', password_hash: 'x', password_hash_type: 'md5' },
        'password_hash_type is none of bcrypt, firebase-scrypt, ssha, ssha256, scrypt, pbkdf2, argon2.',
      ],
    ]
    const path = await room.file('faults.jsonl', faults.map(([entry]) => JSON.stringify(entry)).join('\n'))
    const report = room.path('faults.report')
    expect(await room.command('users', path, '--report', report)).toBe(1)
    const reported = (await linesOf(report)).map(({ field, reason }) => `${field} ${reason}.`)
    expect(reported).toEqual(faults.map(([, told]) => told))
    const roles = await room.file('roles.csv', 'email,role\na@roles.example,member\n')
    expect(await room.command('users', roles)).toBe(1)
    expect(room.printed[0]).toBe('Line 2 (a@roles.example): memberships.0.organization is missing.')
  })
})

describe('a file that cannot be read', () => {
  test('moves nothing on the terminal, whatever is in it', async () => {
    const path = await room.file('escape.jsonl', JSON.stringify({ email: '\u001B[2Jx', '\u001B[1m': 1 }))
    expect(await room.command('users', path)).toBe(1)
    expect(room.printed[0]).toBe('Line 1 (?[2Jx): ?[1m is not known here.')
    expect(await said('users', await room.file('escape.csv', 'email,\u001B[1m\na,b\n'))).toContain('?[1m')
  })

  const onePiece =
    'is one piece of JSON, and not a line for each user; of a realm of Keycloak, say --format keycloak'
  test.each([
    ['semicolons.csv', 'email;first_name\na@b.example;A\n', 'has semicolons between its columns'],
    ['tabs.csv', 'email\tfirst_name\na@b.example\tA\n', 'has tabs between its columns'],
    [
      'mail.csv',
      'mail,first_name\na@b.example,A\n',
      'has a column mail, which is not known; there are email,',
    ],
    ['noEmail.csv', 'first_name\nA\n', 'has no column email'],
    ['twice.csv', 'email,email\na@b.example,b@b.example\n', 'has the column email twice'],
    ['quote.csv', '"email\na@b.example\n', 'has a head that cannot be read: it has quotes that do not match'],
    ['empty.csv', '', 'has no user in it'],
    ['head.csv', 'email,first_name\n\n', 'has no user in it'],
    ['empty.jsonl', '\n\n', 'has no user in it'],
    ['pretty.json', '{\n  "realm": "acme",\n  "users": []\n}\n', onePiece],
    ['flat.json', '{"realm":"acme","users":[]}', onePiece],
    ['list.json', '[{"email":"a@b.example"}]', onePiece],
  ])('says so in one sentence, with what to do (%s)', async (name, content, sentence) => {
    const path = await room.file(name, content)
    const report = room.path(`${name}.report`)
    const failure = await said('users', path, '--report', report)
    expect(failure).toContain(`The file ${path} ${sentence}`)
    expect(failure).toMatch(/^[^\n]*[^.]\.$/)
    expect(room.printed.at(-1)).toBe('Created: 0. Here already: 0. Refused: 0.')
    expect(await linesOf(report)).toEqual([])
    expect(await userBy('a@b.example')).toBeUndefined()
  })

  test('is a table of another encoding', async () => {
    const path = await bytesIn('utf16.csv', '\u00FF\u00FEe\0m\0a\0i\0l\0\n\0')
    expect(await said('users', path)).toContain('has a head that cannot be read: it is not UTF-8')
  })
})

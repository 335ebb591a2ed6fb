import { describe, expect, test } from 'vitest'
import { type CheckingDatabase, checkDatabase } from '../../src/doctor/check-database.ts'
import type { DatabaseFacts } from '../../src/storage/inspection.ts'
import { levelsOf } from './levels.ts'

const facts: DatabaseFacts = {
  version: 18,
  isTooOld: false,
  encoding: 'UTF8',
  isReadOnly: false,
  isEncrypted: true,
  unusableTables: [],
  othersTables: [],
  mayCreateTables: true,
  connectionLimit: 97,
  now: new Date('2026-01-01T00:00:00Z'),
}
const checked = (changes: Partial<DatabaseFacts>, more: Partial<CheckingDatabase> = {}) =>
  levelsOf(
    checkDatabase({
      facts: { ...facts, ...changes },
      kind: 'postgresql',
      poolSize: 10,
      workers: 1,
      pendingMigrations: [],
      isRemote: true,
      ...more,
    }),
  )

describe('a database', () => {
  test('that has everything is fine', () => expect(checked({})).toEqual(['ok']))

  test.each<[string, Partial<DatabaseFacts>, string]>([
    ['older than PostgreSQL 15', { version: 14, isTooOld: true }, 'problem'],
    ['not in UTF-8', { encoding: 'LATIN1' }, 'problem'],
    ['read-only', { isReadOnly: true }, 'problem'],
    ['whose connection others can read', { isEncrypted: false }, 'warning'],
    ['with connections for one node', { connectionLimit: 21 }, 'warning'],
    ['with connections for none', { connectionLimit: 10 }, 'problem'],
    ['whose rows belong to others', { unusableTables: ['event', 'session', 'user', 'role'] }, 'problem'],
    ['whose tables belong to others', { othersTables: ['event'] }, 'warning'],
    ['in which no table can be made', { mayCreateTables: false }, 'warning'],
  ])('%s is a %s', (_, changes, level) => expect(checked(changes)).toEqual([level]))

  test('lacking a migration is a problem, embedded or not', () => {
    const pendingMigrations = ['0019-asked-codes']
    expect(checked({}, { pendingMigrations })).toEqual(['problem'])
    expect(checked({}, { pendingMigrations, kind: 'embedded' })).toEqual(['problem'])
  })

  test('on this machine needs no encryption, and the embedded one no server', () => {
    expect(checked({ isEncrypted: false }, { isRemote: false })).toEqual(['ok'])
    expect(checked({ connectionLimit: 1 }, { kind: 'embedded' })).toEqual(['ok'])
  })
})

import { describe, expect, test } from 'vitest'
import { databaseAddress, isRemoteDatabase } from '../../src/config/database-address.ts'

describe('the address of a database', () => {
  test.each([
    ['postgres://db.example.com:5433/latchkey', 'db.example.com', '5433'],
    ['postgres://user:password@[fd00::1]/latchkey', '[fd00::1]', ''],
    ['postgres:///latchkey?host=10.0.0.5&port=5433', '10.0.0.5', '5433'],
    ['postgres://user@/latchkey?host=fd00::1', '[fd00::1]', ''],
    ['postgres://127.0.0.1/latchkey?host=db.example.com', 'db.example.com', ''],
  ])('is where the driver goes: %s', (url, hostname, port) => {
    expect(databaseAddress(url)).toEqual({ hostname, port, database: 'latchkey' })
    expect(isRemoteDatabase(url)).toBe(true)
  })

  test.each([
    'postgres://localhost/latchkey',
    'postgres://user@/latchkey',
    'postgres:///latchkey?host=::1',
    'postgres:///latchkey?host=/run/postgresql',
    'postgres://%2Frun%2Fpostgresql/latchkey',
    'postgres://db.example.com/latchkey?host=127.0.0.1',
    'no address',
  ])('is on this machine: %s', (url) => expect(isRemoteDatabase(url)).toBe(false))
})

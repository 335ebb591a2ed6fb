import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { checkSecrets } from '../../src/doctor/check-secrets.ts'
import { levelsOf } from './levels.ts'

const strong = 'q3Vv0T8lQxw1dJt5mZrY7nKc2sHhB9eUoPpXfLgAi4'
const url = (password: string) => `postgres://latchkey${password && ':'}${password}@db.example.com/latchkey`
const checked = (secret: string, more: { pairwiseSecret?: string; databaseUrl?: string } = {}) =>
  levelsOf(checkSecrets({ secret, pairwiseSecret: undefined, databaseUrl: url('G7kq2vTz'), ...more }))

describe('a secret', () => {
  test('made by chance is fine, however it is written', () => {
    for (const encoding of ['hex', 'base64', 'base64url'] as const) {
      expect(checked(randomBytes(48).toString(encoding))).toEqual(['ok'])
    }
  })

  test.each([
    'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa',
    'k3Xk3Xk3Xk3Xk3Xk3Xk3Xk3Xk3Xk3Xk3Xk3Xk3X',
    '1212211121212221121211122212121121221221',
    'my-SECRET-4711-for-the-production-server',
    'correct horse battery staple of this house',
    'correct-horse-battery-staple-of-this-house',
  ])('such as %j is a problem', (secret) => expect(checked(secret)).toEqual(['problem']))

  test('of pairwise subjects is held to the same', () => {
    expect(checked(strong, { pairwiseSecret: strong })).toEqual(['ok'])
    expect(checked(strong, { pairwiseSecret: 'a'.repeat(40) })).toEqual(['problem'])
  })

  test('must not hold the password of the database', () => {
    expect(checked(strong, { databaseUrl: url(strong.slice(0, 12)) })).toEqual(['problem'])
  })
})

test('a password of the database as in examples is a warning', () => {
  expect(checked(strong, { databaseUrl: url('latchkey') })).toEqual(['warning'])
  expect(checked(strong, { databaseUrl: url('postgres') })).toEqual(['warning'])
  expect(checked(strong, { databaseUrl: url('') })).toEqual(['ok'])
})

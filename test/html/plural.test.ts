import { expect, test } from 'vitest'
import { counted, type Plural } from '../../src/html/plural.ts'

const english: Plural = { one: 'One code left', other: '{count} codes left' }
const arabic: Plural = {
  zero: 'لا رموز متبقية',
  one: 'رمز واحد متبقٍ',
  two: 'رمزان متبقيان',
  few: '{count} رموز متبقية',
  many: '{count} رمزًا متبقيًا',
  other: '{count} رمز متبقٍ',
}

test.each([
  ['en', english, 1, 'One code left'],
  ['en', english, 0, '0 codes left'],
  ['en', english, 1234, '1,234 codes left'],
  ['de', { one: 'Ein Code übrig', other: '{count} Codes übrig' }, 1234, '1.234 Codes übrig'],
  ['fr', { one: '{count} code', other: '{count} codes' }, 0, '0 code'],
  ['ja', { other: '残り {count} 個' }, 1, '残り 1 個'],
  ['ar', arabic, 0, 'لا رموز متبقية'],
  ['ar', arabic, 2, 'رمزان متبقيان'],
  ['ar', arabic, 3, '3 رموز متبقية'],
  ['ar', arabic, 11, '11 رمزًا متبقيًا'],
  ['ar', arabic, 100, '100 رمز متبقٍ'],
] as const)('in %s the form of %j for %i is “%s”', (tag, forms, count, expected) => {
  expect(counted({ tag }, forms, count)).toBe(expected)
})

import { describe, expect, test } from 'vitest'
import {
  DatabaseUnavailable,
  failureCode,
  isUnavailable,
  unansweredAfter,
} from '../../src/system/failure-code.ts'

const withCode = (code: string, cause?: unknown) => Object.assign(new Error('failed', { cause }), { code })

const circle = () => {
  const first = new Error('first')
  first.cause = new Error('second', { cause: first })
  return first
}

describe('the code of a failure', () => {
  test('is that of the error, or of the nearest cause that has one', () => {
    expect(failureCode(withCode('EACCES', withCode('ENOENT')))).toBe('EACCES')
    expect(failureCode(new Error('a', { cause: new Error('b', { cause: withCode('57P01') }) }))).toBe('57P01')
  })

  test('is that of the first of several', () => {
    expect(failureCode(new AggregateError([withCode('ECONNREFUSED'), withCode('EPERM')]))).toBe(
      'ECONNREFUSED',
    )
    expect(failureCode(new AggregateError([], 'none', { cause: withCode('EPERM') }))).toBe('EPERM')
  })

  test('is undefined for what has none', () => {
    for (const error of [
      undefined,
      null,
      'ECONNREFUSED',
      { code: 'ECONNREFUSED' },
      new Error('ECONNREFUSED'),
    ]) {
      expect(failureCode(error)).toBeUndefined()
    }
    expect(failureCode(Object.assign(new Error(), { code: 57 }))).toBeUndefined()
  })

  test('is looked for no longer than there are causes', () => {
    expect(failureCode(circle())).toBeUndefined()
    const own = withCode('EPIPE')
    own.cause = own
    expect(failureCode(own)).toBe('EPIPE')
  })
})

describe('whether the database is away', () => {
  test('is said by storage alone, wherever among the causes', () => {
    const unavailable = new DatabaseUnavailable('away', { cause: withCode('ECONNREFUSED') })
    expect(isUnavailable(unavailable)).toBe(true)
    expect(isUnavailable(new Error('read failed', { cause: unavailable }))).toBe(true)
    expect(isUnavailable(new AggregateError([unavailable]))).toBe(true)
    expect(failureCode(unavailable)).toBe('ECONNREFUSED')
  })

  test('is not guessed from codes or words: a client hangs up as well', () => {
    for (const code of ['ECONNRESET', 'EPIPE', 'ECONNREFUSED', '57P01']) {
      expect(isUnavailable(withCode(code))).toBe(false)
    }
    expect(isUnavailable(new Error('Connection terminated unexpectedly'))).toBe(false)
    expect(isUnavailable(circle())).toBe(false)
    expect(isUnavailable(undefined)).toBe(false)
  })

  test('is assumed of one that does not answer', () => {
    const failure = unansweredAfter(250)()
    expect(isUnavailable(failure)).toBe(true)
    expect(failure.message).toBe('The database did not answer within 250 ms.')
  })
})

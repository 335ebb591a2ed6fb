import { describe, expect, test } from 'vitest'
import { OAuthError } from '../../src/protocol/error.ts'
import { collectParameters, readParameters } from '../../src/protocol/parameters.ts'

const refusal = (source: unknown): OAuthError => {
  try {
    readParameters(source)
  } catch (error) {
    if (error instanceof OAuthError) return error
    throw error
  }
  throw new Error('not refused')
}

describe('RFC 6749 §3.1, §3.2: request parameters', () => {
  test('RFC 6749 §3.1: one value a name; without a value it is as if omitted', () => {
    expect(Object.fromEntries(readParameters({ a: '1', b: '', c: ' ' }))).toEqual({ a: '1', c: ' ' })
  })

  test.each([undefined, null, '', 'a=b', 7, []])('a body of %j has none', (source) => {
    expect(readParameters(source).size).toBe(0)
  })

  test.each([
    ['a repeated name', { a: ['1', '2'] }],
    ['a repeated name with the same value', { a: ['1', '1'] }],
    ['a repeated name without values', { a: ['', ''] }],
    ['a NUL', { a: 'x\0' }],
    ['half of a surrogate pair', { a: 'x\ud800' }],
    ['a value of 16,385 characters', { a: 'x'.repeat(16_385) }],
    ['a number', { a: 1 }],
    ['an object', { a: { b: 'c' } }],
    ['null', { a: null }],
  ])('RFC 6749 §3.1: %s is invalid_request', (_what, source) => {
    expect(refusal(source).code).toBe('invalid_request')
  })

  test('a refusal names the parameter for the log alone, and never its value', () => {
    const { description, reason } = refusal({ client_secret: ['hunter2', 'hunter3'] })
    expect(reason).toContain('client_secret')
    expect(reason + description).not.toContain('hunter')
    expect(refusal({ ['n'.repeat(5000)]: ['1', '2'] }).reason.length).toBeLessThan(100)
  })

  test('what is well formed is collected beside the first problem', () => {
    const { parameters, problem } = collectParameters({ state: 's', a: ['1', '2'], b: '\0' })
    expect(parameters.get('state')).toBe('s')
    expect([...parameters.keys()]).toEqual(['state'])
    expect(problem?.reason).toContain('repeated: a')
  })

  test('RFC 8707 §2: resource may be repeated', () => {
    const parameters = readParameters({ resource: ['https://a.example', '', 'https://b.example'] })
    expect(parameters.resources).toEqual(['https://a.example', 'https://b.example'])
    expect(parameters.has('resource')).toBe(false)
    expect(readParameters({ resource: 'https://a.example' }).resources).toEqual(['https://a.example'])
  })

  test('RFC 6749 §3.1: a name that could not be kept is one that is not recognized', () => {
    expect([...readParameters({ 'a\0b': 'x', 'c\ud800': 'y', d: 'z' }).keys()]).toEqual(['d'])
  })

  test('names of objects are names like any other', () => {
    const parameters = readParameters(JSON.parse('{"__proto__":"x","constructor":"y","toString":"z"}'))
    expect([...parameters.keys()].sort()).toEqual(['__proto__', 'constructor', 'toString'])
    expect(readParameters({}).get('toString')).toBeUndefined()
  })
})

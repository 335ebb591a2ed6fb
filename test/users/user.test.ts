import { describe, expect, test, vi } from 'vitest'
import { displayName, normalizeEmail, parseEmail } from '../../src/users/user.ts'

describe('an e-mail address', () => {
  test('is the same without regard to case, white space around it and how characters are composed', () => {
    expect(normalizeEmail('  Ada.Lovelace@Example.COM ')).toBe('ada.lovelace@example.com')
    expect(normalizeEmail('zoe\u0308@example.com')).toBe(normalizeEmail('ZO\u00CB@example.com'))
    const once = normalizeEmail('\u0130@example.com')
    expect(normalizeEmail(once)).toBe(once)
  })

  test('is kept as its owner writes it', () => {
    expect(parseEmail(' Ada@Example.com ')).toEqual({
      email: 'Ada@Example.com',
      normalizedEmail: 'ada@example.com',
    })
  })

  test('RFC 5321 §4.1.2: is one, and of a length that mail can carry', () => {
    const notOne = ['', 'ada', '@example.com', 'ada@', 'a da@example.com', 'ada@example.com\0', 'ada@example']
    for (const text of notOne) expect(parseEmail(text)).toBeUndefined()
    expect(parseEmail(`ada@${'example.'.repeat(30)}com`)).toBeDefined()
    expect(parseEmail(`${'a'.repeat(64)}@${'example.'.repeat(30)}com`)).toBeUndefined()
  })

  test('that is none for its length is not composed: sorting marks takes time that grows with their square', () => {
    const composed: number[] = []
    const { normalize } = String.prototype
    vi.spyOn(String.prototype, 'normalize').mockImplementation(function (this: string, form) {
      composed.push(this.length)
      return normalize.call(this, form)
    })
    const marks = `a${'\u0315\u0300'.repeat(30_000)}@example.com`
    expect(parseEmail(marks)).toBeUndefined()
    expect(normalizeEmail(marks).length).toBeLessThan(1000)
    for (const length of composed) expect(length).toBeLessThan(1000)
    // Nor does a long one pass for the short one it begins with.
    const longest = `ada@${'example.'.repeat(30)}com`
    expect(normalizeEmail(`${longest.padEnd(254, 'm')}m`)).not.toBe(normalizeEmail(longest.padEnd(254, 'm')))
  })
})

describe('a user', () => {
  test('is called by name, by the parts of it, or by address', () => {
    const nobody = { name: null, firstName: null, lastName: null, email: 'ada@example.com' }
    expect(displayName(nobody)).toBe('ada@example.com')
    expect(displayName({ ...nobody, lastName: 'Lovelace' })).toBe('Lovelace')
    expect(displayName({ ...nobody, firstName: 'Ada', lastName: 'Lovelace' })).toBe('Ada Lovelace')
    expect(displayName({ ...nobody, firstName: 'Ada', name: 'Countess' })).toBe('Countess')
  })
})

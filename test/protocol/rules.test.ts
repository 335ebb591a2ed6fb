import { createHash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { OAuthError } from '../../src/protocol/error.ts'
import { newIdentifier, newUlid, parseIdentifier } from '../../src/protocol/identifiers.ts'
import { isLoopbackHost, isOnThisMachine } from '../../src/protocol/issuer.ts'
import { isCodeChallenge } from '../../src/protocol/pkce.ts'
import { parseLine, parseText } from '../../src/protocol/printable-text.ts'
import { prompts as ALL, parseMaxAge, parsePrompt } from '../../src/protocol/prompt.ts'
import { redirectUriProblem } from '../../src/protocol/redirect-uri.ts'
import { missingScopes, parseScope } from '../../src/protocol/scope.ts'
import { systemRandom } from '../../src/system/random.ts'

const codeOf = (work: () => unknown): string => {
  try {
    work()
  } catch (error) {
    if (error instanceof OAuthError) return error.code
    throw error
  }
  return 'none'
}

describe('RFC 6749 §3.3: scope', () => {
  test.each<[string | undefined, string[]]>([
    [undefined, []],
    ['', []],
    ['  ', []],
    ['openid', ['openid']],
    [' b  a b ', ['b', 'a']],
    ['!#$%&()*+,-./:;<=>?@[]^_`{|}~', ['!#$%&()*+,-./:;<=>?@[]^_`{|}~']],
  ])('RFC 6749 §3.3: %j is %j', (text, scopes) => {
    expect(parseScope(text)).toEqual(scopes)
  })

  test.each(['"', '\\', 'a"b', 'é', 'a\tb', 'a\nb', '\u007f', '\u0000', '\u00a0', 'a b"c'])(
    'RFC 6749 §3.3: %j is invalid_scope',
    (text) => {
      expect(codeOf(() => parseScope(text))).toBe('invalid_scope')
    },
  )

  test('what is missing keeps its order', () => {
    expect(missingScopes(['c', 'a', 'b'], ['a'])).toEqual(['c', 'b'])
    expect(missingScopes([], ['a'])).toEqual([])
  })
})

describe('RFC 6749 §5.2: what an error may say', () => {
  test('RFC 6749 §5.2: a description has no quotation mark, backslash or control character', () => {
    const { description } = new OAuthError('invalid_request', 'a "b" \\c\r\nd é \u0000')
    expect(description).toMatch(/^[\x20-\x21\x23-\x5B\x5D-\x7E]+$/)
  })
})

describe('OIDC Core §3.1.2.1: prompt and max_age', () => {
  /** Where nobody creates an account (Prompt Create §4.1). */
  const CORE = ALL.filter((prompt) => prompt !== 'create')

  test.each<[string | undefined, string[]]>([
    [undefined, []],
    ['none', ['none']],
    [' login  consent ', ['login', 'consent']],
    ['select_account', ['select_account']],
    ['create', ['create']],
  ])('OIDC Core §3.1.2.1: prompt %j is %j', (text, prompts) => {
    expect(parsePrompt(text, ALL)).toEqual(prompts)
  })

  test.each(['create', 'None', 'none login', 'login,consent', 'login none'])(
    'OIDC Core §3.1.2.1: prompt %j is invalid_request',
    (text) => {
      expect(codeOf(() => parsePrompt(text, CORE))).toBe('invalid_request')
    },
  )

  test('OIDC Core §3.1.2.1: max_age is a whole number of seconds', () => {
    expect([undefined, '0', '86400'].map(parseMaxAge)).toEqual([undefined, 0, 86_400])
    for (const text of ['-1', '1.5', '1e3', ' 1', '0x10', '', '9'.repeat(10), '١']) {
      expect(codeOf(() => parseMaxAge(text))).toBe('invalid_request')
    }
  })
})

describe('RFC 7636 §4.2: code challenges', () => {
  test('RFC 7636 Appendix B: the example', () => {
    const verifier = 'dBjftJeZ4CVP-mB92K27uhbUJU1p1r_wW1gFWFOEjXk'
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    expect(challenge).toBe('E9Melhoa2OwvFrEMTJguCHaoeK1t8URWbuGJSstw-cM')
    expect(isCodeChallenge(challenge)).toBe(true)
  })

  test.each([
    '',
    'a'.repeat(42),
    'a'.repeat(44),
    `${'a'.repeat(42)}=`,
    `${'a'.repeat(42)}+`,
    `${'a'.repeat(43)}\n`,
  ])('RFC 7636 §4.2: %j is none', (text) => {
    expect(isCodeChallenge(text)).toBe(false)
  })
})

describe('RFC 6749 §3.1.2: redirection URIs that may be registered', () => {
  test.each([
    'https://app.example.com/callback',
    'https://app.example.com',
    'https://app.example.com:8443/a?b=c&d=e',
    'https://App_1.xn--mnchen-3ya.example./callback',
    'https://[2001:db8::1]/callback',
    'https://192.0.2.1/callback',
    'http://localhost:3000/callback',
    'http://127.0.0.1/callback',
    'http://[::1]:8080/',
    'com.example.app:/callback',
    'com.example.app://callback',
  ])('%s', (uri) => {
    expect(redirectUriProblem(uri)).toBeUndefined()
  })

  test.each([
    ['', /absolute/],
    ['callback', /absolute/],
    ['/callback', /absolute/],
    ['//app.example.com/callback', /absolute/],
    ['https://', /absolute/],
    ['https://app.example.com/#', /fragment/],
    ['https://app.example.com/#x', /fragment/],
    ['https://*.example.com/', /wildcard|absolute/],
    ['https://app.example.com/*', /wildcard/],
    ['https://user@app.example.com/', /user information/],
    ['https://user:pw@app.example.com/', /user information/],
    ['http://app.example.com/', /http/],
    ['http://localhost.example.com/', /http/],
    ['http://127.0.0.1.example.com/', /http/],
    ['http://10.0.0.1/', /http/],
    ...[...'"`{}\';,!$&()+=~'].map((sign): [string, RegExp] => [`https://x${sign}y.example/cb`, /host/]),
    ['javascript:alert(1)', /scheme/],
    ['JavaScript:alert(1)', /scheme/],
    ['data:text/html,x', /scheme/],
    ['vbscript:x', /scheme/],
    ['file:///etc/passwd', /scheme/],
    ['blob:https://app.example.com/x', /scheme/],
    ['myapp:/callback', /dot/],
    [' https://app.example.com/', /white space/],
    ['https://app.example.com/a b', /white space/],
    ['https://app.example.com/\n', /white space/],
    ['https://app.example.com/\u0000', /white space/],
  ])('%j is refused', (uri, problem) => {
    expect(redirectUriProblem(uri)).toMatch(problem)
  })
})

describe('RFC 8252 §7.3: loopback', () => {
  test('addresses that only this machine answers', () => {
    for (const host of ['localhost', '127.0.0.1', '127.255.255.254', '[::1]'])
      expect(isLoopbackHost(host)).toBe(true)
    for (const host of [
      'localhost.',
      'LOCALHOST',
      '127.0.0.1.example.com',
      '128.0.0.1',
      '[::2]',
      '0.0.0.0',
      '::1',
    ]) {
      expect(isLoopbackHost(host)).toBe(false)
    }
  })
})

describe('OIDC Registration §2, application_type: hosts that are this machine under another name', () => {
  const hostOf = (host: string) => new URL(`https://${host}/`).hostname

  test.each([
    ...['localhost', 'localhost.', 'LOCALHOST', 'app.localhost', 'app.localhost.'],
    ...['127.0.0.1', '127.1', '127.0.0.1.', '2130706433', '0.0.0.0', '0', '0.1.2.3'],
    ...['[::1]', '[::]', '[::ffff:127.0.0.1]', '[::ffff:7fff:1]', '[::ffff:0.0.0.0]', '[::ffff:0.1.2.3]'],
  ])('%s', (host) => {
    expect(isOnThisMachine(hostOf(host))).toBe(true)
  })

  test.each([
    ...['localhost.example.com', 'notlocalhost', '128.0.0.1', '10.0.0.1'],
    ...['[::2]', '[::ffff:8.8.8.8]', '[::ffff:7e00:1]', '[::ffff:100:1]', '[2001:db8::7f00:1]'],
  ])('but not %s', (host) => {
    expect(isOnThisMachine(hostOf(host))).toBe(false)
  })
})

describe('identifiers', () => {
  const now = new Date('2026-01-01T00:00:00Z')

  test('are a prefix and a ULID, and are told apart by kind', () => {
    const id = newIdentifier('user', now, systemRandom)
    expect(id).toMatch(/^user_[0-9A-HJKMNP-TV-Z]{26}$/)
    expect(parseIdentifier('user', id)).toBe(id)
    expect(parseIdentifier('organization', id)).toBeUndefined()
    for (const wrong of [
      id.toLowerCase(),
      `${id}X`,
      id.slice(0, -1),
      ` ${id}`,
      `${id}\n`,
      id.replace('_', ''),
    ]) {
      expect(parseIdentifier('user', wrong)).toBeUndefined()
    }
    // I, L, O and U are not in the alphabet.
    expect(parseIdentifier('user', `user_${'I'.repeat(26)}`)).toBeUndefined()
  })

  test('sort by time, and do not repeat', () => {
    const ids = Array.from({ length: 1000 }, () => newUlid(now, systemRandom))
    expect(new Set(ids).size).toBe(1000)
    // Also within a millisecond, as long as one process makes them: lists are in the order of creation.
    expect(ids.toSorted()).toEqual(ids)
    const later = newUlid(new Date(now.getTime() + 1), systemRandom)
    for (const id of ids) expect(id < later).toBe(true)
  })
})

describe('text that people read', () => {
  test.each<[string, string | undefined]>([
    ['  Acme  ', 'Acme'],
    ['Cafe\u0301', 'Café'],
    ['', undefined],
    ['   ', undefined],
    ['a\nb', undefined],
    ['a\u0000b', undefined],
    ['a\u202eb', undefined],
    ['a\u2066b', undefined],
    ['a\u2028b', undefined],
    ['\ud800', undefined],
    ['👩‍💻 & <b>', '👩‍💻 & <b>'],
  ])('a line of %j is %j', (text, line) => {
    expect(parseLine(text, 20)).toBe(line)
  })

  test('length is counted in characters, not in their code', () => {
    expect(parseLine('🔑'.repeat(20), 20)).toBe('🔑'.repeat(20))
    expect(parseLine('🔑'.repeat(21), 20)).toBeUndefined()
  })

  test('a text may be empty and have several lines', () => {
    expect(parseText('', 10)).toBe('')
    expect(parseText('a\r\nb\tc', 10)).toBe('a\r\nb\tc')
    expect(parseText('a\u202eb', 10)).toBeUndefined()
    expect(parseText('x'.repeat(11), 10)).toBeUndefined()
  })
})

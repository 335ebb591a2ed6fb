import { describe, expect, test } from 'vitest'
import { parseDomainName } from '../../src/protocol/domain-name.ts'

describe('a domain name', () => {
  test.each([
    ['example.com', 'example.com'],
    ['Foo-Corp.COM', 'foo-corp.com'],
    ['a.b.example.co.uk', 'a.b.example.co.uk'],
    ['bücher.example', 'xn--bcher-kva.example'],
    ['例え。テスト', 'xn--r8jz45g.xn--zckzah'],
    ['XN--BCHER-KVA.example', 'xn--bcher-kva.example'],
    [`${'a'.repeat(63)}.com`, `${'a'.repeat(63)}.com`],
    ['1.example', '1.example'],
  ])('%s is spelled %s', (given, spelled) => {
    expect(parseDomainName(given)).toBe(spelled)
  })

  test.each([
    ['nothing', ''],
    ['a top-level domain', 'com'],
    ['a URL', 'https://example.com'],
    ['a port', 'example.com:443'],
    ['a path', 'example.com/a'],
    ['a path in full-width letters', 'example.com／a'],
    ['an e-mail address', 'ada@example.com'],
    ['a wildcard', '*.example.com'],
    ['an escape', 'ex%61mple.com'],
    ['white space', 'example .com'],
    ['white space around', ' example.com'],
    ['an empty label', 'example..com'],
    ['a dot in front', '.example.com'],
    ['a dot at the end', 'example.com.'],
    ['a hyphen at the end of a label', 'example-.com'],
    ['an underscore', '_dmarc.example.com'],
    ['an IPv4 address', '192.0.2.1'],
    ['an IPv4 address in hexadecimal', '0x7f.1'],
    ['an IPv6 address', '[::1]'],
    ['a numeric top-level domain', 'example.123'],
    ['a label of 64 characters', `${'a'.repeat(64)}.com`],
    ['254 characters', `${'a.'.repeat(125)}comm`],
    ['a NUL', 'example\0.com'],
  ])('is not %s', (_what, given) => {
    expect(parseDomainName(given)).toBeUndefined()
  })
})

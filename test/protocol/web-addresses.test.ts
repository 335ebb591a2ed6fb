import { describe, expect, test } from 'vitest'
import { resourceIndicatorProblem } from '../../src/protocol/resource-indicator.ts'
import { webOriginProblem } from '../../src/protocol/web-origin.ts'
import { isProtectedWebUri, isWebUri } from '../../src/protocol/web-uri.ts'

describe('RFC 6454 §6.2: the origin of a web page', () => {
  test.each([
    'https://app.example.com',
    'https://app.example.com:8443',
    'http://localhost:5173',
    'http://127.0.0.1',
    'http://[::1]:1',
  ])('%s is one', (text) => {
    expect(webOriginProblem(text)).toBeUndefined()
  })

  test.each([
    '',
    'null',
    '*',
    'app.example.com',
    '//app.example.com',
    'https://app.example.com/',
    'https://app.example.com/path',
    'https://app.example.com?x',
    'https://app.example.com#x',
    'https://app.example.com:443',
    'https://App.example.com',
    'https://user@app.example.com',
    'https://*.example.com',
    'https://ä.example.com',
    ' https://app.example.com',
    'https://a.example.com, https://b.example.com',
    'http://app.example.com',
    'ftp://app.example.com',
    'file:///etc/passwd',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('%j is none', (text) => {
    expect(webOriginProblem(text)).toBeDefined()
  })
})

describe('RFC 8707 §2: a resource indicator', () => {
  test.each([
    'https://api.example.com',
    'https://api.example.com/',
    'https://api.example.com/mcp?tenant=1',
    'http://localhost:4000/mcp',
    'urn:example:api',
    'com.example.api:/v1',
  ])('%s is one', (text) => {
    expect(resourceIndicatorProblem(text)).toBeUndefined()
  })

  test.each([
    '',
    'api',
    '/mcp',
    '//api.example.com',
    'https:',
    'https:api.example.com',
    'https://',
    'https:///mcp',
    'https://api.example.com/#',
    'https://api.example.com/#x',
    'https://api.example.com/a b',
    'https://api.example.com/\u0000',
    'https://äpi.example.com',
    'https://*.example.com',
    '1a:b',
    `https://api.example.com/${'x'.repeat(2048)}`,
  ])('%j is none', (text) => {
    expect(resourceIndicatorProblem(text)).toBeDefined()
  })
})

describe('the address of a web page', () => {
  test.each([
    'https://example.com',
    'HTTPS://Example.com/terms?lang=en#top',
    'http://localhost:3000/',
    'http://127.0.0.1/logo.svg',
  ])('%s is one, and protected on its way', (text) => {
    expect([isWebUri(text), isProtectedWebUri(text)]).toEqual([true, true])
  })

  test('http://example.com/ is one, but goes in clear across a network', () => {
    expect([isWebUri('http://example.com/'), isProtectedWebUri('http://example.com/')]).toEqual([true, false])
  })

  test.each([
    '',
    'example.com',
    '//example.com',
    'https:example.com',
    'https:///example.com',
    'https://user@example.com/',
    'https://:password@example.com/',
    'https://example.com/a b',
    'https://example.com/\r\nset-cookie: a=b',
    'https://ä.example.com/',
    'https://x;y.example.com/',
    'https://x"y.example.com/',
    'https://\nexample.com/',
    'ftp://example.com/',
    'javascript:alert(1)',
    'data:text/html,x',
  ])('%j is none', (text) => {
    expect([isWebUri(text), isProtectedWebUri(text)]).toEqual([false, false])
  })
})

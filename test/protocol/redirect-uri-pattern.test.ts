import { describe, expect, test } from 'vitest'
import {
  matchesRedirectUriPattern,
  redirectUriPatternProblem,
} from '../../src/protocol/redirect-uri-pattern.ts'

const production = 'https://id.example.com'
const trial = 'http://localhost:3000'

describe('a redirection URI of the environment', () => {
  test.each([
    'https://app.example.com/callback',
    'https://app.example.com/callback?a=b',
    'com.example.app:/callback',
    'http://127.0.0.1:8080/callback',
    'https://*.example.com/callback',
    'https://app-*.example.com/callback',
    'https://*-app.example.com:8443/callback',
    'https://app-*-team.preview.example.co.uk',
    'https://*.somebody.github.io/callback',
  ])('%s is taken in production', (uri) => {
    expect(redirectUriPatternProblem(uri, production)).toBeUndefined()
  })

  test.each([
    'http://localhost:*/callback',
    'http://127.0.0.1:*/callback',
    'http://[::1]:*/callback',
    'https://localhost:*',
    'http://localhost:8080/callback',
  ])('%s is taken on the machine of a developer alone', (uri) => {
    expect(redirectUriPatternProblem(uri, trial)).toBeUndefined()
    expect(redirectUriPatternProblem(uri, production)).toBeDefined()
  })

  test.each([
    ['', /absolute/],
    ['*', /absolute/],
    ['https://*', /wildcard/],
    ['https://*/callback', /wildcard/],
    ['https://*.com/callback', /directly below com/],
    ['https://app-*.com/callback', /directly below com/],
    ['https://*.co.uk/callback', /directly below co.uk/],
    ['https://*.VERCEL.app/callback', /directly below vercel.app/],
    ['https://*.vercel.app./callback', /directly below vercel.app/],
    ['https://app-*.vercel.app/callback', /directly below vercel.app/],
    ['https://*.foo.ck/callback', /directly below foo.ck/],
    ['https://*.internal/callback', /directly below internal/],
    ['https://*.localhost/callback', /directly below localhost/],
    ['https://a.*.example.com/callback', /elsewhere/],
    ['https://example.com/*', /elsewhere/],
    ['https://example.com/?a=*', /elsewhere/],
    ['https://example.com:*/callback', /absolute|elsewhere/],
    ['https://*@example.com/callback', /user information/],
    ['https://user:*@a.example.com/callback', /user information/],
    ['https://**.example.com/callback', /more than one/],
    ['https://*.*.example.com/callback', /more than one/],
    ['https://*.example.com/*', /more than one/],
    ['https://*.example.com/callback#x', /fragment/],
    ['https://*.1.2.3/callback', /./],
    ['https://*.exämple.com/callback', /ASCII/],
    ['http://*.example.com/callback', /http/],
    ['http://app.example.com/callback', /http/],
    ['http*://app.example.com/callback', /scheme|dot|wildcard/],
    ['javascript:alert(1)', /javascript/],
    ['data:text/html,*', /data/],
    ['com.example.*:/callback', /./],
  ] as const)('%s is refused', (uri, problem) => {
    expect(redirectUriPatternProblem(uri, production)).toMatch(problem)
    expect(redirectUriPatternProblem(uri, trial)).toMatch(problem)
  })
})

describe('what a registered URI of the environment stands for', () => {
  test.each([
    ['https://a.example.com/cb', 'https://a.example.com/cb'],
    ['https://*.example.com/cb', 'https://a.example.com/cb'],
    ['https://*.example.com/cb', 'https://A-b_9.example.com/cb'],
    ['https://app-*.example.com/cb', 'https://app-17.example.com/cb'],
    ['https://*-app.example.com/cb', 'https://pr-1-app.example.com/cb'],
    ['http://localhost:*/cb', 'http://localhost:49152/cb'],
    ['http://[::1]:*', 'http://[::1]:1'],
  ])('%s: %s', (pattern, requested) => {
    expect(matchesRedirectUriPattern(pattern, requested)).toBe(true)
  })

  test.each([
    ['https://a.example.com/cb', 'https://a.example.com/cb/'],
    ['https://*.example.com/cb', 'https://.example.com/cb'],
    ['https://*.example.com/cb', 'https://example.com/cb'],
    ['https://*.example.com/cb', 'https://a.b.example.com/cb'],
    ['https://*.example.com/cb', 'https://evil.com/.example.com/cb'],
    ['https://*.example.com/cb', 'https://evil.com?.example.com/cb'],
    ['https://*.example.com/cb', 'https://evil.com#.example.com/cb'],
    ['https://*.example.com/cb', 'https://evil.com\\.example.com/cb'],
    ['https://*.example.com/cb', 'https://a@evil.com:.example.com/cb'],
    ['https://*.example.com/cb', 'https://a%2eb.example.com/cb'],
    ['https://*.example.com/cb', 'https://ä.example.com/cb'],
    ['https://*.example.com/cb', 'https://a\u3002b.example.com/cb'],
    ['https://*.example.com/cb', 'http://a.example.com/cb'],
    ['https://*.example.com/cb', 'https://a.example.com/cb?x=1'],
    ['https://*.example.com/cb', 'https://a.example.com/x/cb'],
    ['https://*.example.com/cb', `https://${'a'.repeat(64)}.example.com/cb`],
    ['https://*.example.com/cb', 'https://*.example.com/cb'],
    ['https://app-*.example.com/cb', 'https://app-.example.com/cb'],
    ['https://a*a.example.com/cb', 'https://a.example.com/cb'],
    ['http://localhost:*/cb', 'http://localhost/cb'],
    ['http://localhost:*/cb', 'http://localhost:/cb'],
    ['http://localhost:*/cb', 'http://localhost:65536/cb'],
    ['http://localhost:*/cb', 'http://localhost:1a/cb'],
    ['http://localhost:*/cb', 'http://localhost:1@evil.com/cb'],
    ['http://localhost:*/cb', 'http://127.0.0.1:1/cb'],
  ])('%s: not %s', (pattern, requested) => {
    expect(matchesRedirectUriPattern(pattern, requested)).toBe(false)
  })
})

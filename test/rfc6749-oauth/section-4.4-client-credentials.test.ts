import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  clientToken,
  expectRefusal,
  issuingNothing,
  textOf,
  writingNothing,
} from '../support/relying-party.ts'

let app: TestApp
let machine: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  for (const slug of ['reports:read', 'reports:write', 'users:read']) await app.fixtures.permission(slug)
  const organization = await app.fixtures.organization()
  machine = await app.fixtures.m2m(organization, { scopes: ['reports:read', 'reports:write'] })
})
afterAll(() => app[Symbol.asyncDispose]())

describe('RFC 6749 §4.4: client credentials', () => {
  test('RFC 6749 §4.4.3: an access token of all assigned scopes, no refresh token, and nothing is written', async () => {
    const answer = await writingNothing(app, () => clientToken(app, machine))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.headers.get('pragma')).toBe('no-cache')
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'reports:read reports:write',
    })
  })

  test('RFC 6749 §3.3: a narrower scope, in the order asked for, each once', async () => {
    const one = await clientToken(app, machine, { scope: 'reports:read' })
    expect(one.body['scope']).toBe('reports:read')
    expect(decodeJwt(textOf(one, 'access_token'))['scope']).toBe('reports:read')
    const both = await clientToken(app, machine, { scope: ' reports:write  reports:read reports:write ' })
    expect(both.body['scope']).toBe('reports:write reports:read')
  })

  test.each([
    ['a scope that exists but is not assigned', 'users:read'],
    ['one of several that is not assigned', 'reports:read users:read'],
    ['a scope that does not exist', 'nonsense'],
    ['a scope in another case', 'Reports:Read'],
    ['part of a scope', 'reports'],
    ['a wildcard', 'reports:*'],
    ['a standard scope beside one that is not assigned', 'openid users:read'],
    ['a quotation mark', '"reports:read"'],
    ['a backslash', 'reports\\read'],
    ['a letter beyond ASCII', 'reports:réad'],
    ['a line break', 'reports:read\nreports:write'],
  ])('RFC 6749 §5.2: %s is invalid_scope', async (_what, scope) => {
    const refused = await issuingNothing(app, () => clientToken(app, machine, { scope }))
    expectRefusal(refused, 400, 'invalid_scope')
  })

  test('RFC 6749 §4.4.3: standard scopes may be named, and yield neither ID token nor refresh token', async () => {
    const answer = await writingNothing(app, () =>
      clientToken(app, machine, { scope: 'openid offline_access reports:read' }),
    )
    expect(answer.status).toBe(200)
    expect(Object.keys(answer.body).sort()).toEqual(['access_token', 'expires_in', 'scope', 'token_type'])
  })

  test('RFC 6749 §4.4: without assigned scopes the token has none', async () => {
    const plain = await app.fixtures.m2m(await app.fixtures.organization())
    const answer = await clientToken(app, plain)
    expect(answer.status).toBe(200)
    expect(answer.body).not.toHaveProperty('scope')
    expect(decodeJwt(textOf(answer, 'access_token'))).not.toHaveProperty('scope')
  })

  test('RFC 6749 §4.4: two hundred at once all differ', async () => {
    const answers = await Promise.all(Array.from({ length: 200 }, () => clientToken(app, machine)))
    expect(answers.every(({ status }) => status === 200)).toBe(true)
    const ids = answers.map((answer) => decodeJwt(textOf(answer, 'access_token')).jti)
    expect(new Set(ids).size).toBe(200)
  })
})

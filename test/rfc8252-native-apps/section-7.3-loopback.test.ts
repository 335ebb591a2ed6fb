import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  authorizationUrl,
  authorize,
  expectErrorPage,
  newPkce,
  open,
  redeem,
} from '../support/relying-party.ts'

const LOOPBACK = 'http://127.0.0.1:49152/callback'
const SCHEME = 'com.example.app:/callback'

let app: TestApp
let native: TestApplication
let confidential: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  const redirectUris = [
    LOOPBACK,
    'http://[::1]/callback',
    'http://localhost/callback',
    'https://app.example.com/callback',
    SCHEME,
  ]
  native = await app.fixtures.firstParty({ isPublic: true, redirectUris })
  confidential = await app.fixtures.firstParty({ redirectUris })
})
afterAll(() => app[Symbol.asyncDispose]())

const opened = (application: TestApplication, uri: string) =>
  open(authorizationUrl(app, application, { ...newPkce().parameters, redirect_uri: uri }))

describe('RFC 8252 §7.3: loopback redirection', () => {
  test.each([
    ['the registered port', LOOPBACK],
    ['another port', 'http://127.0.0.1:51004/callback'],
    ['no port', 'http://127.0.0.1/callback'],
    ['a port of IPv6', 'http://[::1]:51004/callback'],
    ['a port of localhost', 'http://localhost:51004/callback'],
  ])('RFC 8252 §7.3: a public client may use %s', async (_what, uri) => {
    const { status, location } = await opened(native, uri)
    expect(status).toBe(302)
    expect(location).toMatch(/^\/sign-in\?/)
  })

  test('RFC 8252 §7.3: the code goes to the port of this time, and is redeemed with it', async () => {
    const user = await app.fixtures.user()
    const { verifier, parameters } = newPkce()
    const uri = 'http://127.0.0.1:51004/callback'
    const answer = await authorize(app, native, user, { ...parameters, redirect_uri: uri })
    const code = answer.get('code') ?? ''
    const wrong = await redeem(app, native, code, { redirect_uri: LOOPBACK, code_verifier: verifier })
    expect(wrong.body['error']).toBe('invalid_grant')
    const right = await redeem(app, native, code, { redirect_uri: uri, code_verifier: verifier })
    expect(right.status).toBe(200)
  })

  test.each([
    ['another path', 'http://127.0.0.1:51004/other'],
    ['a query', 'http://127.0.0.1:51004/callback?x=1'],
    ['a fragment', 'http://127.0.0.1:51004/callback#x'],
    ['user information', 'http://user@127.0.0.1:51004/callback'],
    ['path traversal', 'http://127.0.0.1:51004/x/../callback'],
    ['https', 'https://127.0.0.1:51004/callback'],
    ['another loopback address', 'http://127.0.0.2:51004/callback'],
    ['the address in another notation', 'http://127.1:51004/callback'],
    ['the address as a number', 'http://2130706433:51004/callback'],
    ['a host that begins the same', 'http://127.0.0.1.evil.example:51004/callback'],
    ['a host that begins with localhost', 'http://localhost.evil.example:51004/callback'],
    ['the address as user information', 'http://127.0.0.1:51004@evil.example/callback'],
    ['a port that is none', 'http://127.0.0.1:99999/callback'],
    ['a port of an address that is not loopback', 'https://app.example.com:51004/callback'],
    ['a backslash', 'http://127.0.0.1:51004\\callback'],
  ])('RFC 8252 §7.3: the port alone may differ, not %s', async (_what, uri) => {
    expectErrorPage(await opened(native, uri))
  })

  test('RFC 9700 §4.1.3: for a confidential client the port counts', async () => {
    expectErrorPage(await opened(confidential, 'http://127.0.0.1:51004/callback'))
    expect((await opened(confidential, LOOPBACK)).status).toBe(302)
  })
})

describe('RFC 8252 §7.1: private-use schemes', () => {
  test('RFC 8252 §7.1: one that is registered works, whole', async () => {
    expect((await opened(native, SCHEME)).status).toBe(302)
    for (const uri of ['com.example.app:/other', 'com.example.app://callback', 'COM.example.app:/callback']) {
      expectErrorPage(await opened(native, uri))
    }
  })

  test.each([
    'cursor://anysphere.cursor-mcp/oauth/callback',
    'vscode://vscode.github-authentication/did-authenticate',
  ])('Deviation from RFC 8252 §7.1: well-known software has a plain word: %s', async (uri) => {
    const editor = await app.fixtures.firstParty({ isPublic: true, redirectUris: [uri] })
    expect((await opened(editor, uri)).status).toBe(302)
    expectErrorPage(await opened(editor, uri.replace('://', '://evil.')))
  })
})

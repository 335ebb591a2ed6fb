import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { newCertificate, type TestCertificate } from '../support/certificate.ts'
import { dpop, TOKEN, thumbprintOf, userinfoWith } from '../support/dpop.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  authorize,
  credentials,
  expectRefusal,
  introspect,
  issuingNothing,
  newPkce,
  post,
  refreshing,
  textOf,
} from '../support/relying-party.ts'
import { newTestKey, withKeys } from '../support/signing-client.ts'

let app: TestApp
let user: TestUser
let browser: TestBrowser
let own: TestCertificate
let other: TestCertificate
let confidential: TestApplication
let native: TestApplication
beforeAll(async () => {
  app = await startTestApp({
    settings: {
      LATCHKEY_TRUSTED_PROXIES: '127.0.0.0/8, ::1',
      LATCHKEY_CLIENT_CERTIFICATE_HEADER: 'Client-Cert',
    },
  })
  user = await app.fixtures.user()
  browser = createBrowser(app.issuer)
  own = newCertificate()
  other = newCertificate()
  const bound = { tls_client_certificate_bound_access_tokens: true }
  confidential = await withKeys(app, await app.fixtures.firstParty(), [], bound)
  native = await withKeys(app, await app.fixtures.firstParty({ isPublic: true }), [], bound)
})
afterAll(() => app[Symbol.asyncDispose]())

const shown = (certificate: TestCertificate | undefined): Record<string, string> =>
  certificate ? { 'client-cert': certificate.header } : {}

const send = (form: Record<string, string>, by?: TestCertificate, more: Record<string, string> = {}) =>
  post(app.issuer + TOKEN, form, { ...shown(by), ...more })

const codeOf = async (application: TestApplication): Promise<Record<string, string>> => {
  const pkce = newPkce()
  const scope = 'openid offline_access'
  const answer = await authorize(app, application, user, { scope, ...pkce.parameters }, browser)
  return {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: application.redirectUri,
    code_verifier: pkce.verifier,
    ...credentials(application),
  }
}

const expectRefused = async (form: Record<string, string>, by: TestCertificate | undefined, error: string) =>
  expectRefusal(await issuingNothing(app, () => send(form, by)), 400, error)

describe('RFC 8705 §3: tokens are bound to the certificate', () => {
  test('RFC 8705 §3.1: cnf with its thumbprint; the token is a bearer token to look at', async () => {
    const answer = await send(await codeOf(confidential), own)
    expect(answer.body['token_type']).toBe('Bearer')
    const token = textOf(answer, 'access_token')
    expect(decodeJwt(token)['cnf']).toEqual({ 'x5t#S256': own.thumbprint })
    // RFC 8705 §3.2
    expect((await introspect(app, confidential, token)).body['cnf']).toEqual({ 'x5t#S256': own.thumbprint })
  })

  test('RFC 8705 §3.4: whoever registered that gets none without a certificate', async () => {
    for (const application of [confidential, native]) {
      await expectRefused(await codeOf(application), undefined, 'invalid_request')
    }
  })

  test('RFC 8705 §3: userinfo is for whoever has the certificate', async () => {
    const token = textOf(await send(await codeOf(confidential), own), 'access_token')
    const authorization = `Bearer ${token}`
    expect((await userinfoWith(app, { authorization, ...shown(own) })).body).toEqual({ sub: user.id })
    for (const headers of [{}, shown(other), { 'client-cert': 'x' }]) {
      const answer = await userinfoWith(app, { authorization, ...headers })
      expect(answer.status).toBe(401)
      expect(answer.headers.get('www-authenticate')).toContain('error="invalid_token"')
    }
    const key = await newTestKey()
    const proofs = await dpop(app, key, { htm: 'GET', htu: `${app.issuer}/oauth2/userinfo` })
    const mixed = await userinfoWith(app, { authorization: `DPoP ${token}`, ...proofs, ...shown(own) })
    expect(mixed.status).toBe(401)
  })

  test('RFC 8705 §4, §7.1: refresh tokens of a public client are bound to its certificate', async () => {
    const first = await send(await codeOf(native), own)
    await expectRefused(refreshing(native, first), other, 'invalid_grant')
    const second = await send(refreshing(native, first), own)
    expect(second.status).toBe(200)
    await expectRefused(refreshing(native, first), other, 'invalid_grant')
    expect((await send(refreshing(native, second), own)).status).toBe(200)
  })

  test('RFC 8705 §6.2: a confidential client may have another certificate next time', async () => {
    const first = await send(await codeOf(confidential), own)
    const second = await send(refreshing(confidential, first), other)
    expect(decodeJwt(textOf(second, 'access_token'))['cnf']).toEqual({ 'x5t#S256': other.thumbprint })
  })

  test('of a certificate and a DPoP proof the proof is what binds', async () => {
    const key = await newTestKey()
    const answer = await send(await codeOf(confidential), own, await dpop(app, key))
    expect(answer.body['token_type']).toBe('DPoP')
    expect(decodeJwt(textOf(answer, 'access_token'))['cnf']).toEqual({ jkt: await thumbprintOf(key) })
  })

  test('RFC 9449 §10: a code for a DPoP key is not redeemed by a certificate', async () => {
    const pkce = newPkce()
    const key = await newTestKey()
    const parameters = { ...pkce.parameters, dpop_jkt: await thumbprintOf(key) }
    const answer = await authorize(app, confidential, user, parameters, browser)
    const form = {
      grant_type: 'authorization_code',
      code: answer.get('code') ?? '',
      redirect_uri: confidential.redirectUri,
      code_verifier: pkce.verifier,
      ...credentials(confidential),
    }
    await expectRefused(form, own, 'invalid_grant')
    expect((await send(form, undefined, await dpop(app, key))).status).toBe(200)
  })
})

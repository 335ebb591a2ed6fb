import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import * as oauth from 'oauth4webapi'
import * as client from 'openid-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, startTestApp, type TestApp } from '../support/app.ts'
import { newCertificate } from '../support/certificate.ts'
import { REDIRECT_URI, type TestApplication } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import { httpsFetch } from '../support/https-fetch.ts'
import { newTestKey, type TestKey, withKeys } from '../support/signing-client.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/*
 * openid-client and oauth4webapi with keys instead of secrets, and with tokens that are bound to keys.
 */

let app: TestApp
let key: TestKey
beforeAll(async () => {
  app = await startTestApp()
  key = await newTestKey('ES256')
})
afterAll(() => app[Symbol.asyncDispose]())

const discover = ({ clientId }: TestApplication, authentication: client.ClientAuth) =>
  client.discovery(new URL(app.issuer), clientId, undefined, authentication, {
    execute: [client.allowInsecureRequests],
  })

const keyed = async (application: TestApplication) =>
  withKeys(app, application, [key], { token_endpoint_auth_method: 'private_key_jwt' })

const signIn = async (config: client.Configuration, DPoP?: client.DPoPHandle, isPushed = false) => {
  const user = await app.fixtures.user()
  const pkceCodeVerifier = client.randomPKCECodeVerifier()
  const expectedNonce = client.randomNonce()
  const parameters = {
    redirect_uri: REDIRECT_URI,
    scope: 'openid profile offline_access',
    code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
    code_challenge_method: 'S256',
    nonce: expectedNonce,
  }
  const options = DPoP && { DPoP }
  const url = isPushed
    ? await client.buildAuthorizationUrlWithPAR(config, parameters, options)
    : client.buildAuthorizationUrl(config, parameters)
  const callback = await followAuthorization(url, user)
  const checks = { pkceCodeVerifier, expectedNonce, idTokenExpected: true }
  return { user, tokens: await client.authorizationCodeGrant(config, callback, checks, undefined, options) }
}

describe('openid-client', () => {
  test('OIDC Core §9: private_key_jwt signs users in, refreshes, introspects and revokes', async () => {
    const application = await keyed(await app.fixtures.firstParty())
    const config = await discover(application, client.PrivateKeyJwt(key.privateKey))
    const { user, tokens } = await signIn(config)
    expect(tokens.claims()?.sub).toBe(user.id)
    const next = await client.refreshTokenGrant(config, tokens.refresh_token ?? '')
    const introspected = await client.tokenIntrospection(config, next.access_token)
    expect(introspected).toMatchObject({ active: true, client_id: application.clientId })
    await client.tokenRevocation(config, next.refresh_token ?? '')
    expect((await client.tokenIntrospection(config, next.access_token)).active).toBe(false)
  })

  test('RFC 6749 §4.4: an application acts for itself by a key', async () => {
    const application = await keyed(await app.fixtures.m2m(await app.fixtures.organization()))
    const config = await discover(application, client.PrivateKeyJwt(key.privateKey))
    const tokens = await client.clientCredentialsGrant(config)
    expect(decodeJwt(tokens.access_token).sub).toBe(application.clientId)
  })

  test.each(['optional', 'required'])('RFC 9449: DPoP, with nonces that are %s', async (nonces) => {
    const management = await app.management()
    await management.patch('/latchkey/v1/settings', { dpop_nonce: nonces })
    try {
      for (const isPublic of [true, false]) {
        const application = await app.fixtures.firstParty({ isPublic })
        const config = await discover(
          application,
          isPublic ? client.None() : client.ClientSecretBasic(application.clientSecret),
        )
        const handle = client.getDPoPHandle(config, await client.randomDPoPKeyPair())
        const { user, tokens } = await signIn(config, handle)
        expect(tokens.token_type).toBe('dpop')
        const options = { DPoP: handle }
        expect(await client.fetchUserInfo(config, tokens.access_token, user.id, options)).toMatchObject({
          sub: user.id,
        })
        const next = await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, options)
        expect(next.token_type).toBe('dpop')
        await client.fetchUserInfo(config, next.access_token, user.id, options)
      }
    } finally {
      await management.patch('/latchkey/v1/settings', { dpop_nonce: null })
    }
  })

  test('FAPI 2.0 Security Profile §5.3: a client that is held to it: PAR, private_key_jwt, DPoP', async () => {
    const application = await withKeys(app, await app.fixtures.firstParty(), [key], { profile: 'fapi2' })
    const config = await discover(application, client.PrivateKeyJwt(key.privateKey))
    const handle = client.getDPoPHandle(config, await client.randomDPoPKeyPair('PS256'))
    const { user, tokens } = await signIn(config, handle, true)
    const options = { DPoP: handle }
    await client.fetchUserInfo(config, tokens.access_token, user.id, options)
    await client.refreshTokenGrant(config, tokens.refresh_token ?? '', undefined, options)
    await expect(client.refreshTokenGrant(config, tokens.refresh_token ?? '')).rejects.toThrow()
  })

  test('RFC 8705 §2, §3, §5: mutual TLS at the aliases, with tokens that are bound to the certificate', async () => {
    const { path, remove } = await temporaryDirectory()
    const file = async (name: string, text: string): Promise<string> => {
      await writeFile(join(path, name), text)
      return join(path, name)
    }
    const ofServer = newCertificate({ alternativeNames: { dns: ['localhost'] } })
    const authority = newCertificate({ subject: [[['CN', 'Authority']]], isAuthority: true })
    await using secure = await startTestApp({
      settings: {
        LATCHKEY_TLS_CERTIFICATE_FILE: await file('server.pem', ofServer.pem),
        LATCHKEY_TLS_KEY_FILE: await file('server.key', ofServer.keyPem),
        LATCHKEY_MTLS_PORT: String(await freePort()),
        LATCHKEY_MTLS_CA_FILE: await file('clients.pem', authority.pem),
      },
    })
    const certificate = newCertificate({ issuer: authority, subject: [[['CN', 'machine']]] })
    const machine = await secure.fixtures.m2m(await secure.fixtures.organization())
    await withKeys(secure, machine, [], {
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=machine',
      tls_client_certificate_bound_access_tokens: true,
    })
    const config = await client.discovery(
      new URL(secure.issuer),
      machine.clientId,
      { use_mtls_endpoint_aliases: true },
      client.TlsClientAuth(),
      { [client.customFetch]: httpsFetch(ofServer, certificate) as client.CustomFetch },
    )
    const tokens = await client.clientCredentialsGrant(config)
    expect(decodeJwt(tokens.access_token)['cnf']).toEqual({ 'x5t#S256': certificate.thumbprint })
    const introspected = await client.tokenIntrospection(config, tokens.access_token)
    expect(introspected).toMatchObject({ active: true, cnf: { 'x5t#S256': certificate.thumbprint } })
    await remove()
  })
})

describe('oauth4webapi', () => {
  /** Plain http, on this machine only. */
  const insecurely = { [oauth.allowInsecureRequests]: true }

  test('RFC 9449 §8: private_key_jwt and DPoP; a nonce is asked for, and then used', async () => {
    const issuer = new URL(app.issuer)
    const as = await oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecurely))
    const application = await keyed(await app.fixtures.m2m(await app.fixtures.organization()))
    const its: oauth.Client = { client_id: application.clientId }
    const DPoP = oauth.DPoP(its, await oauth.generateKeyPair('ES256'))
    const management = await app.management()
    await management.patch('/latchkey/v1/settings', { dpop_nonce: 'required' })
    try {
      const ask = async () =>
        oauth.processClientCredentialsResponse(
          as,
          its,
          await oauth.clientCredentialsGrantRequest(
            as,
            its,
            oauth.PrivateKeyJwt(key.privateKey),
            new URLSearchParams(),
            { DPoP, ...insecurely },
          ),
        )
      const refused = await ask().catch((error: unknown) => error)
      expect(oauth.isDPoPNonceError(refused)).toBe(true)
      const tokens = await ask()
      expect(tokens.token_type).toBe('dpop')
      expect(decodeJwt(tokens.access_token)['cnf']).toEqual({ jkt: await DPoP.calculateThumbprint() })
    } finally {
      await management.patch('/latchkey/v1/settings', { dpop_nonce: null })
    }
  })
})

import { writeFile } from 'node:fs/promises'
import { request } from 'node:https'
import { join } from 'node:path'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { freePort, startTestApp, type TestApp } from '../support/app.ts'
import { newCertificate, type TestCertificate } from '../support/certificate.ts'
import { dpop } from '../support/dpop.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { credentials } from '../support/relying-party.ts'
import { assertion, newTestKey, withKeys } from '../support/signing-client.ts'
import { temporaryDirectory } from '../support/temporary-directory.ts'

/*
 * TLS that ends here: one listener for everybody, one that asks for certificates.
 */

let app: TestApp
let origin: string
let ofServer: TestCertificate
let ofClients: TestCertificate
let directory: Awaited<ReturnType<typeof temporaryDirectory>>
beforeAll(async () => {
  directory = await temporaryDirectory()
  const file = async (name: string, text: string): Promise<string> => {
    const path = join(directory.path, name)
    await writeFile(path, text)
    return path
  }
  ofServer = newCertificate({ subject: [[['CN', 'localhost']]], alternativeNames: { dns: ['localhost'] } })
  ofClients = newCertificate({ subject: [[['CN', 'Authority of clients']]], isAuthority: true })
  const port = await freePort()
  app = await startTestApp({
    settings: {
      LATCHKEY_TLS_CERTIFICATE_FILE: await file('server.pem', ofServer.pem),
      LATCHKEY_TLS_KEY_FILE: await file('server.key', ofServer.keyPem),
      LATCHKEY_MTLS_PORT: String(port),
      LATCHKEY_MTLS_CA_FILE: await file('clients.pem', ofClients.pem),
    },
  })
  origin = `https://localhost:${port}`
})
afterAll(async () => {
  await app[Symbol.asyncDispose]()
  await directory.remove()
})

interface Answer {
  readonly status: number | undefined
  readonly body: Record<string, unknown>
}

const send = (
  url: string,
  {
    form,
    by,
    headers = {},
  }: { form?: Record<string, string>; by?: TestCertificate; headers?: Record<string, string> } = {},
): Promise<Answer> =>
  new Promise((resolve, reject) => {
    const sent = request(
      url,
      {
        ca: ofServer.pem,
        agent: false,
        method: form ? 'POST' : 'GET',
        headers: { ...headers, ...(form && { 'content-type': 'application/x-www-form-urlencoded' }) },
        ...(by && { cert: by.pem, key: by.keyPem }),
      },
      (response) => {
        let text = ''
        response.on('data', (part) => {
          text += part
        })
        response.on('end', () =>
          resolve({ status: response.statusCode, body: JSON.parse(text || '{}') as Record<string, unknown> }),
        )
      },
    )
    sent.on('error', reject)
    sent.end(form && String(new URLSearchParams(form)))
  })

const tokenOf = ({ clientId }: TestApplication, by?: TestCertificate, at = origin): Promise<Answer> =>
  send(`${at}/oauth2/token`, {
    form: { grant_type: 'client_credentials', client_id: clientId },
    ...(by && { by }),
  })

const machine = async () => app.fixtures.m2m(await app.fixtures.organization())

describe('files that are not what they must be stop the start with a sentence', () => {
  const start = async (settings: Record<string, string>): Promise<string> => {
    try {
      await using _app = await startTestApp({ settings })
    } catch (error) {
      return String(error)
    }
    return 'started'
  }

  test('a file that is not there, one that is no PEM, and the key of somebody else', async () => {
    const { tls } = app.config
    const certificate = { LATCHKEY_TLS_CERTIFICATE_FILE: tls?.certificateFile ?? '' }
    const key = { LATCHKEY_TLS_KEY_FILE: tls?.keyFile ?? '' }
    const missing = join(directory.path, 'missing.pem')
    const foreign = join(directory.path, 'foreign.key')
    await writeFile(foreign, newCertificate().keyPem)
    expect(await start({ ...key, LATCHKEY_TLS_CERTIFICATE_FILE: missing })).toMatch(
      /ConfigError: LATCHKEY_TLS_CERTIFICATE_FILE names a file that cannot be read \(ENOENT\)/,
    )
    for (const file of [foreign, tls?.certificateFile ?? '']) {
      expect(await start({ ...certificate, LATCHKEY_TLS_KEY_FILE: file })).toMatch(
        /ConfigError: .* a certificate and its own key/,
      )
    }
    const clients = { LATCHKEY_MTLS_PORT: String(await freePort()), LATCHKEY_MTLS_CA_FILE: foreign }
    expect(await start({ ...certificate, ...key, ...clients })).toMatch(/LATCHKEY_MTLS_CA_FILE must hold/)
  })
})

describe('RFC 8705 §5: endpoints for clients with certificates', () => {
  test('the issuer is https; the endpoints have aliases, which answer', async () => {
    expect(app.issuer).toMatch(/^https:\/\/localhost:\d+$/)
    const { body } = await send(`${app.issuer}/.well-known/openid-configuration`)
    expect(body).toMatchObject({
      issuer: app.issuer,
      token_endpoint: `${app.issuer}/oauth2/token`,
      tls_client_certificate_bound_access_tokens: true,
      mtls_endpoint_aliases: expect.objectContaining({
        token_endpoint: `${origin}/oauth2/token`,
        userinfo_endpoint: `${origin}/oauth2/userinfo`,
        introspection_endpoint: `${origin}/oauth2/introspection`,
        revocation_endpoint: `${origin}/oauth2/revoke`,
        pushed_authorization_request_endpoint: `${origin}/oauth2/par`,
      }),
    })
    for (const url of Object.values(body['mtls_endpoint_aliases'] as Record<string, string>)) {
      expect((await send(url, { form: {} })).status).toBeLessThan(404)
    }
  })

  test('RFC 8705 §2.1: a certificate of the authority', async () => {
    const application = await withKeys(app, await machine(), [], {
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'client.example',
      tls_client_certificate_bound_access_tokens: true,
    })
    const alternativeNames = { dns: ['client.example'] }
    const certificate = newCertificate({ issuer: ofClients, alternativeNames })
    const answer = await tokenOf(application, certificate)
    expect(answer.status).toBe(200)
    const token = String(answer.body['access_token'])
    expect(decodeJwt(token)['cnf']).toEqual({ 'x5t#S256': certificate.thumbprint })

    // RFC 8705 §3: the token of an application opens nothing at userinfo; without the certificate it is not even one.
    const headers = { authorization: `Bearer ${token}` }
    expect((await send(`${origin}/oauth2/userinfo`, { headers, by: certificate })).status).toBe(403)
    expect((await send(`${origin}/oauth2/userinfo`, { headers })).status).toBe(401)
    expect((await send(`${app.issuer}/oauth2/userinfo`, { headers, by: certificate })).status).toBe(401)

    for (const forged of [
      newCertificate({ alternativeNames }),
      newCertificate({
        alternativeNames,
        issuer: newCertificate({ subject: ofClients.subject, isAuthority: true }),
      }),
      newCertificate({ alternativeNames, issuer: ofClients, days: -1 }),
      newCertificate({ issuer: ofClients, alternativeNames: { dns: ['other.example'] } }),
      newCertificate({ issuer: newCertificate({ issuer: ofClients }), alternativeNames }),
    ]) {
      expect(await tokenOf(application, forged)).toMatchObject({
        status: 401,
        body: { error: 'invalid_client' },
      })
    }
    expect((await tokenOf(application)).status).toBe(401)
  })

  test('RFC 8705 §2.2: a certificate that the client made itself', async () => {
    const own = newCertificate()
    const application = await withKeys(app, await machine(), [own], {
      token_endpoint_auth_method: 'self_signed_tls_client_auth',
    })
    expect((await tokenOf(application, own)).status).toBe(200)
    expect((await tokenOf(application, newCertificate())).status).toBe(401)
    // The other listener does not ask for certificates.
    expect((await tokenOf(application, own, app.issuer)).status).toBe(401)
    // Nobody may say it in a header instead.
    const headers = { 'client-cert': own.header }
    const form = { grant_type: 'client_credentials', client_id: application.clientId }
    expect((await send(`${app.issuer}/oauth2/token`, { form, headers })).status).toBe(401)
  })

  test('RFC 9449 §4.3 (9), RFC 7523 §3 (3): proofs and assertions may name the alias', async () => {
    const key = await newTestKey()
    const application = await withKeys(app, await machine(), [key])
    for (const at of [app.issuer, origin]) {
      const url = `${at}/oauth2/token`
      const form = {
        grant_type: 'client_credentials',
        ...(await assertion(app, application, key, { aud: url })),
      }
      const headers = await dpop(app, key, { htu: url })
      expect((await send(url, { form, headers })).body['token_type']).toBe('DPoP')
    }
  })

  test('a secret does at either listener', async () => {
    const application = await machine()
    const form = { grant_type: 'client_credentials', ...credentials(application) }
    for (const at of [app.issuer, origin]) {
      expect((await send(`${at}/oauth2/token`, { form })).status).toBe(200)
    }
  })
})

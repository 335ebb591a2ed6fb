import { request } from 'node:http'
import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import type { ClientMetadata } from '../../src/protocol/client-metadata.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { type CertificateOptions, newCertificate, type TestCertificate } from '../support/certificate.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { basic, expectRefusal, issuingNothing, post, textOf } from '../support/relying-party.ts'
import { assertion, newTestKey, withKeys } from '../support/signing-client.ts'

/*
 * Behind a proxy on this machine, which tells the certificate it was shown, and whether it has verified it.
 */

const HEADER = 'client-cert'
const VERIFIED = 'x-client-verify'

let app: TestApp
let authority: TestCertificate
beforeAll(async () => {
  app = await startTestApp({
    settings: {
      LATCHKEY_TRUSTED_PROXIES: '127.0.0.0/8, ::1',
      LATCHKEY_CLIENT_CERTIFICATE_HEADER: 'Client-Cert',
      LATCHKEY_CLIENT_CERTIFICATE_VERIFIED_HEADER: 'X-Client-Verify',
    },
  })
  authority = newCertificate({ subject: [[['CN', 'Authority']]], isAuthority: true })
})
afterAll(() => app[Symbol.asyncDispose]())

const machineWith = async (
  metadata: ClientMetadata,
  certificates: readonly TestCertificate[] = [],
): Promise<TestApplication> =>
  withKeys(app, await app.fixtures.m2m(await app.fixtures.organization()), certificates, metadata)

const send = (
  { clientId }: Pick<TestApplication, 'clientId'>,
  headers: Record<string, string>,
  issuer = app.issuer,
) => post(`${issuer}/oauth2/token`, { grant_type: 'client_credentials', client_id: clientId }, headers)

const shown = ({ header }: TestCertificate, verified = 'SUCCESS') => ({
  [HEADER]: header,
  [VERIFIED]: verified,
})

const expectRefused = async (application: TestApplication, headers: Record<string, string>): Promise<void> =>
  expectRefusal(await issuingNothing(app, () => send(application, headers)), 401, 'invalid_client')

const issued = (options: CertificateOptions) => newCertificate({ issuer: authority, ...options })

const SUBJECT = [
  [['C', 'DE']],
  [['O', 'Müller, Söhne & Co']],
  [
    ['CN', 'client.example'],
    ['UID', '7'],
  ],
] as const

describe('RFC 8705 §2.1: a certificate of an authority', () => {
  test.each<[string, ClientMetadata, CertificateOptions]>([
    [
      'the subject, in the text of RFC 4514',
      { tls_client_auth_subject_dn: 'CN=client.example+UID=7,O=Müller\\, Söhne & Co,C=DE' },
      { subject: SUBJECT },
    ],
    [
      'the subject in other case, spaces, order within a relative name, and octets',
      {
        tls_client_auth_subject_dn:
          'uid=7 + cn=CLIENT.example , o=m\\C3\\BCller\\2C  söhne  & Co, 2.5.4.6=de',
      },
      { subject: SUBJECT },
    ],
    [
      'a DNS name',
      { tls_client_auth_san_dns: 'Client.Example' },
      { alternativeNames: { dns: ['a.example', 'client.example'] } },
    ],
    [
      'a URI',
      { tls_client_auth_san_uri: 'spiffe://example/client' },
      { alternativeNames: { uri: ['spiffe://example/client'] } },
    ],
    [
      'an IPv4 address',
      { tls_client_auth_san_ip: '192.0.2.7' },
      { alternativeNames: { ip: [[192, 0, 2, 7]] } },
    ],
    [
      'an IPv6 address',
      { tls_client_auth_san_ip: '2001:0db8::0007' },
      { alternativeNames: { ip: [[0x20, 1, 0x0d, 0xb8, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 7]] } },
    ],
    [
      'an email address',
      { tls_client_auth_san_email: 'Client@EXAMPLE.com' },
      { alternativeNames: { email: ['Client@example.com'] } },
    ],
  ])('RFC 8705 §2.1.2: by %s', async (_what, subject, options) => {
    const machine = await machineWith({ token_endpoint_auth_method: 'tls_client_auth', ...subject })
    const answer = await send(machine, shown(issued(options)))
    expect(answer.status).toBe(200)
    const claims = decodeJwt(textOf(answer, 'access_token'))
    expect(claims).toMatchObject({ sub: machine.clientId })
    // RFC 8705 §3.4: bound only where the client says so.
    expect(claims).not.toHaveProperty('cnf')
    expect(claims).not.toHaveProperty('credential_id')
  })

  test.each<[string, ClientMetadata, CertificateOptions]>([
    [
      'another common name',
      { tls_client_auth_subject_dn: 'CN=client.example' },
      { subject: [[['CN', 'other.example']]] },
    ],
    [
      'a name more',
      { tls_client_auth_subject_dn: 'CN=client.example' },
      { subject: [[['O', 'x']], [['CN', 'client.example']]] },
    ],
    [
      'a name less',
      { tls_client_auth_subject_dn: 'CN=client.example,O=x' },
      { subject: [[['CN', 'client.example']]] },
    ],
    [
      'the names in the other direction',
      { tls_client_auth_subject_dn: 'O=x,CN=client.example' },
      { subject: [[['O', 'x']], [['CN', 'client.example']]] },
    ],
    [
      'a common name that spells two',
      { tls_client_auth_subject_dn: 'CN=client.example,O=x' },
      { subject: [[['CN', 'client.example,O=x']]] },
    ],
    ['another type', { tls_client_auth_subject_dn: 'CN=x' }, { subject: [[['O', 'x']]] }],
    [
      'what was registered is no name',
      { tls_client_auth_subject_dn: 'client.example' },
      { subject: [[['CN', 'client.example']]] },
    ],
    ['no subject', { tls_client_auth_subject_dn: 'CN=x' }, { subject: [] }],
    [
      'another DNS name',
      { tls_client_auth_san_dns: 'client.example' },
      { alternativeNames: { dns: ['x.client.example', '*.example'] } },
    ],
    [
      'the DNS name as common name',
      { tls_client_auth_san_dns: 'client.example' },
      { subject: [[['CN', 'client.example']]] },
    ],
    [
      'a DNS name that spells a list',
      { tls_client_auth_san_dns: 'client.example' },
      { alternativeNames: { dns: ['x, DNS:client.example'] } },
    ],
    [
      'the DNS name as URI',
      { tls_client_auth_san_dns: 'client.example' },
      { alternativeNames: { uri: ['client.example'] } },
    ],
    [
      'a URI that begins so',
      { tls_client_auth_san_uri: 'spiffe://example/a' },
      { alternativeNames: { uri: ['spiffe://example/a/b'] } },
    ],
    [
      'another address',
      { tls_client_auth_san_ip: '192.0.2.7' },
      { alternativeNames: { ip: [[192, 0, 2, 8]] } },
    ],
    [
      'what was registered is no address',
      { tls_client_auth_san_ip: 'fe80::1%eth0' },
      { alternativeNames: { ip: [[192, 0, 2, 8]] } },
    ],
    [
      'an email address in other case',
      { tls_client_auth_san_email: 'client@example.com' },
      { alternativeNames: { email: ['Client@example.com'] } },
    ],
  ])('RFC 8705 §7.4: %s', async (_what, subject, options) => {
    const machine = await machineWith({ token_endpoint_auth_method: 'tls_client_auth', ...subject })
    await expectRefused(machine, shown(issued(options)))
  })

  test('RFC 8705 §2.1, §7.2: the right subject in a chain that nobody has verified', async () => {
    const machine = await machineWith({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=client.example',
    })
    const forged = newCertificate({ subject: [[['CN', 'client.example']]] })
    for (const verified of ['FAILED:self-signed certificate', 'NONE', 'success', '']) {
      await expectRefused(machine, shown(forged, verified))
    }
    await expectRefused(machine, { [HEADER]: forged.header })
  })
})

describe('RFC 8705 §2.2: a certificate that the client made itself', () => {
  test.each(['ec', 'rsa'] as const)('by the key that it registered: %s', async (kind) => {
    const own = newCertificate({ kind })
    const machine = await machineWith({ token_endpoint_auth_method: 'self_signed_tls_client_auth' }, [own])
    expect((await send(machine, shown(own, 'FAILED:self-signed certificate'))).status).toBe(200)
  })

  test('by one of several keys; by no other, however it calls itself', async () => {
    const [one, two, other] = [newCertificate(), newCertificate(), newCertificate()]
    const named = [one, two].map((certificate, index) => ({
      ...certificate,
      publicJwk: { ...certificate.publicJwk, kid: String(index) },
    }))
    const machine = await machineWith({ token_endpoint_auth_method: 'self_signed_tls_client_auth' }, named)
    expect((await send(machine, shown(two))).status).toBe(200)
    await expectRefused(machine, shown(other))
  })

  test('a key of the client in its registration is not enough: it has to be the key of the connection', async () => {
    const own = newCertificate()
    const machine = await machineWith({ token_endpoint_auth_method: 'self_signed_tls_client_auth' }, [own])
    await expectRefused(machine, {})
  })
})

describe('RFC 8705 §2, RFC 6749 §2.3: which method it is', () => {
  test('a client that registered a certificate proves nothing by its name alone', async () => {
    const machine = await machineWith({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'client.example',
    })
    await expectRefused(machine, {})
  })

  test('a certificate is no method of a client that registered none: neither too many nor enough', async () => {
    const certificate = issued({})
    const machine = await machineWith({})
    await expectRefused(machine, shown(certificate))
    const form = { grant_type: 'client_credentials' }
    const token = `${app.issuer}/oauth2/token`
    const withSecret = await post(token, form, {
      ...basic(machine.clientId, machine.clientSecret),
      ...shown(certificate),
    })
    expect(withSecret.status).toBe(200)
    const key = await newTestKey()
    const signing = await withKeys(app, await app.fixtures.m2m(await app.fixtures.organization()), [key])
    const signed = await post(token, { ...form, ...(await assertion(app, signing, key)) }, shown(certificate))
    expect(signed.status).toBe(200)
  })

  test('FAPI 2.0 Security Profile §5.3.2.1: mutual TLS will do, and binds the tokens', async () => {
    const machine = await machineWith({
      profile: 'fapi2',
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_san_dns: 'client.example',
    })
    const certificate = issued({ alternativeNames: { dns: ['client.example'] } })
    const token = textOf(await send(machine, shown(certificate)), 'access_token')
    expect(decodeJwt(token)['cnf']).toEqual({ 'x5t#S256': certificate.thumbprint })
  })
})

describe('RFC 8705 §6.5, RFC 9440 §4: how the certificate gets here', () => {
  const selfSigned = async (certificate: TestCertificate) =>
    machineWith({ token_endpoint_auth_method: 'self_signed_tls_client_auth' }, [certificate])

  test('RFC 9440 §2.1, and the escaped PEM of nginx', async () => {
    const certificate = newCertificate()
    const machine = await selfSigned(certificate)
    for (const value of [certificate.header, encodeURIComponent(certificate.pem)]) {
      expect((await send(machine, { [HEADER]: value })).status).toBe(200)
    }
  })

  test.each([
    ...['', ':', '::', ':AAAA:', ':x', 'x', '%', '%zz'],
    encodeURIComponent('-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n'),
  ])('%j is no certificate, and no error of ours', async (value) => {
    const machine = await selfSigned(newCertificate())
    await expectRefused(machine, { [HEADER]: value })
  })

  test('a certificate cut off, and one with a changed octet', async () => {
    const certificate = newCertificate()
    const machine = await selfSigned(certificate)
    await expectRefused(machine, { [HEADER]: `:${certificate.der.subarray(0, -20).toString('base64')}:` })
  })

  test('RFC 9440 §4: of two headers, or two certificates in one, none is believed', async () => {
    const forged = newCertificate()
    const machine = await selfSigned(forged)
    const pem = encodeURIComponent(forged.pem)
    const own = encodeURIComponent(newCertificate().pem)
    expect((await send(machine, { [HEADER]: pem })).status).toBe(200)
    await expectRefused(machine, { [HEADER]: `${pem}, ${own}` })
    await expectRefused(machine, { [HEADER]: `${pem}${own}` })
    const twice = async (headers: Record<string, string | string[]>) => {
      const { promise, resolve, reject } = Promise.withResolvers<number | undefined>()
      const body = `grant_type=client_credentials&client_id=${machine.clientId}`
      const form = { 'content-type': 'application/x-www-form-urlencoded' }
      const asked = request(`${app.issuer}/oauth2/token`, {
        method: 'POST',
        headers: { ...form, ...headers },
      })
      asked.on('response', (answer) => resolve(answer.resume().statusCode)).on('error', reject)
      asked.end(body)
      return promise
    }
    expect(await twice({ [HEADER]: [pem] })).toBe(200)
    expect(await twice({ [HEADER]: [pem, own] })).toBe(401)
    expect(await twice({ [HEADER]: [pem, pem] })).toBe(401)
    expect(await twice({ [HEADER]: pem, [VERIFIED]: ['SUCCESS', 'FAILED'] })).toBe(401)
    expect(app.logLines.some((line) => line.includes('sends a header twice'))).toBe(true)
  })

  test('nobody but a trusted proxy is believed, and the log says so', async () => {
    const certificate = newCertificate()
    await using stranger = await startTestApp({
      settings: {
        LATCHKEY_TRUSTED_PROXIES: '192.0.2.1',
        LATCHKEY_CLIENT_CERTIFICATE_HEADER: 'Client-Cert',
      },
    })
    const machine = await withKeys(
      stranger,
      await stranger.fixtures.m2m(await stranger.fixtures.organization()),
      [certificate],
      { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
    )
    const headers = { ...shown(certificate), 'x-forwarded-for': '192.0.2.1' }
    expectRefusal(await send(machine, headers, stranger.issuer), 401, 'invalid_client')
    expect(stranger.logLines.some((line) => line.includes('no trusted proxy sent'))).toBe(true)
    expect(stranger.logLines.join()).not.toContain(certificate.header.slice(1, 60))
  })

  test('X-Forwarded-For: whom a proxy serves is an address without the port of a connection, or the proxy itself', async () => {
    const addressLogged = async (header: string) => {
      const { headers } = await fetch(`${app.issuer}/sign-in`, { headers: { 'x-forwarded-for': header } })
      const id = headers.get('x-request-id') ?? 'none'
      const line = await vi.waitUntil(() => app.logLines.find((each) => each.includes(id)))
      return (JSON.parse(line) as { address?: string }).address
    }
    expect(await addressLogged('192.0.2.7, [2001:db8::7]:50123')).toBe('2001:db8::7')
    expect(await addressLogged('192.0.2.7, <script>, 127.0.0.1')).toBe('127.0.0.1')
  })

  test('RFC 8705 §7.2: a proxy that does not say it has verified a chain has not', async () => {
    const certificate = newCertificate({ subject: [[['CN', 'client.example']]] })
    await using silent = await startTestApp({
      settings: {
        LATCHKEY_TRUSTED_PROXIES: '127.0.0.0/8, ::1',
        LATCHKEY_CLIENT_CERTIFICATE_HEADER: 'Client-Cert',
      },
    })
    const machine = async (metadata: ClientMetadata) =>
      withKeys(
        silent,
        await silent.fixtures.m2m(await silent.fixtures.organization()),
        [certificate],
        metadata,
      )
    const byAuthority = await machine({
      token_endpoint_auth_method: 'tls_client_auth',
      tls_client_auth_subject_dn: 'CN=client.example',
    })
    expectRefusal(await send(byAuthority, shown(certificate), silent.issuer), 401, 'invalid_client')
    const selfSigned = await machine({ token_endpoint_auth_method: 'self_signed_tls_client_auth' })
    expect((await send(selfSigned, shown(certificate), silent.issuer)).status).toBe(200)
  })

  test('where no certificate can arrive the header means nothing, and the methods are not announced', async () => {
    const certificate = newCertificate()
    await using plain = await startTestApp({ settings: { LATCHKEY_TRUSTED_PROXIES: '127.0.0.1' } })
    const machine = await withKeys(
      plain,
      await plain.fixtures.m2m(await plain.fixtures.organization()),
      [certificate],
      { token_endpoint_auth_method: 'self_signed_tls_client_auth' },
    )
    expectRefusal(await send(machine, shown(certificate), plain.issuer), 401, 'invalid_client')
    const methods = async ({ issuer }: TestApp): Promise<unknown> => {
      const metadata = (await (await fetch(`${issuer}/.well-known/openid-configuration`)).json()) as object
      return { ...metadata }
    }
    expect(JSON.stringify(await methods(plain))).not.toContain('tls')
    expect(await methods(app)).toMatchObject({
      token_endpoint_auth_methods_supported: [
        ...['client_secret_basic', 'client_secret_post', 'private_key_jwt'],
        ...['tls_client_auth', 'self_signed_tls_client_auth', 'none'],
      ],
      tls_client_certificate_bound_access_tokens: true,
    })
    expect(await methods(app)).not.toHaveProperty('mtls_endpoint_aliases')
  })
})

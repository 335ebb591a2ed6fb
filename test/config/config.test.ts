import { describe, expect, test } from 'vitest'
import { ConfigError, loadConfig } from '../../src/config/config.ts'

const SECRET = 'a secret for tests, long enough to be taken'
const DATABASE_URL = 'postgres://latchkey:hunter2@db.example.com/latchkey'

const refusalOf = (environment: Record<string, string>): string => {
  try {
    loadConfig(environment)
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error
    return error.message
  }
  throw new Error(`Not refused: ${JSON.stringify(environment)}`)
}

describe('settings that are wrong stop the start with a sentence', () => {
  test.each<[name: string, value: string, cure: RegExp]>([
    ['DATABASE_URL', 'mysql://db.example.com', /postgres:\/\/ or postgresql:\/\//],
    ['DATABASE_URL', 'postgres://latchkey:hun/ter2#@db.example.com/latchkey', /percent-encoding/],
    ['DATABASE_URL', 'db.example.com:5432', /postgres:\/\/ or postgresql:\/\//],
    ['LATCHKEY_DATABASE_POOL_SIZE', '0', /whole number from 1 to 1000/],
    ['LATCHKEY_DATABASE_POOL_SIZE', '1001', /whole number from 1 to 1000/],
    ['LATCHKEY_DATABASE_POOL_SIZE', 'ten', /whole number from 1 to 1000/],
    ['LATCHKEY_DATABASE_PREPARED_STATEMENTS', 'no', /true or false/],
    ['LATCHKEY_SECRET', 'short', /at least 32 characters; make one with: openssl rand -base64 48/],
    ['LATCHKEY_PAIRWISE_SECRET', 'short', /at least 32 characters; make one with: openssl rand -base64 48/],
    ['LATCHKEY_ISSUER', 'id.example.com', /origin such as https:\/\/id\.example\.com/],
    ['LATCHKEY_ISSUER', 'ftp://id.example.com', /begin with https:\/\//],
    [
      'LATCHKEY_ISSUER',
      'https://id.example.com/',
      /without path or trailing slash: https:\/\/id\.example\.com/,
    ],
    ['LATCHKEY_ISSUER', 'https://id.example.com/auth', /without path or trailing slash/],
    ['LATCHKEY_ISSUER', 'https://id.example.com?x=1', /without path or trailing slash/],
    ['LATCHKEY_ISSUER', 'https://id.example.com#x', /without path or trailing slash/],
    ['LATCHKEY_ISSUER', 'https://ID.example.com', /https:\/\/id\.example\.com/],
    ['LATCHKEY_ISSUER', 'https://id.example.com:443', /https:\/\/id\.example\.com/],
    ['LATCHKEY_ISSUER', 'https://user@id.example.com', /https:\/\/id\.example\.com/],
    ['LATCHKEY_ISSUER', 'http://id.example.com', /use https, or set LATCHKEY_ALLOW_INSECURE_ISSUER=true/],
    ['LATCHKEY_ISSUER', 'http://10.0.0.1:3000', /use https, or set LATCHKEY_ALLOW_INSECURE_ISSUER=true/],
    [
      'LATCHKEY_ISSUER',
      'http://localhost.example.com',
      /use https, or set LATCHKEY_ALLOW_INSECURE_ISSUER=true/,
    ],
    [
      'LATCHKEY_ISSUER',
      'http://127.0.0.1.example.com',
      /use https, or set LATCHKEY_ALLOW_INSECURE_ISSUER=true/,
    ],
    ['LATCHKEY_ALLOW_INSECURE_ISSUER', 'yes', /true or false/],
    ['LATCHKEY_PORT', '65536', /whole number from 0 to 65535/],
    ['LATCHKEY_PORT', '-1', /whole number from 0 to 65535/],
    ['LATCHKEY_PORT', '3000/tcp', /whole number from 0 to 65535/],
    ['OTEL_TRACES_EXPORTER', 'jaeger', /otlp, zipkin, console, none/],
    ['OTEL_EXPORTER_OTLP_ENDPOINT', 'localhost:4318', /address such as http:\/\/localhost:4318/],
    ['LATCHKEY_MANAGEMENT_PORT', '3000', /another port than LATCHKEY_PORT/],
    ['LATCHKEY_MANAGEMENT_HOST', '0.0.0.0', /needs LATCHKEY_MANAGEMENT_PORT/],
    ['LATCHKEY_MANAGEMENT_ORIGIN', 'http://localhost:4000', /needs LATCHKEY_MANAGEMENT_PORT/],
    ['LATCHKEY_METRICS_PORT', '0', /whole number from 1 to 65535/],
    ['LATCHKEY_METRICS_PORT', '3000', /another port than LATCHKEY_PORT/],
    ['LATCHKEY_METRICS_HOST', '0.0.0.0', /needs LATCHKEY_METRICS_PORT/],
    ['LATCHKEY_MIGRATE_ON_START', '1', /true or false/],
    ['LATCHKEY_MIGRATE_ON_START', 'TRUE', /true or false/],
    ['LATCHKEY_LOG_LEVEL', 'verbose', /one of debug, info, warn, error, silent/],
    ['LATCHKEY_TRUSTED_PROXIES', 'proxy.example.com', /IP addresses or CIDR ranges/],
    ['LATCHKEY_TRUSTED_PROXIES', '10.0.0.1, *', /IP addresses or CIDR ranges/],
    ['LATCHKEY_TRUSTED_PROXIES', '10.0.0.0/33', /IP addresses or CIDR ranges/],
    ['LATCHKEY_TLS_KEY_FILE', '/etc/key.pem', /needs LATCHKEY_TLS_CERTIFICATE_FILE/],
    ['LATCHKEY_TLS_CERTIFICATE_FILE', '/etc/cert.pem', /needs LATCHKEY_TLS_KEY_FILE/],
    ['LATCHKEY_MTLS_PORT', '0', /whole number from 1 to 65535/],
    ['LATCHKEY_MTLS_PORT', '3443', /needs LATCHKEY_TLS_CERTIFICATE_FILE/],
    ['LATCHKEY_MTLS_CA_FILE', '/etc/ca.pem', /needs LATCHKEY_MTLS_PORT/],
    ['LATCHKEY_MTLS_ORIGIN', 'https://mtls.example.com', /needs LATCHKEY_MTLS_PORT or LATCHKEY_CLIENT_/],
    ['LATCHKEY_MTLS_ORIGIN', 'mtls.example.com', /is not a URL/],
    ['LATCHKEY_CLIENT_CERTIFICATE_HEADER', 'Client-Cert', /needs LATCHKEY_TRUSTED_PROXIES/],
    ['LATCHKEY_CLIENT_CERTIFICATE_HEADER', 'Authorization', /a header that is used for nothing else/],
    ['LATCHKEY_CLIENT_CERTIFICATE_HEADER', 'a b', /a header that is used for nothing else/],
    ['LATCHKEY_CLIENT_CERTIFICATE_VERIFIED_HEADER', 'X-Verify', /needs LATCHKEY_CLIENT_CERTIFICATE_HEADER/],
    ['LATCHKEY_OUTBOUND_ALLOWED_HOSTS', 'hooks.internal:80', /hooks.internal:80 is neither/],
    ['LATCHKEY_OUTBOUND_ALLOWED_HOSTS', 'localhost, *', /host names or IP addresses .* \* is neither/],
    ['LATCHKEY_RELAX_RATE_LIMITS', 'yes', /true or false/],
    ['LATCHKEY_SMTP_URL', 'smtp.example.com:587', /begin with smtp:\/\/ or smtps:\/\//],
    ['LATCHKEY_SMTP_URL', 'smtp://', /is not a URL with a host/],
    ['LATCHKEY_SMTP_URL', 'smtp://smtp.example.com:0', /is not a URL with a host/],
    ['LATCHKEY_SMTP_URL', 'smtp://acme:hun/ter2@smtp.example.com', /percent-encoding/],
    ['LATCHKEY_SMTP_URL', 'smtp://acme:100%@smtp.example.com', /write it as %25/],
    ['LATCHKEY_SMTP_URL', 'smtp://smtp.example.com/?pool=true', /nothing after the host and port/],
    ['LATCHKEY_SMTP_URL', 'smtp://acme@smtp.example.com', /a user name and a password, or neither/],
    ['LATCHKEY_SMTP_URL', 'smtp://smtp.example.com', /needs LATCHKEY_MAIL_FROM/],
    ['LATCHKEY_MAIL_FROM', 'login@acme.example', /needs LATCHKEY_SMTP_URL/],
    ['LATCHKEY_MAIL_FROM', 'Acme', /an e-mail address, with or without a name/],
    ['LATCHKEY_MAIL_FROM', 'Acme <login@acme.example>, eve@example.com', /an e-mail address/],
    ['LATCHKEY_MAIL_FROM', 'Acme\r\nBcc: eve@example.com <login@acme.example>', /an e-mail address/],
    ['LATCHKEY_ACCESS_TOKEN_SECONDS', '9', /whole number from 10 to 86400/],
    ['LATCHKEY_ACCESS_TOKEN_SECONDS', '86401', /whole number from 10 to 86400/],
    ['LATCHKEY_ACCESS_TOKEN_SECONDS', '5m', /whole number from 10 to 86400/],
    ['LATCHKEY_ACCESS_TOKEN_ALGORITHM', 'none', /one of RS256, PS256, ES256, EdDSA/],
    ['LATCHKEY_ACCESS_TOKEN_ALGORITHM', 'HS256', /one of RS256, PS256, ES256, EdDSA/],
    ['LATCHKEY_ACCESS_TOKEN_ALGORITHM', 'rs256', /one of RS256, PS256, ES256, EdDSA/],
    ['LATCHKEY_ACCESS_TOKEN_TYPE', 'jwt', /one of at\+jwt, JWT/],
    ['LATCHKEY_ANNOUNCE_ISS_PARAMETER', 'maybe', /true or false/],
    ['LATCHKEY_BRAND_NAME', 'x'.repeat(81), /at most 80 characters/],
    ['LATCHKEY_TERMS_URL', 'terms.html', /address such as https:\/\/example\.com\/terms/],
    ['LATCHKEY_TERMS_URL', 'javascript:alert(1)', /address such as https:\/\/example\.com\/terms/],
    ['LATCHKEY_PRIVACY_URL', 'mailto:a@example.com', /address such as https:\/\/example\.com\/terms/],
  ])('%s=%s', (name, value, cure) => {
    const environment = name === 'DATABASE_URL' ? { LATCHKEY_SECRET: SECRET } : {}
    const refusal = refusalOf({ ...environment, [name]: value })
    expect(refusal).toMatch(new RegExp(`^${name} `))
    expect(refusal).toMatch(cure)
    expect(refusal).toMatch(/[^.]\.$/)
  })

  test('an unknown one is named, with those there are', () => {
    const refusal = refusalOf({ LATCHKEY_ISSUER_URL: 'https://id.example.com' })
    expect(refusal).toMatch(/^LATCHKEY_ISSUER_URL is not a setting/)
    expect(refusal).toContain('LATCHKEY_ISSUER,')
    expect(refusalOf({ LATCHKEY_: 'x' })).toContain('LATCHKEY_ is not a setting')
    expect(refusalOf({ LATCHKEY_secret: SECRET })).toContain('LATCHKEY_secret is not a setting')
  })

  test('DATABASE_URL without LATCHKEY_SECRET says how to make one', () => {
    expect(refusalOf({ DATABASE_URL, LATCHKEY_ISSUER: 'https://id.example.com' })).toMatch(
      /^LATCHKEY_SECRET must be set .* openssl rand -base64 48/,
    )
  })

  test('port 0 needs an issuer, since none follows from it', () => {
    const refusal = refusalOf({ LATCHKEY_PORT: '0' })
    expect(refusal).toMatch(/^LATCHKEY_ISSUER must be set when LATCHKEY_PORT is 0.*[^.]\.$/)
    expect(loadConfig({ LATCHKEY_PORT: '0', LATCHKEY_ISSUER: 'http://localhost:3000' }).port).toBe(0)
  })

  test.each(['0.0.0.0', '::', '10.0.0.1', 'id.example.com'])(
    'a deployment that listens at %s names its issuer',
    (LATCHKEY_HOST) => {
      const deployment = { DATABASE_URL, LATCHKEY_SECRET: SECRET, LATCHKEY_HOST }
      expect(refusalOf(deployment)).toMatch(
        /^LATCHKEY_ISSUER must be set when DATABASE_URL is and .* such as https:\/\/id\.example\.com.*[^.]\.$/,
      )
      const issuer = 'https://id.example.com'
      expect(loadConfig({ ...deployment, LATCHKEY_ISSUER: issuer })).toMatchObject({ issuer })
      // Trying out in a container.
      expect(loadConfig({ LATCHKEY_HOST }).issuer).toBe('http://localhost:3000')
    },
  )

  test('no refusal shows a secret or the password of the database', () => {
    const refusals = [
      refusalOf({ LATCHKEY_SECRET: 'sesame' }),
      refusalOf({ DATABASE_URL: 'mysql://u:hunter2@db', LATCHKEY_SECRET: SECRET }),
      refusalOf({ DATABASE_URL, LATCHKEY_SECRET: SECRET, LATCHKEY_PORT: 'x' }),
      refusalOf({ DATABASE_URL, LATCHKEY_SECRET: 'sesame' }),
      refusalOf({ LATCHKEY_SMTP_URL: 'smtp://acme:hunter2@smtp.example.com/x' }),
      refusalOf({ LATCHKEY_SMTP_URL: 'smtp://acme:hunter2@smtp.example.com' }),
      refusalOf({ LATCHKEY_SMTP_URL: 'https://acme:hunter2@smtp.example.com' }),
    ]
    for (const refusal of refusals) {
      for (const secret of ['hunter2', 'sesame', SECRET]) expect(refusal).not.toContain(secret)
    }
  })
})

describe('settings that are right', () => {
  test('nothing at all is for trying out on this machine', () => {
    expect(loadConfig({})).toEqual({
      issuer: 'http://localhost:3000',
      host: 'localhost',
      port: 3000,
      database: { kind: 'embedded', directory: '.data/latchkey' },
      secret: undefined,
      workers: 1,
      migrateOnStart: false,
      logLevel: 'info',
      trustedProxies: [],
      tls: undefined,
      clientCertificates: {},
      outboundAllowedHosts: [],
      relaxRateLimits: false,
      accessToken: { seconds: 300, algorithm: 'RS256', type: 'at+jwt' },
      announceIssParameter: true,
      developerDetail: 'developers',
      brandName: 'Latchkey',
      termsUrl: undefined,
      privacyUrl: undefined,
    })
  })

  test('everything at once', () => {
    const config = loadConfig({
      DATABASE_URL,
      LATCHKEY_DATABASE_POOL_SIZE: '25',
      LATCHKEY_DATABASE_PREPARED_STATEMENTS: 'false',
      LATCHKEY_SECRET: SECRET,
      LATCHKEY_ISSUER: 'https://id.example.com',
      LATCHKEY_HOST: '127.0.0.1',
      LATCHKEY_PORT: '8080',
      LATCHKEY_MIGRATE_ON_START: 'true',
      LATCHKEY_LOG_LEVEL: 'warn',
      LATCHKEY_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16,::1',
      LATCHKEY_OUTBOUND_ALLOWED_HOSTS: 'Hooks.Internal, 10.0.0.9,::1',
      LATCHKEY_RELAX_RATE_LIMITS: 'true',
      LATCHKEY_ACCESS_TOKEN_SECONDS: '60',
      LATCHKEY_ACCESS_TOKEN_ALGORITHM: 'EdDSA',
      LATCHKEY_ACCESS_TOKEN_TYPE: 'JWT',
      LATCHKEY_ANNOUNCE_ISS_PARAMETER: 'false',
      LATCHKEY_DEVELOPER_DETAIL: 'never',
      LATCHKEY_BRAND_NAME: 'Müller & Söhne',
      LATCHKEY_TERMS_URL: 'https://example.com/terms',
      LATCHKEY_PRIVACY_URL: 'https://example.com/privacy',
    })
    expect(config).toEqual({
      issuer: 'https://id.example.com',
      host: '127.0.0.1',
      port: 8080,
      database: { kind: 'postgresql', url: DATABASE_URL, poolSize: 25, prepareStatements: false },
      secret: SECRET,
      workers: 1,
      migrateOnStart: true,
      logLevel: 'warn',
      trustedProxies: ['10.0.0.1', '10.1.0.0/16', '::1'],
      tls: undefined,
      clientCertificates: {},
      outboundAllowedHosts: ['hooks.internal', '10.0.0.9', '[::1]'],
      relaxRateLimits: true,
      accessToken: { seconds: 60, algorithm: 'EdDSA', type: 'JWT' },
      developerDetail: 'never',
      announceIssParameter: false,
      brandName: 'Müller & Söhne',
      termsUrl: 'https://example.com/terms',
      privacyUrl: 'https://example.com/privacy',
    })
    expect(Object.isFrozen(config)).toBe(true)
  })

  test('TLS of its own makes the issuer https, and has a second listener for client certificates', () => {
    const tls = { LATCHKEY_TLS_CERTIFICATE_FILE: '/cert.pem', LATCHKEY_TLS_KEY_FILE: '/key.pem' }
    expect(loadConfig(tls)).toMatchObject({
      issuer: 'https://localhost:3000',
      tls: { certificateFile: '/cert.pem', keyFile: '/key.pem' },
      clientCertificates: { listener: undefined, origin: undefined },
    })
    expect(loadConfig({ ...tls, LATCHKEY_PORT: '443' }).issuer).toBe('https://localhost')
    const settings = { ...tls, LATCHKEY_ISSUER: 'https://id.example.com', LATCHKEY_MTLS_PORT: '3443' }
    expect(loadConfig({ ...settings, LATCHKEY_MTLS_CA_FILE: '/ca.pem' }).clientCertificates).toEqual({
      header: undefined,
      verifiedHeader: undefined,
      listener: { port: 3443, authoritiesFile: '/ca.pem' },
      origin: 'https://id.example.com:3443',
    })
    expect(
      loadConfig({ ...settings, LATCHKEY_MTLS_ORIGIN: 'https://mtls.example.com' }).clientCertificates.origin,
    ).toBe('https://mtls.example.com')
    expect(refusalOf({ ...tls, LATCHKEY_ISSUER: 'http://localhost:3000' })).toMatch(/must begin with https/)
    expect(refusalOf({ ...tls, LATCHKEY_MTLS_PORT: '3000' })).toMatch(/another port/)
  })

  test.each<[url: string, from: string, expected: object]>([
    [
      'smtps://acme:p%40ss%2Fword@smtp.example.com',
      'Acme <login@acme.example>',
      {
        from: { name: 'Acme', address: 'login@acme.example' },
        smtp: {
          host: 'smtp.example.com',
          port: 465,
          isImplicitTls: true,
          requiresTls: true,
          credentials: { user: 'acme', password: 'p@ss/word' },
        },
      },
    ],
    [
      'smtp://SMTP.Example.com:2525/',
      '"Müller & Söhne" <login@acme.example>',
      {
        from: { name: 'Müller & Söhne', address: 'login@acme.example' },
        smtp: { host: 'smtp.example.com', port: 2525, isImplicitTls: false, requiresTls: true },
      },
    ],
    [
      'smtp://[::1]',
      'login@acme.example',
      {
        from: { name: undefined, address: 'login@acme.example' },
        smtp: { host: '::1', port: 587, requiresTls: false, credentials: undefined },
      },
    ],
    ['smtp://mailpit:1025', 'login@acme.example', { smtp: { host: 'mailpit', requiresTls: false } }],
  ])('mail goes to an SMTP server, in clear only where that is allowed: %s', (url, from, expected) => {
    const config = loadConfig({
      LATCHKEY_SMTP_URL: url,
      LATCHKEY_MAIL_FROM: from,
      LATCHKEY_OUTBOUND_ALLOWED_HOSTS: 'mailpit',
    })
    expect(config.mail).toMatchObject(expected)
  })

  test('a proxy may tell the certificates of clients', () => {
    expect(
      loadConfig({
        LATCHKEY_TRUSTED_PROXIES: '10.0.0.0/8',
        LATCHKEY_CLIENT_CERTIFICATE_HEADER: 'Client-Cert',
        LATCHKEY_CLIENT_CERTIFICATE_VERIFIED_HEADER: 'X-Client-Verify',
      }).clientCertificates,
    ).toEqual({
      header: 'client-cert',
      verifiedHeader: 'x-client-verify',
      listener: undefined,
      origin: undefined,
    })
  })

  test('an empty variable is one that is not set, and those of others are left alone', () => {
    const config = loadConfig({
      LATCHKEY_PORT: '',
      DATABASE_URL: '',
      PATH: '/bin',
      LATCHKEYS: 'x',
      PGHOST: 'x',
    })
    expect(config).toEqual(loadConfig({}))
  })

  test.each(['http://localhost:3000', 'http://127.0.0.1:8080', 'http://127.1.2.3', 'http://[::1]:3000'])(
    'an http issuer on this machine needs no flag, and nobody else gets to talk to it: %s',
    (issuer) => {
      expect(loadConfig({ LATCHKEY_ISSUER: issuer })).toMatchObject({ issuer, host: 'localhost' })
    },
  )

  test('an http issuer elsewhere works once it is asked for by its name', () => {
    const config = loadConfig({
      LATCHKEY_ISSUER: 'http://id.test:8080',
      LATCHKEY_ALLOW_INSECURE_ISSUER: 'true',
    })
    expect(config).toMatchObject({ issuer: 'http://id.test:8080', host: '0.0.0.0' })
  })

  test('an https issuer listens to everybody', () => {
    expect(loadConfig({ LATCHKEY_ISSUER: 'https://id.example.com' }).host).toBe('0.0.0.0')
  })

  test('the issuer follows the port where it is not given', () => {
    expect(loadConfig({ LATCHKEY_PORT: '4000' }).issuer).toBe('http://localhost:4000')
  })

  test('an issuer that follows from port 80 is an origin, which does not name that port', () => {
    expect(loadConfig({ LATCHKEY_PORT: '80' })).toMatchObject({ issuer: 'http://localhost', port: 80 })
  })

  test.each([undefined, 'localhost', '127.0.0.1', '::1'])(
    'a database on a laptop needs no issuer, listening at %s',
    (LATCHKEY_HOST) => {
      const settings = {
        DATABASE_URL,
        LATCHKEY_SECRET: SECRET,
        ...(LATCHKEY_HOST !== undefined && { LATCHKEY_HOST }),
      }
      expect(loadConfig(settings)).toMatchObject({
        issuer: 'http://localhost:3000',
        host: LATCHKEY_HOST ?? 'localhost',
      })
    },
  )

  test('those that are fixed come before the environment', () => {
    const environment = { DATABASE_URL, LATCHKEY_ISSUER: 'https://id.example.com' }
    const config = loadConfig(environment, { DATABASE_URL: '', LATCHKEY_ISSUER: 'http://localhost' })
    expect(config).toMatchObject({ issuer: 'http://localhost', database: { kind: 'embedded' } })
  })
})

describe('traces by the variables of OpenTelemetry', () => {
  const OTEL_EXPORTER_OTLP_ENDPOINT = 'http://localhost:4318'

  test.each<[title: string, environment: Record<string, string>, tracing: object | undefined]>([
    ['none where none is set', {}, undefined],
    ['sent where somebody says where to', { OTEL_EXPORTER_OTLP_ENDPOINT }, { serviceName: 'latchkey' }],
    ['or how', { OTEL_TRACES_EXPORTER: 'otlp,console' }, { serviceName: 'latchkey' }],
    ['not if switched off', { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SDK_DISABLED: 'True' }, undefined],
    ['or for metrics alone', { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_TRACES_EXPORTER: 'none' }, undefined],
    [
      'under the name that is set',
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_SERVICE_NAME: 'id' },
      { serviceName: undefined },
    ],
    [
      'also as an attribute',
      { OTEL_EXPORTER_OTLP_ENDPOINT, OTEL_RESOURCE_ATTRIBUTES: 'service.name=id,a=b' },
      { serviceName: undefined },
    ],
    ['others are for the SDK', { OTEL_BSP_SCHEDULE_DELAY: '100', OTEL_METRICS_EXPORTER: 'none' }, undefined],
  ])('%s', (_title, environment, tracing) => {
    expect(loadConfig(environment).tracing).toEqual(tracing)
  })
})

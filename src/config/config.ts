import { z } from 'zod'
import { type Issuer, isLoopbackHost, parseIssuer } from '../protocol/issuer.ts'
import { type SigningAlgorithm, signingAlgorithms } from '../protocol/signing-algorithm.ts'
import { parseOutboundHost } from '../system/outbound-fetch.ts'
import { type ClientCertificates, clientCertificatesOf } from './client-certificates.ts'
import { type MailConfig, mailConfigOf, mailFrom, smtpUrl } from './mail-settings.ts'
import { type ManagementListenerConfig, managementListenerOf } from './management-listener.ts'
import {
  type MetricsConfig,
  metricsConfigOf,
  type TracingConfig,
  tracingConfigOf,
  tracingVariables,
} from './observability-settings.ts'
import { shareOf, workersOf, workersSetting } from './worker-settings.ts'

/*
 * The one reader of the environment. Everything is optional for trying out; DATABASE_URL turns it into a
 * deployment, which needs a secret and an issuer of its own.
 */

export interface Config {
  readonly issuer: Issuer
  readonly host: string
  readonly port: number
  readonly database:
    | {
        readonly kind: 'postgresql'
        readonly url: string
        /** Connections of one process. */
        readonly poolSize: number
        readonly prepareStatements: boolean
      }
    | { readonly kind: 'embedded'; readonly directory: string }
  /** Encrypts what must be read again. Undefined on the embedded store, which keeps one beside its data. */
  readonly secret: string | undefined
  /** What pairwise subjects are derived from. Undefined: the secret. */
  readonly pairwiseSecret: string | undefined
  /** Processes that serve, 1 or more. */
  readonly workers: number
  readonly migrateOnStart: boolean
  readonly logLevel: 'debug' | 'info' | 'warn' | 'error' | 'silent'
  /** Addresses whose X-Forwarded-* headers are believed. */
  readonly trustedProxies: readonly string[]
  /** Undefined: a proxy ends TLS. */
  readonly tls: { readonly certificateFile: string; readonly keyFile: string } | undefined
  readonly clientCertificates: ClientCertificates
  /** Hosts that requests of ours may go to over http and in private networks. */
  readonly outboundAllowedHosts: readonly string[]
  /** Undefined: they are where everything is. */
  readonly managementListener: ManagementListenerConfig | undefined
  /** Undefined: there are none to be had. */
  readonly metrics: MetricsConfig | undefined
  /** Undefined: nothing is traced. */
  readonly tracing: TracingConfig | undefined
  /** Undefined: there is no server to send it. */
  readonly mail: MailConfig | undefined
  /** For test environments: whoever signs in, over and over, is not turned away so soon. */
  readonly relaxRateLimits: boolean
  readonly accessToken: {
    readonly seconds: number
    readonly algorithm: SigningAlgorithm
    readonly type: 'at+jwt' | 'JWT'
  }
  /** RFC 9207: whether metadata announces `iss` in authorization responses (it is sent either way). */
  readonly announceIssParameter: boolean
  /** Whether pages of errors tell developers why (interaction/developer.ts). */
  readonly developerDetail: 'developers' | 'never'
  readonly brandName: string
  readonly termsUrl: string | undefined
  readonly privacyUrl: string | undefined
}

/** The configuration is wrong; the message names the variable and the cure. */
export class ConfigError extends Error {
  override readonly name = 'ConfigError'
}

const flag = z
  .enum(['true', 'false'], { error: 'must be true or false' })
  .transform((text) => text === 'true')

const wholeNumber = (minimum: number, maximum: number) =>
  z
    .string()
    .regex(/^\d+$/, { error: `must be a whole number from ${minimum} to ${maximum}` })
    .transform(Number)
    .refine((value) => value >= minimum && value <= maximum, {
      error: `must be a whole number from ${minimum} to ${maximum}`,
    })

const webAddress = z.url({
  protocol: /^https?$/,
  error: 'must be an address such as https://example.com/terms',
})

const oneOf = <const T extends readonly [string, ...string[]]>(values: T) =>
  z.enum(values, { error: `must be one of ${values.join(', ')}` })

const headerName = z
  .string()
  .regex(/^(?!(authorization|cookie|host|dpop)$)[\w-]+$/i, {
    error: 'must be the name of a header that is used for nothing else, such as Client-Cert',
  })
  .toLowerCase()
  .optional()

const commaSeparated = z
  .string()
  .default('')
  .transform((text) =>
    text
      .split(',')
      .map((item) => item.trim())
      .filter((item) => item !== ''),
  )

/** Long enough for 256 bits in base64 or 128 bits and more in words. */
const MINIMUM_SECRET_LENGTH = 32

const secret = z
  .string()
  .min(MINIMUM_SECRET_LENGTH, {
    error: `must have at least ${MINIMUM_SECRET_LENGTH} characters; make one with: openssl rand -base64 48`,
  })
  .optional()

const schema = z.object({
  DATABASE_URL: z
    .string()
    .regex(/^postgres(ql)?:\/\//, { error: 'must begin with postgres:// or postgresql://' })
    .refine((text) => URL.canParse(text), {
      error:
        'is not a URL; write characters such as / # @ : in the password as %2F %23 %40 %3A (percent-encoding)',
    })
    .optional(),
  WORKERS: workersSetting,
  LATCHKEY_DATABASE_POOL_SIZE: wholeNumber(1, 1000).default(10),
  LATCHKEY_DATABASE_PREPARED_STATEMENTS: flag.default(true),
  LATCHKEY_DATA_DIR: z.string().default('.data/latchkey'),
  LATCHKEY_SECRET: secret,
  LATCHKEY_PAIRWISE_SECRET: secret,
  LATCHKEY_ISSUER: z.string().optional(),
  LATCHKEY_ALLOW_INSECURE_ISSUER: flag.default(false),
  LATCHKEY_HOST: z.string().optional(),
  LATCHKEY_PORT: wholeNumber(0, 65_535).default(3000),
  LATCHKEY_MIGRATE_ON_START: flag.default(false),
  LATCHKEY_LOG_LEVEL: oneOf(['debug', 'info', 'warn', 'error', 'silent']).default('info'),
  LATCHKEY_TRUSTED_PROXIES: commaSeparated.pipe(
    z.array(
      z.union([z.ipv4(), z.ipv6(), z.cidrv4(), z.cidrv6()], {
        error: 'must list IP addresses or CIDR ranges, separated by commas, such as 10.0.0.0/8',
      }),
    ),
  ),
  LATCHKEY_TLS_CERTIFICATE_FILE: z.string().optional(),
  LATCHKEY_TLS_KEY_FILE: z.string().optional(),
  LATCHKEY_CLIENT_CERTIFICATE_HEADER: headerName,
  LATCHKEY_CLIENT_CERTIFICATE_VERIFIED_HEADER: headerName,
  LATCHKEY_MTLS_PORT: wholeNumber(1, 65_535).optional(),
  LATCHKEY_MTLS_CA_FILE: z.string().optional(),
  LATCHKEY_MTLS_ORIGIN: z.string().optional(),
  LATCHKEY_MANAGEMENT_PORT: wholeNumber(1, 65_535).optional(),
  LATCHKEY_MANAGEMENT_HOST: z.string().optional(),
  LATCHKEY_MANAGEMENT_ORIGIN: z.string().optional(),
  LATCHKEY_METRICS_PORT: wholeNumber(1, 65_535).optional(),
  LATCHKEY_METRICS_HOST: z.string().optional(),
  ...tracingVariables,
  LATCHKEY_OUTBOUND_ALLOWED_HOSTS: commaSeparated.transform((hosts, context) =>
    hosts.flatMap((text) => {
      const host = parseOutboundHost(text)
      if (host === undefined) {
        const message = `must list host names or IP addresses without port, separated by commas; ${text} is neither`
        context.addIssue({ code: 'custom', message })
      }
      return host ?? []
    }),
  ),
  LATCHKEY_SMTP_URL: smtpUrl,
  LATCHKEY_MAIL_FROM: mailFrom,
  LATCHKEY_RELAX_RATE_LIMITS: flag.default(false),
  LATCHKEY_ACCESS_TOKEN_SECONDS: wholeNumber(10, 86_400).default(300),
  LATCHKEY_ACCESS_TOKEN_ALGORITHM: oneOf(signingAlgorithms).default('RS256'),
  LATCHKEY_ACCESS_TOKEN_TYPE: oneOf(['at+jwt', 'JWT']).default('at+jwt'),
  LATCHKEY_ANNOUNCE_ISS_PARAMETER: flag.default(true),
  LATCHKEY_DEVELOPER_DETAIL: oneOf(['developers', 'never']).default('developers'),
  LATCHKEY_BRAND_NAME: z.string().max(80, { error: 'must have at most 80 characters' }).default('Latchkey'),
  LATCHKEY_TERMS_URL: webAddress.optional(),
  LATCHKEY_PRIVACY_URL: webAddress.optional(),
})

const known = new Set(Object.keys(schema.shape))

/** Variables that only make sense together: how TLS is done, how mail is sent. @throws ConfigError */
const refuseHalves = (values: z.output<typeof schema>): void => {
  const needs: readonly (readonly [keyof typeof values, keyof typeof values])[] = [
    ['LATCHKEY_TLS_CERTIFICATE_FILE', 'LATCHKEY_TLS_KEY_FILE'],
    ['LATCHKEY_TLS_KEY_FILE', 'LATCHKEY_TLS_CERTIFICATE_FILE'],
    ['LATCHKEY_MTLS_PORT', 'LATCHKEY_TLS_CERTIFICATE_FILE'],
    ['LATCHKEY_MTLS_CA_FILE', 'LATCHKEY_MTLS_PORT'],
    ['LATCHKEY_CLIENT_CERTIFICATE_VERIFIED_HEADER', 'LATCHKEY_CLIENT_CERTIFICATE_HEADER'],
    ['LATCHKEY_MANAGEMENT_HOST', 'LATCHKEY_MANAGEMENT_PORT'],
    ['LATCHKEY_MANAGEMENT_ORIGIN', 'LATCHKEY_MANAGEMENT_PORT'],
    ['LATCHKEY_METRICS_HOST', 'LATCHKEY_METRICS_PORT'],
    ['LATCHKEY_SMTP_URL', 'LATCHKEY_MAIL_FROM'],
    ['LATCHKEY_MAIL_FROM', 'LATCHKEY_SMTP_URL'],
  ]
  for (const [name, other] of needs) {
    if (values[name] !== undefined && values[other] === undefined) {
      throw new ConfigError(`${name} needs ${other}; set it as well, or take ${name} out.`)
    }
  }
  // RFC 8705 §6.5: whoever may send the header can be any client.
  if (
    values.LATCHKEY_CLIENT_CERTIFICATE_HEADER !== undefined &&
    values.LATCHKEY_TRUSTED_PROXIES.length === 0
  ) {
    throw new ConfigError(
      'LATCHKEY_CLIENT_CERTIFICATE_HEADER needs LATCHKEY_TRUSTED_PROXIES; list the proxies that set it, since anybody can send a header.',
    )
  }
  const ports = [
    'LATCHKEY_PORT',
    'LATCHKEY_MTLS_PORT',
    'LATCHKEY_MANAGEMENT_PORT',
    'LATCHKEY_METRICS_PORT',
  ] as const
  for (const [place, name] of ports.entries()) {
    const same = ports.slice(0, place).find((other) => values[other] === values[name])
    if (same !== undefined && values[name] !== undefined) {
      throw new ConfigError(`${name} must be another port than ${same}.`)
    }
  }
}

const certificatesOf = (values: z.output<typeof schema>, issuer: Issuer): ClientCertificates => {
  const certificates = clientCertificatesOf(
    {
      header: values.LATCHKEY_CLIENT_CERTIFICATE_HEADER,
      verifiedHeader: values.LATCHKEY_CLIENT_CERTIFICATE_VERIFIED_HEADER,
      port: values.LATCHKEY_MTLS_PORT,
      authoritiesFile: values.LATCHKEY_MTLS_CA_FILE,
      origin: values.LATCHKEY_MTLS_ORIGIN,
    },
    issuer,
  )
  if ('problem' in certificates) throw new ConfigError(`LATCHKEY_MTLS_ORIGIN ${certificates.problem}.`)
  return certificates
}

const managementOf = (
  values: z.output<typeof schema>,
  issuer: Issuer,
  host: string,
): ManagementListenerConfig | undefined => {
  const port = values.LATCHKEY_MANAGEMENT_PORT
  if (port === undefined) return undefined
  const listener = managementListenerOf(
    { port, host: values.LATCHKEY_MANAGEMENT_HOST ?? host, origin: values.LATCHKEY_MANAGEMENT_ORIGIN },
    issuer,
  )
  if ('problem' in listener) throw new ConfigError(`LATCHKEY_MANAGEMENT_ORIGIN ${listener.problem}.`)
  return listener
}

/** For this machine alone. What others are to use nobody can guess, and tokens would name it for good. */
const defaultIssuer = ({
  DATABASE_URL: url,
  LATCHKEY_HOST: host,
  LATCHKEY_PORT: port,
  LATCHKEY_TLS_CERTIFICATE_FILE: certificate,
}: z.output<typeof schema>): string => {
  if (port === 0) {
    throw new ConfigError(
      'LATCHKEY_ISSUER must be set when LATCHKEY_PORT is 0, since no issuer follows from a port that is not known yet; set it to the address that browsers and applications use, or choose a port.',
    )
  }
  if (url !== undefined && host !== undefined && !isLoopbackHost(host === '::1' ? '[::1]' : host)) {
    throw new ConfigError(
      `LATCHKEY_ISSUER must be set when DATABASE_URL is and LATCHKEY_HOST (${host}) lets other machines in; set it to the address that browsers and applications use, such as https://id.example.com, or to http://localhost:${port} for this machine alone.`,
    )
  }
  const scheme = certificate === undefined ? 'http' : 'https'
  // Without the port where that is the default one.
  return new URL(`${scheme}://localhost:${port}`).origin
}

/**
 * @param fixed settings that are not the environment's to choose.
 * @throws ConfigError naming the variables that are unknown, or the first that is wrong, and what to do.
 */
export const loadConfig = (
  environment: NodeJS.ProcessEnv = process.env,
  fixed: Readonly<Record<string, string>> = {},
): Config => {
  // An empty variable is how compose files and shells say "not set".
  const given = Object.fromEntries(
    Object.entries({ ...environment, ...fixed }).filter(
      ([name, value]) => value !== '' && (known.has(name) || name.startsWith('LATCHKEY_')),
    ),
  )
  const unknown = Object.keys(given).filter((name) => !known.has(name))
  if (unknown.length > 0) {
    const what =
      unknown.length === 1
        ? 'is not a setting of Latchkey; remove it, or correct its name'
        : 'are not settings of Latchkey; remove them, or correct their names'
    throw new ConfigError(`${unknown.join(', ')} ${what} (known: ${[...known].join(', ')}).`)
  }
  const parsed = schema.safeParse(given)
  if (!parsed.success) {
    const [issue] = parsed.error.issues
    throw new ConfigError(`${String(issue?.path[0])} ${issue?.message}.`)
  }
  const values = parsed.data

  refuseHalves(values)
  const issuerText = values.LATCHKEY_ISSUER ?? defaultIssuer(values)
  const issuer = parseIssuer(issuerText, values.LATCHKEY_ALLOW_INSECURE_ISSUER)
  if ('problem' in issuer) throw new ConfigError(`LATCHKEY_ISSUER ${issuer.problem}.`)

  if (values.DATABASE_URL !== undefined && values.LATCHKEY_SECRET === undefined) {
    throw new ConfigError(
      'LATCHKEY_SECRET must be set when DATABASE_URL is, the same on every node; make one with: openssl rand -base64 48',
    )
  }
  const certificateFile = values.LATCHKEY_TLS_CERTIFICATE_FILE
  const keyFile = values.LATCHKEY_TLS_KEY_FILE
  if (certificateFile !== undefined && issuer.issuer.startsWith('http:')) {
    throw new ConfigError(
      'LATCHKEY_ISSUER must begin with https:// when LATCHKEY_TLS_CERTIFICATE_FILE is set.',
    )
  }
  const isLocal = issuer.issuer.startsWith('http:') && !values.LATCHKEY_ALLOW_INSECURE_ISSUER

  const workers = workersOf(values.WORKERS, values.DATABASE_URL !== undefined)
  if (typeof workers === 'object') throw new ConfigError(`WORKERS ${workers.problem}.`)

  // An http issuer is for this machine alone; nobody else gets to talk to it unless told to.
  const host = values.LATCHKEY_HOST ?? (isLocal ? 'localhost' : '0.0.0.0')

  return Object.freeze<Config>({
    issuer: issuer.issuer,
    host,
    port: values.LATCHKEY_PORT,
    database:
      values.DATABASE_URL === undefined
        ? { kind: 'embedded', directory: values.LATCHKEY_DATA_DIR }
        : {
            kind: 'postgresql',
            url: values.DATABASE_URL,
            poolSize: shareOf(values.LATCHKEY_DATABASE_POOL_SIZE, workers),
            prepareStatements: values.LATCHKEY_DATABASE_PREPARED_STATEMENTS,
          },
    secret: values.LATCHKEY_SECRET,
    pairwiseSecret: values.LATCHKEY_PAIRWISE_SECRET,
    workers,
    migrateOnStart: values.LATCHKEY_MIGRATE_ON_START,
    logLevel: values.LATCHKEY_LOG_LEVEL,
    trustedProxies: values.LATCHKEY_TRUSTED_PROXIES,
    tls: certificateFile === undefined || keyFile === undefined ? undefined : { certificateFile, keyFile },
    clientCertificates: certificatesOf(values, issuer.issuer),
    outboundAllowedHosts: values.LATCHKEY_OUTBOUND_ALLOWED_HOSTS,
    managementListener: managementOf(values, issuer.issuer, host),
    tracing: tracingConfigOf(values),
    metrics: metricsConfigOf(values.LATCHKEY_METRICS_PORT, values.LATCHKEY_METRICS_HOST),
    mail: mailConfigOf(
      values.LATCHKEY_SMTP_URL,
      values.LATCHKEY_MAIL_FROM,
      values.LATCHKEY_OUTBOUND_ALLOWED_HOSTS,
    ),
    relaxRateLimits: values.LATCHKEY_RELAX_RATE_LIMITS,
    accessToken: {
      seconds: values.LATCHKEY_ACCESS_TOKEN_SECONDS,
      algorithm: values.LATCHKEY_ACCESS_TOKEN_ALGORITHM,
      type: values.LATCHKEY_ACCESS_TOKEN_TYPE,
    },
    announceIssParameter: values.LATCHKEY_ANNOUNCE_ISS_PARAMETER,
    developerDetail: values.LATCHKEY_DEVELOPER_DETAIL,
    brandName: values.LATCHKEY_BRAND_NAME,
    termsUrl: values.LATCHKEY_TERMS_URL,
    privacyUrl: values.LATCHKEY_PRIVACY_URL,
  })
}

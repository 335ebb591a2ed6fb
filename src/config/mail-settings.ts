import { z } from 'zod'
import { isLoopbackHost } from '../protocol/issuer.ts'
import { parseLine } from '../protocol/printable-text.ts'
import { parseOutboundHost } from '../system/outbound-fetch.ts'

/*
 * How mail is sent: over SMTP, by a server of the operator's. Both variables or none. No sentence of a refusal repeats
 * the URL, which holds a password.
 */

export interface SmtpConfig {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise by STARTTLS. */
  readonly isImplicitTls: boolean
  /** Nothing is sent, least of all the password, where the server does not offer it. */
  readonly requiresTls: boolean
  readonly credentials: { readonly user: string; readonly password: string } | undefined
}

export interface MailConfig {
  readonly smtp: SmtpConfig
  /** Without a name mail comes from the brand. */
  readonly from: { readonly name: string | undefined; readonly address: string }
}

/** RFC 8314 §7.3: submission over TLS. */
const PORT_OF_SMTPS = 465
/** RFC 6409 §3.1: submission. */
const PORT_OF_SMTP = 587

const MAXIMUM_NAME_LENGTH = 80

const example = 'smtps://user:password@smtp.example.com'

export const smtpUrl = z
  .string()
  .regex(/^smtps?:\/\//, { error: `must begin with smtp:// or smtps://, such as ${example}` })
  .refine((text) => hostOf(text) !== undefined && URL.parse(text)?.port !== '0', {
    error:
      'is not a URL with a host; write characters such as / # @ : in the password as %2F %23 %40 %3A (percent-encoding)',
  })
  .refine((text) => isDecodable(text), {
    error: 'has a user name or password with a % that begins no percent-encoding; write it as %25',
  })
  .refine((text) => /^\/?$/.test(restOf(text)), {
    error: `must hold nothing after the host and port, such as ${example}:465; write / ? # in the password as %2F %3F %23`,
  })
  .refine((text) => (URL.parse(text)?.username === '') === (URL.parse(text)?.password === ''), {
    error: `must hold a user name and a password, or neither, such as ${example}`,
  })
  .optional()

/** As other URLs have it; the parser does not know the rules of this scheme. */
const hostOf = (text: string): string | undefined => parseOutboundHost(URL.parse(text)?.hostname ?? '')

const isDecodable = (text: string): boolean => {
  const { username = '', password = '' } = URL.parse(text) ?? {}
  try {
    decodeURIComponent(username)
    decodeURIComponent(password)
    return true
  } catch {
    return false
  }
}

const restOf = (text: string): string => {
  const { pathname = '', search = '', hash = '' } = URL.parse(text) ?? {}
  return `${pathname}${search}${hash}`
}

const address = z.email()

/** `Acme <login@acme.example>`, or the address alone. Undefined if it is neither. */
const parseMailbox = (text: string): MailConfig['from'] | undefined => {
  const [, quoted, bracketed] = /^\s*(.*?)\s*<([^<>]+)>\s*$/s.exec(text) ?? [undefined, '', text.trim()]
  const name =
    quoted === '' ? undefined : parseLine(quoted?.replace(/^"(.*)"$/s, '$1') ?? '', MAXIMUM_NAME_LENGTH)
  if (quoted !== '' && name === undefined) return undefined
  const parsed = address.safeParse(bracketed)
  return parsed.success ? { name, address: parsed.data } : undefined
}

export const mailFrom = z
  .string()
  .transform((text, context) => {
    const mailbox = parseMailbox(text)
    if (mailbox) return mailbox
    context.addIssue({
      code: 'custom',
      message: 'must be an e-mail address, with or without a name: Acme <login@acme.example>',
    })
    return z.NEVER
  })
  .optional()

/** @param allowedHosts those that may be talked to in clear. */
export const mailConfigOf = (
  url: string | undefined,
  from: MailConfig['from'] | undefined,
  allowedHosts: readonly string[],
): MailConfig | undefined => {
  const parsed = url === undefined ? undefined : URL.parse(url)
  const host = url === undefined ? undefined : hostOf(url)
  if (!parsed || host === undefined || !from) return undefined
  const isImplicitTls = parsed.protocol === 'smtps:'
  return {
    from,
    smtp: {
      host: host.replace(/^\[(.*)\]$/, '$1'),
      port: parsed.port === '' ? (isImplicitTls ? PORT_OF_SMTPS : PORT_OF_SMTP) : Number(parsed.port),
      isImplicitTls,
      requiresTls: !isLoopbackHost(host) && !allowedHosts.includes(host),
      credentials:
        parsed.username === ''
          ? undefined
          : { user: decodeURIComponent(parsed.username), password: decodeURIComponent(parsed.password) },
    },
  }
}

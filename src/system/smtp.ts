import { getSystemErrorName } from 'node:util'
import type { SendMailOptions } from 'nodemailer'
import { failureCode } from './failure-code.ts'
import { after } from './timer.ts'

/*
 * The one door for mail. One connection a mail: there is nothing to keep open, and to notice that it has died.
 */

export interface SmtpServer {
  readonly host: string
  readonly port: number
  /** TLS from the first byte; otherwise by STARTTLS. */
  readonly isImplicitTls: boolean
  /** Nothing is sent, least of all the password, where the server does not offer it. */
  readonly requiresTls: boolean
  readonly credentials: { readonly user: string; readonly password: string } | undefined
}

/** What the HTML shows at `cid:` and the ID (RFC 2392 §2). */
export interface EmbeddedPicture {
  readonly contentId: string
  readonly type: string
  readonly content: Uint8Array
  readonly filename: string
}

export interface OutgoingMail {
  readonly from: { readonly name: string; readonly address: string }
  readonly to: string
  readonly subject: string
  readonly text: string
  readonly html: string
  readonly pictures: readonly EmbeddedPicture[]
  /** BCP 47 */
  readonly language: string
  readonly date: Date
}

/** What came of it, in words for logs: neither the address nor what the server said, which may repeat it. */
export class MailFailure extends Error {
  override readonly name = 'MailFailure'
  readonly code: string
  /** The server takes mail, but not for this recipient: the next attempt would come to the same. */
  readonly isRefusedRecipient: boolean

  constructor(code: string, isRefusedRecipient: boolean) {
    super(`The mail could not be sent: ${code}.`)
    this.code = code
    this.isRefusedRecipient = isRefusedRecipient
  }
}

/** @throws MailFailure */
export type SendMail = (mail: OutgoingMail) => Promise<void>

/** From the lookup of the name to the last answer; well within the lease of what is sent (outbox/fair-delivery.ts). */
const TIMEOUT_MILLISECONDS = 30_000

/** RFC 5322 §2.2: a header ends where its line does. */
const inOneLine = (text: string): string => text.replace(/\p{Cc}+/gu, ' ').trim()

/** RFC 5322 §3.2.3: without what an address has to quote, so that nobody reads a second one, or a second line, in it. */
const ONE_ADDRESS = /^[^\s\p{Cc}"(),:;<>@[\\\]]+@[^\s\p{Cc}"(),:;<>@[\\\]]+$/u

const transportTo = async (
  { host, port, isImplicitTls, requiresTls, credentials }: SmtpServer,
  more: { readonly forceAuth?: boolean } = {},
) => {
  // When there is something to send: a start does not wait for it.
  const { default: nodemailer } = await import('nodemailer')
  return nodemailer.createTransport({
    host,
    port,
    secure: isImplicitTls,
    requireTLS: requiresTls && !isImplicitTls,
    ...(credentials && { auth: { user: credentials.user, pass: credentials.password } }),
    connectionTimeout: TIMEOUT_MILLISECONDS,
    greetingTimeout: TIMEOUT_MILLISECONDS,
    socketTimeout: TIMEOUT_MILLISECONDS,
    // A mail is what we wrote, never a file or an answer from somewhere.
    disableFileAccess: true,
    disableUrlAccess: true,
    ...more,
  })
}

/** Connects and signs in, and sends nothing. @throws MailFailure */
export const reachMailServer = async (server: SmtpServer): Promise<void> => {
  try {
    // One that wants no password after all would take mail as from anybody, and say so later.
    const transport = await transportTo(server, { forceAuth: server.credentials !== undefined })
    await transport.verify()
  } catch (error) {
    throw asFailure(error)
  }
}

export const createSendMail = (server: SmtpServer): SendMail => {
  let transport: ReturnType<typeof transportTo> | undefined
  return async ({ from, to, subject, text, html, pictures, language, date }) => {
    if (!ONE_ADDRESS.test(to)) throw new MailFailure('not_an_address', true)
    const limit = new AbortController()
    const timer = after(TIMEOUT_MILLISECONDS, () => limit.abort())
    const message: SendMailOptions & { readonly signal: AbortSignal } = {
      signal: limit.signal,
      from: { name: inOneLine(from.name), address: from.address },
      to: { name: '', address: to },
      // Whatever the headers come to say, it goes to this one address.
      envelope: { from: from.address, to: [to] },
      subject: inOneLine(subject),
      text,
      html,
      // RFC 2387: one with the HTML, and no attachment for whoever reads the text.
      attachments: pictures.map(({ contentId, type, content, filename }) => ({
        cid: contentId,
        contentType: type,
        content: Buffer.from(content),
        filename,
        contentDisposition: 'inline',
      })),
      date,
      headers: {
        'content-language': language,
        // RFC 3834 §5: nobody's absence is to be answered to us.
        'auto-submitted': 'auto-generated',
      },
      xMailer: false,
    }
    try {
      transport ??= transportTo(server)
      await (await transport).sendMail(message)
    } catch (error) {
      throw asFailure(error)
    } finally {
      timer.cancel()
    }
  }
}

const asFailure = (error: unknown): MailFailure => {
  const { responseCode, command, errno } = (error ?? {}) as Readonly<Record<string, unknown>>
  const status = typeof responseCode === 'number' ? responseCode : undefined
  // It has a code of its own for all that befalls a connection.
  const befallen = typeof errno === 'number' ? getSystemErrorName(errno) : failureCode(error)
  const code = [befallen ?? 'unknown', ...(status === undefined ? [] : [status])].join('_')
  // RFC 5321 §4.2.1: 5yz is final.
  return new MailFailure(code, command === 'RCPT TO' && status !== undefined && status >= 500)
}

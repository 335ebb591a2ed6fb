import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { type ParsedMail, simpleParser } from 'mailparser'
import { SMTPServer } from 'smtp-server'

/** An SMTP server that keeps what it is given, as mail programs read it. */
export interface MailServer extends AsyncDisposable {
  readonly port: number
  readonly received: readonly ReceivedMail[]
  /** What each client signed in with. */
  readonly signedInAs: readonly { readonly user: string; readonly password: string }[]
}

export interface ReceivedMail {
  readonly envelope: { readonly from: string; readonly to: readonly string[] }
  readonly raw: string
  readonly parsed: ParsedMail
  readonly overTls: boolean
}

export interface MailServerOptions {
  /** What it says to a recipient; undefined: it takes the mail. */
  readonly refusalOf?: (recipient: string) => { readonly status: number; readonly text: string } | undefined
  readonly offersTls?: boolean
  readonly takesPasswords?: boolean
  readonly port?: number
}

export const startMailServer = async ({
  refusalOf = () => undefined,
  offersTls = false,
  takesPasswords = false,
  port = 0,
}: MailServerOptions = {}): Promise<MailServer> => {
  const received: ReceivedMail[] = []
  const signedInAs: { user: string; password: string }[] = []
  const server = new SMTPServer({
    authOptional: true,
    allowInsecureAuth: true,
    disableReverseLookup: true,
    disabledCommands: [...(offersTls ? [] : ['STARTTLS']), ...(takesPasswords ? [] : ['AUTH'])],
    onAuth: ({ username, password }, _session, done) => {
      signedInAs.push({ user: username ?? '', password: password ?? '' })
      done(null, { user: username ?? '' })
    },
    onRcptTo: ({ address }, _session, done) => {
      const refusal = refusalOf(address)
      done(refusal ? Object.assign(new Error(refusal.text), { responseCode: refusal.status }) : null)
    },
    onData: (stream, session, done) => {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const raw = Buffer.concat(chunks)
        const { mailFrom, rcptTo } = session.envelope
        const envelope = {
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
        }
        simpleParser(raw).then((parsed) => {
          received.push({ envelope, raw: raw.toString('latin1'), parsed, overTls: session.secure })
          done(null)
        }, done)
      })
    },
  })
  // Connections that a test has broken on purpose.
  server.on('error', () => {})
  server.listen(port, '127.0.0.1')
  await once(server.server, 'listening')
  return {
    port: (server.server.address() as AddressInfo).port,
    received,
    signedInAs,
    [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(resolve)),
  }
}

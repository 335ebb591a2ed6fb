import { afterEach, describe, expect, test } from 'vitest'
import { createSendMail, MailFailure, type OutgoingMail, type SmtpServer } from '../../src/system/smtp.ts'
import { type MailServer, type MailServerOptions, startMailServer } from '../support/mail-server.ts'

const opened: MailServer[] = []
afterEach(async () => {
  for (const server of opened.splice(0)) await server[Symbol.asyncDispose]()
})

const started = async (options?: MailServerOptions): Promise<MailServer> => {
  const server = await startMailServer(options)
  opened.push(server)
  return server
}

const at = ({ port }: MailServer, changes: Partial<SmtpServer> = {}): SmtpServer => ({
  host: '127.0.0.1',
  port,
  isImplicitTls: false,
  requiresTls: false,
  credentials: undefined,
  ...changes,
})

const mail: OutgoingMail = {
  from: { name: 'Acme', address: 'login@acme.example' },
  to: 'ada@example.com',
  subject: 'Ihr Code für Müller & Söhne',
  text: 'Code: 123456\n',
  html: '<p>Code: 123456</p>',
  pictures: [],
  language: 'de',
  date: new Date('2026-01-01T00:00:00Z'),
}

const failureOf = async (sending: Promise<void>): Promise<MailFailure> => {
  const failure: unknown = await sending.catch((error: unknown) => error)
  if (!(failure instanceof MailFailure)) throw new Error(`No failure of mail: ${String(failure)}`)
  return failure
}

describe('mail over SMTP', () => {
  test('arrives with both its parts, from whom and to whom it says', async () => {
    const server = await started()
    await createSendMail(at(server))(mail)
    expect(server.received).toHaveLength(1)
    const { envelope, parsed } = server.received[0] ?? {}
    expect(envelope).toEqual({ from: 'login@acme.example', to: ['ada@example.com'] })
    expect(parsed?.from?.value).toEqual([{ name: 'Acme', address: 'login@acme.example' }])
    expect(parsed?.subject).toBe('Ihr Code für Müller & Söhne')
    expect(parsed?.text?.trim()).toBe('Code: 123456')
    expect(parsed?.html).toContain('<p>Code: 123456</p>')
    expect(parsed?.date).toEqual(mail.date)
    // RFC 3834 §5
    expect(parsed?.headers.get('auto-submitted')).toBe('auto-generated')
    expect(parsed?.headers.get('content-language')).toBe('de')
    expect(parsed?.headers.has('x-mailer')).toBe(false)
  })

  test('has no header but its own, whatever names and subjects hold (RFC 5322 §2.2)', async () => {
    const server = await started()
    await createSendMail(at(server))({
      ...mail,
      from: { name: 'Acme"\r\nBcc: eve@example.com\r\n\r\n<script>', address: 'login@acme.example' },
      subject: 'Code\r\nBcc: eve@example.com\r\n\r\nbody\u0000\u2028\nX-Evil: 1',
    })
    const [received] = server.received
    expect(received?.envelope.to).toEqual(['ada@example.com'])
    expect([...(received?.parsed.headers.keys() ?? [])].sort()).toEqual([
      'auto-submitted',
      'content-language',
      'content-type',
      'date',
      'from',
      'message-id',
      'mime-version',
      'subject',
      'to',
    ])
    expect(received?.parsed.from?.value).toEqual([
      { name: 'Acme" Bcc: eve@example.com <script>', address: 'login@acme.example' },
    ])
  })

  test('goes to one address, however odd', async () => {
    const server = await started()
    const addresses = [
      `o'hara+tag@example.com`,
      'grüße@example.com',
      'ada@bücher.example',
      '=?utf-8?q?eve?=@example.com',
    ]
    for (const to of addresses) await createSendMail(at(server))({ ...mail, to })
    expect(server.received.map(({ envelope }) => envelope.to)).toEqual(addresses.map((to) => [to]))
    for (const { parsed } of server.received) expect(parsed.to).toMatchObject({ value: [{ name: '' }] })
  })

  test('does not go to what is not one address, whichever part of it a server would take (RFC 5321 §2.3.11)', async () => {
    const server = await started()
    for (const to of [
      'ada@example.com\r\nBcc: eve@evil.example',
      'ada@example.com>\r\nRCPT TO:<eve@evil.example',
      'ada@example.com, eve@evil.example',
      'Ada <eve@evil.example>',
      'friends: ada@example.com, eve@evil.example;',
      '"ada>,<eve@evil.example"@example.com',
      'ada@example.com\u0000',
      'ada',
      '',
    ]) {
      const failure = await failureOf(createSendMail(at(server))({ ...mail, to }))
      expect(failure).toMatchObject({ code: 'not_an_address', isRefusedRecipient: true })
    }
    expect(server.received).toEqual([])
  })

  test('signs in with the password of the URL, and with none where there is none', async () => {
    const server = await started({ takesPasswords: true })
    await createSendMail(at(server, { credentials: { user: 'acme', password: 'p@ss/word' } }))(mail)
    await createSendMail(at(server))(mail)
    expect(server.signedInAs).toEqual([{ user: 'acme', password: 'p@ss/word' }])
    expect(server.received).toHaveLength(2)
  })

  test('is not sent in clear where TLS is demanded, nor is the password', async () => {
    const server = await started({ takesPasswords: true })
    const credentials = { user: 'acme', password: 'secret' }
    const failure = await failureOf(createSendMail(at(server, { requiresTls: true, credentials }))(mail))
    expect(failure.isRefusedRecipient).toBe(false)
    expect(server).toMatchObject({ received: [], signedInAs: [] })
  })

  test('does not go to a server whose certificate nobody vouches for', async () => {
    const server = await started({ offersTls: true, takesPasswords: true })
    const credentials = { user: 'acme', password: 'secret' }
    expect((await failureOf(createSendMail(at(server, { credentials }))(mail))).isRefusedRecipient).toBe(
      false,
    )
    expect(server).toMatchObject({ received: [], signedInAs: [] })
  })

  test('fails in a word that holds neither the address nor what the server said', async () => {
    const server = await started({ refusalOf: (to) => ({ status: 550, text: `${to} is unknown here` }) })
    const failure = await failureOf(createSendMail(at(server))(mail))
    expect(failure).toMatchObject({ code: 'EENVELOPE_550', isRefusedRecipient: true })
    expect(JSON.stringify([failure.message, failure.stack, failure.cause])).not.toContain('ada@example.com')
  })

  test('a refusal for now, and a server that is not there, may pass', async () => {
    const busy = await started({ refusalOf: () => ({ status: 451, text: 'later' }) })
    expect(await failureOf(createSendMail(at(busy))(mail))).toMatchObject({
      code: 'EENVELOPE_451',
      isRefusedRecipient: false,
    })
    await busy[Symbol.asyncDispose]()
    expect(await failureOf(createSendMail(at(busy))(mail))).toMatchObject({
      code: 'ECONNREFUSED',
      isRefusedRecipient: false,
    })
    opened.splice(opened.indexOf(busy), 1)
  })
})

import { afterEach, describe, expect, test } from 'vitest'
import { examineMail } from '../../src/cli/examine-mail.ts'
import { loadConfig } from '../../src/config/config.ts'
import { checkMail } from '../../src/doctor/check-mail.ts'
import type { Issuer } from '../../src/protocol/issuer.ts'
import { MailFailure } from '../../src/system/smtp.ts'
import { type MailServer, type MailServerOptions, startMailServer } from '../support/mail-server.ts'
import { levelsOf } from './levels.ts'

const issuer = 'https://id.example.com' as Issuer
const opened: MailServer[] = []
afterEach(async () => {
  for (const server of opened.splice(0)) await server[Symbol.asyncDispose]()
})

const examined = async (options: MailServerOptions, to?: string, credentials = '') => {
  const server = await startMailServer(options)
  opened.push(server)
  const settings = {
    LATCHKEY_SMTP_URL: `smtp://${credentials}127.0.0.1:${server.port}`,
    LATCHKEY_MAIL_FROM: 'login@acme.example',
  }
  const findings = await examineMail(loadConfig(settings), to, new Date('2026-01-01T00:00:00Z'))
  return { findings, levels: levelsOf(findings), server }
}

describe('the mail server', () => {
  test('that takes us is fine, and is sent nothing', async () => {
    const { levels, server } = await examined({ takesPasswords: true }, undefined, 'user:password@')
    expect(levels).toEqual(['ok'])
    expect(server.signedInAs).toEqual([{ user: 'user', password: 'password' }])
    expect(server.received).toEqual([])
  })

  test('is sent one mail if somebody wants that', async () => {
    const { levels, server } = await examined({}, 'ada@example.com')
    expect(levels).toEqual(['ok', 'ok'])
    expect(server.received.map(({ envelope }) => envelope.to)).toEqual([['ada@example.com']])
  })

  test('is not asked to send to what is no address', async () => {
    const { levels, findings } = await examined({}, 'ada')
    expect(levels).toEqual(['ok', 'problem'])
    expect(findings[1]?.cure).toContain('Name one address')
  })

  test('that refuses the mail is a problem', async () => {
    const refusalOf = () => ({ status: 550, text: 'no' })
    expect((await examined({ refusalOf }, 'ada@example.com')).levels).toEqual(['ok', 'problem'])
  })

  test('that takes no password is a problem if one is set', async () => {
    const { levels, findings } = await examined({ takesPasswords: false }, undefined, 'user:password@')
    expect(levels).toEqual(['problem'])
    expect(findings[0]?.cure).toContain('user name and password')
  })

  test('that is not there is a problem', async () => {
    const config = loadConfig({
      LATCHKEY_SMTP_URL: 'smtp://127.0.0.1:1',
      LATCHKEY_MAIL_FROM: 'login@acme.example',
    })
    const findings = await examineMail(config, undefined, new Date(0))
    expect(levelsOf(findings)).toEqual(['problem'])
    expect(findings[0]?.says).toMatch(
      /^The mail server 127\.0\.0\.1:1 does not take us: nothing listens there \(ECONNREFUSED\)/,
    )
  })

  test('is missed, but on the machine of a developer', () => {
    const without = { mail: undefined, failure: undefined, sent: undefined }
    expect(levelsOf(checkMail({ ...without, issuer }))).toEqual(['warning'])
    expect(levelsOf(checkMail({ ...without, issuer: 'http://localhost:3000' as Issuer }))).toEqual(['ok'])
  })

  test.each([
    ['EAUTH_535', 'user name and password'],
    ['ETLS', 'STARTTLS'],
    ['EDNS', 'host name'],
    ['ECONNREFUSED', 'firewall'],
  ])('that fails by %s has a cure of its own', (code, cure) => {
    const { mail } = loadConfig({
      LATCHKEY_SMTP_URL: 'smtps://user:password@smtp.example.com',
      LATCHKEY_MAIL_FROM: 'login@acme.example',
    })
    const [finding] = checkMail({ mail, issuer, failure: new MailFailure(code, false), sent: undefined })
    expect(finding?.level).toBe('problem')
    expect(finding?.cure).toContain(cure)
    expect(JSON.stringify(finding)).not.toContain('password@')
  })
})

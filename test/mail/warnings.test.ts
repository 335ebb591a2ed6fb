import { expect, test } from 'vitest'
import { warnOfMail } from '../../src/mail/create-mail.ts'

const off = {
  signUp: false,
  magicCodes: false,
  requireVerifiedEmail: false,
  standaloneLoginUri: null as string | null,
}

const linesOf = (canSend: boolean, settings: typeof off): [string, object][] => {
  const lines: [string, object][] = []
  const logger = {
    info: (fields: object) => void lines.push(['info', fields]),
    warn: (fields: object) => void lines.push(['warn', fields]),
  }
  warnOfMail({ canSend, developmentOutbox: undefined }, settings, logger as never)
  return lines
}

test('a start without mail says once which settings want it', () => {
  expect(linesOf(false, { ...off, signUp: true, magicCodes: true, requireVerifiedEmail: true })).toEqual([
    ['warn', { settings: ['sign_up', 'magic_codes', 'require_verified_email'] }],
  ])
})

test('a start with mail, or without such settings, says nothing', () => {
  expect(linesOf(true, { ...off, signUp: true })).toEqual([])
  expect(linesOf(false, off)).toEqual([])
  // The login page of the operator's own creates the accounts, and sends what it sends.
  expect(linesOf(false, { ...off, signUp: true, standaloneLoginUri: 'https://login.example/' })).toEqual([])
})

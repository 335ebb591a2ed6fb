import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest'
import type { UserId } from '../../src/protocol/identifiers.ts'
import {
  createEmailCodes,
  type EmailCodeLimits,
  type EnteredCode,
  emailCodeKey,
  emailCodeLimits,
} from '../../src/sessions/email-code.ts'
import { signInLimits } from '../../src/sessions/sign-in-throttle.ts'
import { systemRandom } from '../../src/system/random.ts'
import { parseEmail } from '../../src/users/user.ts'
import { atOnce, openTestRoom, type TestRoom } from '../events/test-room.ts'

let room: TestRoom
beforeAll(async () => {
  room = await openTestRoom()
})
afterAll(() => room[Symbol.asyncDispose]())
beforeEach(() => {
  room.clock.forward(86_400)
})

const sent: string[] = []

/** As on a node of its own. */
const emailCodes = (limits: EmailCodeLimits = emailCodeLimits, perEmail = 1000) =>
  createEmailCodes({
    stores: room.stores,
    transaction: room.transaction,
    queueMail: async (_stores, { mail }) => void (mail.kind === 'code' && sent.push(mail.code)),
    codeKey: new Uint8Array(32),
    random: systemRandom,
    limits,
    attemptLimits: { ...signInLimits, perEmail, perAddress: 1000 },
  })

const address = '192.0.2.1'
const asking = { purpose: 'change_email', browser: 'browser', address } as const

let addresses = 0
const ask = async (userId?: UserId) => {
  addresses += 1
  const email = parseEmail(`reader${addresses}@example.com`)
  if (!email) throw new Error('no address')
  const asked = { ...asking, email, language: 'en', ...(userId && { userId }) }
  const result = await emailCodes().send(asked, room.clock.now())
  if (result.outcome !== 'sent') throw new Error(result.outcome)
  const entered: EnteredCode = {
    ...asking,
    handle: result.handle,
    code: sent.at(-1) ?? '',
    normalizedEmail: email.normalizedEmail,
    userAgent: undefined,
    ...(userId && { userId }),
  }
  return entered
}

const check = (entered: EnteredCode) => emailCodes().check(entered, room.clock.now())

test('of all who enter the right code at once, on all nodes, one has it', async () => {
  const entered = await ask()
  const checked = await atOnce(20, () => check(entered))
  expect(checked.filter(({ outcome }) => outcome === 'right')).toHaveLength(1)
})

test('what it proves is used once, by however many at once, and not before it is proved', async () => {
  const entered = await ask()
  const use = () => room.stores.emailCodes.use(emailCodeKey(entered), room.clock.now())
  expect(await use()).toBeUndefined()
  await check(entered)
  const used = await atOnce(10, use)
  expect(used.filter((each) => each !== undefined)).toMatchObject([
    { normalizedEmail: entered.normalizedEmail },
  ])
})

test('twenty wrong answers at once are five: the right one is not among those that were tried', async () => {
  const entered = await ask()
  const wrong = { ...entered, code: entered.code === '000000' ? '000001' : '000000' }
  const checked = await atOnce(20, () => check(wrong))
  expect(checked.filter(({ outcome }) => outcome === 'wrong')).toHaveLength(4)
  expect((await check(entered)).outcome).toBe('over')
})

test('attempts are limited with those of the password, and told of alike where they are turned away', async () => {
  const entered = { ...(await ask()), code: 'none' }
  const results = await atOnce(9, () => emailCodes(emailCodeLimits, 3).check(entered, room.clock.now()))
  expect(results.filter(({ outcome }) => outcome === 'throttled')).toHaveLength(6)
  expect(await room.eventsOf('sign_in.throttled', null)).toEqual([
    { actor: { type: 'user' }, organizationId: null, data: { by: 'email', ip_address: address } },
  ])
})

test.each<[string, (entered: EnteredCode) => Partial<EnteredCode>]>([
  ['another purpose', () => ({ purpose: 'sign_in' })],
  ['another browser', () => ({ browser: 'another' })],
  ['another handle', () => ({ handle: 'x'.repeat(43) })],
  ['another user', () => ({ userId: 'user_2' as UserId })],
  ['nobody', () => ({ userId: undefined as never })],
  ['no code', () => ({ code: '' })],
  ['part of it', ({ code }) => ({ code: code.slice(0, 5) })],
])('it is worth nothing with %s', async (_what, change) => {
  const entered = await ask('user_1' as UserId)
  expect((await check({ ...entered, ...change(entered) })).outcome).not.toBe('right')
  expect((await check(entered)).outcome).toBe('right')
})

test('digits count as they are meant: with spaces, full width, in Arabic or Persian', async () => {
  const inDigits = (zero: number) => (code: string) =>
    code.replace(/\d/g, (digit) => String.fromCharCode(zero + Number(digit)))
  for (const write of [
    (code: string) => `${code.slice(0, 3)}-${code.slice(3)}\n`,
    inDigits(0xff10),
    inDigits(0x0660),
    inDigits(0x06f0),
  ]) {
    const entered = await ask()
    expect((await check({ ...entered, code: write(entered.code) })).outcome).toBe('right')
  }
})

test('mails are counted by mailbox: another sub-address has no limit of its own, another person has', async () => {
  const limits = { ...emailCodeLimits, pauseSeconds: 0, perEmail: 2 }
  const send = async (text: string, browser: string) => {
    const email = parseEmail(text)
    if (!email) throw new Error('no address')
    const asked = { purpose: 'sign_in', browser, address, email, language: 'en' } as const
    return (await emailCodes(limits).send(asked, room.clock.now())).outcome
  }
  expect([await send('grace+1@example.com', 'one'), await send('grace+2@example.com', 'two')]).toEqual([
    'sent',
    'sent',
  ])
  expect(await send('grace@example.com', 'three')).toBe('throttled')
  expect(await send('Grace+3@Example.com', 'four')).toBe('throttled')
  expect(await send('grace.h@example.com', 'five')).toBe('sent')
})

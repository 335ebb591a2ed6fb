import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { type DeliveringMail, deliverMail } from '../../src/mail/deliver.ts'
import type { Mail } from '../../src/mail/mail.ts'
import { createQueueMail } from '../../src/mail/queue.ts'
import { createSealer } from '../../src/system/encryption.ts'
import { newHandle, systemRandom } from '../../src/system/random.ts'
import { MailFailure, type OutgoingMail } from '../../src/system/smtp.ts'
import { openTestRoom, type TestRoom } from '../events/test-room.ts'

const sealer = createSealer('a secret for tests, long enough to be taken', 'mail', systemRandom)
const queueMail = createQueueMail({ sealer, random: systemRandom })

let room: TestRoom
beforeAll(async () => {
  room = await openTestRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

const failures: { code: string; attempts: number }[] = []
const errors: unknown[] = []
beforeEach(() => {
  // What a test left behind is over by the next.
  room.clock.forward(7200)
  failures.length = 0
  errors.length = 0
})

/** Sends like a node of its own. */
const node = (answer: (mail: OutgoingMail) => MailFailure | undefined = () => undefined) => {
  const sent: OutgoingMail[] = []
  const delivering: DeliveringMail = {
    ...room,
    sealer,
    send: async (mail) => {
      sent.push(mail)
      const failure = answer(mail)
      if (failure) throw failure
    },
    from: { name: undefined, address: 'login@acme.example' },
    branding: async () => ({ name: 'Acme' }),
    random: systemRandom,
    onFailure: (failure) => void failures.push(failure),
    onError: (error) => void errors.push(error),
  }
  return { sent, deliver: () => deliverMail(delivering, new AbortController().signal) }
}

const queue = async (mail: Mail, recipient = 'ada@example.com', seconds = 600): Promise<void> => {
  await queueMail(room.stores, { recipient, mail, seconds }, room.clock.now())
}

let codes = 0
const queueCode = async (
  email: string,
  purpose: Extract<Mail, { kind: 'code' }>['purpose'],
  language = 'en',
): Promise<string> => {
  codes += 1
  const now = room.clock.now()
  const codeId = `01HZZZZZZZZZZZZZZZZZZZZ${String(codes).padStart(3, '0')}`
  await room.stores.emailCodes.issue({
    id: codeId,
    handleHash: newHandle(systemRandom),
    browserHash: newHandle(systemRandom),
    purpose,
    normalizedEmail: email.toLowerCase(),
    codeHash: newHandle(systemRandom),
    createdAt: now,
    expiresAt: new Date(now.getTime() + 600_000),
  })
  await queue({ kind: 'code', purpose, codeId, email, code: '123456', language }, email.toLowerCase())
  return codeId
}

const unavailable = () => new MailFailure('ECONNREFUSED', false)

describe('mail that is queued', () => {
  test('is sent once, however many nodes send', async () => {
    for (let count = 0; count < 12; count++) await queue({ kind: 'password_changed', language: 'en' })
    const nodes = [node(), node(), node()]
    await Promise.all(nodes.map(({ deliver }) => deliver()))
    expect(nodes.flatMap(({ sent }) => sent)).toHaveLength(12)
    await node().deliver()
    expect(errors).toEqual([])
  })

  test('is tried again while it is worth it, later each time, and given up then', async () => {
    await queueCode('sign.up@example.com', 'sign_up')
    const failing = node(unavailable)
    for (let second = 0; second < 700; second++) {
      await failing.deliver()
      room.clock.forward(1)
    }
    // At 0, 5, 20, 50, 110, 230 and 530 seconds, roughly; the code is good for 600.
    expect(failing.sent).toHaveLength(7)
    expect(failures.map(({ attempts }) => attempts)).toEqual([1, 2, 3, 4, 5, 6, 7])
    const working = node()
    await working.deliver()
    expect(working.sent).toEqual([])
  })

  test('to a recipient that the server refuses for good is not tried again, and holds up nobody', async () => {
    await queue({ kind: 'password_changed', language: 'en' }, 'gone@example.com')
    await queue({ kind: 'password_changed', language: 'en' }, 'ada@example.com')
    const refusing = node(({ to }) =>
      to === 'gone@example.com' ? new MailFailure('EENVELOPE_550', true) : undefined,
    )
    await refusing.deliver()
    room.clock.forward(3600)
    await refusing.deliver()
    expect(refusing.sent.map(({ to }) => to)).toEqual(['gone@example.com', 'ada@example.com'])
  })

  test('does not keep its content, which holds codes, once it is over', async () => {
    await queueCode('stranger@example.com', 'sign_up')
    const content = async () => {
      const taken = await room.stores.mails.take(
        { limit: 5, perReceiver: 5, room: new Map() },
        room.clock.now(),
        room.clock.now(),
      )
      return taken.map(({ contentSealed }) => contentSealed)
    }
    const [sealed] = await content()
    expect(sealed).toMatch(/^v2\./)
    expect(sealed).not.toContain('123456')
    await node().deliver()
    expect(await content()).toEqual([])
  })

  test('that cannot be read, after a change of the secret, is given up', async () => {
    const foreign = createSealer('another secret for tests, long enough', 'mail', systemRandom)
    const queued = { recipient: 'ada@example.com', seconds: 600 }
    const mail = { kind: 'password_changed', language: 'en' } as const
    await createQueueMail({ sealer: foreign, random: systemRandom })(
      room.stores,
      { ...queued, mail },
      room.clock.now(),
    )
    await node().deliver()
    room.clock.forward(60)
    await node().deliver()
    expect(errors).toHaveLength(1)
  })
})

test('A mail of a kind that only the next version knows waits for a node of that version', async () => {
  // As that seals it: while an operator updates one node after the other, both send.
  const mail = { kind: 'told_by_the_next_version', language: 'en' } as unknown as Mail
  await queue(mail)
  await node().deliver()
  room.clock.forward(60)
  const due = await room.stores.mails.take(
    { limit: 5, perReceiver: 5, room: new Map() },
    room.clock.now(),
    room.clock.now(),
  )
  expect(due).toMatchObject([{ attempts: 2, lastError: 'of_another_version' }])
  expect(due[0]?.contentSealed).toMatch(/^v2\./)
  // Told of once, however often it is tried.
  await node().deliver()
  expect(errors).toHaveLength(1)
})

describe('a code', () => {
  test.each(['sign_in', 'reset_password', 'verify_email'] as const)(
    'for %s goes to nobody who has no account',
    async (purpose) => {
      await queueCode('nobody@example.com', purpose)
      const { sent, deliver } = node()
      await deliver()
      expect(sent).toEqual([])
    },
  )

  test.each([
    ['sign_in', 'magic_auth.created', /^Your code to sign in to Acme$/],
    ['reset_password', 'password_reset.created', /^Your code to choose a new password for Acme$/],
    ['verify_email', 'email_verification.created', /^Confirm your email address for Acme$/],
    ['sign_up', 'magic_auth.created', /^You already have an account with Acme$/],
  ] as const)(
    'for %s goes to the owner, as they write their address, and is told of once',
    async (purpose, event, subject) => {
      const user = await room.fixtures.user({ email: `Owner.${purpose}@example.com` })
      const codeId = await queueCode(user.email.toLowerCase(), purpose)
      const failing = node(unavailable)
      await failing.deliver()
      room.clock.forward(10)
      const { sent, deliver } = node()
      await deliver()
      expect(sent).toMatchObject([{ to: user.email, from: { name: 'Acme', address: 'login@acme.example' } }])
      expect(sent[0]?.subject).toMatch(subject)
      expect(sent[0]?.text).toContain('\n\n123456\n\n')
      expect(sent[0]?.html).toContain('>123456</p>')
      const told = await room.eventsOf(event, user.id)
      expect(told).toMatchObject([{ data: { user_id: user.id, email: user.email } }])
      expect(JSON.stringify(told)).toContain(codeId)
      expect(JSON.stringify(told)).not.toContain('123456')
    },
  )

  test('for a new address of somebody goes there, unless it is an account by now', async () => {
    const { email } = await room.fixtures.user()
    await queueCode('new.address@example.com', 'change_email')
    await queueCode(email, 'change_email')
    const { sent, deliver } = node()
    await deliver()
    expect(sent.map(({ to }) => to)).toEqual(['new.address@example.com'])
  })

  test('that a later one has made void is not sent', async () => {
    const codeId = await queueCode('twice@example.com', 'sign_up')
    const code = await room.stores.emailCodes.waiting(codeId, room.clock.now())
    if (!code) throw new Error('no code')
    await room.stores.emailCodes.issue({ ...code, id: `${codeId}2`, handleHash: newHandle(systemRandom) })
    const { sent, deliver } = node()
    await deliver()
    expect(sent).toEqual([])
  })

  test('is written in the language of the page, right to left where that is so', async () => {
    await queueCode('arabic@example.com', 'sign_up', 'ar')
    await queueCode('klingon@example.com', 'sign_up', 'tlh')
    const { sent, deliver } = node()
    await deliver()
    const inArabic = sent.find(({ to }) => to === 'arabic@example.com')
    expect(inArabic?.language).toBe('ar')
    expect(inArabic?.html).toMatch(/^<!doctype html><html lang="ar" dir="rtl">/)
    // Digits stay in their order.
    expect(inArabic?.html).toMatch(/<p dir="ltr"[^>]*>123456<\/p>/)
    expect(sent.find(({ to }) => to === 'klingon@example.com')?.language).toBe('en')
  })
})

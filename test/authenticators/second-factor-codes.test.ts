import { URI } from 'otpauth'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { codeLimits } from '../../src/authenticators/code-throttle.ts'
import { parseRecoveryCode, replaceRecoveryCodes } from '../../src/authenticators/recovery-codes.ts'
import { newTotpSecret, parseTotpCode, stepOf, totpUri } from '../../src/authenticators/totp.ts'
import { addTotp, removeTotp } from '../../src/authenticators/totp-factor.ts'
import { systemRandom } from '../../src/system/random.ts'
import { deleteUser } from '../../src/users/create-user.ts'
import { atOnce } from '../events/test-room.ts'
import { authenticatorApp } from '../support/totp.ts'
import { ADDRESS, type AuthenticatorRoom, BROWSER, openAuthenticatorRoom } from './room.ts'

let room: AuthenticatorRoom
beforeAll(async () => {
  room = await openAuthenticatorRoom()
})
afterAll(() => room[Symbol.asyncDispose]())

/** A code that is right at no time around now. */
const WRONG = (secretCode: string) => (secretCode === '000000' ? '000001' : '000000')

describe('RFC 6238: codes of an authenticator app', () => {
  test('Appendix B: those of the test vectors are taken', () => {
    const secret = 'GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ'
    const vectors = [
      [59, '287082'],
      [1_111_111_109, '081804'],
      [20_000_000_000, '353130'],
    ] as const
    for (const [seconds, code] of vectors) {
      expect(stepOf(secret, code, new Date(seconds * 1000))).toBe(Math.floor(seconds / 30))
    }
  })

  test('§5.2: those of one step before and after are, and of no other', () => {
    const secret = newTotpSecret(systemRandom)
    const now = new Date('2026-01-01T00:00:00Z')
    const step = now.getTime() / 30_000
    const at = (steps: number) => authenticatorApp(secret, new Date(now.getTime() + steps * 30_000))
    expect([-2, -1, 0, 1, 2].map((steps) => stepOf(secret, at(steps), now))).toEqual([
      undefined,
      step - 1,
      step,
      step + 1,
      undefined,
    ])
  })

  test('an app that scanned the address shows the same code; RFC 4226 §4: the secret has 160 bits', () => {
    const secret = newTotpSecret(systemRandom)
    const uri = totpUri(secret, { issuer: 'Acme: Login', label: 'ada@example.com' })
    const now = new Date()
    expect(Buffer.from(URI.parse(uri).secret.bytes)).toHaveLength(20)
    expect(URI.parse(uri)).toMatchObject({ label: 'ada@example.com', digits: 6, period: 30 })
    expect(stepOf(secret, authenticatorApp(uri, now), now)).toBe(Math.floor(now.getTime() / 30_000))
  })

  test('are read as people type them', () => {
    for (const typed of ['123456', ' 123 456 ', '123-456', '１２３４５６', '١٢٣٤٥٦', '۱۲۳۴۵۶']) {
      expect(parseTotpCode(typed), typed).toBe('123456')
    }
    for (const typed of ['', '12345', '1234567', '12345a', '+12345']) {
      expect(parseTotpCode(typed), typed).toBeUndefined()
    }
  })
})

describe('setting an authenticator app up', () => {
  test('takes a right code; nothing is there before', async () => {
    const user = await room.fixtures.user()
    const { totpSetUps, totpKeys } = room.authenticators
    const now = room.clock.now()
    const setUp = totpSetUps.begin(user.id, { issuer: 'Example', label: user.email }, BROWSER, now)
    const right = authenticatorApp(setUp.secret, now)
    const add = (code: string) =>
      room.act((acting) => addTotp(acting, totpKeys, { userId: user.id, setUp, code }))
    expect(await add(WRONG(right))).toEqual({ outcome: 'wrong_code' })
    expect(await room.stores.passkeys.secondFactorsOf(user.id)).toEqual({
      hasTotp: false,
      passkeys: 0,
      recoveryCodes: 0,
    })
    expect(await add(right)).toMatchObject({ outcome: 'added' })
    expect(await room.stores.passkeys.secondFactorsOf(user.id)).toMatchObject({
      hasTotp: true,
      recoveryCodes: 10,
    })
    const factor = await room.stores.totpFactors.ofUser(user.id)
    expect(factor?.secretSealed).not.toContain(setUp.secret)
    expect(await room.eventsOf('authentication_factor.created', factor?.id ?? null)).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({ type: 'totp', totp: { issuer: 'Example', user: user.email } }),
      }),
    ])
  })

  test('is for the browser and the user that began it, and for half an hour', async () => {
    const user = await room.fixtures.user()
    const other = await room.fixtures.user()
    const { totpSetUps } = room.authenticators
    const now = room.clock.now()
    const { sealed, secret } = totpSetUps.begin(user.id, { issuer: 'E', label: 'l' }, BROWSER, now)
    expect(totpSetUps.open(sealed, user.id, BROWSER, now)?.secret).toBe(secret)
    expect(totpSetUps.open(sealed, other.id, BROWSER, now)).toBeUndefined()
    expect(totpSetUps.open(sealed, user.id, 'another', now)).toBeUndefined()
    const later = new Date(now.getTime() + 1800_000)
    expect(totpSetUps.open(sealed, user.id, BROWSER, later)).toBeUndefined()
  })

  test('of several at once one comes to be', async () => {
    const user = await room.fixtures.user()
    const { totpSetUps, totpKeys } = room.authenticators
    const now = room.clock.now()
    const outcomes = await atOnce(4, () =>
      room.act((acting) => {
        const setUp = totpSetUps.begin(user.id, { issuer: 'E', label: 'l' }, BROWSER, now)
        const code = authenticatorApp(setUp.secret, now)
        return addTotp(acting, totpKeys, { userId: user.id, setUp, code })
      }),
    )
    expect(outcomes.map(({ outcome }) => outcome).sort()).toEqual(['added', 'has_one', 'has_one', 'has_one'])
    expect(await room.stores.recoveryCodes.count(user.id)).toBe(10)
  })
})

describe('proving a second factor', () => {
  test('RFC 6238 §5.2: a code counts once, that of the set-up included, however many present it at once', async () => {
    const { user, code } = await room.protectedUser()
    expect(await room.present(user, code())).toEqual({ outcome: 'wrong' })
    room.clock.forward(60)
    const outcomes = await atOnce(4, () => room.present(user, code()))
    expect(outcomes.filter(({ outcome }) => outcome === 'proved')).toHaveLength(1)
    expect(await room.eventsOf('authentication.mfa_succeeded', user.id)).toEqual([
      expect.objectContaining({
        data: expect.objectContaining({ type: 'mfa', status: 'succeeded', email: user.email }),
      }),
    ])
    const failed = await room.eventsOf('authentication.mfa_failed', user.id)
    expect(failed).toContainEqual(
      expect.objectContaining({
        data: expect.objectContaining({ error: expect.objectContaining({ code: 'code_replayed' }) }),
      }),
    )
  })

  test('the code of a step before the last one taken counts no more', async () => {
    const { user, code } = await room.protectedUser()
    room.clock.forward(60)
    const earlier = code()
    room.clock.forward(30)
    expect(await room.present(user, code())).toEqual({ outcome: 'proved' })
    expect(await room.present(user, earlier)).toEqual({ outcome: 'wrong' })
  })

  test('RFC 4226 §7.3: wrong codes are few; a known browser and a recovery code are ways back in', async () => {
    const { user, code, recoveryCodes } = await room.protectedUser()
    room.clock.forward(60)
    expect(await room.present(user, code())).toEqual({ outcome: 'proved' })
    room.clock.forward(60)
    const elsewhere = { browser: 'of a thief', address: '203.0.113.9' }
    for (let attempt = 0; attempt < codeLimits.perUser; attempt++) {
      expect(await room.present(user, WRONG(code()), elsewhere)).toEqual({ outcome: 'wrong' })
    }
    expect(await room.present(user, code(), elsewhere)).toMatchObject({ outcome: 'throttled' })
    expect(await room.present(user, code(), { browser: 'another' })).toMatchObject({ outcome: 'throttled' })
    expect(await room.present(user, code())).toEqual({ outcome: 'proved' })
    const [recovery = ''] = recoveryCodes
    expect(await room.present(user, recovery, { kind: 'recovery', browser: 'another' })).toEqual({
      outcome: 'proved',
      remaining: 9,
    })
    expect(await room.eventsOf('authentication.mfa_failed', user.id)).toContainEqual(
      expect.objectContaining({
        data: expect.objectContaining({ error: expect.objectContaining({ code: 'too_many_attempts' }) }),
      }),
    )
  })

  test('patience finds no code: so many failures a day, and no more', async () => {
    const { user, code } = await room.protectedUser()
    const elsewhere = { browser: 'of a patient thief', address: '203.0.113.10' }
    const outcomes: string[] = []
    for (let attempt = 0; attempt <= codeLimits.failures; attempt++) {
      room.clock.forward(60)
      outcomes.push((await room.present(user, WRONG(code()), elsewhere)).outcome)
    }
    expect(outcomes).toEqual([...Array<string>(codeLimits.failures).fill('wrong'), 'throttled'])
  })

  test('one network tries few codes, whosever they are', async () => {
    const address = '198.51.100.7'
    const outcomes: string[] = []
    const { user } = await room.protectedUser()
    for (let attempt = 0; attempt <= codeLimits.perAddress; attempt++) {
      outcomes.push((await room.present(user, 'wrong', { address, browser: `${attempt}` })).outcome)
    }
    const { user: another, code } = await room.protectedUser()
    expect(outcomes.at(-1)).toBe('throttled')
    expect(await room.present(another, code(), { address })).toMatchObject({ outcome: 'throttled' })
    expect(ADDRESS).not.toBe(address)
  })
})

describe('recovery codes', () => {
  test('have 50 random bits and more than one way to be typed', async () => {
    const { recoveryCodes } = await room.protectedUser()
    expect(new Set(recoveryCodes).size).toBe(10)
    for (const code of recoveryCodes) expect(code).toMatch(/^[0-9a-hjkmnp-tv-z]{5}-[0-9a-hjkmnp-tv-z]{5}$/)
    for (const typed of ['ab0de-fgh1k', 'ABODEFGHIK', ' abode fghlk ']) {
      expect(parseRecoveryCode(typed), typed).toBe('ab0defgh1k')
    }
    for (const typed of ['', 'ab0de-fgh1', 'ab0de-fgh1ku', 'ab0de-fgh1u']) {
      expect(parseRecoveryCode(typed), typed).toBeUndefined()
    }
  })

  test('are used once, however many present one at once', async () => {
    const { user, recoveryCodes } = await room.protectedUser()
    const [code = ''] = recoveryCodes
    const outcomes = await atOnce(4, () => room.present(user, code.toUpperCase(), { kind: 'recovery' }))
    expect(outcomes.filter(({ outcome }) => outcome === 'proved')).toEqual([
      { outcome: 'proved', remaining: 9 },
    ])
    expect(await room.eventsOf('recovery_code.used', user.id)).toEqual([
      expect.objectContaining({ data: { ip_address: ADDRESS, remaining: 9 } }),
    ])
  })

  test('are of one user, and kept as nothing they could be found from', async () => {
    const { user, recoveryCodes } = await room.protectedUser()
    const { user: other } = await room.protectedUser()
    const [code = ''] = recoveryCodes
    expect(await room.present(other, code, { kind: 'recovery' })).toEqual({ outcome: 'wrong' })
    expect(await room.present(user, code, { kind: 'recovery' })).toMatchObject({ outcome: 'proved' })
  })

  test('new ones void those of before', async () => {
    const { user, recoveryCodes } = await room.protectedUser()
    const { recoveryKey } = room.authenticators.totpKeys
    const renewed = await room.act((acting) => replaceRecoveryCodes(acting, recoveryKey, user.id))
    expect(await room.present(user, recoveryCodes[0] ?? '', { kind: 'recovery' })).toEqual({
      outcome: 'wrong',
    })
    expect(await room.present(user, renewed[0] ?? '', { kind: 'recovery' })).toMatchObject({
      outcome: 'proved',
    })
  })

  test('go with the last of what they stand in for, and all of it goes with its user', async () => {
    const { user } = await room.protectedUser()
    const factor = await room.stores.totpFactors.ofUser(user.id)
    if (!factor) throw new RangeError('no factor')
    expect(await room.act((acting) => removeTotp(acting, factor.id))).toMatchObject({ id: factor.id })
    expect(await room.act((acting) => removeTotp(acting, factor.id))).toBeUndefined()
    expect(await room.stores.recoveryCodes.count(user.id)).toBe(0)
    expect(await room.eventsOf('recovery_codes.deleted', user.id)).toEqual([
      expect.objectContaining({ data: { count: 10 } }),
    ])

    const { user: leaving } = await room.protectedUser()
    expect(await room.act((acting) => deleteUser(acting, leaving.id))).toBe(true)
    expect(await room.stores.passkeys.secondFactorsOf(leaving.id)).toEqual({
      hasTotp: false,
      passkeys: 0,
      recoveryCodes: 0,
    })
  })
})

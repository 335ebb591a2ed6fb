import { afterAll, describe, expect, test } from 'vitest'
import type { PasswordAttempt } from '../../src/sessions/prove-password.ts'
import { countAttempt } from '../../src/sessions/sign-in-throttle.ts'
import { sha256 } from '../../src/system/hash.ts'
import { atOnce } from '../events/test-room.ts'
import { hasherWith } from '../support/quick-hasher.ts'
import { openSignInRoom, realHasher } from './sign-in-room.ts'

const room = await openSignInRoom()
afterAll(() => room[Symbol.asyncDispose]())
const { opened, attempt, proved, failuresFrom, throttledFrom } = room

describe('attempts to sign in', () => {
  test('are 10 a minute for one e-mail address, in any case and from anywhere; the right password waits too', async () => {
    const { email } = await room.fixtures.user()
    for (let i = 0; i < 10; i++) {
      const { prove } = opened()
      const spelling = i % 2 === 0 ? email : email.toUpperCase()
      expect(await prove(attempt({ email: spelling, password: 'wrong' }))).toMatchObject({
        outcome: 'wrong_credentials',
      })
    }
    room.clock.forward(20.5)
    const { prove, work } = opened()
    expect(await prove(attempt({ email }))).toEqual({ outcome: 'throttled', retryAfterSeconds: 40 })
    // Nothing is hashed for who is turned away.
    expect(work).toEqual([])
    room.clock.forward(39.5)
    await proved(attempt({ email }))
  })

  test('are counted for addresses of users and of nobody alike', async () => {
    const email = 'throttled-nobody@example.com'
    const { prove } = opened()
    for (let i = 0; i < 10; i++) await prove(attempt({ email }))
    expect(await prove(attempt({ email }))).toMatchObject({ outcome: 'throttled' })
  })

  test('of 20 at once, 10 are tried', async () => {
    const { email } = await room.fixtures.user()
    const { prove, work } = opened()
    const results = await atOnce(20, () => prove(attempt({ email, password: 'wrong' })))
    expect(results.filter(({ outcome }) => outcome === 'throttled')).toHaveLength(10)
    expect(work).toHaveLength(10)
  })

  test('are 100 a minute from one network, and those turned away use up nobody’s own', async () => {
    const victim = await room.fixtures.user()
    const { prove } = opened(hasherWith(realHasher, { pretend: async () => {} }))
    const network = (index: number) => `2001:db8::${index + 1}`
    for (let i = 0; i < 100; i++) {
      const result = await prove(attempt({ email: `n${i}@example.com`, address: network(i) }))
      expect(result.outcome).toBe('wrong_credentials')
    }
    for (let i = 0; i < 15; i++) {
      const result = await prove(attempt({ email: victim.email, address: network(i) }))
      expect(result.outcome).toBe('throttled')
    }
    await proved(attempt({ email: victim.email }))
  })

  test('are told of once a window, however many are turned away', async () => {
    const email = 'told-once@example.com'
    const address = '203.0.113.77'
    const { prove } = opened(hasherWith(realHasher, { pretend: async () => {} }))
    for (let i = 0; i < 15; i++) await prove(attempt({ email, address }))
    expect((await throttledFrom(address)).map(({ data }) => data)).toEqual([
      { by: 'email', ip_address: address },
    ])
    room.clock.forward(60)
    for (let i = 0; i < 15; i++) await prove(attempt({ email, address }))
    expect(await throttledFrom(address)).toHaveLength(2)
  })
})

describe('a password guessed with patience', () => {
  const quick = hasherWith(realHasher, { verify: async (_, password) => password === 'right' })
  const HOUR = 3600
  const DAY = 24 * HOUR

  /** Ten guesses in each of so many minutes, each from elsewhere; how many were tried. */
  const guess = async (email: string, minutes: number, given: Partial<PasswordAttempt> = {}) => {
    const { prove, work } = opened(quick)
    for (let minute = 0; minute < minutes; minute++) {
      for (let i = 0; i < 12; i++) await prove(attempt({ email, password: 'wrong', ...given }))
      room.clock.forward(60)
    }
    return work.length
  }

  test('NIST SP 800-63B-4 §3.2.2: fails 100 times in a row and no more, from wherever it is tried', async () => {
    const { email } = await room.fixtures.user()
    expect(await guess(email, 30)).toBe(100)
    const { prove, work } = opened(quick)
    expect(await prove(attempt({ email, password: 'right' }))).toEqual({
      outcome: 'throttled',
      retryAfterSeconds: DAY - 30 * 60,
    })
    expect(work).toEqual([])
    room.clock.forward(DAY - 30 * 60)
    await proved(attempt({ email, password: 'right' }), opened(quick))
  })

  test('is counted alike for an address that is nobody’s', async () => {
    const busy = hasherWith(quick, { pretend: async () => {} })
    const { prove, work } = opened(busy)
    for (let i = 0; i < 130; i++) {
      await prove(attempt({ email: 'patience-nobody@example.com', password: 'wrong' }))
      if (i % 10 === 9) room.clock.forward(60)
    }
    expect(work).toHaveLength(100)
  })

  test('what a minute’s limit turned away was not tried, and does not count', async () => {
    const { email } = await room.fixtures.user()
    const { prove } = opened(quick)
    for (let i = 0; i < 150; i++) await prove(attempt({ email, password: 'wrong' }))
    room.clock.forward(60)
    await proved(attempt({ email, password: 'right' }), opened(quick))
  })

  test('a success begins the count anew', async () => {
    const { email } = await room.fixtures.user()
    expect(await guess(email, 9)).toBe(90)
    await proved(attempt({ email, password: 'right' }), opened(quick))
    room.clock.forward(60)
    expect(await guess(email, 9)).toBe(90)
    // However often somebody signs in, that is no failure.
    for (let i = 0; i < 120; i++) {
      await proved(attempt({ email, password: 'right' }), opened(quick))
      room.clock.forward(10)
    }
  })

  test('does not shut out the owner in a browser they have signed in with', async () => {
    const { email } = await room.fixtures.user()
    const browser = sha256('the owner’s')
    await proved(attempt({ email, password: 'right', browser }), opened(quick))
    await guess(email, 12)
    const { prove } = opened(quick)
    expect(await prove(attempt({ email, password: 'right' }))).toMatchObject({ outcome: 'throttled' })
    const stranger = attempt({ email, password: 'right', browser: sha256('a stranger’s') })
    expect(await prove(stranger)).toMatchObject({ outcome: 'throttled' })
    await proved(attempt({ email, password: 'right', browser }), opened(quick))
    // Nor within the minute in which strangers use up theirs.
    room.clock.forward(DAY)
    await guess(email, 0)
    for (let i = 0; i < 12; i++) await prove(attempt({ email, password: 'wrong' }))
    await proved(attempt({ email: email.toUpperCase(), password: 'right', browser }), opened(quick))
  })

  test('has as few attempts in such a browser, and its success does not renew those of strangers', async () => {
    const { email } = await room.fixtures.user()
    const browser = sha256('stolen')
    await proved(attempt({ email, password: 'right', browser }), opened(quick))
    room.clock.forward(60)
    expect(await guess(email, 12)).toBe(100)
    expect(await guess(email, 5, { browser })).toBe(50)
    await proved(attempt({ email, password: 'right', browser }), opened(quick))
    const { prove } = opened(quick)
    expect(await prove(attempt({ email, password: 'right' }))).toMatchObject({ outcome: 'throttled' })
    room.clock.forward(60)
    expect(await guess(email, 12, { browser })).toBe(100)
  })

  test('a browser is known to the account it signed in to, and to no other', async () => {
    const [one, other] = [await room.fixtures.user(), await room.fixtures.user()]
    const browser = sha256('of one')
    await proved(attempt({ email: one.email, password: 'right', browser }), opened(quick))
    await guess(other.email, 12)
    const { prove } = opened(quick)
    const result = await prove(attempt({ email: other.email, password: 'right', browser }))
    expect(result).toMatchObject({ outcome: 'throttled' })
  })

  test('costs two statements before anything is hashed', async () => {
    const { email } = await room.fixtures.user()
    const statements: string[] = []
    const counting = <S extends object>(name: string, store: S): S =>
      new Proxy(store, {
        get: (target, key, receiver) => {
          statements.push(`${name}.${String(key)}`)
          return Reflect.get(target, key, receiver)
        },
      })
    const { rateLimits, knownBrowsers } = room.stores
    await countAttempt(
      {
        rateLimits: counting('rateLimits', rateLimits),
        knownBrowsers: counting('knownBrowsers', knownBrowsers),
      },
      { windowSeconds: 60, perEmail: 10, perAddress: 100 },
      { normalizedEmail: email, address: '192.0.2.1', browser: sha256('any') },
      room.clock.now(),
    )
    expect(statements).toEqual(['knownBrowsers.has', 'rateLimits.countInTurn'])
  })
})

describe('events of failed sign-ins', () => {
  const quick = hasherWith(realHasher, { verify: async () => false, pretend: async () => {} })
  const failuresOf = async (address: string) =>
    (await failuresFrom(address))
      .map(({ data }) => Number(data['consecutive_failures']))
      .sort((a, b) => a - b)

  test('are written when the failures of an account have doubled, user or not', async () => {
    const user = await room.fixtures.user()
    for (const email of [user.email, 'doubled-nobody@example.com']) {
      const { address } = attempt({ email })
      const { prove } = opened(quick)
      for (let i = 0; i < 120; i++) {
        await prove(attempt({ email, address, password: 'wrong' }))
        if (i % 10 === 9) room.clock.forward(60)
      }
      expect(await failuresOf(address)).toEqual([1, 2, 4, 8, 16, 32, 64])
    }
  })

  test('of one network are a hundred a day and few more, however many accounts it tries', async () => {
    const network = '2001:db8:5:6::'
    const { prove } = opened(quick)
    for (let i = 0; i < 300; i++) {
      await prove(attempt({ email: `sprayed${i}@example.com`, address: `${network}${i + 1}` }))
      if (i % 100 === 99) room.clock.forward(60)
    }
    const all = await room.stores.events.byName('authentication.password_failed', 10_000)
    const told = all.filter(({ data }) => String(data['ip_address']).startsWith(network))
    // The first hundred, the 128th and the 256th.
    expect(told).toHaveLength(102)
  })
})

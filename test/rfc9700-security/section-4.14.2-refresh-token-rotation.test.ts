import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  type Answer,
  authorize,
  expectRefusal,
  introspect,
  issuingNothing,
  obtainTokens,
  redeem,
  refresh,
  revoke,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

const DAY = 24 * 3600

let app: TestApp
let user: TestUser
let application: TestApplication
let browser: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  application = await app.fixtures.firstParty()
  browser = createBrowser(app.issuer)
})
afterAll(() => app[Symbol.asyncDispose]())

const newTokens = async (): Promise<Answer> => {
  const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, browser)
  expect(tokens.status).toBe(200)
  return tokens
}

const refreshTokenOf = (tokens: Answer): string => textOf(tokens, 'refresh_token')

const rotate = async (refreshToken: string): Promise<Answer> => {
  const tokens = await refresh(app, application, refreshToken)
  expect(tokens.status).toBe(200)
  return tokens
}

const expectRevoked = async (...answers: readonly Answer[]): Promise<void> => {
  for (const tokens of answers) {
    const access = textOf(tokens, 'access_token')
    expect((await introspect(app, application, access)).body).toEqual({ active: false })
    expect((await introspect(app, application, refreshTokenOf(tokens))).body).toEqual({ active: false })
    expect((await userinfo(app, access)).status).toBe(401)
    const refused = await issuingNothing(app, () => refresh(app, application, refreshTokenOf(tokens)))
    expectRefusal(refused, 400, 'invalid_grant')
  }
}

const rowsOf = async (): Promise<number> =>
  Number(
    (
      await app.testDatabase.database.kysely
        .selectFrom('refresh_token')
        .select(({ fn }) => fn.countAll().as('rows'))
        .executeTakeFirstOrThrow()
    ).rows,
  )

const reuses = () => app.stores.events.byName('refresh_token.reuse_detected', 1000)

describe('RFC 9700 §4.14.2: refresh tokens rotate', () => {
  test('RFC 9700 §4.14.2: each use gives a new refresh token, and the new one works', async () => {
    const first = await newTokens()
    const second = await rotate(refreshTokenOf(first))
    const third = await rotate(refreshTokenOf(second))
    const all = [first, second, third].map(refreshTokenOf)
    expect(new Set(all).size).toBe(3)
    for (const token of all) expect(token).toMatch(/^[A-Za-z0-9_-]{43,}$/)
    expect((await introspect(app, application, refreshTokenOf(third))).body['active']).toBe(true)
  })

  test('RFC 9700 §4.14.2: a replaced token is inactive at once, and so says introspection', async () => {
    const first = await newTokens()
    await rotate(refreshTokenOf(first))
    expect((await introspect(app, application, refreshTokenOf(first))).body).toEqual({ active: false })
  })

  test('RFC 9700 §4.14.2: only hashes are stored, and the sealed successor tells nothing without its predecessor', async () => {
    const first = await newTokens()
    const second = await rotate(refreshTokenOf(first))
    const rows = await app.testDatabase.database.kysely.selectFrom('refresh_token').selectAll().execute()
    const stored = JSON.stringify(rows)
    expect(stored).not.toContain(refreshTokenOf(first))
    expect(stored).not.toContain(refreshTokenOf(second))
  })
})

describe('RFC 9700 §4.14.2: a retry within the grace is not theft', () => {
  test('the token just replaced gives the same successor again, and writes nothing', async () => {
    const first = await newTokens()
    const second = await rotate(refreshTokenOf(first))
    app.clock.advance(25)
    const again = await issuingNothing(app, () => rotate(refreshTokenOf(first)))
    expect(refreshTokenOf(again)).toBe(refreshTokenOf(second))
    expect(textOf(again, 'access_token')).not.toBe(textOf(second, 'access_token'))
    expect((await refresh(app, application, refreshTokenOf(second))).status).toBe(200)
  })

  test('twenty requests at once all get the same successor, and at most one row is added', async () => {
    const first = await newTokens()
    const before = await rowsOf()
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refresh(app, application, refreshTokenOf(first))),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(20).fill(200))
    expect(new Set(answers.map(refreshTokenOf)).size).toBe(1)
    expect(await rowsOf()).toBeLessThanOrEqual(before + 1)
    const [one] = answers
    if (one) await rotate(refreshTokenOf(one))
  })

  test('twenty retries at once of one replaced token all get its successor', async () => {
    const first = await newTokens()
    const second = await rotate(refreshTokenOf(first))
    const answers = await issuingNothing(app, () =>
      Promise.all(Array.from({ length: 20 }, () => refresh(app, application, refreshTokenOf(first)))),
    )
    expect(new Set(answers.map(refreshTokenOf))).toEqual(new Set([refreshTokenOf(second)]))
  })
})

describe('RFC 9700 §4.14.2: a replaced token that comes again is theft', () => {
  test('after the grace the whole family is revoked, and an event says so', async () => {
    const first = await newTokens()
    const second = await rotate(refreshTokenOf(first))
    const before = (await reuses()).length
    app.clock.advance(31)
    expectRefusal(await refresh(app, application, refreshTokenOf(first)), 400, 'invalid_grant')
    await expectRevoked(first, second)
    const events = await reuses()
    expect(events).toHaveLength(before + 1)
    expect(events.at(-1)).toMatchObject({
      actor: { type: 'client', id: application.clientId },
      targetId: expect.stringMatching(/^grant_/),
      data: { client_id: application.clientId },
    })
    const revoked = (await app.stores.events.byName('authorization_grant.revoked', 1000)).at(-1)
    expect(revoked).toMatchObject({
      targetId: events.at(-1)?.targetId,
      data: { reason: 'refresh_token_reused' },
    })
  })

  test('once the successor was used, even within the grace', async () => {
    const first = await newTokens()
    const second = await rotate(refreshTokenOf(first))
    const third = await rotate(refreshTokenOf(second))
    expectRefusal(await refresh(app, application, refreshTokenOf(first)), 400, 'invalid_grant')
    await expectRevoked(first, second, third)
  })

  test('twenty at once are one revocation, told once', async () => {
    const first = await newTokens()
    const second = await rotate(refreshTokenOf(first))
    const before = (await reuses()).length
    app.clock.advance(31)
    const answers = await Promise.all(
      Array.from({ length: 20 }, () => refresh(app, application, refreshTokenOf(first))),
    )
    for (const answer of answers) expectRefusal(answer, 400, 'invalid_grant')
    expect(await reuses()).toHaveLength(before + 1)
    await expectRevoked(first, second)
  })

  test('other families of the same user and application go on', async () => {
    const other = await newTokens()
    const first = await newTokens()
    await rotate(refreshTokenOf(first))
    app.clock.advance(31)
    expectRefusal(await refresh(app, application, refreshTokenOf(first)), 400, 'invalid_grant')
    await rotate(refreshTokenOf(other))
  })

  test('another client that presents a replaced token cannot have the family revoked', async () => {
    const other = await app.fixtures.firstParty()
    const first = await newTokens()
    const second = await rotate(refreshTokenOf(first))
    app.clock.advance(31)
    const refused = await issuingNothing(app, () => refresh(app, other, refreshTokenOf(first)))
    expectRefusal(refused, 400, 'invalid_grant')
    await rotate(refreshTokenOf(second))
  })
})

describe('RFC 9700 §4.14.2: races with what ends a family', () => {
  test('refreshing and revoking at once never leaves a token that holds', async () => {
    const first = await newTokens()
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => refresh(app, application, refreshTokenOf(first))),
      revoke(app, application, refreshTokenOf(first)),
      ...Array.from({ length: 8 }, () => refresh(app, application, refreshTokenOf(first))),
    ])
    for (const answer of answers) expect([200, 400]).toContain(answer.status)
    await expectRevoked(first, ...answers.filter(({ body }) => 'refresh_token' in body))
  })

  test('refreshing and replaying the code at once never leaves a token that holds', async () => {
    const scope = { scope: 'openid offline_access' }
    const code = (await authorize(app, application, user, scope, browser)).get('code') ?? ''
    const first = await redeem(app, application, code)
    const answers = await Promise.all([
      ...Array.from({ length: 8 }, () => refresh(app, application, refreshTokenOf(first))),
      redeem(app, application, code),
      ...Array.from({ length: 8 }, () => refresh(app, application, refreshTokenOf(first))),
    ])
    await expectRevoked(first, ...answers.filter(({ status }) => status === 200))
  })
})

describe('RFC 9700 §4.14.2: refresh tokens expire', () => {
  test('one that nobody used for 30 days is refused', async () => {
    const kept = await newTokens()
    const idle = await newTokens()
    app.clock.advance(29 * DAY)
    const second = await rotate(refreshTokenOf(kept))
    app.clock.advance(DAY)
    const refused = await issuingNothing(app, () => refresh(app, application, refreshTokenOf(idle)))
    expectRefusal(refused, 400, 'invalid_grant')
    expect((await introspect(app, application, refreshTokenOf(idle))).body).toEqual({ active: false })
    await rotate(refreshTokenOf(second))
  })

  test('however often it was used, a family ends after a year', async () => {
    let tokens = await newTokens()
    for (let day = 0; day < 364; day += 28) {
      app.clock.advance(28 * DAY)
      tokens = await rotate(refreshTokenOf(tokens))
    }
    app.clock.advance(DAY)
    const refused = await issuingNothing(app, () => refresh(app, application, refreshTokenOf(tokens)))
    expectRefusal(refused, 400, 'invalid_grant')
    await expectRevoked(tokens)
  })
})

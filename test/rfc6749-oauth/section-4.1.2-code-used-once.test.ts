import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  type Answer,
  authorize,
  expectRefusal,
  introspect,
  issuingNothing,
  redeem,
  refresh,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

let app: TestApp
let user: TestUser
let application: TestApplication
let browser: TestBrowser
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  application = await app.fixtures.firstParty()
})
beforeEach(() => {
  browser = createBrowser(app.issuer)
})
afterAll(() => app[Symbol.asyncDispose]())

const newCode = async (): Promise<string> => {
  const answer = await authorize(app, application, user, { scope: 'openid offline_access' }, browser)
  return answer.get('code') ?? ''
}

const expectAllRevoked = async (tokens: Answer): Promise<void> => {
  expect((await introspect(app, application, textOf(tokens, 'access_token'))).body).toEqual({ active: false })
  expect((await introspect(app, application, textOf(tokens, 'refresh_token'))).body).toEqual({
    active: false,
  })
  expect((await userinfo(app, textOf(tokens, 'access_token'))).status).toBe(401)
  const refreshed = await issuingNothing(app, () =>
    refresh(app, application, textOf(tokens, 'refresh_token')),
  )
  expectRefusal(refreshed, 400, 'invalid_grant')
}

const replaysOf = async (): Promise<number> =>
  (await app.stores.events.byName('authorization_code.replayed', 1000)).length

describe('RFC 6749 §4.1.2: a code is used once', () => {
  test('RFC 6749 §4.1.2: a code used twice is refused and its tokens are revoked', async () => {
    const code = await newCode()
    const tokens = await redeem(app, application, code)
    expect(tokens.status).toBe(200)
    expect((await introspect(app, application, textOf(tokens, 'access_token'))).body['active']).toBe(true)
    expectRefusal(await redeem(app, application, code), 400, 'invalid_grant')
    await expectAllRevoked(tokens)
  })

  test('RFC 6749 §4.1.2: what was got by refreshing since is revoked as well', async () => {
    const code = await newCode()
    const first = await redeem(app, application, code)
    const second = await refresh(app, application, textOf(first, 'refresh_token'))
    expect(second.status).toBe(200)
    expectRefusal(await redeem(app, application, code), 400, 'invalid_grant')
    await expectAllRevoked(first)
    await expectAllRevoked(second)
  })

  test.each([
    ['30 seconds later', 30],
    ['after it has expired', 120],
    ['hours later', 7200],
  ])(
    'RFC 6749 §4.1.2: a code used again %s is refused and its tokens are revoked',
    async (_when, seconds) => {
      const code = await newCode()
      const tokens = await redeem(app, application, code)
      app.clock.advance(seconds)
      expectRefusal(await redeem(app, application, code), 400, 'invalid_grant')
      await expectAllRevoked(tokens)
    },
  )

  test('RFC 6749 §4.1.2: of twenty requests at once exactly one gets tokens, and all of those are revoked', async () => {
    const before = await replaysOf()
    const code = await newCode()
    const answers = await Promise.all(Array.from({ length: 20 }, () => redeem(app, application, code)))
    const [tokens, ...others] = answers.filter(({ status }) => status === 200)
    expect(others).toEqual([])
    for (const answer of answers) if (answer !== tokens) expectRefusal(answer, 400, 'invalid_grant')
    expect(tokens).toBeDefined()
    if (tokens) await expectAllRevoked(tokens)
    // Nineteen replays are one revocation, told once.
    expect(await replaysOf()).toBe(before + 1)
  })

  test('RFC 6749 §4.1.2: a replay is told in an event that names client and grant', async () => {
    const code = await newCode()
    await redeem(app, application, code)
    await redeem(app, application, code)
    const replayed = (await app.stores.events.byName('authorization_code.replayed', 1000)).at(-1)
    expect(replayed).toMatchObject({
      actor: { type: 'client', id: application.clientId },
      targetId: expect.stringMatching(/^grant_/),
      data: { client_id: application.clientId },
    })
    const revoked = (await app.stores.events.byName('authorization_grant.revoked', 1000)).at(-1)
    expect(revoked).toMatchObject({ targetId: replayed?.targetId, data: { reason: 'code_replayed' } })
  })

  test('RFC 6749 §4.1.2: a replay leaves the other grants of the same user and application alone', async () => {
    const other = await redeem(app, application, await newCode())
    const code = await newCode()
    await redeem(app, application, code)
    await redeem(app, application, code)
    expect((await introspect(app, application, textOf(other, 'access_token'))).body['active']).toBe(true)
    expect((await refresh(app, application, textOf(other, 'refresh_token'))).status).toBe(200)
  })
})

describe('RFC 6749 §4.1.2: a code expires', () => {
  test('RFC 6749 §4.1.2: a code works until 60 seconds have passed', async () => {
    const code = await newCode()
    app.clock.advance(55)
    expect((await redeem(app, application, code)).status).toBe(200)
  })

  test('RFC 6749 §4.1.2: a code of 60 seconds ago is refused, and nothing is issued', async () => {
    const code = await newCode()
    app.clock.advance(60)
    expectRefusal(await issuingNothing(app, () => redeem(app, application, code)), 400, 'invalid_grant')
  })

  test('RFC 6749 §4.1.2: an expired code is no replay', async () => {
    const before = await replaysOf()
    const code = await newCode()
    app.clock.advance(61)
    await redeem(app, application, code)
    await redeem(app, application, code)
    expect(await replaysOf()).toBe(before)
  })

  test('RFC 6749 §10.10: unknown and malformed codes are refused', async () => {
    for (const code of ['x', 'A'.repeat(43), `${await newCode()}A`, ' ', '😀', "'; drop table user; --"]) {
      expectRefusal(await issuingNothing(app, () => redeem(app, application, code)), 400, 'invalid_grant')
    }
  })
})

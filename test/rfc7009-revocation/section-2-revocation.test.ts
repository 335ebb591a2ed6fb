import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  type Answer,
  basic,
  credentials,
  expectRefusal,
  introspect,
  issuingNothing,
  obtainTokens,
  post,
  refresh,
  revoke,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

let app: TestApp
let user: TestUser
let application: TestApplication
let other: TestApplication
let native: TestApplication
let browser: TestBrowser
let tokens: Answer
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  application = await app.fixtures.firstParty()
  other = await app.fixtures.firstParty()
  native = await app.fixtures.firstParty({ isPublic: true })
  browser = createBrowser(app.issuer)
})
beforeEach(async () => {
  tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, browser)
})
afterAll(() => app[Symbol.asyncDispose]())

const expectDone = async (answer: Answer): Promise<void> => {
  expect(answer.status).toBe(200)
  expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
  expect(answer.headers.get('cache-control')).toBe('no-store')
  expect(answer.body).toEqual({})
}

const isActive = async (token: string): Promise<unknown> =>
  (await introspect(app, application, token)).body['active']

describe('RFC 7009 §2.1: what is revoked', () => {
  test('RFC 7009 §2.1: a refresh token ends with its whole grant', async () => {
    const second = await refresh(app, application, textOf(tokens, 'refresh_token'))
    await expectDone(await revoke(app, application, textOf(second, 'refresh_token')))
    for (const answer of [tokens, second]) {
      expect(await isActive(textOf(answer, 'access_token'))).toBe(false)
      expect(await isActive(textOf(answer, 'refresh_token'))).toBe(false)
      expect((await userinfo(app, textOf(answer, 'access_token'))).status).toBe(401)
    }
    const refused = await issuingNothing(app, () =>
      refresh(app, application, textOf(second, 'refresh_token')),
    )
    expectRefusal(refused, 400, 'invalid_grant')
  })

  test('RFC 7009 §2.1: so does a refresh token that was replaced before', async () => {
    const second = await refresh(app, application, textOf(tokens, 'refresh_token'))
    await expectDone(await revoke(app, application, textOf(tokens, 'refresh_token')))
    expect(await isActive(textOf(second, 'refresh_token'))).toBe(false)
    expect(await isActive(textOf(second, 'access_token'))).toBe(false)
  })

  test('RFC 7009 §2.1: an access token ends alone', async () => {
    await expectDone(await revoke(app, application, textOf(tokens, 'access_token')))
    expect(await isActive(textOf(tokens, 'access_token'))).toBe(false)
    expect((await userinfo(app, textOf(tokens, 'access_token'))).status).toBe(401)
    expect((await refresh(app, application, textOf(tokens, 'refresh_token'))).status).toBe(200)
  })

  test('RFC 7009 §2.1: a wrong hint changes nothing', async () => {
    const form = { token: textOf(tokens, 'refresh_token'), token_type_hint: 'access_token' }
    await expectDone(await post(`${app.issuer}/oauth2/revoke`, { ...form, ...credentials(application) }))
    expect(await isActive(textOf(tokens, 'refresh_token'))).toBe(false)
  })

  test('RFC 7009 §2.1: a client may authenticate by Basic, and a public client by its ID', async () => {
    const byBasic = await post(
      `${app.issuer}/oauth2/revoke`,
      { token: textOf(tokens, 'refresh_token') },
      basic(application.clientId, application.clientSecret),
    )
    await expectDone(byBasic)
    expect(await isActive(textOf(tokens, 'refresh_token'))).toBe(false)
    const ofNative = await obtainTokens(app, native, user, { scope: 'openid offline_access' }, browser)
    await expectDone(await revoke(app, native, textOf(ofNative, 'refresh_token')))
    expect(await isActive(textOf(ofNative, 'access_token'))).toBe(false)
  })

  test('RFC 7009 §2.2: revoking twice is no error, also twenty times at once', async () => {
    const token = textOf(tokens, 'refresh_token')
    const answers = await Promise.all(Array.from({ length: 20 }, () => revoke(app, application, token)))
    for (const answer of answers) await expectDone(answer)
    await expectDone(await revoke(app, application, token))
    const access = textOf(tokens, 'access_token')
    await Promise.all(
      Array.from({ length: 20 }, async () => expectDone(await revoke(app, application, access))),
    )
    expect(await isActive(access)).toBe(false)
  })
})

describe('RFC 7009 §2.1: what is left alone', () => {
  test("RFC 7009 §2.1: another client's tokens, with the same answer", async () => {
    for (const name of ['access_token', 'refresh_token']) {
      for (const stranger of [other, native]) {
        await expectDone(await issuingNothing(app, () => revoke(app, stranger, textOf(tokens, name))))
      }
      expect(await isActive(textOf(tokens, name))).toBe(true)
    }
  })

  test('RFC 7009 §2.2: unknown and malformed tokens, with the same answer', async () => {
    for (const token of ['x', 'a.b.c', '..', textOf(tokens, 'id_token'), 'A'.repeat(86), '😀']) {
      await expectDone(await issuingNothing(app, () => revoke(app, application, token)))
    }
    expect(await isActive(textOf(tokens, 'access_token'))).toBe(true)
  })

  test('RFC 7009 §2.2: an expired access token leaves no row', async () => {
    app.clock.advance(400)
    await expectDone(
      await issuingNothing(app, () => revoke(app, application, textOf(tokens, 'access_token'))),
    )
  })
})

describe('RFC 7009 §2.2.1: refusals', () => {
  test('RFC 7009 §2.1: a missing token is invalid_request', async () => {
    for (const form of [{}, { token: '' }]) {
      const refused = await issuingNothing(app, () =>
        post(`${app.issuer}/oauth2/revoke`, { ...form, ...credentials(application) }),
      )
      expectRefusal(refused, 400, 'invalid_request')
    }
  })

  test.each([
    ['no client', () => ({})],
    ['a confidential client without its secret', () => ({ client_id: application.clientId })],
    ['a wrong secret', () => ({ client_id: application.clientId, client_secret: 'wrong' })],
    ['an unknown client', () => ({ client_id: 'client_01ARZ3NDEKTSV4RRFFQ69G5FAV' })],
  ])('RFC 7009 §2.1: %s is invalid_client, and the token stays', async (_what, presented) => {
    const token = textOf(tokens, 'refresh_token')
    const refused = await issuingNothing(app, () =>
      post(`${app.issuer}/oauth2/revoke`, { token, ...presented() }),
    )
    expectRefusal(refused, 401, 'invalid_client')
    expect(await isActive(token)).toBe(true)
  })

  test('RFC 7009 §5: browsers may call it from any origin, and read its refusals', async () => {
    const preflight = await fetch(`${app.issuer}/oauth2/revoke`, {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.example.com', 'access-control-request-method': 'POST' },
    })
    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-origin')).toBe('*')
    const refused = await post(`${app.issuer}/oauth2/revoke`, {}, { origin: 'https://spa.example.com' })
    expect(refused.status).toBe(401)
    expect(refused.headers.get('access-control-allow-origin')).toBe('*')
    expect(refused.headers.get('access-control-allow-credentials')).toBeNull()
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { dpop } from '../support/dpop.ts'
import type { TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'
import { type KeyedApplication, push, pushedUrl, withKey } from '../support/keyed-application.ts'
import { type Answer, expectRefusal, newPkce, post, textOf } from '../support/relying-party.ts'
import { assertion, newTestKey, type TestKey } from '../support/signing-client.ts'

let app: TestApp
let application: KeyedApplication
let key: TestKey
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  application = await withKey(app, await app.fixtures.firstParty(), { profile: 'fapi2' })
  key = await newTestKey()
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const ask = async (
  form: Readonly<Record<string, string>>,
  by = application,
  proofKey = key,
): Promise<Answer> =>
  post(
    `${app.issuer}/oauth2/token`,
    { ...form, ...(await assertion(app, by, by.key)) },
    await dpop(app, proofKey),
  )

const newRefreshToken = async (): Promise<string> => {
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get(`${app.issuer}/sign-in`), user)
  const { verifier, parameters } = newPkce()
  const pushed = await push(app, application, {
    client_secret: undefined,
    scope: 'openid offline_access',
    ...parameters,
    ...(await assertion(app, application, application.key)),
  })
  const { url } = await browser.get(pushedUrl(app, application, textOf(pushed, 'request_uri')))
  const tokens = await ask({
    grant_type: 'authorization_code',
    code: url.searchParams.get('code') ?? '',
    redirect_uri: application.redirectUri,
    code_verifier: verifier,
  })
  return textOf(tokens, 'refresh_token')
}

const refresh = (token: string, ...by: [KeyedApplication?, TestKey?]) =>
  ask({ grant_type: 'refresh_token', refresh_token: token }, ...by)

describe('FAPI 2.0 Security Profile §5.3.2.1: refresh tokens do not rotate', () => {
  test('FAPI 2.0 Security Profile §5.3.2.1: the same token goes on, however often and late it is used', async () => {
    const token = await newRefreshToken()
    for (let day = 0; day < 3; day++) {
      expect(textOf(await refresh(token), 'refresh_token')).toBe(token)
      app.clock.advance(20 * 24 * 3600)
    }
    // Each use has put its end off: unused, it would have ended after thirty days.
    expect((await refresh(token)).status).toBe(200)
  })

  test('of twenty uses at once all are answered, and nothing is revoked', async () => {
    const token = await newRefreshToken()
    const answers = await Promise.all(Array.from({ length: 20 }, () => refresh(token)))
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    expect((await refresh(token)).status).toBe(200)
  })

  test('RFC 6749 §10.4: it is bound to the client, which proves itself each time', async () => {
    const token = await newRefreshToken()
    const other = await withKey(app, await app.fixtures.firstParty(), { profile: 'fapi2' })
    expectRefusal(await refresh(token, other), 400, 'invalid_grant')
    const unproved = await post(
      `${app.issuer}/oauth2/token`,
      { grant_type: 'refresh_token', refresh_token: token, client_id: application.clientId },
      await dpop(app, key),
    )
    expectRefusal(unproved, 401, 'invalid_client')
    expect((await refresh(token)).status).toBe(200)
  })

  test('a new DPoP key is taken: the client is known by its own', async () => {
    const token = await newRefreshToken()
    expect((await refresh(token, application, await newTestKey())).status).toBe(200)
  })

  test('unused for its time it ends, and so it does when it is revoked', async () => {
    const revoked = await newRefreshToken()
    const idle = await newRefreshToken()
    await post(`${app.issuer}/oauth2/revoke`, {
      token: revoked,
      ...(await assertion(app, application, application.key)),
    })
    expectRefusal(await refresh(revoked), 400, 'invalid_grant')
    app.clock.advance(31 * 24 * 3600)
    expectRefusal(await refresh(idle), 400, 'invalid_grant')
  })
})

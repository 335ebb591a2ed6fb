import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { dpop, dpopToken, TOKEN, thumbprintOf, userinfoWith } from '../support/dpop.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import {
  type Answer,
  authorize,
  clientToken,
  credentials,
  expectRefusal,
  introspect,
  issuingNothing,
  newPkce,
  post,
  refreshing,
  textOf,
  userinfo,
  writingNothing,
} from '../support/relying-party.ts'
import { assertion, newTestKey, type TestKey, withKeys } from '../support/signing-client.ts'

let app: TestApp
let user: TestUser
/** Signed in once. */
let browser: TestBrowser
let key: TestKey
let other: TestKey
let confidential: TestApplication
let native: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  user = await app.fixtures.user()
  browser = createBrowser(app.issuer)
  key = await newTestKey()
  other = await newTestKey()
  confidential = await app.fixtures.firstParty()
  native = await app.fixtures.firstParty({ isPublic: true })
})
afterAll(() => app[Symbol.asyncDispose]())

const SCOPE = 'openid profile offline_access'

/** What redeeming takes, of an authorization that has just been given. */
const codeOf = async (application: TestApplication, parameters: Record<string, string> = {}) => {
  const pkce = newPkce()
  const answer = await authorize(
    app,
    application,
    user,
    { scope: SCOPE, ...pkce.parameters, ...parameters },
    browser,
  )
  return {
    grant_type: 'authorization_code',
    code: answer.get('code') ?? '',
    redirect_uri: application.redirectUri,
    code_verifier: pkce.verifier,
    ...credentials(application),
  }
}

const send = async (form: Record<string, string>, by?: TestKey): Promise<Answer> =>
  post(app.issuer + TOKEN, form, by ? await dpop(app, by) : {})

const tokensOf = async (application: TestApplication, by?: TestKey): Promise<Answer> =>
  send(await codeOf(application), by)

const expectRefused = async (form: Record<string, string>, by: TestKey | undefined, error: string) =>
  expectRefusal(await issuingNothing(app, () => send(form, by)), 400, error)

describe('RFC 9449 §5: tokens are bound to the key of the proof', () => {
  test('RFC 9449 §5, §6.1: token_type DPoP, and cnf with the thumbprint of the key', async () => {
    for (const application of [confidential, native]) {
      const answer = await tokensOf(application, key)
      expect(answer.body).toMatchObject({ token_type: 'DPoP', expires_in: 300, id_token: expect.any(String) })
      expect(decodeJwt(textOf(answer, 'access_token'))['cnf']).toEqual({ jkt: await thumbprintOf(key) })
    }
  })

  test('RFC 9449 §5: without a proof they are bearer tokens', async () => {
    const answer = await tokensOf(confidential)
    expect(answer.body['token_type']).toBe('Bearer')
    expect(decodeJwt(textOf(answer, 'access_token'))).not.toHaveProperty('cnf')
  })

  test('RFC 9449 §6.2: introspection says the key', async () => {
    const token = textOf(await tokensOf(confidential, key), 'access_token')
    expect((await introspect(app, confidential, token)).body).toMatchObject({
      active: true,
      cnf: { jkt: await thumbprintOf(key) },
    })
  })

  test('RFC 9449 §5: a refresh token of a public client works with its key alone, and others revoke nothing', async () => {
    const first = await tokensOf(native, key)
    await expectRefused(refreshing(native, first), other, 'invalid_grant')
    await expectRefused(refreshing(native, first), undefined, 'invalid_grant')
    const second = await send(refreshing(native, first), key)
    expect(second.body['token_type']).toBe('DPoP')
    // RFC 9700 §4.14.2: neither does a thief without the key get the successor within the time of grace, nor an end.
    await expectRefused(refreshing(native, first), other, 'invalid_grant')
    await expectRefused(refreshing(native, first), undefined, 'invalid_grant')
    const again = await send(refreshing(native, first), key)
    expect(textOf(again, 'refresh_token')).toBe(textOf(second, 'refresh_token'))
    const third = await send(refreshing(native, second), key)
    expect(third.status).toBe(200)
    // Long after: without the key a replay is no replay.
    app.clock.advance(60)
    await expectRefused(refreshing(native, first), other, 'invalid_grant')
    expect((await send(refreshing(native, third), key)).status).toBe(200)
  })

  test('RFC 9449 §5: refresh tokens of a confidential client are bound to its authentication, not to the key', async () => {
    const first = await tokensOf(confidential, key)
    const second = await send(refreshing(confidential, first), other)
    expect(decodeJwt(textOf(second, 'access_token'))['cnf']).toEqual({ jkt: await thumbprintOf(other) })
  })

  test('RFC 9449 §5: but whoever has the secret and the refresh token gets no bearer token where the client had none', async () => {
    const first = await tokensOf(confidential, key)
    await expectRefused(refreshing(confidential, first), undefined, 'invalid_grant')
    const second = await send(refreshing(confidential, first), key)
    expect(second.body['token_type']).toBe('DPoP')
    // Nor the successor, within the time of grace; and nothing is revoked by trying.
    await expectRefused(refreshing(confidential, first), undefined, 'invalid_grant')
    expect((await send(refreshing(confidential, second), other)).status).toBe(200)
  })

  test('a confidential client that showed no key at first is free to show one, or none', async () => {
    const first = await tokensOf(confidential)
    const second = await send(refreshing(confidential, first), key)
    expect(second.body['token_type']).toBe('DPoP')
    expect((await send(refreshing(confidential, second))).body['token_type']).toBe('Bearer')
  })

  test('a public client that showed no key at first gets bound access tokens, and stays free to refresh', async () => {
    const first = await tokensOf(native)
    const second = await send(refreshing(native, first), key)
    expect(second.body['token_type']).toBe('DPoP')
    expect((await send(refreshing(native, second), other)).status).toBe(200)
  })

  test('RFC 6749 §4.4: client credentials', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    const answer = await post(
      app.issuer + TOKEN,
      { grant_type: 'client_credentials', ...credentials(machine) },
      await dpop(app, key),
    )
    expect(decodeJwt(textOf(answer, 'access_token'))['cnf']).toEqual({ jkt: await thumbprintOf(key) })
  })
})

describe('RFC 9449 §5.2, FAPI 2.0 Security Profile §5.3.2.1: clients that must have bound tokens', () => {
  test('dpop_bound_access_tokens: no proof, no token', async () => {
    const machine = await withKeys(app, await app.fixtures.m2m(await app.fixtures.organization()), [], {
      dpop_bound_access_tokens: true,
    })
    const answer = await issuingNothing(app, () => clientToken(app, machine))
    expectRefusal(answer, 400, 'invalid_dpop_proof')
    const form = { grant_type: 'client_credentials', ...credentials(machine) }
    expect((await send(form, key)).body['token_type']).toBe('DPoP')
  })

  test('FAPI 2.0 §5.3.2.1: sender-constrained, by PS256, ES256 or EdDSA', async () => {
    const machine = await withKeys(app, await app.fixtures.m2m(await app.fixtures.organization()), [key], {
      profile: 'fapi2',
    })
    const form = async () => ({
      grant_type: 'client_credentials',
      ...(await assertion(app, machine, key)),
    })
    await expectRefused(await form(), undefined, 'invalid_request')
    await expectRefused(await form(), await newTestKey('RS256'), 'invalid_dpop_proof')
    for (const alg of ['PS256', 'ES256', 'EdDSA']) {
      expect((await send(await form(), await newTestKey(alg))).body['token_type']).toBe('DPoP')
    }
  })
})

describe('RFC 9449 §10: the code is bound to the key that the authorization request named', () => {
  test.each(['confidential', 'public'])(
    'dpop_jkt: of a %s client, redeemed with that key alone',
    async (kind) => {
      const application = kind === 'public' ? native : confidential
      const form = await codeOf(application, { dpop_jkt: await thumbprintOf(key) })
      await expectRefused(form, other, 'invalid_grant')
      await expectRefused(form, undefined, 'invalid_grant')
      const answers = await Promise.all([send(form, key), send(form, other), send(form, key)])
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    },
  )

  test.each(['', 'x', 'x'.repeat(42), 'x'.repeat(44), `${'x'.repeat(42)}=`, `${'x'.repeat(42)}+`])(
    'dpop_jkt %j is none',
    async (jkt) => {
      const url = `${app.issuer}/oauth2/authorize?${new URLSearchParams({
        response_type: 'code',
        client_id: confidential.clientId,
        redirect_uri: confidential.redirectUri,
        scope: 'openid',
        dpop_jkt: jkt,
      })}`
      const { headers } = await fetch(url, { redirect: 'manual' })
      const refused = new URL(headers.get('location') ?? '', app.issuer).searchParams.get('error')
      // RFC 6749 §3.1: without a value it is as if left out.
      expect(refused).toBe(jkt === '' ? null : 'invalid_request')
    },
  )

  test('RFC 9449 §10.1: a proof with a pushed request binds its code', async () => {
    const pkce = newPkce()
    const push = async (changes: Record<string, string>, by: TestKey) =>
      post(
        `${app.issuer}/oauth2/par`,
        {
          response_type: 'code',
          redirect_uri: confidential.redirectUri,
          scope: 'openid',
          ...pkce.parameters,
          ...credentials(confidential),
          ...changes,
        },
        await dpop(app, by, { htu: `${app.issuer}/oauth2/par` }),
      )
    const mismatch = await issuingNothing(app, async () => push({ dpop_jkt: await thumbprintOf(other) }, key))
    expectRefusal(mismatch, 400, 'invalid_dpop_proof')
    const pushed = await push({}, key)
    expect(pushed.status).toBe(201)
    const url = new URL(
      `${app.issuer}/oauth2/authorize?${new URLSearchParams({
        client_id: confidential.clientId,
        request_uri: textOf(pushed, 'request_uri'),
      })}`,
    )
    const callback = await followAuthorization(url, user, { browser })
    const form = {
      grant_type: 'authorization_code',
      code: callback.searchParams.get('code') ?? '',
      redirect_uri: confidential.redirectUri,
      code_verifier: pkce.verifier,
      ...credentials(confidential),
    }
    await expectRefused(form, other, 'invalid_grant')
    expect((await send(form, key)).status).toBe(200)
  })
})

describe('RFC 9449 §7: a bound token opens nothing without its key', () => {
  const tokenOf = async (by?: TestKey) => textOf(await tokensOf(confidential, by), 'access_token')

  const expectChallenge = (
    { status, headers }: Answer,
    scheme: string,
    error: string,
    expected = 401,
  ): void => {
    expect(status).toBe(expected)
    expect(headers.get('www-authenticate')).toMatch(
      new RegExp(`^${scheme} realm="[^"]+", error="${error}", error_description="[^"\\\\]+"`),
    )
    if (scheme === 'DPoP') expect(headers.get('www-authenticate')).toMatch(/algs="[A-Za-z0-9 ]+"$/)
  }

  test('RFC 9449 §7.1: with a proof for that token it does', async () => {
    const token = await tokenOf(key)
    const answer = await userinfoWith(app, await dpopToken(app, key, token))
    expect(answer.body).toMatchObject({ sub: user.id, name: 'Ada Lovelace' })
    const lower = await dpopToken(app, key, token)
    const again = await userinfoWith(app, { ...lower, authorization: `dpop ${token}` })
    expect(again.status).toBe(200)
  })

  test('RFC 9449 §7.2: it is no bearer token, in the header or in the form', async () => {
    const token = await tokenOf(key)
    expectChallenge(await userinfo(app, token), 'Bearer', 'invalid_token')
    const { dpop: valid = '' } = await dpopToken(app, key, token)
    const downgraded = await userinfoWith(app, { authorization: `Bearer ${token}`, dpop: valid })
    expectChallenge(downgraded, 'DPoP', 'invalid_token')
    const response = await post(`${app.issuer}/oauth2/userinfo`, { access_token: token })
    expect(response.status).toBe(401)
  })

  test('RFC 9449 §7.1: a bearer token does not become one by a proof', async () => {
    const token = await tokenOf()
    expectChallenge(await userinfoWith(app, await dpopToken(app, key, token)), 'DPoP', 'invalid_token')
  })

  test.each<[string, (token: string) => Promise<Record<string, string>>, string]>([
    ['no proof', async (token) => ({ authorization: `DPoP ${token}` }), 'invalid_dpop_proof'],
    ['a proof by another key', (token) => dpopToken(app, other, token), 'invalid_token'],
    ['no ath', (token) => dpopToken(app, key, token, { ath: undefined }), 'invalid_dpop_proof'],
    [
      'the ath of another token',
      (token) => dpopToken(app, key, token, { ath: 'x'.repeat(43) }),
      'invalid_dpop_proof',
    ],
    [
      'a proof for another method',
      (token) => dpopToken(app, key, token, { htm: 'POST' }),
      'invalid_dpop_proof',
    ],
    [
      'a proof for the token endpoint',
      (token) => dpopToken(app, key, token, { htu: app.issuer + TOKEN }),
      'invalid_dpop_proof',
    ],
  ])('RFC 9449 §7.1: %s', async (_what, headers, error) => {
    const token = await tokenOf(key)
    expectChallenge(await userinfoWith(app, await headers(token)), 'DPoP', error)
  })

  test('RFC 9449 §11.1: a proof that was used before', async () => {
    const token = await tokenOf(key)
    const headers = await dpopToken(app, key, token)
    const answers = await Promise.all([1, 2, 3, 4].map(() => userinfoWith(app, headers)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 401, 401, 401])
  })

  test('a proof for a token that is none is not remembered: nobody fills a table without having a token', async () => {
    for (const token of ['x', await tokenOf(other), await tokenOf()]) {
      const headers = await dpopToken(app, key, token)
      const answer = await writingNothing(app, () => userinfoWith(app, headers))
      expectChallenge(answer, 'DPoP', 'invalid_token')
    }
  })

  test('RFC 6750 §2: not in the header and in the form', async () => {
    const token = await tokenOf(key)
    const headers = await dpopToken(app, key, token, { htm: 'POST' })
    const answer = await post(`${app.issuer}/oauth2/userinfo`, { access_token: token }, headers)
    expectChallenge(answer, 'DPoP', 'invalid_request', 400)
  })

  test('Fetch §3.2: pages of browsers may send proofs, and read nonces', async () => {
    for (const path of [TOKEN, '/oauth2/userinfo']) {
      const preflight = await fetch(app.issuer + path, {
        method: 'OPTIONS',
        headers: { origin: 'https://spa.example.com', 'access-control-request-method': 'POST' },
      })
      expect(preflight.headers.get('access-control-allow-headers')).toContain('DPoP')
      expect(preflight.headers.get('access-control-expose-headers')).toContain('DPoP-Nonce')
    }
  })
})

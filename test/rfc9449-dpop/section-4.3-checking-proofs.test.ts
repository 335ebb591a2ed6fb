import { request } from 'node:http'
import { SignJWT } from 'jose'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { toEpochSeconds } from '../../src/system/clock.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { DEVICE_CODE_GRANT, decide, newDevice } from '../support/device.ts'
import { dpop, proof, TOKEN } from '../support/dpop.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  type Answer,
  authorize,
  credentials,
  expectRefusal,
  issuingNothing,
  newPkce,
  post,
  textOf,
  writingNothing,
} from '../support/relying-party.ts'
import { newTestKey, type TestKey } from '../support/signing-client.ts'

let app: TestApp
let key: TestKey
let machine: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  key = await newTestKey()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
})
afterAll(() => app[Symbol.asyncDispose]())

const now = () => toEpochSeconds(app.clock.now())

const send = (headers: Record<string, string>): Promise<Answer> =>
  post(app.issuer + TOKEN, { grant_type: 'client_credentials', ...credentials(machine) }, headers)

const expectRefused = async (headers: Record<string, string>, error = 'invalid_dpop_proof') => {
  const answer = await issuingNothing(app, () => send(headers))
  expectRefusal(answer, 400, error)
  return answer
}

describe('RFC 9449 §4.3: a proof is checked in every part', () => {
  test.each(['ES256', 'PS256', 'RS256', 'EdDSA', 'Ed25519', 'ES384'])(
    'RFC 9449 §4.2: %s, and no other use of the key',
    async (alg) => {
      const answer = await send(await dpop(app, await newTestKey(alg)))
      expect({ status: answer.status, type: answer.body['token_type'] }).toEqual({
        status: 200,
        type: 'DPoP',
      })
      expect(answer.headers.get('dpop-nonce')).toBeNull()
    },
  )

  test.each<[string, () => Record<string, unknown>]>([
    ['no jti', () => ({ jti: undefined })],
    ['an empty jti', () => ({ jti: '' })],
    ['a jti that is no text', () => ({ jti: 7 })],
    ['a jti that is too long', () => ({ jti: 'x'.repeat(257) })],
    ['no htm', () => ({ htm: undefined })],
    ['another method', () => ({ htm: 'GET' })],
    ['the method in lower case', () => ({ htm: 'post' })],
    ['no htu', () => ({ htu: undefined })],
    ['another endpoint', () => ({ htu: `${app.issuer}/oauth2/revoke` })],
    ['another server', () => ({ htu: `https://elsewhere.example${TOKEN}` })],
    ['another scheme', () => ({ htu: `https${app.issuer.slice(4)}${TOKEN}` })],
    ['a path with a slash more', () => ({ htu: `${app.issuer}${TOKEN}/` })],
    ['a path in capitals', () => ({ htu: `${app.issuer}${TOKEN.toUpperCase()}` })],
    ['a path alone', () => ({ htu: TOKEN })],
    ['somebody at the server', () => ({ htu: app.issuer.replace('//', '//me@') + TOKEN })],
    ['no iat', () => ({ iat: undefined })],
    ['an iat that is a text', () => ({ iat: String(now()) })],
    ['a nonce that is no text', () => ({ nonce: 1 })],
  ])('RFC 9449 §4.3: %s', async (_what, changes) => {
    await expectRefused(await dpop(app, key, changes()))
  })

  test.each<[string, () => string]>([
    ['a query and a fragment', () => `${app.issuer}${TOKEN}?a=b#c`],
    ['capitals in scheme and host', () => app.issuer.toUpperCase() + TOKEN],
    ['escapes that need not be', () => `${app.issuer}/%6fauth2/token`],
    ['dots', () => `${app.issuer}/x/..${TOKEN}`],
  ])('RFC 9449 §4.3 (9), RFC 3986 §6.2.2: htu is the same with %s', async (_what, htu) => {
    expect((await send(await dpop(app, key, { htu: htu() }))).status).toBe(200)
  })

  test.each<[string, () => Record<string, unknown>]>([
    ['no typ', () => ({ typ: undefined })],
    ['the typ of any JWT', () => ({ typ: 'JWT' })],
    ['the typ of an access token', () => ({ typ: 'at+jwt' })],
    ['no jwk', () => ({ jwk: undefined })],
    ['a jwk that is a text', () => ({ jwk: 'x' })],
    ['a jwk that is a list', () => ({ jwk: [] })],
    ['an empty jwk', () => ({ jwk: {} })],
    ['a private member', () => ({ jwk: { ...key.publicJwk, d: 'AAAA' } })],
    ['a shared secret', () => ({ jwk: { kty: 'oct', k: 'AAAA' } })],
    ['a point that is not on its curve', () => ({ jwk: { ...key.publicJwk, x: key.publicJwk['y'] } })],
  ])('RFC 9449 §4.3: %s in the header', async (_what, changes) => {
    await expectRefused(await dpop(app, key, {}, changes()))
  })

  test('RFC 9449 §4.3 (7): a signature by another key than that of the header', async () => {
    const other = await newTestKey()
    await expectRefused(await dpop(app, key, {}, { jwk: other.publicJwk }))
    const good = await proof(app, key)
    const last = good.at(-10) === 'A' ? 'B' : 'A'
    await expectRefused({ dpop: good.slice(0, -10) + last + good.slice(-9) })
  })

  test('RFC 9449 §4.3 (5): neither none nor a shared secret', async () => {
    const [, payload] = (await proof(app, key)).split('.')
    const header = { typ: 'dpop+jwt', alg: 'none', jwk: key.publicJwk }
    await expectRefused({ dpop: `${Buffer.from(JSON.stringify(header)).toString('base64url')}.${payload}.` })
    const hmac = await new SignJWT({ jti: 'x', htm: 'POST', htu: app.issuer + TOKEN, iat: now() })
      .setProtectedHeader({ typ: 'dpop+jwt', alg: 'HS256', jwk: key.publicJwk as never })
      .sign(Buffer.from(JSON.stringify(key.publicJwk)))
    await expectRefused({ dpop: hmac })
  })

  test('RFC 8725 §3.5: an RSA key of 1024 bits', async () => {
    const { generateKeyPairSync, createSign } = await import('node:crypto')
    const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 1024 })
    const encode = (value: unknown) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const head = encode({ typ: 'dpop+jwt', alg: 'RS256', jwk: publicKey.export({ format: 'jwk' }) })
    const body = encode({ jti: 'x', htm: 'POST', htu: app.issuer + TOKEN, iat: now() })
    const signature = createSign('sha256').update(`${head}.${body}`).sign(privateKey, 'base64url')
    await expectRefused({ dpop: `${head}.${body}.${signature}` })
  })

  test.each(['x', '.', '..', 'a.b.c', 'e30.e30.e30', ' ', `${'x'.repeat(4000)}.x.x`])(
    '%j is no proof',
    async (text) => {
      await expectRefused({ dpop: text })
    },
  )

  test('RFC 9449 §4.3 (1): not more than one header', async () => {
    const [one, two] = [await proof(app, key), await proof(app, key)]
    const answer = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
      const sent = request(app.issuer + TOKEN, { method: 'POST' }, (response) => {
        let text = ''
        response.on('data', (part) => {
          text += part
        })
        response.on('end', () => resolve({ status: response.statusCode, text }))
      })
      sent.on('error', reject)
      sent.setHeader('content-type', 'application/x-www-form-urlencoded')
      sent.setHeader('dpop', [one, two])
      sent.end(String(new URLSearchParams({ grant_type: 'client_credentials', ...credentials(machine) })))
    })
    expect(answer.status).toBe(400)
    expect(answer.text).toContain('invalid_dpop_proof')
    await expectRefused({ dpop: `${one}, ${two}` })
  })
})

describe('RFC 9449 §11.1: a proof is good for one request', () => {
  test('of many at once one gets a token, and no later one', async () => {
    const headers = await dpop(app, key)
    const answers = await Promise.all(Array.from({ length: 8 }, () => send(headers)))
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
    for (const answer of answers) if (answer.status !== 200) expectRefusal(answer, 400, 'invalid_dpop_proof')
    await expectRefused(headers)
  })

  describe('a public client, which anybody may say they are', () => {
    const native = () => app.fixtures.firstParty({ isPublic: true })
    const made = (application: TestApplication) => ({ client_id: application.clientId })

    test.each<[string, Record<string, string>]>([
      ['code', { grant_type: 'authorization_code', code: 'made-up', code_verifier: 'v'.repeat(43) }],
      ['refresh token', { grant_type: 'refresh_token', refresh_token: 'r'.repeat(86) }],
      ['device code', { grant_type: DEVICE_CODE_GRANT, device_code: 'd'.repeat(43) }],
    ])('that made up its %s has no proof written down', async (_, form) => {
      const application = await native()
      const answer = await writingNothing(app, async () =>
        post(app.issuer + TOKEN, { ...form, ...made(application) }, await dpop(app, key)),
      )
      expectRefusal(answer, 400, 'invalid_grant')
    })

    test('nor one whose pushed request is refused, and no more of them than are counted', async () => {
      const application = await native()
      const htu = `${app.issuer}/oauth2/par`
      const push = async (form: Record<string, string>, headers: Record<string, string>) =>
        post(htu, { ...made(application), redirect_uri: application.redirectUri, ...form }, headers)
      const good = { response_type: 'code', scope: 'openid', ...newPkce().parameters }
      const refused = await writingNothing(app, async () =>
        push({ ...good, scope: 'nothing' }, await dpop(app, key, { htu })),
      )
      expectRefusal(refused, 400, 'invalid_scope')
      const headers = await dpop(app, key, { htu })
      const answers = await Promise.all(Array.from({ length: 8 }, () => push(good, headers)))
      expect(answers.filter(({ status }) => status === 201)).toHaveLength(1)
      for (const answer of answers)
        if (answer.status !== 201) expectRefusal(answer, 400, 'invalid_dpop_proof')
    })

    test('of many at once with one proof one gets tokens, and the others neither get nor revoke any', async () => {
      const application = await native()
      const user = await app.fixtures.user()
      const pkce = newPkce()
      const answer = await authorize(app, application, user, {
        scope: 'openid offline_access',
        ...pkce.parameters,
      })
      const once = async (form: Record<string, string>) => {
        const headers = await dpop(app, key)
        const answers = await Promise.all(
          Array.from({ length: 8 }, () =>
            post(app.issuer + TOKEN, { ...form, ...made(application) }, headers),
          ),
        )
        const [granted, ...more] = answers.filter(({ status }) => status === 200)
        expect(more).toEqual([])
        for (const one of answers) if (one !== granted) expectRefusal(one, 400, 'invalid_dpop_proof')
        if (granted === undefined) throw new Error('nobody got tokens')
        return granted
      }
      const first = await once({
        grant_type: 'authorization_code',
        code: answer.get('code') ?? '',
        redirect_uri: application.redirectUri,
        code_verifier: pkce.verifier,
      })
      const second = await once({
        grant_type: 'refresh_token',
        refresh_token: textOf(first, 'refresh_token'),
      })
      await once({ grant_type: 'refresh_token', refresh_token: textOf(second, 'refresh_token') })
    })

    test('a device that waits asks with as many proofs as it likes, and gets tokens with one of them once', async () => {
      const application = await native()
      const device = await newDevice(app, application)
      const form = {
        grant_type: DEVICE_CODE_GRANT,
        device_code: device.deviceCode,
        ...made(application),
      }
      const seen = async () =>
        (await app.testDatabase.database.kysely.selectFrom('seen_once').selectAll().execute()).length
      const before = await seen()
      expectRefusal(await post(app.issuer + TOKEN, form, await dpop(app, key)), 400, 'authorization_pending')
      expect(await seen()).toBe(before)
      await decide(app, device, await app.fixtures.user())
      const headers = await dpop(app, key)
      const answers = await Promise.all(
        Array.from({ length: 8 }, () => post(app.issuer + TOKEN, form, headers)),
      )
      expect(answers.filter(({ status }) => status === 200)).toHaveLength(1)
      for (const answer of answers)
        if (answer.status !== 200) expectRefusal(answer, 400, 'invalid_dpop_proof')
    })
  })

  test('the same jti of another key is another one; nobody uses it up for somebody else', async () => {
    const other = await newTestKey()
    expect((await send(await dpop(app, other, { jti: 'the same' }))).status).toBe(200)
    await expectRefused(await dpop(app, key, { jti: 'the same', htm: 'GET' }))
    expect((await send(await dpop(app, key, { jti: 'the same' }))).status).toBe(200)
  })

  test('what was seen is forgotten once it would be refused for its age', async () => {
    const { database } = app.testDatabase
    const all = () => database.kysely.selectFrom('seen_once').selectAll().execute()
    const before = new Set((await all()).map(({ key_hash }) => key_hash))
    await send(await dpop(app, key))
    const seen = (await all()).filter(({ key_hash }) => !before.has(key_hash))
    expect(seen).toHaveLength(1)
    for (const { expires_at } of seen) {
      expect(expires_at.getTime() - app.clock.now().getTime()).toBeLessThan(500_000)
    }
  })
})

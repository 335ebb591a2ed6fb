import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { deviceLimits } from '../../src/device-authorization/throttle.ts'
import { parseUserCode, userCodeHash } from '../../src/device-authorization/user-code.ts'
import { deriveKey } from '../../src/system/encryption.ts'
import { startTestApp, TEST_SECRET, type TestApp } from '../support/app.ts'
import { askForCodes, newDevice } from '../support/device.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { basic, expectRefusal, post, textOf, writingNothing } from '../support/relying-party.ts'

const MOST = 40

let app: TestApp
let cli: TestApplication
let confidential: TestApplication
beforeAll(async () => {
  app = await startTestApp({
    overrides: {
      deviceLimits: {
        ...deviceLimits,
        request: { windowSeconds: 60, perAddress: 2 * MOST, perClientAndAddress: MOST },
      },
    },
  })
  await app.fixtures.permission('reports:read')
  await app.fixtures.permission('reports:write')
  cli = await app.fixtures.firstParty({ isPublic: true, scopes: ['reports:read'] })
  confidential = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const rows = () => app.testDatabase.database.kysely.selectFrom('device_authorization').selectAll().execute()

describe('RFC 8628 §3.2: the answer', () => {
  test('RFC 8628 §3.2: the codes, where to go with them, for how long, and how often to ask', async () => {
    const answer = await askForCodes(app, cli)
    expect(answer.status).toBe(200)
    const userCode = textOf(answer, 'user_code')
    expect(answer.body).toEqual({
      device_code: expect.stringMatching(/^[\w-]{43}$/),
      user_code: expect.stringMatching(/^[BCDFGHJKLMNPQRSTVWXZ]{4}-[BCDFGHJKLMNPQRSTVWXZ]{4}$/),
      verification_uri: `${app.issuer}/device`,
      verification_uri_complete: `${app.issuer}/device?user_code=${userCode}`,
      expires_in: 300,
      interval: 5,
    })
    expect(answer.headers.get('content-type')).toMatch(/^application\/json/)
    expect(answer.headers.get('cache-control')).toBe('no-store')
  })

  test('RFC 8628 §5.1, §5.2: no two are alike, and what is kept does not tell them to whoever has the table', async () => {
    const devices = await Promise.all(Array.from({ length: 10 }, () => newDevice(app, cli)))
    expect(new Set(devices.map(({ deviceCode }) => deviceCode)).size).toBe(10)
    expect(new Set(devices.map(({ userCode }) => userCode)).size).toBe(10)
    const kept = await rows()
    const [{ userCode } = { userCode: '' }] = devices
    // A plain hash of so few letters would be found by trying all; this one takes the key.
    const code = parseUserCode(userCode)
    expect(code && kept.map(({ user_code_hash: hash }) => hash)).toContain(
      code && userCodeHash(deriveKey(TEST_SECRET, 'user code'), code),
    )
    const text = JSON.stringify(kept) + app.logLines.join('')
    for (const device of devices) {
      expect(text).not.toContain(device.deviceCode)
      expect(text).not.toContain(device.userCode)
      expect(text).not.toContain(device.userCode.replace('-', ''))
    }
  })

  test('RFC 8628 §3.1: a request without scope is one', async () => {
    const answer = await post(`${app.issuer}/oauth2/device_authorization`, { client_id: cli.clientId })
    expect(answer.status).toBe(200)
    expect((await rows()).at(-1)?.scopes).toEqual([])
  })

  test('Fetch §3.2: pages of other origins may ask', async () => {
    const response = await fetch(`${app.issuer}/oauth2/device_authorization`, {
      method: 'OPTIONS',
      headers: { origin: 'https://spa.example', 'access-control-request-method': 'POST' },
    })
    expect(response.status).toBe(204)
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
  })

  test('RFC 8628 §4: metadata names the endpoint and the grant type', async () => {
    for (const document of ['openid-configuration', 'oauth-authorization-server']) {
      const response = await fetch(`${app.issuer}/.well-known/${document}`)
      expect(await response.json()).toMatchObject({
        device_authorization_endpoint: `${app.issuer}/oauth2/device_authorization`,
        grant_types_supported: expect.arrayContaining(['urn:ietf:params:oauth:grant-type:device_code']),
      })
    }
  })
})

describe('RFC 8628 §3.1: the client', () => {
  test('RFC 8628 §3.1: a confidential client authenticates as at the token endpoint', async () => {
    const { clientId, clientSecret } = confidential
    const endpoint = `${app.issuer}/oauth2/device_authorization`
    expect((await post(endpoint, { scope: 'openid' }, basic(clientId, clientSecret))).status).toBe(200)
    expect((await askForCodes(app, confidential)).status).toBe(200)
    const refused = await writingNothing(app, () => post(endpoint, { client_id: clientId }))
    expectRefusal(refused, 401, 'invalid_client')
    const wrong = await writingNothing(app, () => post(endpoint, {}, basic(clientId, 'wrong')))
    expectRefusal(wrong, 401, 'invalid_client')
  })

  test('RFC 8628 §3.1: without a client, or of an unknown one, it is refused', async () => {
    const endpoint = `${app.issuer}/oauth2/device_authorization`
    expectRefusal(await writingNothing(app, () => post(endpoint, {})), 401, 'invalid_client')
    const unknown = await writingNothing(app, () => post(endpoint, { client_id: 'client_unknown' }))
    expectRefusal(unknown, 401, 'invalid_client')
  })

  test('RFC 6749 §5.2: an application that acts for itself alone has no user to wait for', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    const refused = await writingNothing(app, () => askForCodes(app, machine))
    expectRefusal(refused, 400, 'unauthorized_client')
  })

  test('RFC 6749 §5.2: a scope that the application may not ask for is refused', async () => {
    const refused = await writingNothing(app, () =>
      askForCodes(app, cli, { scope: 'openid reports:read reports:write' }),
    )
    expectRefusal(refused, 400, 'invalid_scope')
    expectRefusal(await askForCodes(app, cli, { scope: 'a"b' }), 400, 'invalid_scope')
  })

  test('RFC 6749 §3.2: a repeated parameter, another method and another body are refused', async () => {
    const endpoint = `${app.issuer}/oauth2/device_authorization`
    const repeated = new URLSearchParams([
      ['client_id', cli.clientId],
      ['scope', 'openid'],
      ['scope', 'email'],
    ])
    expectRefusal(await writingNothing(app, () => post(endpoint, repeated)), 400, 'invalid_request')
    expect((await fetch(endpoint)).status).toBe(405)
    const json = await fetch(endpoint, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ client_id: cli.clientId }),
    })
    expect(json.status).toBe(400)
  })
})

test('RFC 6585 §4: whoever asks for more codes than a network of devices needs has to wait', async () => {
  app.clock.advance(3600)
  const flooding = await app.fixtures.firstParty({ isPublic: true })
  for (let count = 0; count < MOST; count++) await newDevice(app, flooding)
  const before = (await rows()).length
  const refused = await askForCodes(app, flooding)
  expectRefusal(refused, 429, 'temporarily_unavailable')
  const wait = Number(refused.headers.get('retry-after'))
  expect(wait).toBeGreaterThan(0)
  expect(wait).toBeLessThanOrEqual(60)
  expect((await rows()).length).toBe(before)
  // Another client at the same address is not shut out by it.
  expect((await askForCodes(app, cli)).status).toBe(200)
  app.clock.advance(60)
  expect((await askForCodes(app, flooding)).status).toBe(200)
})

import { generateKeyPairSync } from 'node:crypto'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { noticeOn, textIn } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
let path: string
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
    settings: { LATCHKEY_OUTBOUND_ALLOWED_HOSTS: '10.1.2.3,keys.internal' },
  })
  path = `/dashboard/applications/${(await app.fixtures.firstParty()).id}/settings`
})
afterAll(() => app[Symbol.asyncDispose]())

const privateJwk = generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' })

test.each([
  ['a key', JSON.stringify(privateJwk)],
  ['a key set', JSON.stringify({ keys: [{ ...privateJwk, kid: 'one' }] }, null, 1)],
  ['a key that a bracket is missing of', JSON.stringify(privateJwk).slice(0, -1)],
])('a private key is refused, and is not on the page that says so: %s', async (_, jwks) => {
  const { browser, visited } = await operatorAt(app, 'admin', path)
  const refused = await browser.submit(visited, { jwks, jwks_uri: '' })
  expect(refused.status).toBe(422)
  expect(refused.body).toContain('id="jwks-error"')
  expect(refused.body).not.toContain(String(privateJwk.d))
  if (jwks.endsWith('}')) expect(refused.body).toContain(String(privateJwk.x))
})

test('what is wrong and no secret stays in the field', async () => {
  const { browser, visited } = await operatorAt(app, 'admin', path)
  const refused = await browser.submit(visited, { jwks: '{"keys": [ {"kty":"EC"} ', jwks_uri: '' })
  expect(textIn(refused, 'jwks')).toBe('{&quot;keys&quot;: [ {&quot;kty&quot;:&quot;EC&quot;} ')
})

test.each([
  ['jwks_uri', 'https://169.254.169.254/'],
  ['jwks_uri', 'https://keys.local/jwks'],
  ['backchannel_logout_uri', 'https://10.0.0.1/x'],
  ['backchannel_logout_uri', 'http://localhost:3000/logout'],
])('%s is no address that no request is ever made to: %s', async (field, uri) => {
  const { browser, visited } = await operatorAt(app, 'admin', path)
  const refused = await browser.submit(visited, { [field]: uri })
  expect(refused).toMatchObject({ status: 422, body: expect.stringContaining(`id="${field}-error"`) })
})

test('request_uris are none either; addresses that requests may go to are taken, and so is what was there before', async () => {
  const { browser, visited } = await operatorAt(app, 'admin', path)
  const keyed = await browser.submit(visited, { jwks: '', jwks_uri: 'https://keys.internal/jwks' })
  expect(noticeOn(keyed)).toBe('Saved.')
  app.clock.advance(1)
  const refused = await browser.submit(keyed, { request_uris: 'https://127.0.0.1/x' })
  expect(textIn(refused, 'request_uris-error')).toContain('“https://127.0.0.1/x” must not name an address')
  const saved = await browser.submit(keyed, { request_uris: 'https://10.1.2.3/x' })
  expect(noticeOn(saved)).toBe('Saved.')
})

test('a method by keys is refused for an application that has none', async () => {
  const { id } = await app.fixtures.firstParty()
  const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/applications/${id}/settings`)
  for (const method of ['private_key_jwt', 'self_signed_tls_client_auth']) {
    const refused = await browser.submit(visited, { token_endpoint_auth_method: method })
    expect(refused.status).toBe(422)
    expect(textIn(refused, 'token_endpoint_auth_method-error')).toBe(
      'The application needs public keys first.',
    )
  }
})

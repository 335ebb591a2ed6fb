import { createRemoteJWKSet, jwtVerify } from 'jose'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { WorkOS } from '../support/management.ts'
import { clientToken, textOf } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
})
afterAll(() => app[Symbol.asyncDispose]())

const environmentClientId = async () => (await app.stores.environment.clientId()) ?? ''

test('anybody gets the key set by the client ID of the environment and of every application', async () => {
  const machine = await app.fixtures.m2m(await app.fixtures.organization())
  const whole: unknown = await (await fetch(`${app.issuer}/oauth2/jwks`)).json()
  for (const clientId of [await environmentClientId(), machine.clientId]) {
    const response = await fetch(`${app.issuer}/sso/jwks/${clientId}`)
    expect(response.status).toBe(200)
    expect(response.headers.get('content-type')).toContain('application/json')
    // Anybody may keep it for a while, in browsers too.
    expect(response.headers.get('cache-control')).toBe('public, max-age=300')
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(await response.json()).toEqual(whole)
  }
})

test("tokens verify with the address that WorkOS's SDK makes", async () => {
  const machine = await app.fixtures.m2m(await app.fixtures.organization())
  const url = workos.userManagement.getJwksUrl(await environmentClientId())
  const token = textOf(await clientToken(app, machine), 'access_token')
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(url)), {
    issuer: app.issuer,
    audience: await environmentClientId(),
    currentDate: app.clock.now(),
  })
  expect(payload.sub).toBe(machine.clientId)
})

test.each(['client_01ARZ3NDEKTSV4RRFFQ69G5FAV', 'client_', 'x', '..', '%00', '%F0'])(
  '%s is nobody: 404, without a key',
  async (clientId) => {
    const response = await fetch(`${app.issuer}/sso/jwks/${clientId}`)
    expect([400, 404]).toContain(response.status)
    const body = (await response.json()) as Record<string, unknown>
    expect(body['message']).toEqual(expect.any(String))
    expect(body['keys']).toBeUndefined()
  },
)

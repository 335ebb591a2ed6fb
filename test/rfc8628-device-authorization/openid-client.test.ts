import * as client from 'openid-client'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { decide } from '../support/device.ts'
import type { TestUser } from '../support/fixtures.ts'

let app: TestApp
let user: TestUser
let config: client.Configuration
beforeAll(async () => {
  app = await startTestApp({ overrides: { lifetimes: { devicePollSeconds: 1 } } })
  user = await app.fixtures.user()
  const { clientId } = await app.fixtures.firstParty({ isPublic: true })
  config = await client.discovery(new URL(app.issuer), clientId, undefined, client.None(), {
    execute: [client.allowInsecureRequests],
  })
})
afterAll(() => app[Symbol.asyncDispose]())

test('openid-client 6: polls until its user allows, and gets tokens it accepts', async () => {
  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid offline_access' })
  const polling = client.pollDeviceAuthorizationGrant(config, device)
  await decide(app, { userCode: device.user_code }, user)
  const tokens = await polling
  expect(tokens.claims()?.sub).toBe(user.id)
  expect(tokens.refresh_token).toBeTypeOf('string')
})

test('openid-client 6: stops when its user denies', async () => {
  const device = await client.initiateDeviceAuthorization(config, { scope: 'openid' })
  await decide(app, { userCode: device.user_code }, user, 'deny')
  await expect(client.pollDeviceAuthorizationGrant(config, device)).rejects.toMatchObject({
    error: 'access_denied',
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { decide, enterCode, newDevice, poll } from '../support/device.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { signIn } from '../support/follow-authorization.ts'
import { describeApplication } from '../support/keyed-application.ts'
import { expectRefusal, issuingNothing, refresh, textOf } from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'

const A = 'https://a.example.com/'
const B = 'https://b.example.com/'
const GONE = 'https://gone.example.com/'
const look = { type: 'look', actions: ['list', 'read'] }

let app: TestApp
let cli: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [A, B, GONE])
  const management = await app.management()
  const { status } = await management.patch('/latchkey/v1/settings', {
    authorization_details_types: [{ type: 'look', title: 'Look' }],
  })
  expect(status).toBe(200)
  app.clock.advance(6)
  cli = await app.fixtures.firstParty({ isPublic: true })
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

/** Two resources: a parameter that repeats. */
const deviceFor = async (resources: readonly string[], details?: readonly unknown[]) => {
  const form = new URLSearchParams({ client_id: cli.clientId, scope: 'openid offline_access' })
  for (const resource of resources) form.append('resource', resource)
  if (details) form.set('authorization_details', JSON.stringify(details))
  const response = await fetch(`${app.issuer}/oauth2/device_authorization`, { method: 'POST', body: form })
  expect(response.status).toBe(200)
  const body = (await response.json()) as { device_code: string; user_code: string }
  return { deviceCode: body.device_code, userCode: body.user_code }
}

describe('RFC 8707 §2.2: a device names at the token endpoint where its token is to be used', () => {
  test('RFC 8707 §2.2: one of those that were allowed, and each refresh another', async () => {
    const device = await deviceFor([A, B])
    await decide(app, device, user)
    const tokens = await poll(app, cli, device, { resource: A })
    expect(accessTokenClaimsOf(tokens)['aud']).toBe(A)
    const other = await refresh(app, cli, textOf(tokens, 'refresh_token'), { resource: B })
    expect(accessTokenClaimsOf(other)['aud']).toBe(B)
  })

  test('RFC 8707 §2.2: all of them if it names none', async () => {
    const device = await deviceFor([A, B])
    await decide(app, device, user)
    expect(accessTokenClaimsOf(await poll(app, cli, device))['aud']).toEqual([A, B])
  })

  test('RFC 8707 §2.2: one that was not allowed is invalid_target, and does not use the code up', async () => {
    const device = await deviceFor([A])
    await decide(app, device, user)
    const refused = await issuingNothing(app, () => poll(app, cli, device, { resource: B }))
    expectRefusal(refused, 400, 'invalid_target')
    expect(accessTokenClaimsOf(await poll(app, cli, device, { resource: A }))['aud']).toBe(A)
  })

  test('RFC 9396 §6: less of the details, and never more', async () => {
    const device = await deviceFor([], [look])
    await decide(app, device, user)
    const more = JSON.stringify([{ ...look, actions: ['write'] }])
    const refused = await issuingNothing(app, () => poll(app, cli, device, { authorization_details: more }))
    expectRefusal(refused, 400, 'invalid_authorization_details')
    const less = [{ ...look, actions: ['read'] }]
    const tokens = await poll(app, cli, device, { authorization_details: JSON.stringify(less) })
    expect(tokens.body['authorization_details']).toEqual(less)
  })
})

describe('what a device asked for is looked at again when somebody comes with its code', () => {
  const come = async (userCode: string) => {
    const browser = createBrowser(app.issuer)
    const visited = await enterCode(browser, userCode)
    return visited.url.pathname === '/sign-in' ? signIn(browser, visited, user) : visited
  }

  test('nobody is asked to agree to a resource that is not registered any more', async () => {
    const device = await deviceFor([GONE])
    const management = await app.management()
    const { body } = await management.get('/user_management/authkit_oauth_resources')
    const { id } =
      (body as { data: { id: string; uri: string }[] }).data.find(({ uri }) => uri === GONE) ?? {}
    expect((await management.delete(`/user_management/authkit_oauth_resources/${id}`)).status).toBeLessThan(
      300,
    )
    app.clock.advance(6)
    const page = await come(device.userCode)
    expect(page.url.pathname).not.toBe('/consent')
    expect(page.body).toContain('This code has expired')
    const refused = await issuingNothing(app, () => poll(app, cli, device))
    expectRefusal(refused, 400, 'authorization_pending')
  })

  test('RFC 9396 §10: nor to details of a type that the application may not have any more', async () => {
    const narrow = await app.fixtures.firstParty()
    const device = await newDevice(app, narrow, { authorization_details: JSON.stringify([look]) })
    await describeApplication(app, narrow, { authorization_details_types: ['other'] })
    app.clock.advance(6)
    const page = await come(device.userCode)
    expect(page.url.pathname).not.toBe('/consent')
    expect(page.body).toContain('This code has expired')
  })
})

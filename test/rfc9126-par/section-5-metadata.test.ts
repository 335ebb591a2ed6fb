import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { REDIRECT_URI, type TestApplication } from '../support/fixtures.ts'
import { describeApplication, pushed } from '../support/keyed-application.ts'
import type { Management } from '../support/management.ts'
import { authorizationUrl, expectErrorRedirect, open, writingNothing } from '../support/relying-party.ts'

const SETTINGS = '/latchkey/v1/settings'

let app: TestApp
let management: Management
let application: TestApplication
let strict: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
  application = await app.fixtures.firstParty()
  strict = await app.fixtures.firstParty()
  await describeApplication(app, strict, { require_pushed_authorization_requests: true })
})
afterAll(() => app[Symbol.asyncDispose]())
afterEach(async () => {
  await management.patch(SETTINGS, { require_pushed_authorization_requests: null })
})

const expectMustPush = async (asking: TestApplication): Promise<void> => {
  const opened = await writingNothing(app, () => open(authorizationUrl(app, asking)))
  expectErrorRedirect(opened, { to: REDIRECT_URI, error: 'invalid_request', iss: app.issuer })
  expect((await open(await pushed(app, asking))).location).toMatch(/^\/sign-in\?/)
}

const announced = async () =>
  (await (await fetch(`${app.issuer}/.well-known/oauth-authorization-server`)).json()) as Record<
    string,
    unknown
  >

describe('RFC 9126 §5, §6: who has to push', () => {
  test('RFC 9126 §6: a client that registered so', async () => {
    await expectMustPush(strict)
    expect((await open(authorizationUrl(app, application))).location).toMatch(/^\/sign-in\?/)
  })

  test('RFC 9126 §5: every client, where the environment says so, and metadata say it', async () => {
    expect(await announced()).toMatchObject({
      pushed_authorization_request_endpoint: `${app.issuer}/oauth2/par`,
      require_pushed_authorization_requests: false,
    })
    await management.patch(SETTINGS, { require_pushed_authorization_requests: true })
    await expectMustPush(application)
    expect(await announced()).toMatchObject({ require_pushed_authorization_requests: true })
  })
})

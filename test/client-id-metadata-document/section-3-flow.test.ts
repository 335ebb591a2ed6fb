import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestUser } from '../support/fixtures.ts'
import { applicationAt, documentAt, documents, switchDocuments } from '../support/metadata-documents.ts'
import {
  authorizationUrl,
  expectRefusal,
  newPkce,
  obtainTokens,
  open,
  post,
  refresh,
  revoke,
  textOf,
  userinfo,
  writingNothing,
} from '../support/relying-party.ts'

const published = documents()
let app: TestApp
let user: TestUser
let serial = 0
let url: string
beforeAll(async () => {
  app = await startTestApp({
    overrides: {
      outboundFetch: published.outboundFetch,
      registrationLimits: { windowSeconds: 3600, perAddress: 1000 },
    },
  })
  user = await app.fixtures.user()
  await switchDocuments(app)
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => {
  app.clock.advance(60)
  url = `https://host${++serial}.example/client.json`
  published.put(url, documentAt(url))
})

const start = (clientId = url, parameters: Readonly<Record<string, string>> = {}) =>
  open(authorizationUrl(app, applicationAt(clientId), { ...newPkce().parameters, ...parameters }))

const row = () => app.stores.clients.byClientId(url)

describe('draft §4: authorization', () => {
  test('asks once, however often the client is named, and writes nothing before somebody agrees', async () => {
    const before = published.asked.length
    await writingNothing(app, async () => {
      const answers = await Promise.all([start(), start(), start()])
      for (const { status } of answers) expect(status).toBe(302)
      expect((await start()).status).toBe(302)
    })
    expect(published.asked.slice(before)).toEqual([url])
  })

  test('a user signs in: code, tokens, userinfo, refresh, introspection and revocation', async () => {
    const application = applicationAt(url)
    const tokens = await obtainTokens(app, application, user, { scope: 'openid email offline_access' })
    expect({ status: tokens.status, body: tokens.body }).toMatchObject({ status: 200 })
    expect(await row()).toMatchObject({
      clientId: url,
      name: 'Notes',
      organizationId: null,
      isFirstParty: false,
      isPublic: true,
      requirePkce: true,
      wasDynamicallyRegistered: true,
    })
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toMatchObject({ email: user.email })
    const refreshed = await refresh(app, application, textOf(tokens, 'refresh_token'))
    expect(refreshed.status).toBe(200)
    const own = await app.fixtures.firstParty()
    const asked = { token: textOf(refreshed, 'access_token') }
    const credentials = { client_id: own.clientId, client_secret: own.clientSecret }
    const introspected = await post(`${app.issuer}/oauth2/introspection`, { ...asked, ...credentials })
    expect(introspected.body).toMatchObject({ active: true, client_id: url })
    expect((await revoke(app, application, textOf(refreshed, 'refresh_token'))).status).toBe(200)
    expectRefusal(await refresh(app, application, textOf(refreshed, 'refresh_token')), 400, 'invalid_grant')
  })
})

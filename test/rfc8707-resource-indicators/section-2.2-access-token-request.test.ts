import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { followAuthorization } from '../support/follow-authorization.ts'
import {
  authorizationUrl,
  clientToken,
  credentials,
  expectRefusal,
  introspect,
  issuingNothing,
  newPkce,
  obtainTokens,
  post,
  redeem,
  refresh,
  textOf,
  writingNothing,
} from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'

const API = 'https://api.example.com/'
const MCP = 'https://mcp.example.com/mcp'
const THIRD = 'urn:example:third'

let app: TestApp
let application: TestApplication
let machine: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [API, MCP, THIRD])
  application = await app.fixtures.firstParty()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

/** A code for API and MCP. */
const codeForTwo = async (scope = 'openid offline_access') => {
  const url = new URL(authorizationUrl(app, application, { ...newPkce().parameters, scope }))
  url.searchParams.delete('code_challenge')
  url.searchParams.delete('code_challenge_method')
  for (const resource of [API, MCP]) url.searchParams.append('resource', resource)
  return (await followAuthorization(url, user)).searchParams.get('code') ?? ''
}

const audOf = (answer: Awaited<ReturnType<typeof redeem>>) => accessTokenClaimsOf(answer)['aud']

describe('RFC 8707 §2.2: resource in a token request', () => {
  test('RFC 8707 §2.2: without one the token is for all that were granted', async () => {
    expect(audOf(await redeem(app, application, await codeForTwo()))).toEqual([API, MCP])
  })

  test('RFC 8707 §2.2: one of those granted, and at each refresh another one', async () => {
    const first = await redeem(app, application, await codeForTwo(), { resource: MCP })
    expect(audOf(first)).toBe(MCP)
    const second = await refresh(app, application, textOf(first, 'refresh_token'), { resource: API })
    expect(audOf(second)).toBe(API)
    const third = await refresh(app, application, textOf(second, 'refresh_token'))
    expect(audOf(third)).toEqual([API, MCP])
  })

  test('RFC 8707 §2.2: several, each once', async () => {
    const form = new URLSearchParams({
      grant_type: 'authorization_code',
      code: await codeForTwo(),
      redirect_uri: application.redirectUri,
      ...credentials(application),
    })
    for (const resource of [MCP, API, MCP]) form.append('resource', resource)
    expect(audOf(await post(`${app.issuer}/oauth2/token`, form))).toEqual([MCP, API])
  })

  test.each([
    ['registered but not granted', THIRD],
    ['not registered', 'https://other.example.com/'],
    ['granted but for a slash', API.slice(0, -1)],
  ])(
    'RFC 8707 §3: one that is %s is invalid_target, and the code is not used up',
    async (_what, resource) => {
      const code = await codeForTwo()
      const answer = await issuingNothing(app, () => redeem(app, application, code, { resource }))
      expectRefusal(answer, 400, 'invalid_target')
      expect((await redeem(app, application, code)).status).toBe(200)
    },
  )

  test('RFC 8707 §3: the same at refresh, and the refresh token stays good', async () => {
    const tokens = await redeem(app, application, await codeForTwo())
    const token = textOf(tokens, 'refresh_token')
    const answer = await issuingNothing(app, () => refresh(app, application, token, { resource: THIRD }))
    expectRefusal(answer, 400, 'invalid_target')
    expect((await refresh(app, application, token)).status).toBe(200)
  })

  test('RFC 8707 §3: what was granted for nowhere in particular cannot be had for a resource', async () => {
    const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' })
    const token = textOf(tokens, 'refresh_token')
    expectRefusal(await refresh(app, application, token, { resource: API }), 400, 'invalid_target')
  })

  test('RFC 6749 §4.1.3: whoever merely found a code learns nothing of its resources', async () => {
    const other = await app.fixtures.firstParty()
    const code = await codeForTwo()
    const changes = { resource: THIRD, redirect_uri: application.redirectUri }
    expectRefusal(await redeem(app, other, code, changes), 400, 'invalid_grant')
    const found = await redeem(app, application, code)
    expectRefusal(
      await refresh(app, other, textOf(found, 'refresh_token'), { resource: THIRD }),
      400,
      'invalid_grant',
    )
  })

  test('RFC 7662 §2.2: introspection tells the audience, and the token holds', async () => {
    const tokens = await redeem(app, application, await codeForTwo())
    const { body } = await introspect(app, application, textOf(tokens, 'access_token'))
    expect(body).toMatchObject({ active: true, aud: [API, MCP] })
  })
})

describe('RFC 8707 §2.2: an application that acts for itself', () => {
  test('RFC 8707 §2: gets a token for exactly that resource, and writes nothing', async () => {
    await clientToken(app, machine)
    const answer = await writingNothing(app, () => clientToken(app, machine, { resource: MCP }))
    expect(audOf(answer)).toBe(MCP)
    expect(audOf(await clientToken(app, machine))).toMatch(/^client_/)
  })

  test('RFC 8707 §2: one that is not registered is invalid_target', async () => {
    expectRefusal(await clientToken(app, machine, { resource: 'https://x.example/' }), 400, 'invalid_target')
  })
})

describe('resources that are removed', () => {
  const remove = async (uri: string) => {
    await app.testDatabase.database.kysely.deleteFrom('resource_indicator').where('uri', '=', uri).execute()
    app.clock.advance(6)
  }

  test('are not given any more; a grant of them alone yields nothing, and is not used up by trying', async () => {
    await registerResources(app, ['https://gone.example.com/'])
    const resource = 'https://gone.example.com/'
    const person = await app.fixtures.user()
    const tokens = await obtainTokens(app, application, person, { scope: 'openid offline_access', resource })
    await remove(resource)
    const token = textOf(tokens, 'refresh_token')
    const answer = await issuingNothing(app, () => refresh(app, application, token))
    expectRefusal(answer, 400, 'invalid_target')
    await registerResources(app, [resource])
    expect(audOf(await refresh(app, application, token))).toBe(resource)
    await remove(resource)
  })
})

describe('Deviation from RFC 8707 §2', () => {
  test('as long as nothing is registered the parameter is ignored', async () => {
    await using empty = await startTestApp()
    const plain = await empty.fixtures.firstParty()
    const person = await empty.fixtures.user()
    const tokens = await obtainTokens(empty, plain, person, { resource: 'https://any.example.com/' })
    expect(audOf(tokens)).toMatch(/^client_/)
  })
})

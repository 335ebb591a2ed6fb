import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { describeApplication } from '../support/keyed-application.ts'
import {
  clientToken,
  expectRefusal,
  issuingNothing,
  obtainTokens,
  textOf,
  writingNothing,
} from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'
import { ACCESS_TOKEN_TYPE, exchange } from '../support/token-exchange.ts'

const MCP = 'https://mcp.example.com/mcp'
const DOWNSTREAM = 'https://downstream.example.com/'

let app: TestApp
let agent: TestApplication
let gateway: TestApplication
let native: TestApplication
let machine: TestApplication
let user: TestUser
let token: string
let idToken: string
let refreshToken: string
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [MCP, DOWNSTREAM])
  await app.fixtures.permission('reports:read')
  await app.fixtures.permission('reports:write')
  const organization = await app.fixtures.organization()
  const scopes = ['reports:read', 'reports:write']
  agent = await app.fixtures.thirdParty(organization, { scopes })
  gateway = await app.fixtures.firstParty({ scopes: ['reports:read'] })
  native = await app.fixtures.firstParty({ isPublic: true })
  machine = await app.fixtures.m2m(organization, { scopes })
  user = await app.fixtures.user({ organizations: [organization] })
  const tokens = await obtainTokens(app, agent, user, {
    scope: 'openid email offline_access reports:read reports:write',
    resource: MCP,
  })
  token = textOf(tokens, 'access_token')
  idToken = textOf(tokens, 'id_token')
  refreshToken = textOf(tokens, 'refresh_token')
})
afterAll(() => app[Symbol.asyncDispose]())

describe('RFC 8693 §2.1, §2.2.1: an access token for another resource', () => {
  test('RFC 8693 §2.2.1: the answer, with issued_token_type and nothing to refresh; nothing is written', async () => {
    const answer = await writingNothing(app, () => exchange(app, gateway, token, { resource: DOWNSTREAM }))
    expect(answer.status).toBe(200)
    expect(answer.headers.get('cache-control')).toBe('no-store')
    expect(answer.body).toEqual({
      access_token: expect.any(String),
      issued_token_type: ACCESS_TOKEN_TYPE,
      token_type: 'Bearer',
      expires_in: expect.any(Number),
      scope: 'openid email reports:read',
    })
  })

  test('keeps the user, the organization, the consent and the grant; the client is who exchanged', async () => {
    const before = accessTokenClaimsOf({ body: { access_token: token } } as never)
    const claims = accessTokenClaimsOf(await exchange(app, gateway, token, { resource: DOWNSTREAM }))
    const { sub, org_id, sid, grant_id } = before
    expect(claims).toMatchObject({ sub, org_id, sid, grant_id, aud: DOWNSTREAM, client_id: gateway.clientId })
    expect(claims['act']).toBeUndefined()
  })

  test('RFC 8693 §2.1: audience names the same as resource', async () => {
    const claims = accessTokenClaimsOf(await exchange(app, gateway, token, { audience: DOWNSTREAM }))
    expect(claims['aud']).toBe(DOWNSTREAM)
  })

  test('RFC 8693 §2.1: scope narrows', async () => {
    const answer = await exchange(app, gateway, token, { resource: DOWNSTREAM, scope: 'reports:read' })
    expect(answer.body).toMatchObject({ scope: 'reports:read' })
  })

  test('lasts no longer than the subject token', async () => {
    const { exp } = accessTokenClaimsOf({ body: { access_token: token } } as never)
    app.clock.advance(100)
    const answer = await exchange(app, gateway, token, { resource: DOWNSTREAM })
    expect(accessTokenClaimsOf(answer)['exp']).toBe(exp)
    expect(answer.body['expires_in']).toBeLessThanOrEqual(200)
  })
})

describe('RFC 8693 §2.2.2: refusals', () => {
  test.each<[string, string, Readonly<Record<string, string | undefined>>]>([
    ['no subject_token', 'invalid_request', { subject_token: undefined }],
    ['no subject_token_type', 'invalid_request', { subject_token_type: undefined }],
    ['a token that is none', 'invalid_request', { subject_token: 'a.b.c' }],
    ['another requested type', 'invalid_request', { requested_token_type: `${ACCESS_TOKEN_TYPE}x` }],
    ['an actor_token without its type', 'invalid_request', { actor_token: 'a.b.c' }],
    ['an actor_token_type alone', 'invalid_request', { actor_token_type: ACCESS_TOKEN_TYPE }],
    ['no resource', 'invalid_target', { resource: undefined }],
    ['a resource that is not registered', 'invalid_target', { resource: 'https://x.example/' }],
    ['an audience that is not registered', 'invalid_target', { audience: 'https://x.example/' }],
    ['a scope that the application may not have', 'invalid_scope', { scope: 'reports:write' }],
    ['a scope that the subject token has not', 'invalid_scope', { scope: 'profile' }],
    ['a scope that would keep it going', 'invalid_scope', { scope: 'offline_access' }],
  ])('%s is %s', async (_what, _code, changes) => {
    const answer = await issuingNothing(app, () =>
      exchange(app, gateway, token, { resource: DOWNSTREAM, ...changes }),
    )
    expectRefusal(answer, 400, _code)
  })

  test.each([
    ['an ID token', () => idToken, 'urn:ietf:params:oauth:token-type:id_token'],
    ['an ID token that is called an access token', () => idToken, ACCESS_TOKEN_TYPE],
    ['a refresh token', () => refreshToken, 'urn:ietf:params:oauth:token-type:refresh_token'],
    ['a refresh token that is called an access token', () => refreshToken, ACCESS_TOKEN_TYPE],
  ])('%s is invalid_request', async (_what, tokenOf, type) => {
    const changes = { resource: DOWNSTREAM, subject_token_type: type }
    const answer = await issuingNothing(app, () => exchange(app, gateway, tokenOf(), changes))
    expectRefusal(answer, 400, 'invalid_request')
  })

  test('the own token of an application is invalid_request', async () => {
    const own = textOf(await clientToken(app, machine), 'access_token')
    expectRefusal(await exchange(app, gateway, own, { resource: DOWNSTREAM }), 400, 'invalid_request')
  })

  test('RFC 8693 §5: whoever is not one of the operator’s with a secret is unauthorized_client', async () => {
    for (const application of [agent, native, machine]) {
      const answer = await exchange(app, application, token, { resource: DOWNSTREAM })
      expectRefusal(answer, 400, 'unauthorized_client')
    }
    const answer = await exchange(app, gateway, token, { resource: DOWNSTREAM, client_secret: 'wrong' })
    expectRefusal(answer, 401, 'invalid_client')
  })
})

describe('RFC 9396 §10: authorization details in exchange', () => {
  test('are those of types that the exchanging application may have', async () => {
    const management = await app.management()
    const { status } = await management.patch('/latchkey/v1/settings', {
      authorization_details_types: [
        { type: 'look', title: 'Look' },
        { type: 'pay', title: 'Pay' },
      ],
    })
    expect(status).toBe(200)
    app.clock.advance(6)
    const narrow = await app.fixtures.firstParty()
    await describeApplication(app, narrow, { authorization_details_types: ['look'] })
    const subject = await obtainTokens(app, gateway, user, {
      authorization_details: '[{"type":"look"},{"type":"pay"}]',
    })
    const answer = await exchange(app, narrow, textOf(subject, 'access_token'), { resource: DOWNSTREAM })
    expect(answer.body['authorization_details']).toEqual([{ type: 'look' }])
    expect(accessTokenClaimsOf(answer)['authorization_details']).toEqual([{ type: 'look' }])
  })
})

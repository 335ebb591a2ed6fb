import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { dpop, thumbprintOf } from '../support/dpop.ts'
import type { TestApplication } from '../support/fixtures.ts'
import {
  authorize,
  credentials,
  expectRefusal,
  issuingNothing,
  newPkce,
  obtainTokens,
  post,
  textOf,
} from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'
import { newTestKey, type TestKey } from '../support/signing-client.ts'
import { ACCESS_TOKEN_TYPE, exchange } from '../support/token-exchange.ts'

const API = 'https://api.example.com/'

let app: TestApp
let gateway: TestApplication
let key: TestKey
let other: TestKey
let bound: string
let bearer: string
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [API])
  gateway = await app.fixtures.firstParty()
  const user = await app.fixtures.user()
  key = await newTestKey()
  other = await newTestKey()
  const pkce = newPkce()
  const response = await authorize(app, gateway, user, pkce.parameters)
  const tokens = await post(
    `${app.issuer}/oauth2/token`,
    {
      grant_type: 'authorization_code',
      code: response.get('code') ?? '',
      redirect_uri: gateway.redirectUri,
      code_verifier: pkce.verifier,
      ...credentials(gateway),
    },
    await dpop(app, key),
  )
  expect(tokens.body['token_type']).toBe('DPoP')
  bound = textOf(tokens, 'access_token')
  bearer = textOf(await obtainTokens(app, gateway, user), 'access_token')
})
afterAll(() => app[Symbol.asyncDispose]())

describe('RFC 8693 §5, RFC 9449 §1: a bound token is not exchanged for one that is not', () => {
  test('without its key, or with another one, it is invalid_request', async () => {
    for (const headers of [{}, await dpop(app, other)]) {
      const answer = await issuingNothing(app, () =>
        exchange(app, gateway, bound, { resource: API }, headers),
      )
      expectRefusal(answer, 400, 'invalid_request')
    }
  })

  test('nor is it an actor', async () => {
    const changes = { resource: API, actor_token: bound, actor_token_type: ACCESS_TOKEN_TYPE }
    expectRefusal(await exchange(app, gateway, bearer, changes), 400, 'invalid_request')
  })

  test('with its key it is exchanged for one that is bound to the same', async () => {
    const answer = await exchange(app, gateway, bound, { resource: API }, await dpop(app, key))
    expect(answer.body).toMatchObject({ token_type: 'DPoP', issued_token_type: ACCESS_TOKEN_TYPE })
    expect(accessTokenClaimsOf(answer)['cnf']).toEqual({ jkt: await thumbprintOf(key) })
  })

  test('one that is not bound may be exchanged for one that is', async () => {
    const answer = await exchange(app, gateway, bearer, { resource: API }, await dpop(app, other))
    expect(accessTokenClaimsOf(answer)['cnf']).toEqual({ jkt: await thumbprintOf(other) })
  })
})

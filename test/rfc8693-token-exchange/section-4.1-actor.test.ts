import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { clientToken, expectRefusal, introspect, obtainTokens, textOf } from '../support/relying-party.ts'
import { accessTokenClaimsOf, registerResources } from '../support/resources.ts'
import { ACCESS_TOKEN_TYPE, exchange } from '../support/token-exchange.ts'

const API = 'https://api.example.com/'

let app: TestApp
let gateway: TestApplication
let machine: TestApplication
let user: TestUser
let support: TestUser
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [API])
  gateway = await app.fixtures.firstParty()
  machine = await app.fixtures.m2m(await app.fixtures.organization())
  user = await app.fixtures.user()
  support = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const tokenOf = async (person: TestUser) => textOf(await obtainTokens(app, gateway, person), 'access_token')
const acting = (actorToken: string) => ({
  resource: API,
  actor_token: actorToken,
  actor_token_type: ACCESS_TOKEN_TYPE,
})

describe('RFC 8693 §4.1: delegation', () => {
  test('RFC 8693 §4.1: act names the actor, and introspection tells it', async () => {
    const answer = await exchange(app, gateway, await tokenOf(user), acting(await tokenOf(support)))
    const act = { sub: support.id, client_id: gateway.clientId }
    expect(accessTokenClaimsOf(answer)).toMatchObject({ sub: user.id, act })
    const { body } = await introspect(app, gateway, textOf(answer, 'access_token'))
    expect(body).toMatchObject({ active: true, sub: user.id, act })
  })

  test('RFC 8693 §4.1: who acted before is kept inside, and stays without a new actor', async () => {
    const first = await exchange(app, gateway, await tokenOf(user), acting(await tokenOf(support)))
    const own = textOf(await clientToken(app, machine), 'access_token')
    const second = await exchange(app, gateway, textOf(first, 'access_token'), acting(own))
    const act = {
      sub: machine.clientId,
      client_id: machine.clientId,
      act: { sub: support.id, client_id: gateway.clientId },
    }
    expect(accessTokenClaimsOf(second)['act']).toEqual(act)
    const third = await exchange(app, gateway, textOf(second, 'access_token'), { resource: API })
    expect(accessTokenClaimsOf(third)['act']).toEqual(act)
  })

  test('an actor whose token does not hold is invalid_request', async () => {
    const actor = await tokenOf(support)
    const subject = await tokenOf(user)
    expectRefusal(await exchange(app, gateway, subject, acting(`${actor}x`)), 400, 'invalid_request')
  })

  test('a chain does not grow for ever', async () => {
    let token = await tokenOf(user)
    for (let times = 0; times < 5; times++) {
      token = textOf(await exchange(app, gateway, token, { resource: API }), 'access_token')
    }
    expectRefusal(await exchange(app, gateway, token, { resource: API }), 400, 'invalid_request')
  })
})

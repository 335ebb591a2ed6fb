import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  expectRefusal,
  introspect,
  obtainTokens,
  revoke,
  textOf,
  withdrawConsent,
} from '../support/relying-party.ts'
import { registerResources } from '../support/resources.ts'
import { exchange } from '../support/token-exchange.ts'

const API = 'https://api.example.com/'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await registerResources(app, [API])
})
afterAll(() => app[Symbol.asyncDispose]())

let agent: TestApplication
let gateway: TestApplication
let backend: TestApplication
let observer: TestApplication
let user: TestUser
let subject: string
let once: string
let twice: string
beforeEach(async () => {
  agent = await app.fixtures.thirdParty(await app.fixtures.organization())
  gateway = await app.fixtures.firstParty()
  backend = await app.fixtures.firstParty()
  observer = await app.fixtures.firstParty()
  user = await app.fixtures.user()
  subject = textOf(await obtainTokens(app, agent, user), 'access_token')
  once = textOf(await exchange(app, gateway, subject, { resource: API }), 'access_token')
  twice = textOf(await exchange(app, backend, once, { resource: API }), 'access_token')
})

const holds = async (token: string) => (await introspect(app, observer, token)).body['active']
const remove = async (table: 'application' | 'client_credential' | 'session' | 'user', id: string) => {
  await app.testDatabase.database.kysely
    .deleteFrom(table)
    .where('id', '=', id as never)
    .execute()
}

describe('a token had in exchange holds as long as what it was exchanged for', () => {
  test('it holds, and may be exchanged in its turn', async () => {
    expect(await Promise.all([subject, once, twice].map(holds))).toEqual([true, true, true])
  })

  test.each<[string, () => Promise<unknown>]>([
    ['the consent is withdrawn', () => withdrawConsent(app, user, agent)],
    ['the user is deleted', () => remove('user', user.id)],
    ['the application of the grant is deleted', () => remove('application', agent.id)],
    ['its credential is deleted', () => remove('client_credential', agent.credentialId ?? '')],
    ['the subject token is revoked', () => revoke(app, agent, subject)],
    [
      'the session ends',
      () => app.testDatabase.database.kysely.deleteFrom('session').where('user_id', '=', user.id).execute(),
    ],
  ])('until %s', async (_what, end) => {
    await end()
    expect(await Promise.all([subject, once, twice].map(holds))).toEqual([false, false, false])
    expectRefusal(await exchange(app, gateway, subject, { resource: API }), 400, 'invalid_request')
  })

  test.each<[string, () => Promise<unknown>]>([
    ['the application that exchanged it is deleted', () => remove('application', gateway.id)],
    ['the credential of that is deleted', () => remove('client_credential', gateway.credentialId ?? '')],
    ['it is revoked by that', () => revoke(app, gateway, once)],
  ])('or until %s, which leaves the subject token as it is', async (_what, end) => {
    await end()
    expect(await Promise.all([subject, once, twice].map(holds))).toEqual([true, false, false])
  })
})

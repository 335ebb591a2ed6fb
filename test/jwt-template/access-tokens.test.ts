import { decodeJwt } from 'jose'
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import { connectDevice } from '../support/device.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import type { Management } from '../support/management.ts'
import { clientToken, introspect, obtainTokens, refresh, textOf, userinfo } from '../support/relying-party.ts'
import { registerResources } from '../support/resources.ts'
import { recordStatements } from '../support/statements.ts'
import { exchange } from '../support/token-exchange.ts'

const PATH = '/user_management/jwt_template'

let app: TestApp
let management: Management
let user: TestUser
let application: TestApplication
let organization: string
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
  const id = await app.fixtures.organization('Analytical Engines')
  organization = id
  user = await app.fixtures.user({ organizations: [id] })
  application = await app.fixtures.thirdParty(id)
})
afterAll(() => app[Symbol.asyncDispose]())

const setTemplate = async (content: string) => {
  const { status, body } = await management.put(PATH, { content })
  expect(status, JSON.stringify(body)).toBe(200)
}
const tokens = () => obtainTokens(app, application, user, { scope: 'openid offline_access' })
const claimsOf = async () => decodeJwt(textOf(await tokens(), 'access_token'))
/** Longer than a node goes without looking. */
const setCacheAside = async () => app.clock.advance(10)

describe('the JWT template', () => {
  test('is in access tokens of users: of code and refresh, about user, organization and membership', async () => {
    await setTemplate(`{
      "mail": {{ user.email }},
      "greeting": "Hello {{ user.first_name }}",
      "user": {{ user }},
      "company": "{{ organization.name }}",
      "domains": {{ organization.domains }},
      "role": {{ organization_membership.role }},
      "roles": {{ organization_membership.roles }},
      "nobody": {{ user.external_id }}
    }`)
    const answer = await tokens()
    const claims = decodeJwt(textOf(answer, 'access_token'))
    expect(claims).toMatchObject({
      mail: user.email,
      greeting: 'Hello Ada',
      company: 'Analytical Engines',
      domains: [],
      role: 'member',
      roles: [{ slug: 'member' }],
      org_id: organization,
    })
    expect(claims).not.toHaveProperty('nobody')
    // As the management API shows the user.
    expect(claims['user']).toEqual((await management.get(`/user_management/users/${user.id}`)).body)

    await management.put(`/user_management/users/${user.id}`, { first_name: 'Augusta' })
    const renewed = await refresh(app, application, textOf(answer, 'refresh_token'))
    const access = textOf(renewed, 'access_token')
    expect(decodeJwt(access)).toMatchObject({ greeting: 'Hello Augusta' })
    expect((await userinfo(app, access)).status).toBe(200)
    expect((await introspect(app, application, access)).body).toMatchObject({ active: true })
    // Not in ID tokens.
    expect(decodeJwt(textOf(answer, 'id_token'))).not.toHaveProperty('greeting')
  })

  test('is in what is had in exchange for the token of a user', async () => {
    await registerResources(app, ['https://api.example.com/'])
    await setTemplate('{"mail": {{ user.email }}, "company": {{ organization.name }} }')
    await setCacheAside()
    const subject = textOf(await tokens(), 'access_token')
    const gateway = await app.fixtures.firstParty()
    const answer = await exchange(app, gateway, subject, { resource: 'https://api.example.com/' })
    expect(decodeJwt(textOf(answer, 'access_token'))).toMatchObject({
      mail: user.email,
      company: 'Analytical Engines',
      client_id: gateway.clientId,
    })
  })

  test('is in the tokens that a device gets, and in those they are renewed by', async () => {
    await setTemplate('{"mail": {{ user.email }}, "company": {{ organization.name }} }')
    const answer = await connectDevice(app, application, user, { scope: 'openid offline_access' })
    const renewed = await refresh(app, application, textOf(answer, 'refresh_token'))
    for (const { body } of [answer, renewed]) {
      expect(decodeJwt(String(body['access_token']))).toMatchObject({
        mail: user.email,
        company: 'Analytical Engines',
        org_id: organization,
      })
      expect(decodeJwt(String(body['id_token']))).not.toHaveProperty('mail')
    }
  })

  test('costs one read where it is about somebody, and none where it is not', async () => {
    const first = await tokens()
    let refreshToken = textOf(first, 'refresh_token')
    const spent = async () => {
      using statements = recordStatements(app)
      const renewed = await refresh(app, application, refreshToken)
      refreshToken = textOf(renewed, 'refresh_token')
      await userinfo(app, textOf(renewed, 'access_token'))
      return statements.take()
    }
    const costs = async (content: string) => {
      await setTemplate(content)
      // An announcement that comes later has the template read once more.
      await app.changesHeard()
      await spent()
      return spent()
    }
    const constant = await costs('{"tier": "gold"}')
    const about = await costs('{"mail": {{ user.email }}, "role": {{ organization_membership.role }} }')
    const { kysely } = app.testDatabase.database
    await kysely.deleteFrom('jwt_template').execute()
    await app.changesHeard()
    await spent()
    const without = await spent()
    expect(without).toHaveLength(2)
    expect(constant).toEqual(without)
    expect(about).toHaveLength(3)
    expect(about).toEqual(expect.arrayContaining([...without]))
  })

  test('is not in tokens of applications', async () => {
    await setTemplate('{"mail": "x"}')
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    expect(decodeJwt(textOf(await clientToken(app, machine), 'access_token'))).not.toHaveProperty('mail')
  })

  test('that makes too much leaves all of its claims out, and no sign-in fails; the operator is told', async () => {
    await setTemplate('{"small": 1, "much": {{ user.metadata }} }')
    const metadata = Object.fromEntries(Array.from({ length: 10 }, (_, at) => [`k${at}`, 'x'.repeat(500)]))
    await management.put(`/user_management/users/${user.id}`, { metadata })
    const claims = await claimsOf()
    expect(claims).toMatchObject({ sub: user.id })
    expect(claims).not.toHaveProperty('small')
    expect(app.logLines.join('\n')).toMatch(/makes \d+ bytes of claims/)
    expect(app.logLines.join('\n')).not.toContain('xxxxx')
  })

  test('that was set past the checks can override nothing, and fails no sign-in', async () => {
    const { kysely } = app.testDatabase.database
    const store = (content: string) => kysely.updateTable('jwt_template').set({ content }).execute()
    await store('{"sub": "x", "scope": "x", "client_id": "x", "cnf": {}, "own": 1}')
    await setCacheAside()
    expect(await claimsOf()).toMatchObject({ sub: user.id, client_id: application.clientId, own: 1 })
    expect(await claimsOf()).not.toHaveProperty('cnf')
    await store('{"own": {{')
    await setCacheAside()
    expect(await claimsOf()).not.toHaveProperty('own')
  })

  if (testStore.kind === 'postgres') {
    test('is in effect on every node, once it is set on one', async () => {
      const node = await app.startNode()
      try {
        // Pages are at the issuer alone; tokens come from any node.
        let refreshToken = textOf(await tokens(), 'refresh_token')
        await setTemplate('{"set": "here"}')
        await vi.waitFor(
          async () => {
            const renewed = await refresh(node, application, refreshToken)
            refreshToken = textOf(renewed, 'refresh_token')
            expect(decodeJwt(textOf(renewed, 'access_token'))).toMatchObject({ set: 'here' })
          },
          { timeout: 10_000 },
        )
      } finally {
        await node.close()
      }
    })
  }
})

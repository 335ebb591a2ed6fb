import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { introspect, obtainTokens, refresh, textOf } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management
let reader: TestApplication

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
  reader = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const path = '/user_management/organization_memberships'

const wire = async (id: string) => (await management.get(`${path}/${id}`)).body as object

describe('what ends a membership ends its tokens at once', () => {
  const withTokens = async () => {
    const organizationId = await app.fixtures.organization()
    const user = await app.fixtures.user({ organizations: [organizationId] })
    const tokens = await obtainTokens(app, await app.fixtures.firstParty(), user, {
      scope: 'openid offline_access',
    })
    const { data } = await workos.userManagement.listOrganizationMemberships({ userId: user.id })
    return {
      id: data[0]?.id ?? '',
      tokens: [textOf(tokens, 'access_token'), textOf(tokens, 'refresh_token')],
    }
  }

  const activity = (tokens: readonly string[]) =>
    Promise.all(tokens.map(async (token) => (await introspect(app, reader, token)).body['active']))

  test('deactivation', async () => {
    const { id, tokens } = await withTokens()
    expect(await activity(tokens)).toEqual([true, true])
    await workos.userManagement.deactivateOrganizationMembership(id)
    expect(await activity(tokens)).toEqual([false, false])
  })

  test('deletion, which happens once and is one event', async () => {
    const { id, tokens } = await withTokens()
    expect(await activity(tokens)).toEqual([true, true])
    const before = await wire(id)
    const answers = await Promise.all(Array.from({ length: 4 }, () => management.delete(`${path}/${id}`)))
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 404, 404, 404])
    expect(await activity(tokens)).toEqual([false, false])
    expect(await eventsOf(app, id, ['organization_membership.deleted'])).toMatchObject([
      { name: 'organization_membership.deleted', data: before },
    ])
  })
})

describe('a membership that was deleted and made again', () => {
  test('brings back no token, code, agreement or key of the former one', async () => {
    const organizationId = await app.fixtures.organization()
    const user = await app.fixtures.user({ organizations: [organizationId] })
    const application = await app.fixtures.firstParty()
    const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' })
    const key = (
      await management.post(`/user_management/users/${user.id}/api_keys`, {
        name: 'Mine',
        organization_id: organizationId,
      })
    ).body as { id: string }
    const { data } = await workos.userManagement.listOrganizationMemberships({ userId: user.id })
    await workos.userManagement.deleteOrganizationMembership(data[0]?.id ?? '')
    await workos.userManagement.createOrganizationMembership({ userId: user.id, organizationId })

    for (const name of ['access_token', 'refresh_token']) {
      expect((await introspect(app, reader, textOf(tokens, name))).body).toEqual({ active: false })
    }
    expect(await refresh(app, application, textOf(tokens, 'refresh_token'))).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    expect(await app.stores.consents.standing(user.id, application.id)).toMatchObject({ consents: [] })
    expect(await eventsOf(app, key.id, ['api_key.revoked'])).toMatchObject([
      { actor: { type: 'api_key' }, organizationId, data: { object: 'api_key', id: key.id } },
    ])
    const withdrawn = await app.stores.events.byName('consent.withdrawn', 1000)
    expect(withdrawn.filter(({ data }) => data['user_id'] === user.id)).toMatchObject([
      { actor: { type: 'api_key' }, organizationId, data: { client_id: application.clientId } },
    ])
    expect(await obtainTokens(app, application, user, { scope: 'openid' })).toMatchObject({ status: 200 })
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management } from '../support/management.ts'
import {
  expectRefusal,
  introspect,
  issuingNothing,
  obtainTokens,
  refresh,
  textOf,
  userinfo,
} from '../support/relying-party.ts'

let app: TestApp
let management: Management
let reader: TestApplication
/** Every node there is: two on PostgreSQL. */
const nodes: { readonly issuer: string }[] = []
const closing: (() => Promise<void>)[] = []

beforeAll(async () => {
  app = await startTestApp()
  nodes.push(app)
  if (testStore.kind === 'postgres') {
    const node = await app.startNode()
    nodes.push(node)
    closing.push(() => node.close())
  }
  management = await app.management()
  reader = await app.fixtures.firstParty()
})
afterAll(async () => {
  for (const close of closing) await close()
  await app[Symbol.asyncDispose]()
})

interface Entry {
  readonly id: string
  readonly granted_scopes: readonly string[]
  readonly application: { readonly id: string }
  readonly user_id?: string
}

interface List {
  readonly data: readonly Entry[]
  readonly list_metadata: { readonly before: string | null; readonly after: string | null }
}

const ofUser = (id: string) => `/user_management/users/${id}/authorized_applications`
const list = async (path: string): Promise<List> => {
  const { status, body } = await management.get(path)
  expect(status).toBe(200)
  return body as List
}

/** A user with an application of a third party, and what it got. */
const established = async () => {
  const organization = await app.fixtures.organization()
  const user = await app.fixtures.user({ organizations: [organization] })
  const application = await app.fixtures.thirdParty(await app.fixtures.organization())
  const tokens = await obtainTokens(app, application, user, { scope: 'openid email offline_access' })
  return { organization, user, application, tokens }
}

describe('authorized applications', () => {
  test('are listed by user, as WorkOS lists them', async () => {
    const { user, application } = await established()
    const shown = (await management.get(`/connect/applications/${application.id}`)).body
    const { data, list_metadata } = await list(ofUser(user.id))
    expect(data).toEqual([
      {
        object: 'authorized_connect_application',
        id: expect.stringMatching(/^authorized_connect_app_[0-9A-Z]{26}$/),
        granted_scopes: expect.arrayContaining(['openid', 'email', 'offline_access']),
        application: shown,
      },
    ])
    expect(list_metadata).toEqual({ before: null, after: null })
  })

  test('are listed by organization, with the user', async () => {
    const { organization, user, application } = await established()
    const { data } = await list(`/organizations/${organization}/authorized_applications`)
    expect(data).toMatchObject([{ user_id: user.id, application: { id: application.id } }])
  })

  test('have the ULID of the consent, which is the sid of tokens', async () => {
    const { user, tokens } = await established()
    const { data } = await list(ofUser(user.id))
    const [, payload = ''] = textOf(tokens, 'access_token').split('.')
    const { sid } = JSON.parse(Buffer.from(payload, 'base64url').toString()) as { sid: string }
    expect(data.map(({ id }) => id)).toEqual([sid.replace('app_consent_', 'authorized_connect_app_')])
  })

  test('those of the operator are listed too: their tokens stand on the same', async () => {
    const user = await app.fixtures.user()
    const application = await app.fixtures.firstParty()
    await obtainTokens(app, application, user)
    expect((await list(ofUser(user.id))).data).toMatchObject([{ application: { id: application.id } }])
  })

  test('are listed page by page, each once', async () => {
    const user = await app.fixtures.user()
    const ids: string[] = []
    for (let count = 0; count < 5; count++) {
      const application = await app.fixtures.firstParty()
      await obtainTokens(app, application, user)
      ids.unshift(application.id)
    }
    const seen: string[] = []
    let after: string | null = null
    do {
      const page: List = await list(`${ofUser(user.id)}?limit=2${after === null ? '' : `&after=${after}`}`)
      seen.push(...page.data.map(({ application }) => application.id))
      after = page.list_metadata.after
    } while (after !== null)
    expect(seen).toEqual(ids)
  })

  test.each([
    ['limit=0', 'limit'],
    ['after=conn_app_01KA0000000000000000000000', 'after'],
    ['before=app_consent_01KA0000000000000000000000', 'before'],
    ['application=x', 'application'],
  ])('refuse %s', async (query, field) => {
    const user = await app.fixtures.user()
    const { status, body } = await management.get(`${ofUser(user.id)}?${query}`)
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ field }] } })
  })

  test('of what is not there are not found', async () => {
    const { user } = await established()
    for (const path of [
      ofUser('user_01KA0000000000000000000000'),
      ofUser('nobody'),
      '/organizations/org_01KA0000000000000000000000/authorized_applications',
    ]) {
      expect((await management.get(path)).status).toBe(404)
    }
    for (const id of [
      'conn_app_01KA0000000000000000000000',
      'client_01KA0000000000000000000000',
      reader.id,
    ]) {
      const ask = () => management.delete(`${ofUser(user.id)}/${id}`)
      expect((await issuingNothing(app, ask)).status).toBe(404)
    }
  })
})

describe('deleting an authorized application', () => {
  test.each(['id', 'clientId'] as const)(
    'by its %s ends refresh tokens, introspection and userinfo at once',
    async (name) => {
      const { user, application, tokens } = await established()
      const [access, refreshToken] = [textOf(tokens, 'access_token'), textOf(tokens, 'refresh_token')]
      const answer = await management.delete(`${ofUser(user.id)}/${application[name]}`)
      expect({ status: answer.status, body: answer.body }).toEqual({ status: 204, body: undefined })
      for (const node of nodes) {
        expect((await introspect(node, reader, access)).body).toEqual({ active: false })
        expect((await introspect(node, reader, refreshToken)).body).toEqual({ active: false })
        expect((await userinfo(node, access)).status).toBe(401)
        expectRefusal(await refresh(node, application, refreshToken), 400, 'invalid_grant')
      }
      expect((await list(ofUser(user.id))).data).toEqual([])
      expect((await management.delete(`${ofUser(user.id)}/${application[name]}`)).status).toBe(404)
    },
  )

  test('takes those for every organization, each with its event; of two at once one does it', async () => {
    const organizations = [await app.fixtures.organization('A'), await app.fixtures.organization('B')]
    const user = await app.fixtures.user({ organizations })
    const application = await app.fixtures.thirdParty(await app.fixtures.organization())
    const kept = await app.fixtures.thirdParty(await app.fixtures.organization())
    for (const organization_id of organizations) {
      await obtainTokens(app, application, user, { organization_id })
      await obtainTokens(app, kept, user, { organization_id })
    }
    const before = (await list(ofUser(user.id))).data.filter((each) => each.application.id === application.id)
    expect(before).toHaveLength(2)
    const answers = await Promise.all(
      [1, 2].map(() => management.delete(`${ofUser(user.id)}/${application.id}`)),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([204, 404])
    expect((await list(ofUser(user.id))).data.map((each) => each.application.id)).toEqual([kept.id, kept.id])
    const events = (await app.stores.events.byName('consent.withdrawn', 1000)).filter(
      ({ data }) => data['user_id'] === user.id,
    )
    expect(events.map(({ organizationId }) => organizationId).sort()).toEqual(organizations.toSorted())
    for (const event of events) {
      expect(event).toMatchObject({
        actor: { type: 'api_key' },
        targetId: expect.stringMatching(/^app_consent_/),
        data: { object: 'consent', application_id: application.id, client_id: application.clientId },
      })
    }
  })

  test('needs the right to change users', async () => {
    const { user, application } = await established()
    const other = await app.management(['users:read', 'applications:write'])
    const ask = () => other.delete(`${ofUser(user.id)}/${application.id}`)
    expect((await issuingNothing(app, ask)).status).toBe(403)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management, ManagementAnswer, WorkOS } from '../support/management.ts'
import { clientToken, introspect, issuingNothing, textOf } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management
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
  workos = await app.sdk()
  management = await app.management()
})
afterAll(async () => {
  for (const close of closing) await close()
  await app[Symbol.asyncDispose]()
})

/** With one secret. */
const m2m = async (): Promise<TestApplication> => app.fixtures.m2m(await app.fixtures.organization())

const secretsOf = (id: string) => `/connect/applications/${id}/client_secrets`
const ownSecretsOf = (id: string) => `/latchkey/v1/applications/${id}/client_secrets`

/** The same application with another secret. */
const withSecret = (application: TestApplication, clientSecret: string): TestApplication => ({
  ...application,
  clientSecret,
})

const refused = (ask: () => Promise<ManagementAnswer>) =>
  issuingNothing(app, ask, ['application', 'client_credential'])

interface Listed {
  readonly id: string
  readonly name: string | null
  readonly expires_at: string | null
  readonly last_used_at: string | null
  readonly safe_to_delete: { readonly safe: boolean; readonly reason: string }
}

const listed = async (id: string): Promise<readonly Listed[]> =>
  ((await management.get(ownSecretsOf(id))).body as { data: Listed[] }).data

describe('client secrets with the SDK', () => {
  test('are shown whole once, work at once on every node, and are listed by their hint', async () => {
    const application = await m2m()
    const created = await workos.connect.createApplicationClientSecret({ id: application.id })
    expect(created).toEqual({
      object: 'connect_application_secret',
      id: expect.stringMatching(/^secret_[0-9A-Z]{26}$/),
      secret: expect.stringMatching(/^lks_/),
      secretHint: created.secret.slice(-6),
      lastUsedAt: null,
      createdAt: expect.any(Date),
      updatedAt: expect.any(Date),
    })
    expect((await clientToken(app, withSecret(application, created.secret))).status).toBe(200)
    for (const node of nodes) {
      await app.changesHeard()
      expect((await clientToken(node, withSecret(application, created.secret))).status).toBe(200)
    }
    const { secret: _, ...shown } = created
    const all = await workos.connect.listApplicationClientSecrets({ id: application.clientId })
    expect(all).toContainEqual(shown)
    expect(all).toHaveLength(2)
  })

  test('show nothing but what WorkOS shows, however they were made', async () => {
    const application = await m2m()
    const { status, body } = await management.post(secretsOf(application.id), {
      name: 'Blue',
      expires_at: null,
    })
    expect(status).toBe(201)
    const members = ['created_at', 'id', 'last_used_at', 'object', 'secret_hint', 'updated_at']
    expect(Object.keys(body as object).sort()).toEqual([...members, 'secret'].sort())
    const list = (await management.get(secretsOf(application.id))).body as object[]
    for (const one of list) expect(Object.keys(one).sort()).toEqual(members)
  })

  test('need no body, whatever its type', async () => {
    const application = await m2m()
    expect((await management.post(secretsOf(application.id))).status).toBe(201)
    expect((await management.post(secretsOf(application.id), '')).status).toBe(201)
    expect((await management.post(secretsOf(application.id), {})).status).toBe(201)
  })

  test('are five at most, even if twenty are asked for at once', async () => {
    const application = await m2m()
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        management.post(secretsOf(index % 2 === 0 ? application.id : application.clientId), {}),
      ),
    )
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(4)
    for (const { status, body } of answers.filter((answer) => answer.status !== 201)) {
      expect({ status, body }).toMatchObject({
        status: 422,
        body: { errors: [{ code: 'too_many_credentials' }] },
      })
    }
    expect(await workos.connect.listApplicationClientSecrets({ id: application.id })).toHaveLength(5)
    await expect(workos.connect.createApplicationClientSecret({ id: application.id })).rejects.toMatchObject({
      status: 422,
    })
  })

  test('are not for applications that cannot keep one', async () => {
    const { id } = await app.fixtures.firstParty({ isPublic: true })
    const { status, body } = await refused(() => management.post(secretsOf(id), {}))
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ code: 'public_client' }] } })
  })

  test('are dead at once when deleted: for introspection on every node, for tokens on this one', async () => {
    const application = await m2m()
    const reader = await app.fixtures.firstParty()
    for (const node of nodes) expect((await clientToken(node, application)).status).toBe(200)
    const token = textOf(await clientToken(app, application), 'access_token')
    expect((await introspect(app, reader, token)).body['active']).toBe(true)

    await workos.connect.deleteClientSecret({ id: application.credentialId ?? '' })
    for (const node of nodes) expect((await introspect(node, reader, token)).body).toEqual({ active: false })
    expect((await clientToken(app, application)).status).toBe(401)
    for (const node of nodes) {
      await app.changesHeard()
      expect((await clientToken(node, application)).status).toBe(401)
    }
    await expect(
      workos.connect.deleteClientSecret({ id: application.credentialId ?? '' }),
    ).rejects.toMatchObject({ status: 404 })
  })

  test('leave the others as they are when deleted', async () => {
    const application = await m2m()
    const { secret } = await workos.connect.createApplicationClientSecret({ id: application.id })
    await workos.connect.deleteClientSecret({ id: application.credentialId ?? '' })
    expect((await clientToken(app, withSecret(application, secret))).status).toBe(200)
  })

  test('of what is not there are not found', async () => {
    const missing = 'conn_app_01KA0000000000000000000000'
    await expect(workos.connect.listApplicationClientSecrets({ id: missing })).rejects.toMatchObject({
      status: 404,
    })
    await expect(workos.connect.createApplicationClientSecret({ id: missing })).rejects.toMatchObject({
      status: 404,
    })
    for (const id of ['secret_01KA0000000000000000000000', 'client_01KA0000000000000000000000', 'x']) {
      expect((await management.delete(`/connect/client_secrets/${id}`)).status).toBe(404)
      expect((await management.patch(`/latchkey/v1/client_secrets/${id}`, {})).status).toBe(404)
    }
  })
})

describe('names and expiry of client secrets', () => {
  const inSeconds = (seconds: number) => new Date(app.clock.now().getTime() + 1000 * seconds).toISOString()

  test('an expired one gets nothing more on any node, and what it got lives on', async () => {
    const application = await m2m()
    const reader = await app.fixtures.firstParty()
    const { body } = await management.post(secretsOf(application.id), { expires_at: inSeconds(120) })
    const expiring = withSecret(application, (body as { secret: string }).secret)
    for (const node of nodes) {
      await app.changesHeard()
      expect((await clientToken(node, expiring)).status).toBe(200)
    }
    const token = textOf(await clientToken(app, expiring), 'access_token')
    app.clock.advance(60)
    expect((await clientToken(app, expiring)).status).toBe(200)
    app.clock.advance(60)
    for (const node of nodes) {
      expect((await clientToken(node, expiring)).body).toMatchObject({ error: 'invalid_client' })
      expect((await clientToken(node, application)).status).toBe(200)
      expect((await introspect(node, reader, token)).body['active']).toBe(true)
    }
  })

  test('can change later, each by itself; null takes away', async () => {
    const application = await m2m()
    const path = `/latchkey/v1/client_secrets/${application.credentialId}`
    const expires_at = inSeconds(3600)
    const updated = await management.patch(path, { name: ' Blue ', expires_at })
    expect(updated).toMatchObject({
      status: 200,
      body: {
        object: 'client_secret',
        id: application.credentialId,
        application_id: application.id,
        name: 'Blue',
        expires_at,
      },
    })
    expect((await management.patch(path, { name: null })).body).toMatchObject({ name: null, expires_at })
    expect((await management.patch(path, {})).body).toMatchObject({ name: null, expires_at })
    expect((await management.patch(path, { expires_at: null })).body).toMatchObject({ expires_at: null })
    const events = (await app.stores.events.byName('client_secret.updated', 1000)).filter(
      ({ targetId }) => targetId === application.credentialId,
    )
    // The one that changes nothing is none.
    expect(events).toHaveLength(3)
    expect(events[0]).toMatchObject({ before: { name: null, expires_at: null }, data: { name: 'Blue' } })
    expect(JSON.stringify(events)).not.toContain(application.clientSecret)
  })

  test('an expired one does not come back; it can still be named', async () => {
    const application = await m2m()
    const path = `/latchkey/v1/client_secrets/${application.credentialId}`
    await management.patch(path, { expires_at: inSeconds(60) })
    app.clock.advance(60)
    for (const expires_at of [null, inSeconds(60)]) {
      const answer = await refused(() => management.patch(path, { expires_at, name: 'Back' }))
      expect(answer).toMatchObject({ status: 409, body: { code: 'client_secret_already_expired' } })
    }
    expect((await clientToken(app, application)).status).toBe(401)
    expect(await management.patch(path, { name: 'Old' })).toMatchObject({
      status: 200,
      body: { name: 'Old' },
    })
  })

  test('a change that changes nothing leaves the time of the last one', async () => {
    const application = await m2m()
    const path = `/latchkey/v1/client_secrets/${application.credentialId}`
    const { body } = await management.patch(path, { name: 'Blue', expires_at: inSeconds(3600) })
    app.clock.advance(1)
    const { expires_at } = body as { expires_at: string }
    for (const same of [{}, { name: ' Blue ' }, { expires_at }]) {
      expect((await refused(() => management.patch(path, same))).body).toEqual(body)
    }
  })

  test('a new expiry holds on every node, within its announcement', async () => {
    const application = await m2m()
    for (const node of nodes) expect((await clientToken(node, application)).status).toBe(200)
    await management.patch(`/latchkey/v1/client_secrets/${application.credentialId}`, {
      expires_at: inSeconds(60),
    })
    app.clock.advance(60)
    expect((await clientToken(app, application)).status).toBe(401)
    for (const node of nodes) {
      await app.changesHeard()
      expect((await clientToken(node, application)).status).toBe(401)
    }
  })

  test.each([
    [{ expires_at: '2020-01-01T00:00:00Z' }, 'expires_at'],
    [{ expires_at: 'tomorrow' }, 'expires_at'],
    [{ expires_at: '9999-12-31T23:59:59-23:59' }, 'expires_at'],
    [{ expires_at: '0001-01-01T00:00:00+00:01' }, 'expires_at'],
    [{ expires_at: 1_900_000_000 }, 'expires_at'],
    [{ name: '' }, 'name'],
    [{ name: 'x'.repeat(256) }, 'name'],
    [{ name: 'a\nb' }, 'name'],
    [{ secret: 'mine' }, 'secret'],
    [{ last_used_at: null }, 'last_used_at'],
  ])('refuses %j', async (body, field) => {
    const application = await m2m()
    const created = await refused(() => management.post(secretsOf(application.id), body))
    expect(created).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    const updated = await refused(() =>
      management.patch(`/latchkey/v1/client_secrets/${application.credentialId}`, body),
    )
    expect(updated).toMatchObject({ status: 422, body: { errors: [{ field }] } })
  })
})

describe('whether a secret can be deleted', () => {
  const DAY = 24 * 3600

  test('is told from its uses and those of its siblings', async () => {
    const application = await m2m()
    const old = application.credentialId
    const reasonOf = async (id: string | undefined) =>
      (await listed(application.id)).find((one) => one.id === id)?.safe_to_delete
    const use = async (credentialId: string | undefined) => {
      if (!credentialId) throw new RangeError()
      await app.stores.clientCredentials.used(new Map([[credentialId as never, app.clock.now()]]))
    }
    expect(await reasonOf(old)).toEqual({ safe: false, reason: 'only_one_in_force' })
    await use(old)
    const { id: young } = await workos.connect.createApplicationClientSecret({ id: application.id })
    expect(await reasonOf(old)).toEqual({ safe: false, reason: 'used_recently' })
    expect(await reasonOf(young)).toEqual({ safe: false, reason: 'created_recently' })
    app.clock.advance(DAY)
    expect(await reasonOf(old)).toEqual({ safe: false, reason: 'no_other_used_since' })
    expect(await reasonOf(young)).toEqual({ safe: false, reason: 'no_other_used_since' })
    await use(young)
    expect(await reasonOf(old)).toEqual({ safe: true, reason: 'replaced' })
    expect(await reasonOf(young)).toEqual({ safe: false, reason: 'used_recently' })
  })

  test('one that was never used can go once another is in use, and an expired one at once', async () => {
    const application = await m2m()
    const { id } = await workos.connect.createApplicationClientSecret({ id: application.id })
    app.clock.advance(DAY)
    await app.stores.clientCredentials.used(new Map([[application.credentialId as never, app.clock.now()]]))
    const reasonOf = async () => (await listed(application.id)).find((one) => one.id === id)?.safe_to_delete
    expect(await reasonOf()).toEqual({ safe: true, reason: 'never_used' })
    const expires_at = new Date(app.clock.now().getTime() + 60_000).toISOString()
    await management.patch(`/latchkey/v1/client_secrets/${id}`, { expires_at })
    app.clock.advance(60)
    expect(await reasonOf()).toEqual({ safe: true, reason: 'expired' })
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { testStore } from '../support/database-server.ts'
import type { Management, ManagementAnswer } from '../support/management.ts'

/* What is deleted in the very moment in which something else comes to refer to it. */

let app: TestApp
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

/** The embedded store makes one change after the other: there it is only a matter of which comes first. */
const ROUNDS = testStore.kind === 'postgres' ? 20 : 4

const statusesOf = (answers: readonly ManagementAnswer[]): readonly number[] =>
  answers.map(({ status }) => status)

test('a secret of an application that is deleted meanwhile is made or has no application', async () => {
  const organization = await app.fixtures.organization()
  for (let round = 0; round < ROUNDS; round++) {
    const { id } = await app.fixtures.m2m(organization)
    const secrets = `/connect/applications/${id}/client_secrets`
    const [deleted, ...made] = await Promise.all([
      management.delete(`/connect/applications/${id}`),
      management.post(secrets, {}),
      management.post(secrets, {}),
    ])
    expect(deleted.status).toBe(204)
    for (const { status, body } of made) {
      if (status !== 201) expect({ status, body }).toMatchObject({ status: 404, body: { entity_id: id } })
    }
    expect(await app.stores.clientCredentials.of(id)).toEqual([])
  }
})

test('a role gets and loses permissions while another of its permissions is deleted', async () => {
  const roles = `/authorization/organizations/${await app.fixtures.organization()}/roles`
  const role = `${roles}/org-raced`
  await management.post(roles, { slug: 'org-raced', name: 'Raced' })
  for (let round = 0; round < ROUNDS; round++) {
    for (const slug of ['going', 'coming', 'leaving']) await app.fixtures.permission(slug)
    await management.put(`${role}/permissions`, { permissions: ['going', 'leaving'] })
    const answers = await Promise.all([
      management.delete('/authorization/permissions/going'),
      management.post(`${role}/permissions`, { slug: 'coming' }),
      management.delete(`${role}/permissions/leaving`),
    ])
    expect(statusesOf(answers)).toEqual([204, 200, 200])
    expect((await management.get(role)).body).toMatchObject({ permissions: ['coming'] })
    for (const slug of ['coming', 'leaving']) await management.delete(`/authorization/permissions/${slug}`)
  }
})

test('a scope is assigned to an application that has it while its permission is deleted', async () => {
  const { id } = await app.fixtures.m2m(await app.fixtures.organization())
  const path = `/connect/applications/${id}`
  for (let round = 0; round < ROUNDS; round++) {
    await app.fixtures.permission('raced:read')
    await management.put(path, { scopes: ['raced:read'] })
    const [deleted, ...assigned] = await Promise.all([
      management.delete('/authorization/permissions/raced:read'),
      ...Array.from({ length: 4 }, (_, index) =>
        management.put(path, { name: `Raced ${round} ${index}`, scopes: ['raced:read'] }),
      ),
    ])
    expect(deleted.status).toBe(204)
    for (const status of statusesOf(assigned)) expect([200, 422]).toContain(status)
    expect((await management.get(path)).body).toMatchObject({ scopes: [] })
  }
})

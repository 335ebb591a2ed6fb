import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('organizations', () => {
  test('what is created can be read, listed and deleted with the official SDK', async () => {
    const created = await workos.organizations.createOrganization({ name: 'Acme' })
    expect(created).toMatchObject({ object: 'organization', name: 'Acme', domains: [], metadata: {} })
    expect(await workos.organizations.getOrganization(created.id)).toEqual(created)
    const listed = await workos.organizations.listOrganizations()
    expect(listed.data).toContainEqual(created)
    await workos.organizations.deleteOrganization(created.id)
    await expect(workos.organizations.getOrganization(created.id)).rejects.toMatchObject({
      status: 404,
      code: 'entity_not_found',
    })
  })

  test('every organization is listed once, in the order asked for, over all pages', async () => {
    const ids: string[] = []
    for (let i = 0; i < 7; i++) {
      ids.push((await workos.organizations.createOrganization({ name: `Paged ${i}` })).id)
    }
    for (const [order, expected] of [
      ['asc', ids],
      ['desc', ids.toReversed()],
    ] as const) {
      const seen: string[] = []
      let after: string | null | undefined
      do {
        const { data, listMetadata } = await workos.organizations.listOrganizations({
          limit: 2,
          order,
          ...(after && { after }),
        })
        seen.push(...data.map(({ id }) => id))
        after = listMetadata.after
      } while (after)
      expect(seen.filter((id) => ids.includes(id))).toEqual(expected)
    }
  })

  test('an unknown field is refused by name, and nothing is created', async () => {
    const before = await management.get('/organizations?limit=100')
    const { status, body } = await management.post('/organizations', { name: 'Acme', id: 'org_mine' })
    expect(status).toBe(422)
    expect(body).toMatchObject({ errors: [{ field: 'id', code: 'unknown_field' }] })
    expect((await management.get('/organizations?limit=100')).body).toEqual(before.body)
  })
})

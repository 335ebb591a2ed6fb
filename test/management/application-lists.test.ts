import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { OrganizationId } from '../../src/protocol/identifiers.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management
let organization: OrganizationId

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
  organization = await app.fixtures.organization()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('listing applications', () => {
  test('by organization, over all pages, with the SDK', async () => {
    const owner = await app.fixtures.organization()
    const ids: string[] = []
    for (let count = 0; count < 5; count++) {
      ids.push((await workos.connect.createM2MApplication(`Sync ${count}`, owner)).id)
    }
    const listed = await workos.connect.listApplications({ organizationId: owner })
    expect(listed.data.map(({ id }) => id)).toEqual(ids.toReversed())
    const all = await (await workos.connect.listApplications({ organizationId: owner })).autoPagination()
    expect(all.map(({ id }) => id)).toEqual(ids.toReversed())
    const ascending = await workos.connect.listApplications({
      organizationId: owner,
      order: 'asc',
      limit: 2,
      ...(ids[1] !== undefined && { after: ids[1] }),
    })
    expect(ascending.data.map(({ id }) => id)).toEqual(ids.slice(2, 4))
    expect(ascending.listMetadata).toEqual({ before: ids[2], after: ids[3] })
  })

  test('by how they were registered', async () => {
    const { id } = await workos.connect.createM2MApplication('Sync', organization)
    const idsOf = async (query: string) =>
      ((await management.get(`/connect/applications?limit=100&${query}`)).body as { data: { id: string }[] })
        .data
    expect((await idsOf('')).map((each) => each.id)).toContain(id)
    expect((await idsOf('registration_types=authenticated')).map((each) => each.id)).toContain(id)
    expect((await idsOf('registration_types=dynamic,authenticated')).map((each) => each.id)).toContain(id)
    expect(await idsOf('registration_types=dynamic')).toEqual([])
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['order=up', 'order'],
    ['after=org_01KA0000000000000000000000', 'after'],
    ['before=x', 'before'],
    ['organization_id=x', 'organization_id'],
    ['registration_types=all', 'registration_types'],
    ['search=x', 'search'],
  ])('refuses %s', async (query, field) => {
    const { status, body } = await management.get(`/connect/applications?${query}`)
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ field }] } })
  })
})

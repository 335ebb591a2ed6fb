import { DomainDataState } from '@workos-inc/node'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
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

let count = 0
const fresh = (what: string) => `${what}-${++count}`
const create = (options: Partial<Parameters<WorkOS['organizations']['createOrganization']>[0]> = {}) =>
  workos.organizations.createOrganization({ name: fresh('Organization'), ...options })

/** As they are on the wire. */
const wire = async (id: string) => (await management.get(`/organizations/${id}`)).body as object

describe('creating an organization', () => {
  test('takes all that the SDK sends, and tells it in an event', async () => {
    const [domain, other] = [`${fresh('a')}.example`, `${fresh('b')}.example`]
    const externalId = fresh('external')
    const organization = await create({
      name: '  Acme Corp ',
      externalId,
      metadata: { tier: 'gold', Größe: '大' },
      domainData: [
        { domain, state: DomainDataState.Verified },
        { domain: other.toUpperCase(), state: DomainDataState.Pending },
      ],
    })
    expect(organization).toMatchObject({
      name: 'Acme Corp',
      externalId,
      metadata: { tier: 'gold', Größe: '大' },
      allowProfilesOutsideOrganization: false,
      domains: [
        { domain, state: 'verified', verificationStrategy: 'manual', organizationId: organization.id },
        { domain: other, state: 'pending', verificationStrategy: 'dns' },
      ],
    })
    const shown = await wire(organization.id)
    expect(shown).not.toHaveProperty('stripe_customer_id')
    expect(
      await eventsOf(app, organization.id, ['organization.created', 'organization.updated']),
    ).toMatchObject([{ name: 'organization.created', actor: { type: 'api_key' }, before: null, data: shown }])
  })

  test('takes the older field of domains: their proof is still to come', async () => {
    const domain = `${fresh('a')}.example`
    const { status, body } = await management.post('/organizations', {
      name: 'Acme',
      allow_profiles_outside_organization: true,
      domains: [domain, domain.toUpperCase()],
      domain_data: null,
      metadata: null,
      external_id: null,
    })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      allow_profiles_outside_organization: true,
      external_id: null,
      metadata: {},
      domains: [{ domain, state: 'pending' }],
    })
  })

  test.each([
    ['no name', {}, 'name'],
    ['an empty name', { name: ' ' }, 'name'],
    ['a name of another type', { name: ['Acme'] }, 'name'],
    ['a name of 256 characters', { name: 'a'.repeat(256) }, 'name'],
    ['a name nobody can read', { name: 'Acme\u202e' }, 'name'],
    ['a NUL', { name: 'Ac\0me' }, 'name'],
    ['half of a surrogate pair', { name: 'Acme \ud800' }, 'name'],
    ['an empty external ID', { name: 'Acme', external_id: '' }, 'external_id'],
    ['an external ID of 129 characters', { name: 'Acme', external_id: 'a'.repeat(129) }, 'external_id'],
    ['an external ID outside ASCII', { name: 'Acme', external_id: 'ü' }, 'external_id'],
    ['metadata that is a list', { name: 'Acme', metadata: ['a'] }, 'metadata'],
    ['metadata of numbers', { name: 'Acme', metadata: { a: 1 } }, 'metadata.a'],
    ['a domain that is none', { name: 'Acme', domains: ['a.example', 'com'] }, 'domains.1'],
    [
      'a domain in an unknown state',
      { name: 'Acme', domain_data: [{ domain: 'a.example', state: 'failed' }] },
      'domain_data.0.state',
    ],
    ['101 domains', { name: 'Acme', domains: Array(101).fill('a.example') }, 'domains'],
    ['a read-only field', { name: 'Acme', created_at: '2026-01-01T00:00:00.000Z' }, 'created_at'],
    ['a field of the update', { name: 'Acme', stripe_customer_id: 'cus_1' }, 'stripe_customer_id'],
  ])('%s is refused by the name of the field, and nothing is created', async (_what, body, field) => {
    const before = await management.get('/organizations')
    const answer = await management.post('/organizations', body)
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({ code: expect.any(String), errors: [{ field }] })
    expect((await management.get('/organizations')).body).toEqual(before.body)
  })

  test.each([
    ['51 keys', Object.fromEntries(Array.from({ length: 51 }, (_, i) => [`key${i}`, '']))],
    ['an empty key', { '': 'value' }],
    ['a key of 41 characters', { ['k'.repeat(41)]: '' }],
    ['a value of 601 characters', { key: 'v'.repeat(601) }],
  ])('metadata with %s are over their limits, and nothing is created', async (_what, metadata) => {
    const before = await management.get('/organizations')
    const answer = await management.post('/organizations', { name: 'Acme', metadata })
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_metadata' } })
    expect((await management.get('/organizations')).body).toEqual(before.body)
  })

  test('metadata reach up to their limits', async () => {
    const metadata = Object.fromEntries(
      Array.from({ length: 50 }, (_, i) => [`${i}`.padStart(40, 'k'), '大'.repeat(600)]),
    )
    expect((await create({ metadata })).metadata).toEqual(metadata)
  })

  test('of those who want one external ID at once, one gets it', async () => {
    const external_id = fresh('external')
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => management.post('/organizations', { name: 'Twin', external_id })),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(5).fill(400)])
    expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({
      code: 'external_id_already_used',
    })
    await expect(create({ externalId: external_id })).rejects.toMatchObject({
      status: 400,
      code: 'external_id_already_used',
    })
  })

  test('with a domain of another organization creates nothing, no other domain either', async () => {
    const [taken, free] = [`${fresh('taken')}.example`, `${fresh('free')}.example`]
    await create({ domainData: [{ domain: taken, state: DomainDataState.Pending }] })
    const name = fresh('Refused')
    const answer = await management.post('/organizations', { name, domains: [free, taken] })
    expect(answer).toMatchObject({ status: 409, body: { code: 'domain_already_exists' } })
    expect((await management.get(`/organizations?search=${name}`)).body).toMatchObject({ data: [] })
    expect((await management.get(`/organizations?domains=${free}`)).body).toMatchObject({ data: [] })
  })
})

describe('finding organizations', () => {
  test('by external ID', async () => {
    const externalId = `${fresh('my/own id')}?#%`
    const created = await create({ externalId })
    expect(await workos.organizations.getOrganizationByExternalId(externalId)).toEqual(created)
    await expect(workos.organizations.getOrganizationByExternalId('nobody')).rejects.toMatchObject({
      status: 404,
      code: 'entity_not_found',
      message: "Organization not found: 'nobody'.",
    })
  })

  test('by any of several domains, in any spelling', async () => {
    const names = [`${fresh('x')}.example`, `${fresh('y')}.example`] as const
    const a = await create({ domainData: [{ domain: names[0], state: 'verified' }] as never })
    const b = await create({ domainData: [{ domain: names[1], state: 'pending' }] as never })
    await create()
    const { data } = await workos.organizations.listOrganizations({
      domains: [names[0].toUpperCase(), names[1]],
      order: 'asc',
    })
    expect(data).toEqual([a, b])
    const repeated = await management.get(`/organizations?domains=${names[0]}&domains=${names[1]}`)
    expect(repeated.body).toMatchObject({ data: [{ id: b.id }, { id: a.id }] })
    for (const nobody of ['com', '', 'nobody.example']) {
      expect((await management.get(`/organizations?domains=${nobody}`)).body).toMatchObject({ data: [] })
    }
  })

  test('by a part of the name, without regard to case; wildcards are letters like others', async () => {
    const mark = fresh('mark')
    const plain = await create({ name: `The ${mark} Company` })
    const percent = await create({ name: `100%_\\ ${mark}` })
    const search = async (text: string) => {
      const path = `/organizations?order=asc&search=${encodeURIComponent(text)}`
      const { body } = await management.get(path)
      return (body as { data: { id: string }[] }).data.map(({ id }) => id)
    }
    expect(await search(mark.toUpperCase())).toEqual([plain.id, percent.id])
    expect(await search(`%_\\ ${mark}`)).toEqual([percent.id])
    expect(await search(`100__ ${mark}`)).toEqual([])
    expect(await search(`The%${mark}`)).toEqual([])
  })

  test('all of them by auto-pagination', async () => {
    const mark = fresh('many')
    const ids: string[] = []
    for (let i = 0; i < 103; i++) ids.push(await app.fixtures.organization(`${mark} ${i}`))
    const listed = await (await workos.organizations.listOrganizations({ order: 'asc' })).autoPagination()
    expect(listed.filter(({ name }) => name.startsWith(mark)).map(({ id }) => id)).toEqual(ids)
  })

  test.each([
    ['limit=0', 'limit'],
    ['limit=101', 'limit'],
    ['limit=x', 'limit'],
    ['order=up', 'order'],
    ['after=user_01E4ZCR3C56J083X43JQXF3JK5', 'after'],
    ['before=x', 'before'],
    [`search=${'a'.repeat(256)}`, 'search'],
    ['nonsense=1', 'nonsense'],
  ])('%s is refused by the name of the parameter', async (query, field) => {
    const { status, body } = await management.get(`/organizations?${query}`)
    expect(status).toBe(422)
    expect(body).toMatchObject({ code: 'invalid_request_parameters', errors: [{ field }] })
  })
})

test('an organization that is not there is not found, whatever is asked of it', async () => {
  for (const id of ['org_01E4ZCR3C56J083X43JQXF3JK5', 'user_01E4ZCR3C56J083X43JQXF3JK5', 'x']) {
    const refused = { status: 404, body: { code: 'entity_not_found', entity_id: id } }
    expect(await management.get(`/organizations/${id}`)).toMatchObject(refused)
    expect(await management.put(`/organizations/${id}`, { name: 'Ghost' })).toMatchObject(refused)
    expect(await management.delete(`/organizations/${id}`)).toMatchObject(refused)
  }
})

test('organizations are not for keys of other areas, nor changed by who may only read', async () => {
  const { id } = await create()
  const before = await wire(id)
  const reader = await app.management(['organizations:read'])
  const stranger = await app.management(['users:write'])
  expect((await reader.get(`/organizations/${id}`)).status).toBe(200)
  for (const answer of [
    await stranger.get('/organizations'),
    await stranger.get(`/organizations/${id}`),
    await reader.post('/organizations', { name: 'Mine' }),
    await reader.put(`/organizations/${id}`, { name: 'Mine' }),
    await reader.delete(`/organizations/${id}`),
  ]) {
    expect(answer.status).toBe(403)
  }
  expect(await wire(id)).toEqual(before)
})

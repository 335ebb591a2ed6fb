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

let count = 0
const fresh = (what: string) => `${what}-${++count}`
const create = (options: Partial<Parameters<WorkOS['organizations']['createOrganization']>[0]> = {}) =>
  workos.organizations.createOrganization({ name: fresh('Organization'), ...options })

const updatesOf = (id: string) => eventsOf(app, id, ['organization.created', 'organization.updated'])

/** As they are on the wire. */
const wire = async (id: string) => (await management.get(`/organizations/${id}`)).body as object

describe('updating an organization', () => {
  test('changes what is sent and tells what it was before', async () => {
    const { id } = await create({ externalId: fresh('external'), metadata: { tier: 'gold', region: 'eu' } })
    const before = await wire(id)
    app.clock.advance(10)
    const updated = await workos.organizations.updateOrganization({
      organization: id,
      name: 'Renamed',
      stripeCustomerId: fresh('cus_'),
      metadata: { tier: 'platinum' },
    })
    expect(updated).toMatchObject({ name: 'Renamed', metadata: { tier: 'platinum', region: 'eu' } })
    const after = await wire(id)
    expect(after).toEqual({
      ...before,
      name: 'Renamed',
      stripe_customer_id: updated.stripeCustomerId,
      metadata: { tier: 'platinum', region: 'eu' },
      updated_at: updated.updatedAt,
    })
    expect(await updatesOf(id)).toMatchObject([
      { name: 'organization.created' },
      { name: 'organization.updated', data: after, before },
    ])
  })

  test('with nothing new is none: no event, and the time stays', async () => {
    const { id, name } = await create({ metadata: { b: '1', a: '2' } })
    const before = await wire(id)
    app.clock.advance(10)
    for (const body of [{}, { name }, { name: null, metadata: null, domains: null, domain_data: null }]) {
      expect(await management.put(`/organizations/${id}`, body)).toMatchObject({ status: 200, body: before })
    }
    expect(await updatesOf(id)).toHaveLength(1)
  })

  test('null takes away the external ID, the Stripe customer and keys of metadata', async () => {
    const externalId = fresh('external')
    const { id } = await create({ externalId, metadata: { tier: 'gold', region: 'eu' } })
    await workos.organizations.updateOrganization({ organization: id, stripeCustomerId: fresh('cus_') })
    const { body } = await management.put(`/organizations/${id}`, {
      external_id: null,
      stripe_customer_id: null,
      metadata: { tier: null, unknown: null },
    })
    expect(body).toMatchObject({ external_id: null, metadata: { region: 'eu' } })
    expect(body).not.toHaveProperty('stripe_customer_id')
    await expect(create({ externalId })).resolves.toMatchObject({ externalId })
  })

  test('replaces the domains: those that stay keep their ID and state', async () => {
    const [kept, proved, gone, added] = [
      `${fresh('kept')}.example`,
      `${fresh('proved')}.example`,
      `${fresh('gone')}.example`,
      `${fresh('added')}.example`,
    ]
    const { id, domains } = await create({
      domainData: [
        { domain: kept, state: DomainDataState.Verified },
        { domain: proved, state: DomainDataState.Pending },
        { domain: gone, state: DomainDataState.Verified },
      ],
    })
    const updated = await workos.organizations.updateOrganization({
      organization: id,
      domainData: [
        { domain: kept, state: DomainDataState.Pending },
        { domain: proved, state: DomainDataState.Verified },
        { domain: added, state: DomainDataState.Pending },
      ],
    })
    const idOf = (name: string | undefined) => domains.find(({ domain }) => domain === name)?.id
    expect(updated.domains.toSorted((a, b) => (a.domain < b.domain ? -1 : 1))).toMatchObject([
      { domain: added, state: 'pending' },
      { id: idOf(kept), domain: kept, state: 'verified' },
      { id: idOf(proved), domain: proved, state: 'verified', verificationStrategy: 'manual' },
    ])
    const deleted = await app.stores.events.byName('organization_domain.deleted', 1000)
    expect(deleted.map(({ targetId }) => targetId)).toContain(idOf(gone))
    expect(
      (await workos.organizations.updateOrganization({ organization: id, domainData: [] })).domains,
    ).toEqual([])
  })

  test.each([
    ['an empty name', { name: '' }, 422],
    ['a read-only field', { id: 'org_01E4ZCR3C56J083X43JQXF3JK5' }, 422],
    ['a Stripe customer with a space', { stripe_customer_id: 'cus 1' }, 422],
    ['metadata over their limits', { metadata: { ['k'.repeat(41)]: 'v' } }, 400],
    ['a list', [], 422],
  ])('%s is refused, and nothing changes', async (_what, body, status) => {
    const { id } = await create({ metadata: { a: 'b' } })
    const before = await wire(id)
    expect((await management.put(`/organizations/${id}`, body)).status).toBe(status)
    expect(await wire(id)).toEqual(before)
    expect(await updatesOf(id)).toHaveLength(1)
  })

  test('metadata keep to their limits with what is there already', async () => {
    const { id } = await create({
      metadata: Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`key${i}`, ''])),
    })
    expect((await management.put(`/organizations/${id}`, { metadata: { more: '' } })).status).toBe(400)
    const { status } = await management.put(`/organizations/${id}`, { metadata: { more: '', key1: null } })
    expect(status).toBe(200)
  })

  test.each(['external_id', 'stripe_customer_id'])(
    'of those who want one %s at once, one gets it; the others stay as they are',
    async (field) => {
      const ids = await Promise.all(Array.from({ length: 5 }, async () => (await create()).id))
      const value = fresh('value')
      const answers = await Promise.all(
        ids.map((id) => management.put(`/organizations/${id}`, { name: 'Winner', [field]: value })),
      )
      expect(answers.map(({ status }) => status).sort()).toEqual([200, 400, 400, 400, 400])
      expect(answers.find(({ status }) => status === 400)?.body).toMatchObject({
        code: `${field}_already_used`,
      })
      const names = await Promise.all(
        ids.map(async (id) => (await workos.organizations.getOrganization(id)).name),
      )
      expect(names.filter((name) => name === 'Winner')).toHaveLength(1)
    },
  )

  test('two that want the domain of the other at once do not wait for ever, and neither gets it', async () => {
    const [one, two] = [`${fresh('one')}.example`, `${fresh('two')}.example`]
    const [a, b] = [
      await create({ domainData: [{ domain: one, state: DomainDataState.Verified }] }),
      await create({ domainData: [{ domain: two, state: DomainDataState.Verified }] }),
    ]
    const answers = await Promise.all([
      management.put(`/organizations/${a.id}`, { domains: [two] }),
      management.put(`/organizations/${b.id}`, { domains: [one] }),
    ])
    expect(answers.map(({ status }) => status)).toContain(409)
    const owners = [a, b].map(async ({ id }) => (await workos.organizations.getOrganization(id)).domains)
    const held = (await Promise.all(owners)).flat().map(({ domain }) => domain)
    expect(new Set(held).size).toBe(held.length)
  })
})

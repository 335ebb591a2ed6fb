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

interface Listed {
  readonly data: { readonly id: string; readonly event: string; readonly data: Record<string, unknown> }[]
  readonly list_metadata: { readonly before: string | null; readonly after: string | null }
}

const listed = async (query: string) => (await management.get(`/events?${query}`)).body as Listed

describe('events', () => {
  test('of a name that is asked for twice are listed once', async () => {
    const { id } = await workos.organizations.createOrganization({ name: 'Once' })
    for (const query of [
      'events=organization.created,organization.created',
      'events=organization.created&events[]=organization.created',
    ]) {
      const { data } = await listed(query)
      expect(data.filter((event) => event.data['id'] === id)).toHaveLength(1)
    }
  })

  test('are listed with the official SDK, the thing as it was then, and who changed it from what', async () => {
    const organization = await workos.organizations.createOrganization({ name: 'Acme' })
    await workos.organizations.updateOrganization({ organization: organization.id, name: 'Acme Ltd' })
    await workos.organizations.deleteOrganization(organization.id)
    const { data } = await workos.events.listEvents({
      events: ['organization.created', 'organization.updated', 'organization.deleted'],
      limit: 3,
    })
    expect(data.map(({ event, data: thing }) => [event, (thing as { name: string }).name])).toEqual([
      ['organization.deleted', 'Acme Ltd'],
      ['organization.updated', 'Acme Ltd'],
      ['organization.created', 'Acme'],
    ])
    const { body } = await management.get(`/latchkey/v1/events/${data[1]?.id}`)
    expect(body).toMatchObject({
      object: 'event',
      event: 'organization.updated',
      data: { object: 'organization', id: organization.id, name: 'Acme Ltd' },
      context: {
        actor: { type: 'api_key', id: expect.stringMatching(/^api_key_/), source: 'api', name: null },
        target_id: organization.id,
        organization_id: organization.id,
        previous_attributes: { name: 'Acme' },
        before: { object: 'organization', id: organization.id, name: 'Acme' },
      },
    })
  })

  test('are told of for what was refused, too: the operation and the fields, never what was sent', async () => {
    await management.post('/organizations', { name: '', secret: 'lks_in_the_wrong_place' })
    const { data } = await listed('events=change.refused&limit=1')
    expect(data[0]?.data).toEqual({
      operation: 'createOrganization',
      status: 422,
      code: 'invalid_request_parameters',
      // Names that are ours: what else was sent as one may be a secret in the wrong place.
      fields: ['(unknown)'],
    })
  })

  test('are filtered by name, organization and time, and paged through completely', async () => {
    const [mine, other] = [
      await workos.organizations.createOrganization({ name: 'Mine' }),
      await workos.organizations.createOrganization({ name: 'Other' }),
    ]
    const start = app.clock.now()
    app.clock.advance(10)
    for (let i = 0; i < 5; i++) {
      await workos.organizations.updateOrganization({ organization: mine.id, name: `Mine ${i}` })
      await workos.organizations.updateOrganization({ organization: other.id, name: `Other ${i}` })
    }
    app.clock.advance(10)
    const end = app.clock.now()
    await workos.organizations.deleteOrganization(other.id)

    const ofMine = await listed(`organization_id=${mine.id}&order=asc`)
    expect(ofMine.data.map(({ event }) => event)).toEqual([
      'organization.created',
      ...Array(5).fill('organization.updated'),
    ])
    const range = `range_start=${encodeURIComponent(new Date(start.getTime() + 1).toISOString())}&range_end=${end.toISOString()}`
    for (const names of ['', '&events=organization.updated,organization.deleted,user.created']) {
      const seen: string[] = []
      let after: string | null = ''
      while (after !== null) {
        const page: Listed = await listed(`${range}${names}&limit=3&order=asc${after && `&after=${after}`}`)
        seen.push(...page.data.map(({ data }) => String(data['name'])))
        after = page.list_metadata.after
      }
      expect(seen).toEqual([0, 1, 2, 3, 4].flatMap((i) => [`Mine ${i}`, `Other ${i}`]))
    }
  })

  test('are named by commas, by repetition and with brackets; names that only WorkOS has find nothing', async () => {
    const { id } = await workos.organizations.createOrganization({ name: 'Spelt' })
    await workos.organizations.deleteOrganization(id)
    for (const query of [
      'events=organization.created,organization.deleted',
      'events=organization.created&events=organization.deleted',
      'events[]=organization.created&events[]=organization.deleted',
      'events=organization.created&events[]=organization.deleted',
      'events=organization.created,organization.deleted,dsync.user.created',
    ]) {
      const { data } = await listed(`${query}&limit=2`)
      expect(data.map(({ event, data: thing }) => [event, thing['id']])).toEqual([
        ['organization.deleted', id],
        ['organization.created', id],
      ])
    }
    expect((await listed('events=dsync.user.created')).data).toEqual([])
  })

  test('of a name there is not, of a time that is none and with a cursor of another list are refused', async () => {
    for (const [query, field] of [
      ['events=organisation.created', 'events'],
      ['events=', 'events'],
      ['events[]=organisation.created', 'events'],
      ['range_start=yesterday', 'range_start'],
      ['range_end=2026-13-01T00:00:00Z', 'range_end'],
      ['range_end=9999-12-31T23:59:59-23:59', 'range_end'],
      ['range_start=0000-12-31', 'range_start'],
      ['organization_id=user_01KDVDNA00V75E4SDR19VXRF50', 'organization_id'],
      ['after=org_01KDVDNA00V75E4SDR19VXRF50', 'after'],
    ]) {
      const { status, body } = await management.get(`/events?${query}`)
      expect(status, query).toBe(422)
      expect(JSON.stringify(body)).toContain(`"${field}`)
    }
    expect((await management.get('/latchkey/v1/events/event_01KDVDNA00V75E4SDR19VXRF50')).status).toBe(404)
  })
})

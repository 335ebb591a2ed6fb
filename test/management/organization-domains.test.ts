import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { DnsLookup } from '../../src/system/dns.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { Management, WorkOS } from '../support/management.ts'

let app: TestApp
let workos: WorkOS
let management: Management

/** What the name servers of the world say, and which names they were asked for. */
const published = new Map<string, readonly string[]>()
let isReachable = true
const asked: string[] = []
const dns: DnsLookup = {
  textRecords: async (name) => {
    asked.push(name)
    return isReachable ? (published.get(name) ?? []) : undefined
  },
}

beforeAll(async () => {
  app = await startTestApp({ overrides: { dns } })
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())
beforeEach(() => {
  published.clear()
  asked.length = 0
  isReachable = true
})

let count = 0
const freshDomain = () => `domain-${++count}.example`

const claim = async (domain = freshDomain()) => {
  const organizationId = await app.fixtures.organization()
  return workos.organizationDomains.createOrganizationDomain({ organizationId, domain })
}

const publish = ({ domain, verificationPrefix, verificationToken }: Awaited<ReturnType<typeof claim>>) =>
  published.set(domain, ['v=spf1 -all', `${verificationPrefix}=${verificationToken}`])

const happenings = (targetId: string) =>
  eventsOf(app, targetId, [
    'organization_domain.created',
    'organization_domain.updated',
    'organization_domain.verified',
    'organization_domain.verification_failed',
    'organization_domain.deleted',
  ])

const namesOf = async (targetId: string) => (await happenings(targetId)).map(({ name }) => name)

describe('domains of organizations', () => {
  test('are claimed, read and deleted with the official SDK', async () => {
    const created = await claim('Foo-Corp.Example')
    expect(created).toMatchObject({
      object: 'organization_domain',
      domain: 'foo-corp.example',
      state: 'pending',
      verificationStrategy: 'dns',
      verificationPrefix: 'latchkey-domain-verification',
      verificationToken: expect.stringMatching(/^[\w-]{24}$/),
    })
    expect(await workos.organizationDomains.getOrganizationDomain(created.id)).toEqual(created)
    const organization = await workos.organizations.getOrganization(created.organizationId)
    expect(organization.domains).toEqual([created])
    await workos.organizationDomains.deleteOrganizationDomain(created.id)
    await expect(workos.organizationDomains.getOrganizationDomain(created.id)).rejects.toMatchObject({
      status: 404,
    })
    expect((await workos.organizations.getOrganization(created.organizationId)).domains).toEqual([])
    expect(await namesOf(created.id)).toEqual(['organization_domain.created', 'organization_domain.deleted'])
    expect((await happenings(created.id))[0]).toMatchObject({
      actor: { type: 'api_key' },
      organizationId: created.organizationId,
      data: { object: 'organization_domain', id: created.id, domain: 'foo-corp.example', state: 'pending' },
    })
  })

  test('are known by one spelling: international names in punycode', async () => {
    const created = await claim('Bücher.example')
    expect(created.domain).toBe('xn--bcher-kva.example')
    const answer = await management.post('/organization_domains', {
      organization_id: created.organizationId,
      domain: 'XN--BCHER-KVA.example',
    })
    expect(answer).toMatchObject({
      status: 409,
      body: { code: 'domain_already_exists', message: expect.stringContaining('this organization already') },
    })
    const { domains } = await workos.organizations.getOrganization(created.organizationId)
    expect(domains).toEqual([created])
  })

  test('belong to one organization, however many claim one at once', async () => {
    const domain = freshDomain()
    const organizations = await Promise.all(Array.from({ length: 8 }, () => app.fixtures.organization()))
    const answers = await Promise.all(
      organizations.map((organization_id) =>
        management.post('/organization_domains', { organization_id, domain }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(409)])
    expect(answers.find(({ status }) => status === 409)?.body).toMatchObject({
      code: 'domain_already_exists',
    })
    const { data } = await workos.organizations.listOrganizations({ domains: [domain] })
    expect(data).toHaveLength(1)
  })

  test('given with an organization are told of after it', async () => {
    const domain = freshDomain()
    const created = await management.post('/organizations', { name: 'Acme', domains: [domain] })
    const { id } = created.body as { id: string }
    const { body } = await management.get(`/events?organization_id=${id}&order=asc`)
    expect(body).toMatchObject({
      data: [
        { event: 'organization.created', data: { id, domains: [{ domain }] } },
        { event: 'organization_domain.created', data: { organization_id: id, domain } },
      ],
    })
  })

  test('are at most a hundred of an organization, however many are claimed at once', async () => {
    const organization_id = await app.fixtures.organization()
    const domains = Array.from({ length: 98 }, freshDomain)
    await management.put(`/organizations/${organization_id}`, { domains })
    const answers = await Promise.all(
      Array.from({ length: 6 }, () =>
        management.post('/organization_domains', { organization_id, domain: freshDomain() }),
      ),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, 201, 422, 422, 422, 422])
    expect(answers.find(({ status }) => status === 422)?.body).toMatchObject({
      errors: [{ field: 'domain', code: 'too_many_domains' }],
    })
    expect((await workos.organizations.getOrganization(organization_id)).domains).toHaveLength(100)
  })

  test('of an organization may be claimed while they are replaced: they are its own either way', async () => {
    for (let round = 0; round < 5; round++) {
      const organization_id = await app.fixtures.organization()
      const domain = freshDomain()
      const [claimed, replaced] = await Promise.all([
        management.post('/organization_domains', { organization_id, domain }),
        management.put(`/organizations/${organization_id}`, { domains: [domain] }),
      ])
      expect([201, 409]).toContain(claimed.status)
      expect(replaced.status).toBe(200)
      const { domains } = await workos.organizations.getOrganization(organization_id)
      expect(domains).toMatchObject([{ domain }])
    }
  })

  test.each([
    ['a URL', { domain: 'https://example.com' }],
    ['a wildcard', { domain: '*.example.com' }],
    ['a top-level domain', { domain: 'com' }],
    ['an IP address', { domain: '192.0.2.1' }],
    ['a number', { domain: 5 }],
    ['nothing', {}],
    ['254 characters', { domain: `${'a.'.repeat(126)}de` }],
  ])('%s is no domain, and nothing is claimed', async (_what, body) => {
    const organization_id = await app.fixtures.organization()
    const answer = await management.post('/organization_domains', { organization_id, ...body })
    expect(answer.status).toBe(422)
    expect(answer.body).toMatchObject({
      code: 'invalid_request_parameters',
      errors: [{ field: 'domain' }],
    })
    expect((await workos.organizations.getOrganization(organization_id)).domains).toEqual([])
  })

  test('only what may be set is taken', async () => {
    const organization_id = await app.fixtures.organization()
    const { status, body } = await management.post('/organization_domains', {
      organization_id,
      domain: freshDomain(),
      state: 'verified',
      verification_token: 'mine',
    })
    expect(status).toBe(422)
    expect(body).toMatchObject({ errors: [{ field: 'state' }, { field: 'verification_token' }] })
    expect((await workos.organizations.getOrganization(organization_id)).domains).toEqual([])
  })

  test('need an organization that exists', async () => {
    const domain = freshDomain()
    for (const organization_id of ['org_01E4ZCR3C56J083X43JQXF3JK5', 'user_01E4ZCR3C56J083X43JQXF3JK5', '']) {
      const { status, body } = await management.post('/organization_domains', { organization_id, domain })
      expect(status).toBe(404)
      expect(body).toMatchObject({ code: 'entity_not_found', entity_id: organization_id })
    }
    expect((await workos.organizations.listOrganizations({ domains: [domain] })).data).toEqual([])
  })

  test('that are not there are not found', async () => {
    for (const id of ['org_domain_01E4ZCR3C56J083X43JQXF3JK5', 'org_01E4ZCR3C56J083X43JQXF3JK5', 'x']) {
      const path = `/organization_domains/${id}`
      expect(await management.get(path)).toMatchObject({ status: 404, body: { entity_id: id } })
      expect(await management.delete(path)).toMatchObject({ status: 404, body: { entity_id: id } })
      expect(await management.post(`${path}/verify`)).toMatchObject({ status: 404 })
    }
    expect(asked).toEqual([])
  })

  test('are not for keys of other areas', async () => {
    const { id, organizationId } = await claim()
    const reader = await app.management(['organizations:read'])
    const stranger = await app.management(['users:write'])
    expect((await reader.get(`/organization_domains/${id}`)).status).toBe(200)
    const lacks = (permission: string) => ({
      status: 403,
      body: { code: 'forbidden', message: `This API key lacks the permission ${permission}.` },
    })
    expect(await stranger.get(`/organization_domains/${id}`)).toMatchObject(lacks('organizations:read'))
    for (const answer of [
      await reader.delete(`/organization_domains/${id}`),
      await reader.post(`/organization_domains/${id}/verify`),
      await reader.post('/organization_domains', { organization_id: organizationId, domain: 'a.example' }),
    ]) {
      expect(answer).toMatchObject(lacks('organizations:write'))
    }
    const { domains } = await workos.organizations.getOrganization(organizationId)
    expect(domains).toMatchObject([{ id, state: 'pending' }])
    expect(await namesOf(id)).toEqual(['organization_domain.created'])
  })
})

describe('verifying a domain', () => {
  test('finds the TXT record on the domain itself', async () => {
    const created = await claim()
    publish(created)
    const verified = await workos.organizationDomains.verifyOrganizationDomain(created.id)
    expect(asked).toEqual([created.domain])
    expect(verified).toMatchObject({ id: created.id, state: 'verified', verificationStrategy: 'dns' })
    expect(await workos.organizationDomains.getOrganizationDomain(created.id)).toEqual(verified)
    expect(await namesOf(created.id)).toEqual([
      'organization_domain.created',
      'organization_domain.updated',
      'organization_domain.verified',
    ])
    expect((await happenings(created.id))[1]).toMatchObject({
      data: { state: 'verified' },
      before: { state: 'pending' },
    })
  })

  test('answers 201', async () => {
    const created = await claim()
    publish(created)
    expect((await management.post(`/organization_domains/${created.id}/verify`)).status).toBe(201)
  })

  test('is done once, however many ask at once', async () => {
    const created = await claim()
    publish(created)
    const answers = await Promise.all(
      Array.from({ length: 6 }, () => management.post(`/organization_domains/${created.id}/verify`, {})),
    )
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(5).fill(400)])
    expect((await namesOf(created.id)).filter((name) => name.endsWith('.verified'))).toHaveLength(1)
    await expect(workos.organizationDomains.verifyOrganizationDomain(created.id)).rejects.toMatchObject({
      status: 400,
      code: 'domain_already_verified',
    })
  })

  test.each([
    ['no record', () => []],
    ['the record of another', () => ['latchkey-domain-verification=AAAAAAAAAAAAAAAAAAAAAAAA']],
    ['the token alone', (token: string) => [token]],
    ['a record that goes on', (token: string) => [`latchkey-domain-verification=${token}x`]],
  ])('with %s it stays pending, without an event', async (_what, records) => {
    const created = await claim()
    published.set(created.domain, records(created.verificationToken ?? ''))
    expect(await workos.organizationDomains.verifyOrganizationDomain(created.id)).toEqual(created)
    expect(await namesOf(created.id)).toEqual(['organization_domain.created'])
  })

  test('fails once after thirty days, and may still succeed', async () => {
    const created = await claim()
    app.clock.advance(30 * 24 * 3600)
    isReachable = false
    expect(await workos.organizationDomains.verifyOrganizationDomain(created.id)).toEqual(created)
    isReachable = true
    for (let i = 0; i < 2; i++) {
      const { state } = await workos.organizationDomains.verifyOrganizationDomain(created.id)
      expect(state).toBe('failed')
    }
    const failures = (await happenings(created.id)).filter(({ name }) => name.endsWith('failed'))
    expect(failures).toMatchObject([
      {
        data: {
          reason: 'domain_verification_period_expired',
          organization_domain: { id: created.id, state: 'failed' },
        },
      },
    ])
    publish(created)
    const { state } = await workos.organizationDomains.verifyOrganizationDomain(created.id)
    expect(state).toBe('verified')
  })
})

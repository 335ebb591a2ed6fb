import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createRefusedRequests } from '../../src/jobs/refused-requests.ts'
import type { NotedRefusal } from '../../src/storage/stores/refused-requests.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management } from '../support/management.ts'
import { authorizationUrl, basic, clientToken, open, post, redeem } from '../support/relying-party.ts'

let app: TestApp
let management: Management
beforeAll(async () => {
  app = await startTestApp()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

type Listed = Readonly<Record<string, unknown>>[]

const refusalsOf = async ({ id }: Pick<TestApplication, 'id'>, query = ''): Promise<Listed> => {
  const { status, body } = await management.get(`/latchkey/v1/applications/${id}/refused_requests${query}`)
  expect(status).toBe(200)
  return (body as { data: Listed }).data
}

describe('the refused requests of an application', () => {
  test('hold what its line in the log says: a wrong secret, and nothing of it', async () => {
    const application = await app.fixtures.firstParty()
    expect(await refusalsOf(application)).toEqual([])
    const wrong = { ...application, clientSecret: 'lk_secret_of-somebody-else' }
    const { headers } = await clientToken(app, wrong)
    const [refused, ...others] = await refusalsOf(application)
    expect(others).toEqual([])
    expect(refused).toMatchObject({
      object: 'refused_request',
      request_id: headers.get('x-request-id'),
      endpoint: '/oauth2/token',
      status: 401,
      error: 'invalid_client',
      reason: expect.stringContaining('client_secret_post'),
      times: 1,
    })
    expect(JSON.stringify(refused)).not.toContain('somebody-else')
  })

  test('of the same kind are one, of the last time, and say how often', async () => {
    const application = await app.fixtures.firstParty()
    await redeem(app, application, 'nothing')
    const [before] = await refusalsOf(application)
    app.clock.advance(5)
    await redeem(app, application, 'nothing')
    const { headers } = await redeem(app, application, 'nothing')
    await clientToken(app, application, { grant_type: 'password' })
    const [latest, repeated, ...others] = await refusalsOf(application)
    expect(others).toEqual([])
    expect(latest).toMatchObject({
      error: 'unsupported_grant_type',
      times: 1,
    })
    expect(repeated).toMatchObject({
      error: 'invalid_grant',
      facts: { 'sent grant_type': ['authorization_code'] },
      times: 3,
      first_refused_at: before?.['last_refused_at'],
      request_id: headers.get('x-request-id'),
    })
    expect(repeated?.['id']).not.toBe(before?.['id'])
  })

  test('are those of the authorization endpoint too, with what was sent and what is registered', async () => {
    const application = await app.fixtures.firstParty()
    await open(authorizationUrl(app, application, { redirect_uri: 'https://evil.example/callback' }))
    await open(authorizationUrl(app, application, { scope: 'openid unknown:scope' }))
    const [scope, redirectUri] = await refusalsOf(application)
    expect(scope).toMatchObject({ endpoint: '/oauth2/authorize', error: 'invalid_scope' })
    expect(redirectUri).toMatchObject({
      error: 'invalid_request',
      facts: {
        'sent redirect_uri': ['https://evil.example/callback'],
        'registered redirect_uris': [application.redirectUri],
      },
    })
  })

  test('are of that application alone, and what was granted is not among them', async () => {
    const [one, other] = [
      await app.fixtures.m2m(await app.fixtures.organization()),
      await app.fixtures.firstParty(),
    ]
    expect((await clientToken(app, one)).status).toBe(200)
    await post(`${app.issuer}/oauth2/token`, { grant_type: 'client_credentials' }, basic(other.clientId, 'x'))
    await post(`${app.issuer}/oauth2/token`, { grant_type: 'client_credentials' }, basic('nobody', 'x'))
    expect(await refusalsOf(one)).toEqual([])
    expect(await refusalsOf(other)).toHaveLength(1)
  })

  test('page by cursors, and a forged one is refused', async () => {
    const application = await app.fixtures.firstParty()
    for (const grant_type of ['a', 'password', 'refresh_token'])
      await clientToken(app, application, { grant_type })
    await open(authorizationUrl(app, application, { response_type: 'none' }))
    const all = await refusalsOf(application)
    const first = await refusalsOf(application, '?limit=1')
    expect(first).toEqual(all.slice(0, 1))
    expect(await refusalsOf(application, `?after=${String(first[0]?.['id'])}`)).toEqual(all.slice(1))
    expect(all.length).toBeGreaterThan(2)
    const path = `/latchkey/v1/applications/${application.id}/refused_requests`
    expect(await management.get(`${path}?after=forged`)).toMatchObject({ status: 422 })
  })

  test('that several nodes write down at once are counted together', async () => {
    const application = await app.fixtures.firstParty()
    const nodes = Array.from({ length: 4 }, () =>
      createRefusedRequests({ stores: app.stores, random: systemRandom }),
    )
    for (const [index, node] of nodes.entries()) {
      const reasons = ['a', 'b', 'c']
      for (const reason of index % 2 === 0 ? reasons : reasons.toReversed()) {
        node.refused(refusal(application.clientId, reason))
      }
    }
    await Promise.all(nodes.map((node) => node.flush()))
    expect((await refusalsOf(application)).map(({ times }) => times)).toEqual([4, 4, 4])
  })

  test('are a hundred at most, the newest', async () => {
    const application = await app.fixtures.firstParty()
    const refused = createRefusedRequests({ stores: app.stores, random: systemRandom })
    for (let count = 0; count < 115; count++) {
      refused.refused(refusal(application.clientId, `reason ${count}`))
      if (count % 20 === 19) await refused.flush()
    }
    await refused.flush()
    const reasons = (await refusalsOf(application, '?limit=100')).map(({ reason }) => reason)
    expect(reasons).toHaveLength(100)
    expect([reasons.at(0), reasons.at(-1)]).toEqual(['reason 114', 'reason 15'])
  })
})

const refusal = (clientId: string, reason: string) => ({
  ...{ requestId: 'r', clientId, refusedAt: app.clock.now(), endpoint: '/oauth2/token', status: 400 },
  ...{ error: 'invalid_request', reason, facts: {} },
})

describe('refusals that are gathered', () => {
  const gathering = () => {
    const written: NotedRefusal[][] = []
    let isAway = false
    const note = async (refusals: readonly NotedRefusal[]) => {
      if (isAway) throw new Error('away')
      written.push([...refusals])
    }
    const refused = createRefusedRequests({ stores: { refusedRequests: { note } }, random: systemRandom })
    return { written, refused, setAway: (away: boolean) => (isAway = away) }
  }

  test('are kept for the next time while the database is away, and counted on', async () => {
    const { written, refused, setAway } = gathering()
    setAway(true)
    refused.refused(refusal('client_a', 'x'))
    await expect(refused.flush()).rejects.toThrow('away')
    refused.refused(refusal('client_a', 'x'))
    setAway(false)
    await refused.flush()
    await refused.flush()
    expect(written).toMatchObject([[{ clientId: 'client_a', times: 2 }]])
  })

  test('are bounded, whoever makes them up: the newest kinds of the newest applications', async () => {
    const { written, refused } = gathering()
    for (let count = 0; count < 50; count++) refused.refused(refusal('client_a', `reason ${count}`))
    for (let count = 0; count < 150; count++) refused.refused(refusal(`client_${count}`, 'x'))
    await refused.flush()
    expect(written[0]?.map(({ clientId }) => clientId)).toEqual(
      Array.from({ length: 100 }, (_, index) => `client_${index + 50}`),
    )
    for (let count = 0; count < 50; count++) refused.refused(refusal('client_a', `reason ${count}`))
    await refused.flush()
    expect(written[1]?.map(({ reason }) => reason)).toEqual(
      Array.from({ length: 20 }, (_, index) => `reason ${index + 30}`),
    )
  })

  test('hold no control characters, half characters or long texts, which a database may not take', async () => {
    const { written, refused } = gathering()
    refused.refused(refusal('client_a', `a\u0000b\u001b\ud800${'c'.repeat(1000)}`))
    await refused.flush()
    expect(written[0]?.[0]?.reason).toMatch(/^a\uFFFDb\uFFFD\uFFFDc{495}$/)
  })
})

import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { createUsages } from '../../src/jobs/usages.ts'
import { type ConsentId, newIdentifier } from '../../src/protocol/identifiers.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { obtainTokens, refresh, textOf } from '../support/relying-party.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
})
afterAll(() => app[Symbol.asyncDispose]())

describe('the last use of a consent', () => {
  test('is noted by a node once an hour, however often tokens are renewed', async () => {
    const start = new Date('2026-01-01T00:00:00Z')
    const [one, other] = [1, 2].map(() => newIdentifier('consent', start, systemRandom)) as [
      ConsentId,
      ConsentId,
    ]
    const written: [ConsentId, Date][] = []
    const write = async (uses: ReadonlyMap<ConsentId, Date>) => void written.push(...uses)
    const usages = createUsages({ ...app.stores, consents: { ...app.stores.consents, used: write } })
    const flush = () => Promise.all(usages.all.map((usage) => usage.flush()))
    for (const seconds of [0, 300, 3599]) usages.consentUsed(one, addSeconds(start, seconds))
    usages.consentUsed(other, addSeconds(start, 300))
    await flush()
    usages.consentUsed(one, addSeconds(start, 3599))
    await flush()
    expect(written).toEqual([
      [one, start],
      [other, addSeconds(start, 300)],
    ])
    usages.consentUsed(one, addSeconds(start, 3600))
    await flush()
    expect(written.at(-1)).toEqual([one, addSeconds(start, 3600)])
  })
})

if (inject('testStore').kind === 'postgres') {
  test('tokens that an application gets, and a browser that is here, are noted by the time their node has stopped', async () => {
    const [user, application] = [await app.fixtures.user(), await app.fixtures.firstParty()]
    const browser = createBrowser(app.issuer)
    const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, browser)
    app.clock.advance(7200)
    const node = await app.startNode()
    expect(
      (await refresh({ issuer: node.issuer }, application, textOf(tokens, 'refresh_token'))).status,
    ).toBe(200)
    const cookie = [...browser.cookies].map((pair) => pair.join('=')).join('; ')
    expect((await fetch(`${node.issuer}/account`, { headers: { cookie } })).status).toBe(200)
    await node.close()
    const recently = addSeconds(app.clock.now(), -600)
    const [consent] = (
      await app.stores.consents.ofUser(user.id, app.clock.now(), { limit: 10, order: 'desc' })
    ).rows
    const live = { limit: 10, order: 'desc' } as const
    const { rows } = await app.stores.sessions.pageOfLive(user.id, app.clock.now(), live)
    for (const used of [consent, rows[0]]) {
      expect(used?.lastUsedAt?.getTime()).toBeGreaterThan(recently.getTime())
    }
  })
}

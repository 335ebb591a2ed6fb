import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  authorizationUrl,
  expectRefusal,
  introspect,
  issuingNothing,
  obtainTokens,
  refresh,
  textOf,
} from '../support/relying-party.ts'
import { csrfTokenOn, hrefOf, noticeOn, post, signedInAt, textIn } from './account-room.ts'

let app: TestApp
let owned: TestApplication
let own: TestApplication
beforeAll(async () => {
  const limits = { windowSeconds: 60, perEmail: 1000, perAddress: 1000 }
  app = await startTestApp({ overrides: { signInLimits: limits } })
  await app.fixtures.permission('invoices:read', 'Read your invoices', 'All of them.')
  const owner = await app.fixtures.organization('Initrode')
  owned = await app.fixtures.thirdParty(owner, { name: 'Insights', scopes: ['invoices:read'] })
  own = await app.fixtures.firstParty({ name: 'Own Mail' })
})
afterAll(() => app[Symbol.asyncDispose]())

const OFFLINE = { scope: 'openid offline_access invoices:read' }

const consentsOf = async ({ id }: Pick<TestUser, 'id'>) =>
  (await app.stores.consents.ofUser(id, app.clock.now(), { limit: 100, order: 'desc' })).rows

const detailsOn = ({ body }: { readonly body: string }): string[] =>
  [...body.matchAll(/href="(\/account\/applications\/[^"]+)"/g)].map(([, path = '']) => path)

describe('applications with access', () => {
  test('are told with whose they are, in whose name, and what each may do in words', async () => {
    const organization = await app.fixtures.organization('Globex')
    const user = await app.fixtures.user({ organizations: [organization] })
    await obtainTokens(app, owned, user, OFFLINE)
    app.clock.advance(2 * 86_400)
    const { browser, visited } = await signedInAt(app, user, '/account/applications')
    for (const words of ['Insights', 'Initrode', 'For <bdi>Globex</bdi>', 'Read your invoices', '2 days ago'])
      expect(visited.body).toContain(words)
    const [path = ''] = detailsOn(visited)
    const details = await browser.get(path)
    expect(details.body).toContain('All of them.')
    expect(textIn(details, 'consequence')).toContain('Insights can no longer use your account')
  })

  test('are told page by page; of the operator’s own, those that end with the session take no room', async () => {
    const user = await app.fixtures.user()
    await obtainTokens(app, own, user, { scope: 'openid' })
    const organizations = await Promise.all(
      Array.from({ length: 21 }, (_, place) => app.fixtures.organization(`Branch ${place}`)),
    )
    for (const organizationId of organizations) {
      const now = app.clock.now()
      await app.stores.consents.grant({
        ...{ id: newIdentifier('consent', now, systemRandom), userId: user.id, organizationId },
        ...{ applicationId: owned.id, scopes: ['openid'], resources: [], authorizationDetails: [] },
        ...{ chosenClaims: null, createdAt: now, updatedAt: now },
      })
      app.clock.advance(1)
    }
    const { browser, visited: first } = await signedInAt(app, user, '/account/applications')
    expect([detailsOn(first).length, hrefOf(first, 'newer')]).toEqual([20, undefined])
    const second = await browser.get(hrefOf(first, 'older') ?? '')
    expect([detailsOn(second).length, hrefOf(second, 'older')]).toEqual([1, undefined])
    expect(second.body).toContain('For <bdi>Branch 0</bdi>')
    expect(detailsOn(await browser.get(hrefOf(second, 'newer') ?? ''))).toEqual(detailsOn(first))
  })

  test('say when they last had tokens, to the hour, once that is written down', async () => {
    const user = await app.fixtures.user()
    const tokens = await obtainTokens(app, owned, user, OFFLINE)
    const [consent] = await consentsOf(user)
    if (!consent) throw new Error('no consent')
    await app.stores.consents.used(new Map([[consent.id, app.clock.now()]]))
    app.clock.advance(3 * 3600)
    const { visited } = await signedInAt(app, user, '/account/applications')
    expect(visited.body).toMatch(/last used <bdi><time[^>]*>3 hours ago</)
    expect((await refresh(app, owned, textOf(tokens, 'refresh_token'))).status).toBe(200)
  })

  test('of the operator are told of where they go on without their user, and by themselves', async () => {
    const user = await app.fixtures.user()
    await obtainTokens(app, own, user, { scope: 'openid' })
    const { browser, visited } = await signedInAt(app, user, '/account/applications')
    expect(visited.body).not.toContain('Own Mail')
    const tokens = await obtainTokens(app, own, user, { scope: 'openid offline_access' })
    const listed = await browser.get('/account/applications')
    expect(textIn(listed, 'of-operator-title')).toBe('By Latchkey')
    expect(listed.body).toContain('Own Mail')
    const [path = ''] = detailsOn(listed)
    const done = await browser.submit(await browser.get(path), { decision: 'remove' })
    expect(done.body).not.toContain('Own Mail')
    expectRefusal(await refresh(app, own, textOf(tokens, 'refresh_token')), 400, 'invalid_grant')
  })

  test('RFC 7009 §2.1: have nothing any more once access is removed, and have to ask again', async () => {
    const user = await app.fixtures.user()
    const there = createBrowser(app.issuer)
    const tokens = await obtainTokens(app, owned, user, OFFLINE, there)
    const [consent] = await consentsOf(user)
    const { browser, visited } = await signedInAt(app, user, '/account/applications')
    const [path = ''] = detailsOn(visited)
    const done = await browser.submit(await browser.get(path), { decision: 'remove' })
    expect({ path: done.url.pathname, notice: noticeOn(done) }).toEqual({
      path: '/account/applications',
      notice: 'The application no longer has access.',
    })
    expect(detailsOn(done)).toEqual([])
    expect((await introspect(app, owned, textOf(tokens, 'access_token'))).body).toEqual({ active: false })
    expectRefusal(await refresh(app, owned, textOf(tokens, 'refresh_token')), 400, 'invalid_grant')
    expect((await there.get(authorizationUrl(app, owned, OFFLINE))).url.pathname).toBe('/consent')
    expect(await eventsOf(app, consent?.id ?? '', ['consent.withdrawn'])).toMatchObject([
      { actor: { type: 'user', id: user.id }, data: { client_id: owned.clientId } },
    ])
    const again = await browser.get(path)
    expect({ path: again.url.pathname, notice: noticeOn(again) }).toEqual({
      path: '/account/applications',
      notice: 'That application no longer had access.',
    })
  })

  test('of one organization are removed without those of another', async () => {
    const organizations = [
      await app.fixtures.organization('Aviato'),
      await app.fixtures.organization('Hooli'),
    ]
    const user = await app.fixtures.user({ organizations })
    for (const organization_id of organizations)
      await obtainTokens(app, owned, user, { ...OFFLINE, organization_id })
    const { browser, visited } = await signedInAt(app, user, '/account/applications')
    const [newest = '', other = ''] = detailsOn(visited)
    expect((await browser.get(newest)).body).toContain('Hooli')
    await browser.submit(await browser.get(newest), { decision: 'remove' })
    expect(detailsOn(await browser.get('/account/applications'))).toEqual([other])
  })

  test('OWASP ASVS 5 §8.2.2: what somebody else agreed to is neither shown nor removed', async () => {
    const [user, other] = [await app.fixtures.user(), await app.fixtures.user()]
    await obtainTokens(app, owned, other, OFFLINE)
    const [foreign] = await consentsOf(other)
    const path = `/account/applications/${foreign?.id}`
    const { browser, visited } = await signedInAt(app, user, '/account')
    const shown = await browser.get(path)
    expect(shown.url.pathname).toBe('/account/applications')
    expect(shown.body).not.toContain('Insights')
    const csrf_token = csrfTokenOn(visited)
    await issuingNothing(app, async () => {
      for (const id of [foreign?.id ?? '', 'app_consent_', '..%2F..', 'x']) {
        const sent = await post(app, browser, `/account/applications/${id}`, {
          csrf_token,
          decision: 'remove',
        })
        expect(sent.status).toBe(303)
      }
      const unclear = await post(app, browser, path, { csrf_token, decision: 'keep' })
      expect(unclear.status).toBe(400)
    })
  })
})

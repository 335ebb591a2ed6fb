import { afterAll, beforeAll, describe, expect, inject, test } from 'vitest'
import { newIdentifier } from '../../src/protocol/identifiers.ts'
import { sha256 } from '../../src/system/hash.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser } from '../support/browser.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { introspect, obtainTokens, refresh, textOf } from '../support/relying-party.ts'
import { csrfTokenOn, endable, hrefOf, noticeOn, post, signedInAt } from './account-room.ts'

const PHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile/15E148 Safari/604.1'
const DESKTOP =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Safari/537.36'

let app: TestApp
let application: TestApplication
beforeAll(async () => {
  const limits = { windowSeconds: 60, perEmail: 1000, perAddress: 1000 }
  app = await startTestApp({ overrides: { signInLimits: limits } })
  application = await app.fixtures.firstParty()
})
afterAll(() => app[Symbol.asyncDispose]())

const isSignedIn = async (browser: TestBrowser): Promise<boolean> =>
  (await browser.get('/account')).url.pathname === '/account'

const sessionsOf = async ({ id }: Pick<TestUser, 'id'>) =>
  (await app.stores.sessions.pageOfLive(id, app.clock.now(), { limit: 100, order: 'asc' })).rows

describe('where somebody is signed in', () => {
  test('is told by browser, system, address and time, this browser by itself', async () => {
    const user = await app.fixtures.user()
    await signedInAt(app, user, '/account', createBrowser(app.issuer, { 'user-agent': PHONE }))
    const [phone] = await sessionsOf(user)
    await signedInAt(app, user, '/account', createBrowser(app.issuer, { 'user-agent': 'something-else' }))
    const [, unknown] = await sessionsOf(user)
    app.clock.advance(7200)
    const here = createBrowser(app.issuer, { 'user-agent': DESKTOP })
    const { visited: page } = await signedInAt(app, user, '/account/sessions', here)
    const [first = '', elsewhere = ''] = page.body.split('id="elsewhere-title"')
    expect(first).toMatch(
      /id="this-browser-title"[\s\S]*<bdi>Chrome<\/bdi> on <bdi>Windows<\/bdi>[\s\S]*127\.0\.0\.1/,
    )
    expect(elsewhere).toContain('<bdi>Safari</bdi> on <bdi>iPhone</bdi>')
    expect(elsewhere).toContain('Unknown browser')
    expect(elsewhere).toContain('2 hours ago')
    expect(elsewhere).toContain('your network')
    expect(endable(page).sort()).toEqual([phone?.id, unknown?.id].sort())
  })

  test('is told of as last active where the browser was here after it had signed in', async () => {
    const user = await app.fixtures.user()
    const { browser } = await signedInAt(app, user)
    expect((await browser.get('/account/sessions')).body).not.toContain('Last active')
    app.clock.advance(400)
    const [session] = await sessionsOf(user)
    if (!session) throw new Error('no session')
    await app.stores.sessions.used(new Map([[session.id, app.clock.now()]]))
    app.clock.advance(120)
    expect((await browser.get('/account/sessions')).body).toMatch(
      /Last active <bdi><time[^>]*>2 minutes ago</,
    )
  })

  test('is told page by page, each with links to those beside it and this browser by itself on all of them', async () => {
    const user = await app.fixtures.user()
    await signedInAt(app, user)
    const [session] = await sessionsOf(user)
    if (!session) throw new Error('no session')
    for (let one = 0; one < 20; one++) {
      app.clock.advance(1)
      const id = newIdentifier('session', app.clock.now(), systemRandom)
      await app.stores.sessions.insert({
        ...session,
        id,
        tokenHash: sha256(id),
      })
    }
    const { browser, visited: first } = await signedInAt(app, user, '/account/sessions')
    expect([endable(first).length, hrefOf(first, 'newer')]).toEqual([20, undefined])
    const second = await browser.get(hrefOf(first, 'older') ?? '')
    expect(endable(second)).toEqual([session.id])
    expect(hrefOf(second, 'older')).toBeUndefined()
    expect(second.body).toContain('id="this-browser-title"')
    const back = await browser.get(hrefOf(second, 'newer') ?? '')
    expect(endable(back)).toEqual(endable(first))
    expect(endable(await browser.get('/account/sessions?after=nothing'))).toEqual(endable(first))
  })

  test('one ends: its browser is signed out, and what was granted there without offline access is worth nothing', async () => {
    const user = await app.fixtures.user()
    const there = createBrowser(app.issuer)
    const short = await obtainTokens(app, application, user, { scope: 'openid' }, there)
    const long = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, there)
    const { browser, visited } = await signedInAt(app, user, '/account/sessions')
    const [id = ''] = endable(visited)
    const done = await browser.submit(visited, { end: id })
    expect({ path: done.url.pathname, notice: noticeOn(done) }).toEqual({
      path: '/account/sessions',
      notice: 'That browser is signed out.',
    })
    expect(endable(done)).toEqual([])
    expect([await isSignedIn(there), await isSignedIn(browser)]).toEqual([false, true])
    expect((await introspect(app, application, textOf(short, 'access_token'))).body).toEqual({
      active: false,
    })
    expect((await refresh(app, application, textOf(long, 'refresh_token'))).status).toBe(200)
    expect(await eventsOf(app, id, ['session.revoked'])).toMatchObject([
      { actor: { type: 'user', id: user.id }, data: { reason: 'signed_out_elsewhere', status: 'revoked' } },
    ])
    expect(noticeOn(await browser.submit(visited, { end: id }))).toContain('nothing left to sign out of')
  })

  test('OWASP ASVS 5 §8.2.2: the session of somebody else ends by no form', async () => {
    const [user, other] = [await app.fixtures.user(), await app.fixtures.user()]
    const theirs = await signedInAt(app, other)
    const { browser, visited } = await signedInAt(app, user, '/account/sessions')
    const [foreign] = await sessionsOf(other)
    const [own] = await sessionsOf(user)
    const csrf_token = csrfTokenOn(visited)
    for (const end of [foreign?.id ?? '', own?.id ?? '']) {
      expect(noticeOn(await browser.submit(visited, { end }))).toContain('nothing left to sign out of')
    }
    for (const end of [
      '',
      'everything',
      'session_',
      `${own?.id}'`,
      'app_consent_00000000000000000000000000',
    ]) {
      expect((await post(app, browser, '/account/sessions', { csrf_token, end })).status, end).toBe(400)
    }
    expect([await isSignedIn(browser), await isSignedIn(theirs.browser)]).toEqual([true, true])
  })

  test('everywhere else ends, and here goes on', async () => {
    const [user, other] = [await app.fixtures.user(), await app.fixtures.user()]
    const others = [await signedInAt(app, user), await signedInAt(app, user)]
    const stranger = await signedInAt(app, other)
    const { browser, visited } = await signedInAt(app, user, '/account/sessions')
    const done = await browser.submit(visited, { end: 'others' })
    expect(noticeOn(done)).toBe('You are signed out everywhere else.')
    expect(await Promise.all(others.map((one) => isSignedIn(one.browser)))).toEqual([false, false])
    expect([await isSignedIn(browser), await isSignedIn(stranger.browser)]).toEqual([true, true])
  })

  test('two browsers that sign out everywhere at once both do', async () => {
    const user = await app.fixtures.user()
    const [first, second] = [
      await signedInAt(app, user, '/account/sessions'),
      await signedInAt(app, user, '/account/sessions'),
    ]
    const both = await Promise.all(
      [first, second].map(({ browser, visited }) => browser.submit(visited, { end: 'all' })),
    )
    for (const { status } of both) expect(status).toBe(200)
    expect(await sessionsOf(user)).toEqual([])
  })
})

if (inject('testStore').kind === 'postgres') {
  test('signing out everywhere holds on every node at once', async () => {
    const user = await app.fixtures.user()
    const node = await app.startNode()
    try {
      const { browser, visited } = await signedInAt(app, user, '/account/sessions')
      const elsewhere = createBrowser(app.issuer)
      const tokens = await obtainTokens(app, application, user, { scope: 'openid' }, elsewhere)
      const cookie = [...elsewhere.cookies].map((pair) => pair.join('=')).join('; ')
      const onNode = async () =>
        (await fetch(`${node.issuer}/account`, { headers: { cookie }, redirect: 'manual' })).status
      expect(await onNode()).toBe(200)
      const out = await browser.submit(visited, { end: 'all' })
      expect(out.body).toContain('You are signed out')
      expect(browser.cookie('latchkey_session')).toBeUndefined()
      expect(await onNode()).toBe(303)
      const { body } = await introspect({ issuer: node.issuer }, application, textOf(tokens, 'access_token'))
      expect(body).toEqual({ active: false })
    } finally {
      await node.close()
    }
  })
}

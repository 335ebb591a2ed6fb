import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changeOperation } from '../../src/management/operation.ts'
import { csrfTokenOn, noticeOn, post, signedInAt } from '../account/account-room.ts'
import { memberOf, openPortalOf } from '../portal/portal-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser, type TestBrowser, type Visited } from '../support/browser.ts'
import { givePasskey, giveTotp } from '../support/factors.ts'
import type { TestUser } from '../support/fixtures.ts'
import { askedFor, signIn } from '../support/follow-authorization.ts'
import { operatorAt } from './dashboard-room.ts'

let app: TestApp
beforeAll(async () => {
  app = await startTestApp({
    overrides: { signInLimits: { windowSeconds: 60, perEmail: 1000, perAddress: 1000 } },
  })
})
afterAll(() => app[Symbol.asyncDispose]())

const TOO_LONG = 601

const ONCE_MORE = 'Thank you for signing in again. Nothing has been saved yet: fill in the form once more.'

/** A form that is sent too late: nothing of it is done, and after the sign-in one is back at its page, and told. */
const sentTooLate = async (
  browser: TestBrowser,
  user: TestUser,
  visited: Visited,
  fields: Readonly<Record<string, string>>,
): Promise<Visited> => {
  app.clock.advance(TOO_LONG)
  const asked = await browser.submit(visited, fields)
  expect(asked.url.pathname).toBe('/sign-in')
  // Who it is is known: they are asked for the proof alone.
  expect(askedFor(asked)).toBe(user.email)
  const back = await signIn(browser, asked, user)
  expect(back).toMatchObject({ status: 200, url: { pathname: visited.url.pathname } })
  expect(noticeOn(back)).toBe(ONCE_MORE)
  return back
}

describe('whoever signed in too long ago', () => {
  test('gives nobody a password, and does so after they have signed in again', async () => {
    const other = await app.fixtures.user()
    const before = await app.stores.users.byId(other.id)
    const { browser, user, visited } = await operatorAt(app, 'admin', `/dashboard/users/${other.id}`)
    const back = await sentTooLate(browser, user, visited, { password: 'another one of these' })
    expect(await app.stores.users.byId(other.id)).toEqual(before)
    expect(noticeOn(await browser.submit(back, { password: 'another one of these' }))).toBe('Saved.')
    expect((await app.stores.users.byId(other.id))?.passwordHash).not.toBe(before?.passwordHash)
  })

  test('takes over no account of their own: neither password, address nor ID is changed', async () => {
    const { browser, user } = await operatorAt(app, 'owner')
    const path = `/dashboard/users/${user.id}`
    const before = await app.stores.users.byId(user.id)
    await sentTooLate(browser, user, await browser.get(path), { password: 'another one of these' })
    const profile = { email: 'thief@example.com', first_name: '', last_name: '', external_id: '' }
    await sentTooLate(browser, user, await browser.get(path), profile)
    const identified = { ...profile, email: user.email, external_id: 'thief' }
    await sentTooLate(browser, user, await browser.get(path), identified)
    expect({ ...(await app.stores.users.byId(user.id)), lastSignInAt: null }).toEqual({
      ...before,
      lastSignInAt: null,
    })
  })

  test('corrects a name all the same, by which nobody signs in', async () => {
    const other = await app.fixtures.user()
    const { browser, visited } = await operatorAt(app, 'admin', `/dashboard/users/${other.id}`)
    app.clock.advance(TOO_LONG)
    const fields = { email: other.email, first_name: 'Grace', last_name: '', external_id: '' }
    expect(noticeOn(await browser.submit(visited, fields))).toBe('Saved.')
  })

  test('ends no session, takes no factor away and deletes nobody', async () => {
    const other = await app.fixtures.user()
    await signedInAt(app, other)
    const path = `/dashboard/users/${other.id}`
    const { browser, user, visited } = await operatorAt(app, 'admin', path)
    const [, session = ''] = /name="thing" value="(session_\w+)"/.exec(visited.body) ?? []
    const back = await sentTooLate(browser, user, visited, { kind: 'session', thing: session })
    expect(back.body).toContain(session)
    await sentTooLate(browser, user, back, { confirmation: other.email })
    const { factorId } = await giveTotp(app, other)
    const { passkey } = await givePasskey(app, other)
    await sentTooLate(browser, user, await browser.get(`${path}/factors/${factorId}`), {
      confirmation: other.email,
    })
    await sentTooLate(browser, user, await browser.get(`${path}/passkeys/${passkey.id}`), {
      confirmation: passkey.name,
    })
    expect(await app.stores.passkeys.secondFactorsOf(other.id)).toMatchObject({ hasTotp: true, passkeys: 1 })
    expect(await app.stores.users.byId(other.id)).toBeDefined()
  })

  test('makes nobody an operator, and none less or more than they are', async () => {
    const other = await app.fixtures.user()
    const { browser, user, visited } = await operatorAt(app, 'owner', '/dashboard/operators')
    const back = await sentTooLate(browser, user, visited, { email: other.email, role: 'owner' })
    expect(await app.stores.operators.roleOf(other.id)).toBeUndefined()
    await browser.submit(back, { email: other.email, role: 'viewer' })
    const one = await browser.get(`/dashboard/operators/${other.id}`)
    await sentTooLate(browser, user, one, { role: 'owner', decision: 'save' })
    await sentTooLate(browser, user, one, { decision: 'remove' })
    expect(await app.stores.operators.roleOf(other.id)).toBe('viewer')
  })

  test('makes no API key and revokes none', async () => {
    const { browser, user, visited } = await operatorAt(app, 'owner', '/dashboard/api-keys')
    const created = await browser.submit(visited, { name: 'Nightly', permissions: 'users:read' })
    const [path = ''] = /\/dashboard\/api-keys\/api_key_\w+/.exec(created.body) ?? []
    const fields = { name: 'Of a thief', permissions: '*' }
    expect((await sentTooLate(browser, user, visited, fields)).body).not.toContain('Of a thief')
    await sentTooLate(browser, user, await browser.get(path), { confirmation: 'Nightly' })
    expect((await browser.get(path)).status).toBe(200)
  })

  test('and goes back instead of signing in is not thanked for it', async () => {
    const { browser, visited } = await operatorAt(app, 'owner', '/dashboard/api-keys')
    app.clock.advance(TOO_LONG)
    await browser.submit(visited, { name: 'Everything', permissions: '*' })
    expect(noticeOn(await browser.get('/dashboard/api-keys'))).toBe('')
  })

  test('hears of a missing right before they are asked to sign in for nothing', async () => {
    const { browser, visited, user } = await operatorAt(app, 'viewer', '/dashboard/operators')
    app.clock.advance(TOO_LONG)
    const csrf_token = csrfTokenOn(visited)
    const form = { csrf_token, role: 'owner', decision: 'save' }
    expect((await post(app, browser, `/dashboard/operators/${user.id}`, form)).status).toBe(403)
  })
})

test('a change of accounts that does not say whether it takes a recent sign-in does not compile', () => {
  const described = {
    ...({ id: 'any', method: 'DELETE', path: '/any', tag: 'any', summary: 'any', status: 204 } as const),
    errors: [],
    handle: async () => undefined as never,
  }
  changeOperation({ ...described, permission: 'permissions:write' })
  changeOperation({ ...described, permission: 'users:write', recentSignIn: 'never' })
  // @ts-expect-error -- it does not say
  changeOperation({ ...described, permission: 'users:write' })
})

const endSessionsOf = async ({ id: user }: TestUser): Promise<void> => {
  const management = await app.management()
  const { body } = await management.get(`/user_management/users/${user}/sessions`)
  for (const { id } of (body as { data: { id: string }[] }).data) {
    await management.post('/user_management/sessions/revoke', { session_id: id })
  }
}

describe('a session that ended while a form was open', () => {
  test('is begun anew at the page of the form, which says that nothing was saved', async () => {
    const organization = await app.fixtures.organization('Globex')
    const path = `/dashboard/organizations/${organization}`
    const { browser, user, visited } = await operatorAt(app, 'admin', path)
    await endSessionsOf(user)
    const asked = await browser.submit(visited, { domain: 'globex.example' })
    expect(asked.url.pathname).toBe('/sign-in')
    const back = await signIn(browser, asked, user)
    expect(back).toMatchObject({ status: 200, url: { pathname: path } })
    expect(noticeOn(back)).toBe(ONCE_MORE)
    expect(back.body).not.toContain('globex.example')
  })

  test('is begun anew at the page of the form at the developer portal, too', async () => {
    await openPortalOf(app)
    const organization = await app.fixtures.organization('Initech')
    const user = await memberOf(app, [organization])
    const path = `/developers/${organization}/applications/new`
    const { browser, visited } = await signedInAt(app, user, path)
    await endSessionsOf(user)
    const back = await signIn(browser, await browser.submit(visited, { name: 'Forum' }), user)
    expect(back).toMatchObject({ status: 200, url: { pathname: path } })
    expect(noticeOn(back)).toBe(ONCE_MORE)
  })

  test('leads back to a list as it was filtered', async () => {
    const user = await app.fixtures.operator('viewer')
    const browser = createBrowser(app.issuer)
    const path = '/dashboard/users?email=grace%40example.com'
    const back = await signIn(browser, await browser.get(path), user)
    expect(back.url.href).toBe(`${app.issuer}${path}`)
    expect(back.body).toContain('value="grace@example.com"')
  })

  test('is begun anew without the code that an application was tried with', async () => {
    const asked = await createBrowser(app.issuer).get('/dashboard/try/callback?state=any&code=of-the-trial')
    expect(asked.url.searchParams.get('request')).toBe('dashboard/try/callback')
  })
})

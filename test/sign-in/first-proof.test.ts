import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { IdentityProviderId } from '../../src/protocol/identifiers.ts'
import { sha256 } from '../../src/system/hash.ts'
import { signedInAt } from '../account/account-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { givePasskey, giveTotp } from '../support/factors.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import { identify } from '../support/follow-authorization.ts'
import { codeTo } from '../support/mailbox.ts'
import {
  authorizationUrl,
  introspect,
  newPkce,
  obtainTokens,
  refresh,
  textOf,
} from '../support/relying-party.ts'

/*
 * Pre-hijacking: somebody has made an account for another's address where an operator allows that, and waits for its owner
 * to come (docs/security.md).
 */

let app: TestApp
let application: TestApplication
let providerId: IdentityProviderId
beforeAll(async () => {
  app = await startTestApp()
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { magic_codes: true })
  const { status, body } = await management.post('/latchkey/v1/identity_providers', {
    ...{ name: 'Contoso', issuer: 'https://login.contoso.example' },
    ...{ client_id: 'latchkey', client_secret: 'kept-by-the-two-of-them' },
  })
  expect(status, JSON.stringify(body)).toBe(201)
  providerId = (body as { id: IdentityProviderId }).id
  application = await app.fixtures.firstParty()
  await app.changesHeard()
})
afterAll(() => app[Symbol.asyncDispose]())

const squatted = async () => {
  const user = await app.fixtures.user()
  await app.transaction(async (stores) => {
    await stores.users.update(user.id, { emailVerified: false })
    const now = app.clock.now()
    const identity = { providerId, subject: user.id, userId: user.id, email: 'squatter@example.com' }
    await stores.identities.insert({ ...identity, createdAt: now, lastUsedAt: now })
  })
  const tokens = await obtainTokens(app, application, user, { scope: 'openid offline_access' })
  return { user, tokens, refreshToken: textOf(tokens, 'refresh_token') }
}

/** Signed in as one is who came by a provider: no password was shown, nor a passkey. */
const signedInByProvider = async (user: TestUser) => {
  const { browser, visited } = await signedInAt(app, user, '/account/email')
  const live = await app.stores.sessions.liveByToken(
    sha256(browser.cookie('latchkey_session') ?? ''),
    app.clock.now(),
  )
  if (!live) throw new RangeError('no session')
  const { id, tokenHash, authenticatedAt, expiresAt, ipAddress, userAgent, consentOptions } = live
  const renewed = { tokenHash, authenticatedAt, expiresAt, ipAddress, userAgent, consentOptions }
  const updatedAt = app.clock.now()
  await app.stores.sessions.renew({ id, userId: user.id }, { ...renewed, amr: [], updatedAt })
  return { browser, visited, sessionId: id }
}

const comes = async (email: string, purpose: 'sign_in' | 'reset_password') => {
  const browser = createBrowser(app.issuer)
  const first = await browser.get(authorizationUrl(app, application, newPkce().parameters))
  const page = await browser.submit(await identify(browser, first, { email }), { purpose })
  const entered = await browser.submit(page, { code: await codeTo(app, email) })
  if (purpose === 'sign_in') return entered
  return browser.submit(entered, { password: 'a whole new pass phrase' })
}

describe('the first proof of an address leaves nothing to whoever had the account before', () => {
  test.each(['sign_in', 'reset_password'] as const)('by a code to %s', async (purpose) => {
    const { user, tokens, refreshToken } = await squatted()
    expect((await comes(user.email, purpose)).left).toBe(true)
    // What they granted, for as long as they liked, to an application that its owner was never asked about.
    expect(await refresh(app, application, refreshToken)).toMatchObject({
      status: 400,
      body: { error: 'invalid_grant' },
    })
    const { body } = await introspect(app, application, textOf(tokens, 'access_token'))
    expect(body).toEqual({ active: false })
    expect(await app.stores.identities.ofUser(user.id)).toEqual([])
    const told = [
      ...(await app.stores.events.byName('consent.withdrawn', 100)),
      ...(await app.stores.events.byName('identity.unlinked', 100)),
    ]
    expect(told.filter(({ data }) => JSON.stringify(data).includes(user.id))).toHaveLength(2)
  })

  test('sessions end, those of an account without password as well', async () => {
    const { user } = await squatted()
    await givePasskey(app, user)
    await app.transaction((stores) => stores.users.update(user.id, { passwordHash: null }))
    const sessions = () =>
      app.stores.sessions.pageOfLive(user.id, app.clock.now(), { limit: 10, order: 'asc' })
    const [{ id: before } = { id: '' }] = (await sessions()).rows
    expect((await comes(user.email, 'sign_in')).left).toBe(true)
    const after = (await sessions()).rows.map(({ id }) => id)
    expect(after).toHaveLength(1)
    expect(after).not.toContain(before)
  })

  test('at the page of the account, by whoever came by a provider: which stays, with the session', async () => {
    const { user, refreshToken } = await squatted()
    const sessionsOf = async () =>
      (await app.stores.sessions.pageOfLive(user.id, app.clock.now(), { limit: 10, order: 'asc' })).rows
    const { browser, visited, sessionId } = await signedInByProvider(user)
    await giveTotp(app, user)
    const page = await browser.submit(visited, { email: user.email })
    const done = await browser.submit(page, { code: await codeTo(app, user.email) })
    expect([done.url.pathname, done.status]).toEqual(['/account', 200])
    expect((await app.stores.users.byId(user.id))?.passwordHash).toBeNull()
    expect((await sessionsOf()).map((each) => each.id)).toEqual([sessionId])
    expect(await app.stores.passkeys.secondFactorsOf(user.id)).toMatchObject({ hasTotp: false })
    expect(await app.stores.identities.ofUser(user.id)).toMatchObject([{ providerId }])
    expect((await refresh(app, application, refreshToken)).status).toBe(400)
  })

  test('an address that was proved before takes nothing away', async () => {
    const { user, refreshToken } = await squatted()
    await app.transaction((stores) => stores.users.update(user.id, { emailVerified: true }))
    expect((await comes(user.email, 'sign_in')).left).toBe(true)
    expect((await refresh(app, application, refreshToken)).status).toBe(200)
    expect(await app.stores.identities.ofUser(user.id)).toHaveLength(1)
  })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { lifetimes } from '../../src/config/lifetimes.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { atOnce } from '../events/test-room.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { introspect, obtainTokens, refresh, signIn, textOf } from '../support/relying-party.ts'

let app: TestApp
let workos: WorkOS
let management: Management

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
})
afterAll(() => app[Symbol.asyncDispose]())

const INSTANT = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{3}Z$/
const REVOKE = '/user_management/sessions/revoke'

const signedIn = async () => {
  const user = await app.fixtures.user()
  const browser = createBrowser(app.issuer)
  await signIn(browser, await browser.get('/sign-in'), user)
  const { data } = await workos.userManagement.listSessions(user.id)
  const [session] = data
  if (!session) throw new RangeError('no session')
  return { user, browser, session }
}

/** Signed in, and of two organizations chosen the first by name: the choice page asks for one. */
const chosen = async () => {
  const others = await app.fixtures.organization('Beta')
  const organizationId = await app.fixtures.organization('Alpha')
  const user = await app.fixtures.user({ organizations: [others, organizationId] })
  await obtainTokens(app, await app.fixtures.firstParty(), user, { scope: 'openid' })
  const { data: sessions } = await workos.userManagement.listSessions(user.id)
  return { organizationId, user, sessions, sessionId: sessions[0]?.id ?? '' }
}

describe('sessions', () => {
  test('are listed with where they come from, how, and until when', async () => {
    const { user, session } = await signedIn()
    expect(session).toEqual({
      object: 'session',
      id: expect.stringMatching(/^session_[0-9A-Z]{26}$/),
      userId: user.id,
      ipAddress: expect.stringMatching(/127\.0\.0\.1$/),
      userAgent: 'node',
      authMethod: 'password',
      status: 'active',
      expiresAt: addSeconds(new Date(session.createdAt), lifetimes.sessionSeconds).toISOString(),
      endedAt: null,
      createdAt: expect.stringMatching(INSTANT),
      updatedAt: session.createdAt,
    })
    const { body } = await management.get(`/user_management/users/${user.id}/sessions`)
    expect(JSON.stringify(body)).not.toMatch(/token|hash/)
  })

  test('say which organization was chosen last', async () => {
    const { organizationId, sessions } = await chosen()
    expect(sessions).toMatchObject([{ organizationId }])
  })

  test('are listed a page at a time, and only while they live', async () => {
    const { user } = await signedIn()
    for (let index = 0; index < 4; index++) {
      app.clock.advance(1)
      const browser = createBrowser(app.issuer)
      await signIn(browser, await browser.get('/sign-in'), user)
    }
    const seen: string[] = []
    let after: string | null | undefined
    do {
      const { data, listMetadata } = await workos.userManagement.listSessions(user.id, {
        limit: 2,
        ...(after && { after }),
      })
      seen.push(...data.map(({ id }) => id))
      after = listMetadata.after
    } while (after)
    expect(seen).toHaveLength(5)
    expect(seen).toEqual(seen.toSorted().reverse())
    app.clock.advance(400 * 24 * 3600)
    expect((await workos.userManagement.listSessions(user.id)).data).toEqual([])
  })

  test('of a user that does not exist are not found', async () => {
    for (const id of ['user_01HXYZ123456789ABCDEFGHJKM', 'nobody']) {
      await expect(workos.userManagement.listSessions(id)).rejects.toMatchObject({ status: 404 })
    }
  })

  test('of another collection are no cursor', async () => {
    const { id } = await app.fixtures.user()
    const { status, body } = await management.get(
      `/user_management/users/${id}/sessions?before=${id}&organization_id=x`,
    )
    expect({ status, body }).toMatchObject({ status: 422, body: { errors: [{ field: 'organization_id' }] } })
    const cursor = await management.get(`/user_management/users/${id}/sessions?before=${id}`)
    expect(cursor).toMatchObject({ status: 422, body: { errors: [{ field: 'before' }] } })
  })
})

describe('the end of a session in which an organization was chosen', () => {
  const endsIn = async (organizationId: string) =>
    (await management.get(`/events?organization_id=${organizationId}&events=session.revoked`)).body

  test.each<[string, (of: Awaited<ReturnType<typeof chosen>>) => Promise<unknown>]>([
    ['revoked', ({ sessionId }) => workos.userManagement.revokeSession({ sessionId })],
    [
      'password_changed',
      ({ user }) =>
        workos.userManagement.updateUser({ userId: user.id, password: 'another correct horse battery' }),
    ],
    ['user_deleted', ({ user }) => workos.userManagement.deleteUser(user.id)],
  ])('is found by the organization: %s', async (reason, end) => {
    const of = await chosen()
    await end(of)
    expect(await endsIn(of.organizationId)).toMatchObject({
      data: [{ event: 'session.revoked', data: { id: of.sessionId, status: 'revoked', reason } }],
    })
  })
})

describe('revoking a session', () => {
  test('signs the browser out, once, and says so in an event', async () => {
    const { user, browser, session } = await signedIn()
    expect((await browser.get('/')).body).toContain(user.email)
    await workos.userManagement.revokeSession({ sessionId: session.id })
    expect((await browser.get('/')).body).not.toContain(user.email)
    expect((await workos.userManagement.listSessions(user.id)).data).toEqual([])
    const events = await app.stores.events.byName('session.revoked', 1000)
    expect(events.filter(({ targetId }) => targetId === session.id)).toMatchObject([
      { actor: { type: 'api_key' }, data: { id: session.id, status: 'revoked', reason: 'revoked' } },
    ])
  })

  test('answers with the session as it ended; of many at once, one does', async () => {
    const { session } = await signedIn()
    const answers = await atOnce(10, () => management.post(REVOKE, { session_id: session.id }))
    const done = answers.filter(({ status }) => status === 200)
    expect(done).toHaveLength(1)
    expect(done[0]?.body).toMatchObject({
      object: 'session',
      id: session.id,
      status: 'revoked',
      ended_at: expect.stringMatching(INSTANT),
    })
    for (const { status, body } of answers.filter((answer) => answer.status !== 200)) {
      expect({ status, body }).toMatchObject({ status: 400, body: { code: 'session_not_found' } })
    }
  })

  test('ends at once what was granted in it without offline access, and that alone', async () => {
    const application = await app.fixtures.firstParty()
    const user = await app.fixtures.user()
    const browser = createBrowser(app.issuer)
    const online = await obtainTokens(app, application, user, { scope: 'openid' }, browser)
    const offline = await obtainTokens(app, application, user, { scope: 'openid offline_access' }, browser)
    const isActive = async (tokens: typeof online) =>
      (await introspect(app, application, textOf(tokens, 'access_token'))).body['active']
    expect(await isActive(online)).toBe(true)
    const { data } = await workos.userManagement.listSessions(user.id)
    expect(data).toHaveLength(1)
    await workos.userManagement.revokeSession({ sessionId: data[0]?.id ?? '' })
    expect(await isActive(online)).toBe(false)
    expect(await isActive(offline)).toBe(true)
    expect((await refresh(app, application, textOf(offline, 'refresh_token'))).status).toBe(200)
  })

  test('a session that is unknown or expired is refused', async () => {
    const { session } = await signedIn()
    app.clock.advance(400 * 24 * 3600)
    for (const id of [session.id, 'session_01HXYZ123456789ABCDEFGHJKM', 'x', '']) {
      const { status, body } = await management.post(REVOKE, {
        session_id: id,
        return_to: 'https://x.example',
      })
      expect({ status, body }).toMatchObject({ status: 400, body: { code: 'session_not_found' } })
    }
    expect(await management.post(REVOKE, {})).toMatchObject({
      status: 422,
      body: { errors: [{ field: 'session_id', code: 'required' }] },
    })
  })

  test('needs a key that may write users', async () => {
    const { user, session } = await signedIn()
    const reader = await app.management(['users:read'])
    expect((await reader.post(REVOKE, { session_id: session.id })).status).toBe(403)
    expect((await reader.get(`/user_management/users/${user.id}/sessions`)).body).toMatchObject({
      data: [{ id: session.id }],
    })
  })
})

import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { createBrowser } from '../support/browser.ts'
import { comeWithCode, connectDevice, DEVICE_CODE_GRANT, decide, newDevice, poll } from '../support/device.ts'
import { dpop } from '../support/dpop.ts'
import type { TestApplication, TestUser } from '../support/fixtures.ts'
import {
  expectRefusal,
  introspect,
  issuingNothing,
  post,
  refresh,
  textOf,
  userinfo,
  withdrawConsent,
} from '../support/relying-party.ts'
import { newTestKey } from '../support/signing-client.ts'

let app: TestApp
let cli: TestApplication
let other: TestApplication
let confidential: TestApplication
let user: TestUser
beforeAll(async () => {
  app = await startTestApp()
  cli = await app.fixtures.firstParty({ isPublic: true, name: 'Acme CLI' })
  other = await app.fixtures.firstParty({ isPublic: true })
  confidential = await app.fixtures.firstParty()
  user = await app.fixtures.user()
})
afterAll(() => app[Symbol.asyncDispose]())

const claimsOf = (jwt: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(jwt.split('.')[1] ?? '', 'base64url').toString()) as Record<string, unknown>

/** Polls, and sees that it is refused and nothing comes of it. */
const refused = async (
  device: { readonly deviceCode: string },
  error: string,
  application: TestApplication = cli,
): Promise<void> => expectRefusal(await issuingNothing(app, () => poll(app, application, device)), 400, error)

describe('RFC 8628 §3.4, §3.5: what a device gets', () => {
  test('RFC 8628 §3.5: the tokens of the user who allowed it, as of any other grant', async () => {
    const tokens = await connectDevice(app, cli, user, { scope: 'openid email offline_access' })
    expect(tokens.status).toBe(200)
    expect(tokens.body).toMatchObject({
      token_type: 'Bearer',
      expires_in: 300,
      scope: 'openid email offline_access',
    })
    expect(tokens.headers.get('cache-control')).toBe('no-store')
    const idToken = claimsOf(textOf(tokens, 'id_token'))
    expect(idToken).toMatchObject({ iss: app.issuer, sub: user.id, aud: cli.clientId, amr: ['pwd'] })
    expect(idToken['nonce']).toBeUndefined()
    expect(idToken['auth_time']).toBeTypeOf('number')
    expect(claimsOf(textOf(tokens, 'access_token'))).toMatchObject({ sub: user.id, client_id: cli.clientId })
    expect((await userinfo(app, textOf(tokens, 'access_token'))).body).toMatchObject({ email: user.email })
    const refreshed = await refresh(app, cli, textOf(tokens, 'refresh_token'))
    expect(refreshed.status).toBe(200)
  })

  test('OIDC Core §11: without offline_access there is no refresh token', async () => {
    const tokens = await connectDevice(app, cli, user)
    expect(tokens.body['refresh_token']).toBeUndefined()
    expect(tokens.body['id_token']).toBeTypeOf('string')
  })

  test('RFC 8628 §3.4: a confidential client proves who it is', async () => {
    const device = await newDevice(app, confidential)
    await decide(app, device, user)
    const anonymous = await issuingNothing(app, () =>
      post(`${app.issuer}/oauth2/token`, {
        grant_type: DEVICE_CODE_GRANT,
        device_code: device.deviceCode,
        client_id: confidential.clientId,
      }),
    )
    expectRefusal(anonymous, 401, 'invalid_client')
    expect((await poll(app, confidential, device)).status).toBe(200)
  })

  test('RFC 9700 §4.5: of twenty polls at once exactly one gets tokens, and the others are replays', async () => {
    const device = await newDevice(app, cli)
    await decide(app, device, user)
    const before = await grants()
    const answers = await Promise.all(Array.from({ length: 20 }, () => poll(app, cli, device)))
    const [tokens, ...more] = answers.filter(({ status }) => status === 200)
    expect(more).toEqual([])
    expect(await grants()).toBe(before + 1)
    for (const answer of answers.filter(({ status }) => status !== 200))
      expectRefusal(answer, 400, 'invalid_grant')
    const introspected = tokens && (await introspect(app, confidential, textOf(tokens, 'access_token')))
    expect(introspected?.body).toEqual({ active: false })
  })

  test.each([
    ['at once', 0],
    ['after it has expired', 600],
    ['hours later', 7200],
  ])(
    'RFC 9700 §4.5: a device code used again %s is refused, and what it got is revoked',
    async (_when, seconds) => {
      const device = await newDevice(app, cli, { scope: 'openid offline_access' })
      await decide(app, device, user)
      const tokens = await poll(app, cli, device)
      app.clock.advance(seconds)
      expectRefusal(await poll(app, cli, device), 400, 'invalid_grant')
      const introspected = await introspect(app, confidential, textOf(tokens, 'access_token'))
      expect(introspected.body).toEqual({ active: false })
      expectRefusal(await refresh(app, cli, textOf(tokens, 'refresh_token')), 400, 'invalid_grant')
      const [event] = await app.stores.events.byName('device_code.replayed', 1)
      expect(event?.data).toEqual({ client_id: cli.clientId })
    },
  )
})

const grants = async (): Promise<number> =>
  (await app.testDatabase.database.kysely.selectFrom('authorization_grant').select('id').execute()).length

describe('RFC 8628 §3.5: what it is told until then', () => {
  test('RFC 8628 §3.5: authorization_pending while nobody has decided', async () => {
    const device = await newDevice(app, cli)
    await refused(device, 'authorization_pending')
    app.clock.advance(5)
    await refused(device, 'authorization_pending')
    // Whoever has come with the code has not decided yet.
    await comeWithCode(app, device, user)
    app.clock.advance(5)
    await refused(device, 'authorization_pending')
  })

  test('RFC 8628 §3.5: slow_down for one that asks too often: five seconds longer each time', async () => {
    const device = await newDevice(app, cli)
    await refused(device, 'authorization_pending')
    app.clock.advance(3)
    await refused(device, 'slow_down')
    app.clock.advance(9)
    await refused(device, 'slow_down')
    app.clock.advance(15)
    await refused(device, 'authorization_pending')
    app.clock.advance(14)
    await refused(device, 'slow_down')
    app.clock.advance(20)
    await refused(device, 'authorization_pending')
  })

  test('RFC 8628 §3.5: of ten polls at once one is in time', async () => {
    const device = await newDevice(app, cli)
    const answers = await Promise.all(Array.from({ length: 10 }, () => poll(app, cli, device)))
    const errors = answers.map(({ body }) => body['error'])
    expect(errors.filter((error) => error === 'authorization_pending')).toHaveLength(1)
    expect(errors.filter((error) => error === 'slow_down')).toHaveLength(9)
  })

  test('RFC 8628 §3.5: impatience costs nothing once the user has allowed it', async () => {
    const device = await newDevice(app, cli)
    await refused(device, 'authorization_pending')
    await decide(app, device, user)
    expect((await poll(app, cli, device)).status).toBe(200)
  })

  test('RFC 8628 §3.5: access_denied if the user denies, however often it asks', async () => {
    const device = await newDevice(app, cli)
    await decide(app, device, user, 'deny')
    await refused(device, 'access_denied')
    await refused(device, 'access_denied')
  })

  test('RFC 8628 §3.5: expired_token after its time, whether allowed or not', async () => {
    const waiting = await newDevice(app, cli)
    const allowed = await newDevice(app, cli)
    await decide(app, allowed, user)
    app.clock.advance(300)
    await refused(waiting, 'expired_token')
    await refused(allowed, 'expired_token')
  })

  test('RFC 6749 §5.2: invalid_grant for a device code that is unknown or malformed', async () => {
    await refused({ deviceCode: 'x'.repeat(43) }, 'invalid_grant')
    await refused({ deviceCode: "'; drop table x" }, 'invalid_grant')
  })

  test('RFC 8628 §3.4: another client learns nothing of it, and uses nothing up', async () => {
    const device = await newDevice(app, cli)
    await refused(device, 'invalid_grant', other)
    await decide(app, device, user)
    await refused(device, 'invalid_grant', other)
    await refused(device, 'invalid_grant', confidential)
    expect((await poll(app, cli, device)).status).toBe(200)
    await refused(device, 'invalid_grant', other)
  })

  test('RFC 6749 §5.2: invalid_request without device_code, unauthorized_client for one that has no users', async () => {
    const machine = await app.fixtures.m2m(await app.fixtures.organization())
    await refused({ deviceCode: 'x' }, 'unauthorized_client', machine)
    await refused({ deviceCode: '' }, 'invalid_request')
  })
})

describe('what was allowed, and has ended before the device asked', () => {
  test('a consent that was withdrawn', async () => {
    const device = await newDevice(app, cli)
    await decide(app, device, user)
    await withdrawConsent(app, user, cli)
    await refused(device, 'invalid_grant')
  })

  test('the session in which it was allowed', async () => {
    const device = await newDevice(app, cli)
    const somebody = await app.fixtures.user()
    await decide(app, device, somebody)
    const management = await app.management()
    const sessions = await management.get(`/user_management/users/${somebody.id}/sessions`)
    const [{ id } = { id: '' }] = (sessions.body as { data: { id: string }[] }).data
    expect((await management.post('/user_management/sessions/revoke', { session_id: id })).status).toBe(200)
    await refused(device, 'invalid_grant')
  })

  test('the membership in whose name it was', async () => {
    const organization = await app.fixtures.organization()
    const member = await app.fixtures.user({ organizations: [organization] })
    const device = await newDevice(app, cli)
    await decide(app, device, member)
    const [membership] = await app.stores.memberships.activeOf(member.id)
    expect(membership?.organizationId).toBe(organization)
    await app.testDatabase.database.kysely
      .updateTable('organization_membership')
      .set({ status: 'inactive' })
      .where('user_id', '=', member.id)
      .execute()
    await refused(device, 'invalid_grant')
  })

  test('the application: its codes go with it', async () => {
    const doomed = await app.fixtures.firstParty()
    const device = await newDevice(app, doomed)
    const management = await app.management()
    expect((await management.delete(`/connect/applications/${doomed.id}`)).status).toBe(204)
    const { body } = await poll(app, doomed, device)
    expect(body['error']).toBe('invalid_client')
  })
})

describe('RFC 9449 §11.1: a device that proves a key', () => {
  const pollWith = ({ deviceCode }: { readonly deviceCode: string }, headers: Record<string, string>) =>
    post(
      `${app.issuer}/oauth2/token`,
      { grant_type: DEVICE_CODE_GRANT, device_code: deviceCode, client_id: cli.clientId },
      headers,
    )

  test('gets nothing for a proof that was used before, even if the user decides at that very moment', async () => {
    const key = await newTestKey()
    const used = await dpop(app, key)
    const connected = await newDevice(app, cli)
    await decide(app, connected, user)
    expect((await pollWith(connected, used)).status).toBe(200)

    const device = await newDevice(app, cli)
    const browser = createBrowser(app.issuer)
    const page = await comeWithCode(app, device, user, browser)
    const executor = app.testDatabase.database.kysely.getExecutor()
    const execute = executor.executeQuery.bind(executor)
    let isDecided = false
    using spy = vi.spyOn(executor, 'executeQuery').mockImplementation(async (query, ...others) => {
      const found = await execute(query, ...others)
      if (!isDecided && query.sql.includes('"device_authorization"')) {
        isDecided = true
        await browser.submit(page, { decision: 'allow' })
      }
      return found
    })
    expectRefusal(await pollWith(device, used), 400, 'invalid_dpop_proof')
    expect(spy).toHaveBeenCalled()
    expect(isDecided).toBe(true)
    // Nothing was used up by it.
    expect((await pollWith(device, await dpop(app, key))).status).toBe(200)
  })
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { deleteUnusedClients } from '../../src/clients/unused-clients.ts'
import { addSeconds } from '../../src/system/clock.ts'
import { systemRandom } from '../../src/system/random.ts'
import { startTestApp, type TestApp } from '../support/app.ts'
import { METADATA, register, registeredApplication, switchOn } from '../support/registration.ts'
import { newPkce, obtainTokens, post, refresh, textOf, withdrawConsent } from '../support/relying-party.ts'

const DAY = 24 * 3600
const running = new AbortController().signal

let app: TestApp
beforeAll(async () => {
  app = await startTestApp()
  await switchOn(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const reap = (inDays: number, signal = running) =>
  deleteUnusedClients(
    { transaction: app.transaction, random: systemRandom },
    30,
    addSeconds(app.clock.now(), inDays * DAY),
    signal,
  )

const isThere = async (id: Parameters<TestApp['stores']['clients']['byId']>[0]) =>
  (await app.stores.clients.byId(id)) !== undefined

test('one that nobody ever used goes after its time, with an event; no other application does', async () => {
  const unused = await registeredApplication(app, await register(app))
  const ours = await app.fixtures.firstParty()
  const management = await app.management()
  const rule = await management.post('/latchkey/v1/login_uris', {
    name: 'Its page',
    uri: 'https://login.example/',
    application_id: unused.id,
  })
  expect(await reap(29)).toBe(0)
  expect(await isThere(unused.id)).toBe(true)
  expect(await reap(31)).toBe(1)
  expect(await isThere(unused.id)).toBe(false)
  expect(await isThere(ours.id)).toBe(true)
  const { body } = await management.get('/events?events=application.deleted&events=login_uri.deleted')
  expect(body).toMatchObject({
    data: [
      { event: 'application.deleted', data: { client_id: unused.clientId } },
      { event: 'login_uri.deleted', data: rule.body },
    ],
  })
})

test('one that a user agreed to stays, however long nobody comes', async () => {
  const used = await registeredApplication(app, await register(app))
  const user = await app.fixtures.user()
  const tokens = await obtainTokens(app, used, user, { scope: 'openid offline_access' })
  expect(await reap(3650)).toBe(0)
  expect((await refresh(app, used, textOf(tokens, 'refresh_token'))).status).toBe(200)

  await (await app.management()).delete(
    `/user_management/users/${user.id}/authorized_applications/${used.clientId}`,
  )
  expect(await reap(3650)).toBe(1)
})

test('one that gets tokens, or registers once more, counts as used; to name one is not enough', async () => {
  const asking = await registeredApplication(app, await register(app))
  const shared = { ...METADATA, client_name: 'Shared', token_endpoint_auth_method: 'none' }
  const installed = await registeredApplication(app, await register(app, shared))
  const named = await registeredApplication(app, await register(app, { ...shared, client_name: 'Named' }))
  app.clock.advance(20 * DAY)
  const { clientId: client_id, redirectUri: redirect_uri } = named
  const parameters = { client_id, redirect_uri, response_type: 'code', ...newPkce().parameters }
  expect((await post(`${app.issuer}/oauth2/par`, parameters)).status).toBe(201)
  expect((await post(`${app.issuer}/oauth2/revoke`, { client_id, token: 'none' })).status).toBe(200)
  expect((await post(`${app.issuer}/oauth2/device_authorization`, { client_id })).status).toBe(200)
  expect((await refresh(app, named, 'none')).status).toBe(400)
  const user = await app.fixtures.user()
  expect((await obtainTokens(app, asking, user)).status).toBe(200)
  await withdrawConsent(app, user, asking)
  await register(app, shared)
  const used = async () => {
    const clients = await app.stores.clients.byIds([asking.id, installed.id, named.id])
    return new Set([...clients.values()].flatMap(({ id, lastUsedAt }) => (lastUsedAt ? [id] : [])))
  }
  // Written down by a job, some seconds later, all at once.
  await expect.poll(used, { timeout: 30_000, interval: 500 }).toEqual(new Set([asking.id, installed.id]))
  expect(await reap(15)).toBe(1)
  expect(await isThere(named.id)).toBe(false)
  expect(await reap(31)).toBe(2)
})

test('a consent that is given meanwhile is not stranded', async () => {
  const user = await app.fixtures.user()
  for (let round = 0; round < 5; round++) {
    const application = await registeredApplication(app, await register(app))
    const [tokens] = await Promise.allSettled([obtainTokens(app, application, user), reap(31), reap(31)])
    // Whoever was given tokens has a client that is there.
    if (tokens.status === 'fulfilled' && tokens.value.status === 200) {
      expect(await isThere(application.id)).toBe(true)
    }
  }
})

test('a node that stops does not begin', async () => {
  const unused = await registeredApplication(app, await register(app))
  expect(await reap(31, AbortSignal.abort())).toBe(0)
  expect(await isThere(unused.id)).toBe(true)
})

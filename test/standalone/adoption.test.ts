import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication } from '../support/fixtures.ts'
import { complete, sentToLogin, setLoginUri } from '../support/own-login.ts'

/* Users who are here already, and whom the operator's own login page knows by their address. */

let app: TestApp
let portal: TestApplication
beforeAll(async () => {
  app = await startTestApp()
  portal = await app.fixtures.firstParty()
  await setLoginUri(app)
  await adoptByEmail(true)
})
afterAll(() => app[Symbol.asyncDispose]())

const adoptByEmail = async (isOn: boolean) => {
  const management = await app.management()
  await management.patch('/latchkey/v1/settings', { standalone_adopt_by_email: isOn })
  await app.changesHeard()
}
let count = 0
/** Who has an account here. */
const existing = async (given: Readonly<Record<string, unknown>> = {}) => {
  count += 1
  const email = `here${count}@example.com`
  const management = await app.management()
  const { body } = await management.post('/user_management/users', { email, email_verified: true, ...given })
  return { id: String((body as { id: unknown }).id), email }
}
const found = async ({ id }: { readonly id: string }) => {
  const management = await app.management()
  return (await management.get(`/user_management/users/${id}`)).body
}
const completeAs = async (user: Readonly<Record<string, unknown>>) =>
  complete(app, (await sentToLogin(app, portal)).externalAuthId, user)

test('get the external ID, if their address is verified on both sides, with an event', async () => {
  const user = await existing({ first_name: 'Ada' })
  const { status } = await completeAs({ id: 'a-1', email: user.email.toUpperCase(), email_verified: true })
  expect(status).toBe(200)
  expect(await found(user)).toMatchObject({ external_id: 'a-1', first_name: 'Ada', email_verified: true })
  const events = await eventsOf(app, user.id, ['user.created', 'user.updated'])
  expect(events.map(({ name }) => name)).toEqual(['user.created', 'user.updated'])
})

test.each([
  { why: 'the page does not say that it is verified', here: {}, said: {} },
  { why: 'the page says that it is not', here: {}, said: { email_verified: false } },
  { why: 'it is not verified here', here: { email_verified: false }, said: { email_verified: true } },
  { why: 'they have an external ID', here: { external_id: 'another' }, said: { email_verified: true } },
])('do not, if $why', async ({ here, said }) => {
  const user = await existing(here)
  const before = await found(user)
  const refused = await completeAs({ id: `b-${count}`, email: user.email, ...said })
  expect(refused).toMatchObject({ status: 400, body: { code: 'email_not_available' } })
  expect(await found(user)).toEqual(before)
})

test('do not, unless the setting says so', async () => {
  const user = await existing()
  await adoptByEmail(false)
  try {
    const refused = await completeAs({ id: 'c-1', email: user.email, email_verified: true })
    expect(refused).toMatchObject({ status: 400, body: { code: 'email_not_available' } })
  } finally {
    await adoptByEmail(true)
  }
})

test('get one of two external IDs that come at once, and keep it', async () => {
  const user = await existing()
  const ids = ['d-1', 'd-2']
  const answers = await Promise.all(
    ids.map((id) => completeAs({ id, email: user.email, email_verified: true })),
  )
  expect(answers.map(({ status }) => status).sort()).toEqual([200, 400])
  const winner = ids[answers.findIndex(({ status }) => status === 200)]
  expect(await found(user)).toMatchObject({ external_id: winner })
})

test('an address that is said not to be verified is not', async () => {
  expect((await completeAs({ id: 'e-1', email: 'new@example.com', email_verified: false })).status).toBe(200)
  const management = await app.management()
  const { body } = await management.get('/user_management/users/external_id/e-1')
  expect(body).toMatchObject({ email_verified: false })
})

import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import type { TestApplication } from '../support/fixtures.ts'
import type { Management, WorkOS } from '../support/management.ts'
import { complete, completed, sentToLogin, setLoginUri, somebody } from '../support/own-login.ts'

let app: TestApp
let workos: WorkOS
let management: Management
let portal: TestApplication

beforeAll(async () => {
  app = await startTestApp()
  workos = await app.sdk()
  management = await app.management()
  portal = await app.fixtures.firstParty()
  await setLoginUri(app)
})
afterAll(() => app[Symbol.asyncDispose]())

const begun = async () => (await sentToLogin(app, portal)).externalAuthId
const byExternalId = (id: string) => workos.userManagement.getUserByExternalId(id)

describe('completing an external sign-in', () => {
  test('is not found with the SDK where no session is known', async () => {
    await expect(
      workos.connect.completeOAuth2({ externalAuthId: 'ext_auth_01HXYZ', user: somebody() }),
    ).rejects.toMatchObject({ status: 404 })
  })

  test.each([
    [{ user: { id: 'u1', email: 'ada@example.com' } }, 'external_auth_id'],
    [{ external_auth_id: 'x', user: { email: 'ada@example.com' } }, 'user.id'],
    [
      { external_auth_id: 'x', user: { id: 'u', email: 'a@example.com', metadata: { a: 'x'.repeat(601) } } },
      'user.metadata.a',
    ],
  ])('refuses a body without sense: %#', async (body, field) => {
    const answer = await management.post('/authkit/oauth2/complete', body)
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } })
  })

  test.each([
    [{ id: 'naïve' }, 'user.id'],
    [{ first_name: 'A\u202Eda' }, 'user.first_name'],
  ])('refuses a user who cannot be so, and the session goes on: %o', async (wrong, field) => {
    const externalAuthId = await begun()
    const answer = await complete(app, externalAuthId, somebody(wrong))
    expect(answer).toMatchObject({ status: 422, body: { errors: [{ field }] } })
    await completed(app, externalAuthId, somebody())
  })

  test('makes a user whose address is verified, and tells of it', async () => {
    const user = somebody({ first_name: 'Ada', metadata: { plan: 'free' } })
    await completed(app, await begun(), user)
    const made = await byExternalId(user.id)
    expect(made).toMatchObject({ email: user.email, emailVerified: true, firstName: 'Ada', lastName: null })
    const events = await eventsOf(app, made.id, ['user.created', 'user.updated'])
    expect(events.map(({ name, actor }) => [name, actor['type']])).toEqual([['user.created', 'api_key']])
  })

  test('updates who is known by that ID; what is left out, or null, stays', async () => {
    const user = somebody({ first_name: 'Ada', last_name: 'Lovelace', metadata: { plan: 'free', seat: '1' } })
    await completed(app, await begun(), user)
    await completed(app, await begun(), {
      id: user.id,
      email: `new-${user.email}`,
      first_name: 'Augusta',
      last_name: null,
      metadata: { plan: 'paid' },
    })
    const made = await byExternalId(user.id)
    expect(made).toMatchObject({
      email: `new-${user.email}`,
      emailVerified: true,
      firstName: 'Augusta',
      lastName: 'Lovelace',
      metadata: { plan: 'paid', seat: '1' },
    })
    const events = await eventsOf(app, made.id, ['user.created', 'user.updated'])
    expect(events.map(({ name }) => name)).toEqual(['user.created', 'user.updated'])
  })

  test('says nothing of a user who is as they were', async () => {
    const user = somebody()
    await completed(app, await begun(), user)
    await completed(app, await begun(), user)
    const { id } = await byExternalId(user.id)
    expect(await eventsOf(app, id, ['user.updated'])).toEqual([])
  })

  test('does not verify an address that it did not bring', async () => {
    const user = somebody()
    await workos.userManagement.createUser({ email: user.email, externalId: user.id })
    await completed(app, await begun(), user)
    expect(await byExternalId(user.id)).toMatchObject({ emailVerified: false })
  })

  test('takes nobody over by their address: email_not_available, for a new user and for a known one', async () => {
    const { email } = await app.fixtures.user()
    const known = somebody()
    await completed(app, await begun(), known)
    for (const { id } of [somebody(), known]) {
      const externalAuthId = await begun()
      const answer = await complete(app, externalAuthId, { id, email: email.toUpperCase() })
      expect(answer).toMatchObject({ status: 400, body: { code: 'email_not_available' } })
    }
    await expect(
      workos.connect.completeOAuth2({ externalAuthId: await begun(), user: somebody({ email }) }),
    ).rejects.toMatchObject({ status: 400, code: 'email_not_available' })
  })

  test('invalid_email for what is no address', async () => {
    const answer = await complete(app, await begun(), somebody({ email: 'nobody' }))
    expect(answer).toMatchObject({ status: 400, body: { code: 'invalid_email' } })
  })

  test('of one new user in several browsers at once makes them once', async () => {
    const user = somebody()
    const ids = await Promise.all(Array.from({ length: 4 }, begun))
    const answers = await Promise.all(ids.map((id) => complete(app, id, user)))
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200])
    const { id } = await byExternalId(user.id)
    const made = await eventsOf(app, id, ['user.created', 'user.updated'])
    expect(made.map(({ name }) => name)).toEqual(['user.created'])
  })

  test('user_consent_options_not_supported for an application that asks its users nothing', async () => {
    const option = {
      claim: 'workspace',
      type: 'enum',
      label: 'Workspace',
      choices: [{ value: 'a', label: 'A' }],
    }
    const answer = await complete(app, await begun(), somebody(), { user_consent_options: [option] })
    expect(answer).toMatchObject({ status: 400, body: { code: 'user_consent_options_not_supported' } })
  })
})

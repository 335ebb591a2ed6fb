import { afterAll, beforeAll, expect, test } from 'vitest'
import { startTestApp, type TestApp } from '../support/app.ts'
import { eventsOf } from '../support/events-of.ts'
import { givePasskey } from '../support/factors.ts'
import type { TestUser } from '../support/fixtures.ts'
import { identityProvider } from '../support/provider-record.ts'
import { noticeOn, post, signedInAt, textIn } from './account-room.ts'

const PATH = '/account/connected-accounts'

let app: TestApp
let contoso: Awaited<ReturnType<typeof provider>>
let fabrikam: Awaited<ReturnType<typeof provider>>
beforeAll(async () => {
  app = await startTestApp()
  contoso = await provider('Contoso <b>')
  fabrikam = await provider('Fabrikam')
})
afterAll(() => app[Symbol.asyncDispose]())

const provider = async (name: string) => {
  const made = identityProvider(app.clock.now(), { name })
  await app.stores.identityProviders.insert(made)
  return made
}

const connect = (user: TestUser, { id }: typeof contoso, email: string | null = user.email) =>
  app.stores.identities.insert({
    ...{ providerId: id, subject: `${user.id} there`, userId: user.id, email },
    ...{ createdAt: app.clock.now(), lastUsedAt: app.clock.now() },
  })

/** Signed in by a password that is theirs no more. */
const withoutPassword = async (user: TestUser) => {
  const signed = await signedInAt(app, user, PATH)
  await app.stores.users.update(user.id, { passwordHash: null })
  return { ...signed, visited: await signed.browser.get(PATH) }
}

const connectedTo = async (user: TestUser) =>
  (await app.stores.identities.ofUser(user.id)).map(({ providerId }) => providerId)

test('accounts elsewhere are listed, and disconnected where there is a password', async () => {
  const user = await app.fixtures.user()
  await connect(user, contoso)
  const { browser } = await signedInAt(app, user, '/account/security')
  const visited = await browser.get(PATH)
  expect(visited.body).toContain('Contoso &lt;b>')
  expect(visited.body).toContain(`<bdi>${user.email}</bdi>`)
  expect((await browser.get('/account/security')).body).toContain(`href="${PATH}"`)
  const done = await browser.submit(visited, { disconnect: contoso.id })
  expect(noticeOn(done)).toBe('The account is no longer connected.')
  expect(await connectedTo(user)).toEqual([])
  expect(await eventsOf(app, user.id, ['identity.unlinked'])).toMatchObject([
    { actor: { type: 'user', id: user.id }, data: { identity_provider_id: contoso.id } },
  ])
  // A second tab: nothing is left, and nothing is told.
  const again = await browser.submit(visited, { disconnect: contoso.id })
  expect(noticeOn(again)).toBe('The account is no longer connected.')
  expect(await eventsOf(app, user.id, ['identity.unlinked'])).toHaveLength(1)
})

test('the only way in stays; a passkey is another', async () => {
  const user = await app.fixtures.user()
  await connect(user, contoso)
  const before = await signedInAt(app, user, PATH)
  const { browser, visited } = await withoutPassword(user)
  expect(visited.body).not.toContain('name="disconnect"')
  expect(textIn(visited, 'only-way-in')).toContain('the only way you can sign in')
  const refused = await before.browser.submit(before.visited, { disconnect: contoso.id })
  expect([refused.status, await connectedTo(user)]).toEqual([422, [contoso.id]])
  await givePasskey(app, user)
  await browser.submit(await browser.get(PATH), { disconnect: contoso.id })
  expect(await connectedTo(user)).toEqual([])
})

test('of two that are disconnected at once one stays, if there is no other way in', async () => {
  const user = await app.fixtures.user()
  await connect(user, contoso)
  await connect(user, fabrikam)
  const { browser, visited } = await withoutPassword(user)
  await Promise.all([contoso, fabrikam].map(({ id }) => browser.submit(visited, { disconnect: id })))
  expect(await connectedTo(user)).toHaveLength(1)
})

test('takes a sign-in of the last ten minutes, the CSRF token of the browser, and disconnects nobody else', async () => {
  const [user, other] = [await app.fixtures.user(), await app.fixtures.user()]
  await connect(user, contoso)
  await connect(other, fabrikam)
  const { browser, visited } = await signedInAt(app, user, PATH)
  expect((await post(app, browser, PATH, { disconnect: contoso.id })).status).toBe(403)
  await browser.submit(
    { ...visited, body: visited.body.replaceAll(contoso.id, fabrikam.id) },
    { disconnect: fabrikam.id },
  )
  expect(await connectedTo(other)).toEqual([fabrikam.id])
  app.clock.advance(601)
  expect((await browser.submit(visited, { disconnect: contoso.id })).url.pathname).toBe('/sign-in')
  expect(await connectedTo(user)).toEqual([contoso.id])
})
